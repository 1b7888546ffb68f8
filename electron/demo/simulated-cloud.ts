import type { CacheDriver, Release } from './glance-releases.ts';
import { Accounts, TokenCheck, TokenStore } from './keystone-accounts.ts';
import { Random } from './random.ts';
import { type DemoRegion, demoRegions, firstRegion, RegionalServices } from './regional-services.ts';
import { type Fill, seedNode } from './seed-images.ts';
import { CloudControl } from './simulated-control.ts';
import { Growth } from './simulated-growth.ts';
import { DemoHost } from './simulated-host.ts';
import type { DemoImage } from './simulated-image.ts';
import { DemoKeystone } from './simulated-keystone.ts';
import { DemoNode } from './simulated-node.ts';
import { Traffic } from './simulated-traffic.ts';

/** A host to simulate. */
export type HostSpec = {
  name: string;
  release: Release;
  fill: Fill;
  /** Nothing listens on its port until the host is started. */
  down?: boolean;
  driver?: CacheDriver;
  /** The number of cached images; by default the number of the cloud. */
  images?: number;
  limitBytes?: number;
  /** By default `RegionOne`. Each region has its own Glance database. */
  region?: DemoRegion;
};

const defaultHosts: readonly HostSpec[] = [
  { name: 'glance-01', release: '33', fill: 'ordinary' },
  { name: 'glance-02', release: '33', fill: 'ordinary' },
  { name: 'glance-03', release: '25', fill: 'overLimit' },
  { name: 'glance-04', release: '18', fill: 'small' },
];
const sites = ['lyon', 'turin', 'graz', 'porto', 'bergen', 'ghent', 'split', 'tartu'];

/**
 * A fleet of `count` hosts in the middle of an upgrade: mostly the newest release, some over their limit, some old, and
 * one or two that are down.
 */
export function createFleet(count: number, random: Random): HostSpec[] {
  if (count <= defaultHosts.length) return defaultHosts.slice(0, count);
  const edges = Math.max(1, Math.min(sites.length, Math.round(count / 10)));
  const down = count < 40 ? 1 : 2;
  const specs = [...defaultHosts];
  for (let number = defaultHosts.length + 1; number <= count - edges; number += 1) {
    const name = `glance-${String(number).padStart(2, '0')}`;
    const release = random.pick(['33', '33', '33', '33', '33', '29', '29', '25', '25', '24.2', '24.0', '23'] as const);
    const fill = release === '23' ? 'small' : random.chance(0.08) ? 'overLimit' : 'ordinary';
    specs.push({ name, release, fill });
  }
  for (let index = 0; index < edges; index += 1) {
    const name = `edge-${sites[index]}-1`;
    specs.push({ name, release: index % 2 ? '33' : '25', fill: 'small', ...(index < down ? { down: true } : {}) });
  }
  return specs;
}

/** Spreads hosts over regions: the first ones stay in the first region. */
function spread(specs: readonly HostSpec[], regions: number): HostSpec[] {
  const share = Math.max(1, Math.ceil(specs.length / regions));
  return specs.map((spec, index) => ({ ...spec, region: demoRegions[Math.floor(index / share)] ?? firstRegion }));
}

export type DemoOptions = {
  /** The number of hosts, or their specifications. */
  hosts?: number | readonly HostSpec[];
  /** How many regions a number of hosts is spread over, 1 to 3; specifications name their regions themselves. */
  regions?: number;
  /** The approximate number of cached images on each host; exact from 200 on. */
  images?: number;
  /** The same seed makes the same cloud. */
  seed?: number;
  /** Whether hits grow by themselves, every second. */
  traffic?: boolean;
  /** Whether the cloud lives, instead of traffic: images come, caches grow and are pruned, and hits follow the time. */
  growth?: boolean;
  /** Epoch milliseconds. */
  now?: () => number;
  /** The speed at which a store delivers images. */
  fetchBytesPerSecond?: number;
  /** The interval at which hosts up to release 24 fetch queued images; Glance's default is 300 s. */
  periodicMs?: number;
};

/** An account of the demo cloud with its password. */
export type DemoLogin = {
  username: string;
  password: string;
  userDomain: string;
  projectName: string;
  projectDomain: string;
};

export type DemoCloud = {
  /** The Keystone, `http://127.0.0.1:port/v3`. */
  authUrl: string;
  login: {
    admin: DemoLogin;
    /** A user without the admin role, in another project. */
    member: DemoLogin;
    /** An application credential of the admin. */
    credential: { id: string; name: string; secret: string };
  };
  hosts: { name: string; address: string; limitBytes: number; region: DemoRegion }[];
  /** Controls the simulation for tests: faults, the true state, received requests. */
  control: CloudControl;
  close(): Promise<void>;
};

/** Starts a simulated Keystone and simulated glance-api hosts on free ports of 127.0.0.1. */
export async function startDemoCloud(options: DemoOptions = {}): Promise<DemoCloud> {
  const { hosts = 5, images = 60, seed = 1, traffic = true, growth = false, now = Date.now } = options;
  const random = new Random(seed);
  const accounts = new Accounts(random.fork('accounts'));
  const tokens = new TokenStore(now);
  const specs =
    typeof hosts === 'number' ? spread(createFleet(hosts, random.fork('fleet')), options.regions ?? 1) : hosts;
  const services = new RegionalServices({ accounts, images, random, now: now() });
  services.of(firstRegion);
  const keystone = new DemoKeystone({ accounts, tokens, now, imageEndpoints: () => imageEndpoints });
  const demoHosts = specs.map((spec) => {
    const { register, seeded, database } = services.of(spec.region ?? firstRegion);
    const node = new DemoNode({
      name: spec.name,
      release: spec.release,
      driver: spec.driver,
      database,
      limitBytes: spec.limitBytes ?? 500 * 1_024 ** 3,
      images: register,
      now,
      bytesPerSecond: options.fetchBytesPerSecond ?? 600_000_000,
    });
    fillNode(node, spec, seeded, spec.images ?? images, random.fork(spec.name));
    node.startPeriodicJob(options.periodicMs ?? 300_000);
    return new DemoHost(node, new TokenCheck(tokens, keystone, now), () => keystone.authUrl);
  });
  await keystone.server.up();
  const ports = random.fork('ports');
  await Promise.all(demoHosts.map((host, index) => start(host, specs[index]?.down === true, ports.int(0, 9_999))));
  for (const host of demoHosts) host.node.selfReference = host.address;
  const regionOf = (index: number) => specs[index]?.region ?? firstRegion;
  const imageEndpoints = demoRegions.flatMap((region) => {
    const host = demoHosts.find(({ server }, index) => server.listening && regionOf(index) === region);
    return host ? [{ region, url: host.address }] : [];
  });
  const listening = demoHosts.flatMap((host, index) =>
    host.server.listening ? [{ node: host.node, region: regionOf(index) }] : [],
  );
  const boots = new Traffic(
    listening.map(({ node }) => node),
    random.fork('traffic'),
  );
  const control = new CloudControl({
    hosts: demoHosts,
    keystone,
    register: (region) => services.of(region).register,
    accounts,
    traffic: boots,
    random: random.fork('later'),
    now,
  });
  const life = new Growth(
    listening.map(({ node, region }) => ({ node, upload: (image) => control.addImage(image, region) })),
    random.fork('growth'),
    now,
  );
  if (growth) life.start();
  else if (traffic) boots.start();
  return {
    authUrl: keystone.authUrl,
    login: logins(accounts),
    hosts: demoHosts.map((host, index) => ({
      name: host.node.name,
      address: host.address,
      limitBytes: host.node.limitBytes,
      region: regionOf(index),
    })),
    control,
    async close() {
      life.stop();
      boots.stop();
      await Promise.all([keystone.server.down(), ...demoHosts.map((host) => host.close())]);
    },
  };
}

function fillNode(node: DemoNode, spec: HostSpec, seeded: readonly DemoImage[], images: number, random: Random): void {
  seedNode(node, seeded, images, spec.fill, random);
  if (spec.limitBytes !== undefined) node.limitBytes = spec.limitBytes;
}

/**
 * Starts a host, or reserves a port for one that is down. That port is below the range that systems assign by
 * themselves, so that no other program listens on it by chance.
 */
async function start(host: DemoHost, down: boolean, offset: number): Promise<void> {
  if (!down) return host.server.up();
  for (let port = 20_000 + offset; port < 32_000; port += 1) {
    try {
      return await host.server.reserve(port);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    }
  }
  throw new Error('No free port for a host that is down');
}

function logins(accounts: Accounts): DemoCloud['login'] {
  const [operations, research] = accounts.projects;
  const [admin, member] = accounts.users;
  const [credential] = accounts.credentials;
  if (!operations || !research || !admin || !member || !credential) throw new Error('The demo lacks its accounts');
  const login = (user: { name: string; password: string }, project: { name: string }): DemoLogin => ({
    username: user.name,
    password: user.password,
    userDomain: 'Default',
    projectName: project.name,
    projectDomain: 'Default',
  });
  const { id, name, secret } = credential;
  return { admin: login(admin, operations), member: login(member, research), credential: { id, name, secret } };
}
