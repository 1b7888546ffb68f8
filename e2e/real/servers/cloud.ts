import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RealDescription, RealHost, RealSsh } from './description.ts';
import { glancePackages, prepareGlance, type StartedHost, startGlance } from './glance-bookworm.ts';
import type { ServiceLogin } from './glance-configuration.ts';
import { makeSidDirectory, prepareSidGlance, startSidGlance } from './glance-sid.ts';
import { Keystone, passwordToken } from './identity.ts';
import { keystonePackages, startKeystone } from './keystone.ts';
import { ensurePackages, installedVersion } from './packages.ts';
import { freePorts } from './processes.ts';
import { ensureSidTree } from './sid-tree.ts';
import { startSshd } from './sshd.ts';
import { warmUp } from './warm-up.ts';

export type RealCloud = {
  description: RealDescription;
  /** A directory for this run with the servers' logs; removed by `stop`. */
  directory: string;
  /** Stops the started servers and removes the created files, and nothing else. Can be called repeatedly. */
  stop(): Promise<void>;
};

type Options = { log: (text: string) => void; signal?: AbortSignal | undefined };

const mebibyte = 1024 * 1024;
/** Each Glance has its own images, and therefore its own region, because a region has one catalog. */
const regions = { bookworm: 'RegionOne', sid: 'RegionTwo' } as const;
/** Bytes; small, so that a few small images exceed it. */
const limitBytes = 5 * mebibyte;
const shortSeconds = 3;

/**
 * A cloud of real servers on loopback: Keystone, an sshd, three hosts of Debian bookworm's Glance (25.1; two with a
 * cache, one with caching off) and one host of sid's Glance (33.0 or the present release), which is skipped with the
 * reason if it cannot be installed. Installs missing packages. Throws if the rest cannot be started, and then leaves
 * nothing running.
 */
export async function startRealCloud({ log, signal }: Options): Promise<RealCloud> {
  const directory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-real-'));
  const undo: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async () => {
    // Servers first, all at once; then their directories in reverse order.
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    for (const step of undo.splice(0).reverse()) await step();
  };
  const servers: { stop: () => Promise<void> }[] = [];

  const failed = new AbortController();
  const work = {
    log,
    directory,
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
    started: (server: { stop: () => Promise<void> }) => servers.push(server),
    undo,
  };
  try {
    return { description: await startAll(work, failed), directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Work = {
  log: (text: string) => void;
  directory: string;
  signal: AbortSignal;
  started: (server: { stop: () => Promise<void> }) => void;
  undo: (() => Promise<void>)[];
};

/** Chooses ports, accounts and addresses before anything starts, so that all servers can start at the same time. */
async function chooseSettings() {
  const [keystone = 0, short = 0, first = 0, second = 0, off = 0, sid = 0] = await freePorts(6);
  return {
    authUrl: `http://127.0.0.1:${keystone}/v3`,
    ports: { keystone, short, first, second, off, sid },
    admin: { username: 'admin', password: password(), project: 'admin' },
    member: { username: 'member', password: password(), project: 'tenant' },
    service: { username: 'glance', password: password(), project: 'service' },
  };
}
type CloudSettings = Awaited<ReturnType<typeof chooseSettings>>;

async function startAll(work: Work, failed: AbortController): Promise<RealDescription> {
  const settled = await chooseSettings();
  const skipped: RealDescription['skipped'] = [];
  // debootstrap is installed first, so that the tree of sid is built while other packages are installed.
  const packages = ensurePackages(['debootstrap'], work)
    .catch(() => undefined)
    .then(() => ensurePackages([...new Set([...keystonePackages, ...glancePackages])], work));

  const prometheus = packages
    .then(() => ensurePackages(['prometheus'], work))
    .catch((error: unknown) => {
      work.signal.throwIfAborted();
      skipped.push({ what: 'metrics with Prometheus', why: error instanceof Error ? error.message : String(error) });
    });
  const [identity, bookwormHosts, sidHosts, ssh] = await allOrNothing(
    [
      packages.then(() => identityOf(work, settled)),
      packages.then(() => bookwormGlance(work, settled)),
      sidGlance(work, settled).catch((error: unknown) => {
        work.signal.throwIfAborted();
        skipped.push({ what: "Debian sid's Glance", why: error instanceof Error ? error.message : String(error) });
        return [];
      }),
      packages.then(() => sshOf(work, skipped)),
      prometheus,
    ],
    failed,
  );
  const { authUrl, admin, member, service } = settled;
  const token = await passwordToken(authUrl, admin);
  await Promise.all([...bookwormHosts, ...sidHosts].map(({ address }) => warmUp(address, token)));
  return { authUrl, ...identity, admin, member, service, hosts: [...bookwormHosts, ...sidHosts], ssh, skipped };
}

async function identityOf(work: Work, settled: CloudSettings) {
  const { ports, admin } = settled;
  const directory = path.join(work.directory, 'keystone');
  await mkdir(directory);
  const { shortAuthUrl } = await startKeystone({
    ...work,
    directory,
    port: ports.keystone,
    shortPort: ports.short,
    shortSeconds,
    adminPassword: admin.password,
  });
  const applicationCredential = await populate(settled);
  work.log('Keystone is ready');
  return { shortAuthUrl, shortSeconds, applicationCredential };
}

async function bookwormGlance(work: Work, settled: CloudSettings): Promise<RealHost[]> {
  const { ports } = settled;
  const directory = path.join(work.directory, 'glance');
  await prepareGlance(directory, work.signal);
  const hosts = [
    { name: 'glance-a', port: ports.first, limitBytes, caching: true },
    { name: 'glance-b', port: ports.second, limitBytes, caching: true },
    { name: 'glance-off', port: ports.off, limitBytes, caching: false },
  ];
  const started = await startGlance(hosts, { ...work, directory, service: serviceLogin(settled) });
  const release = releaseOf((await installedVersion('glance-api')) ?? 'unknown');
  work.log(`Glance ${release} is ready: ${started.map(({ name }) => name).join(', ')}`);
  return started.map((host) => describe(host, release, 'bookworm'));
}

async function sidGlance(work: Work, settled: CloudSettings): Promise<RealHost[]> {
  const tree = await ensureSidTree(work);
  const place = await makeSidDirectory(tree);
  work.undo.push(place.remove);
  await prepareSidGlance(place, work.signal);
  const host = { name: 'glance-sid', port: settled.ports.sid, limitBytes, caching: true };
  const started = await startSidGlance(host, place, { ...work, service: serviceLogin(settled) });
  const release = releaseOf(tree.glanceVersion);
  work.log(`Glance ${release} of sid is ready: ${started.name}`);
  return [describe(started, release, 'sid')];
}

/** The sshd for the hosts' own programs; tests that need it are skipped without it. */
async function sshOf(work: Work, skipped: RealDescription['skipped']): Promise<RealSsh | null> {
  try {
    const ssh = await startSshd({ ...work, directory: path.join(work.directory, 'ssh') });
    work.log('sshd is ready');
    return ssh;
  } catch (error) {
    work.signal.throwIfAborted();
    skipped.push({ what: 'maintenance over ssh', why: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

function serviceLogin({ authUrl, service }: CloudSettings): ServiceLogin {
  return { authUrl, username: service.username, password: service.password };
}

/** Like `Promise.all`, but after a failure it aborts the others and waits for their end. */
async function allOrNothing<T extends unknown[]>(
  work: { [K in keyof T]: Promise<T[K]> },
  failed: AbortController,
): Promise<T> {
  try {
    return await Promise.all(work);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}

async function populate(settled: CloudSettings): Promise<RealDescription['applicationCredential']> {
  const { authUrl, ports } = settled;
  const keystone = await Keystone.logIn(authUrl, settled.admin);
  for (const [account, role] of [
    [settled.service, 'admin'],
    [settled.member, 'member'],
  ] as const) {
    const projectId = await keystone.createProject(account.project);
    await keystone.grant(projectId, await keystone.createUser(account), role);
  }
  await keystone.createRegion(regions.sid);
  await keystone.createService('image', 'glance', {
    [regions.bookworm]: `http://127.0.0.1:${ports.first}`,
    [regions.sid]: `http://127.0.0.1:${ports.sid}`,
  });
  const credential = { name: 'console', secret: password() };
  return { ...credential, id: await keystone.createApplicationCredential(credential.name, credential.secret) };
}

function describe(host: StartedHost, release: string, glance: RealHost['glance']): RealHost {
  return { ...host, release, glance, region: regions[glance], limitBytes };
}

/** `25.1` of `25.1.0`. */
function releaseOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function password(): string {
  // A leading dash would make it a command-line option.
  return `p${randomBytes(18).toString('base64url')}`;
}
