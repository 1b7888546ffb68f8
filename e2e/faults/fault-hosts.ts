import type { Release } from '../../electron/demo/glance-releases.ts';
import { Accounts, TokenCheck, TokenStore } from '../../electron/demo/keystone-accounts.ts';
import { Random } from '../../electron/demo/random.ts';
import { unixSeconds } from '../../electron/demo/simulated-cache.ts';
import { DemoHost } from '../../electron/demo/simulated-host.ts';
import { type DemoImage, ImageRegister } from '../../electron/demo/simulated-image.ts';
import { DemoKeystone } from '../../electron/demo/simulated-keystone.ts';
import { DemoNode } from '../../electron/demo/simulated-node.ts';
import { DelayingProxy, type Moment, type ProxyRule } from './delaying-proxy.ts';
import { type Arrival, type LedgerEntry, RequestLedger } from './request-ledger.ts';

export type ImageSpec = { id: string; name: string; size: number };

/** A host with its content: image ids. */
export type HostSpec = {
  name: string;
  release: Release;
  limitBytes?: number;
  cached?: readonly string[];
  queued?: readonly string[];
  /** Records that are added to its listing as they are. A delete removes one like any other. */
  odd?: readonly unknown[];
  /** The number of further images in its listing, to make it large. */
  padding?: number;
};

export type FaultCloudSpec = {
  seed: string;
  images: readonly ImageSpec[];
  hosts: readonly HostSpec[];
  fetchBytesPerSecond: number;
};

export type FaultCloudInfo = {
  authUrl: string;
  login: { username: string; password: string; projectName: string };
  /** The addresses of the hosts' proxies. */
  hosts: { name: string; address: string; limitBytes: number | null }[];
};

export type HostContent = {
  name: string;
  cached: { imageId: string; bytes: number }[];
  queued: string[];
  /** Images that were requested while they were queued or being fetched (docs/glance-cache-api.md, trap 3). */
  doubleQueued: readonly string[];
};
export type Truth = { entries: LedgerEntry[]; arrivals: Arrival[]; hosts: HostContent[] };

/** Simulated hosts behind delaying proxies, with a ledger of what each request did. */
export class FaultHosts {
  readonly #ledger = new RequestLedger();
  readonly #keystone: DemoKeystone;
  readonly #register = new ImageRegister();
  readonly #hosts: { host: DemoHost; proxy: DelayingProxy; spec: HostSpec }[];
  readonly #accounts: Accounts;

  constructor(spec: FaultCloudSpec, moment: (moment: Moment) => void) {
    const now = Date.now;
    this.#accounts = new Accounts(new Random(`${spec.seed}/accounts`));
    const tokens = new TokenStore(now);
    this.#keystone = new DemoKeystone({ accounts: this.#accounts, tokens, now, imageEndpoints: () => [] });
    const owner = this.#accounts.projects[0]?.id ?? '';
    for (const image of spec.images) this.#register.add({ ...image, ...plainImage, owner });
    const database: DemoNode[] = [];
    this.#hosts = spec.hosts.map((hostSpec) => {
      const node = new DemoNode({
        name: hostSpec.name,
        release: hostSpec.release,
        database,
        limitBytes: hostSpec.limitBytes ?? 1e15,
        images: this.#register,
        now,
        bytesPerSecond: spec.fetchBytesPerSecond,
      });
      this.#fill(node, hostSpec);
      const host = new DemoHost(node, new TokenCheck(tokens, this.#keystone, now), () => this.#keystone.authUrl);
      const { play } = host.faults;
      host.faults.play = (request, answer) =>
        this.#ledger.carryOut(Number(request.headers['x-ledger-entry'] ?? 0), () =>
          play.call(host.faults, request, answer),
        );
      this.#ledger.watch(node);
      const proxy = new DelayingProxy({
        hostName: hostSpec.name,
        target: () => host.server.port,
        ledger: this.#ledger,
        seed: spec.seed,
        moment,
      });
      return { host, proxy, spec: hostSpec };
    });
  }

  async start(): Promise<FaultCloudInfo> {
    await this.#keystone.server.up();
    for (const { host, proxy } of this.#hosts) {
      await host.server.up();
      await proxy.start();
    }
    const [user] = this.#accounts.users;
    const [project] = this.#accounts.projects;
    if (!user || !project) throw new Error('The simulated Keystone lacks its accounts');
    return {
      authUrl: this.#keystone.authUrl,
      login: { username: user.name, password: user.password, projectName: project.name },
      hosts: this.#hosts.map(({ proxy, spec }) => ({
        name: spec.name,
        address: proxy.address,
        limitBytes: spec.limitBytes ?? null,
      })),
    };
  }

  setRules(rules: readonly ProxyRule[]): void {
    for (const { proxy } of this.#hosts) proxy.setRules(rules);
  }

  /** Puts images into the cache of a host, as booting servers from them does. */
  boot(hostName: string, images: readonly ImageSpec[]): void {
    const owner = this.#accounts.projects[0]?.id ?? '';
    for (const image of images) {
      if (!this.#register.get(image.id)) this.#register.add({ ...image, ...plainImage, owner });
      this.#find(hostName).cache.insert(image.id, image.size);
    }
  }

  /** Resolves when no change is in flight and no host is fetching. */
  async quiet(): Promise<void> {
    while (this.#hosts.some(({ proxy }) => proxy.open > 0)) await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all(this.#hosts.map(({ host }) => host.node.worker.idle()));
  }

  truth(): Truth {
    const hosts = this.#hosts.map(({ host: { node } }) => ({
      name: node.name,
      cached: node.cache.rows(false).map(({ imageId, size }) => ({ imageId, bytes: size })),
      queued: node.cache.queued(),
      doubleQueued: node.doubleQueued,
    }));
    return { entries: this.#ledger.entries, arrivals: this.#ledger.arrivals, hosts };
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map(({ proxy }) => proxy.close()));
    await Promise.all([this.#keystone.server.down(), ...this.#hosts.map(({ host }) => host.close())]);
  }

  #find(name: string): DemoNode {
    const found = this.#hosts.find(({ spec }) => spec.name === name);
    if (!found) throw new Error(`There is no host ${name}`);
    return found.host.node;
  }

  #fill(node: DemoNode, { cached = [], queued = [], odd = [], padding = 0 }: HostSpec): void {
    const hourAgo = Date.now() - 3_600_000;
    cached.forEach((imageId, index) => {
      const at = unixSeconds(hourAgo + index * 1_000);
      const size = this.#register.get(imageId)?.size ?? 0;
      node.cache.put({ imageId, size, hits: 1, lastAccessed: at, lastModified: at });
    });
    for (const imageId of queued) node.cache.enqueue(imageId);
    const more = new Random(`${node.name}/padding`);
    const whole = Math.floor(hourAgo / 1_000);
    const times = { last_accessed: whole, last_modified: whole };
    const record = () => ({ image_id: more.uuid(), size: 1_048_576, hits: 1, ...times });
    node.oddCached = [...odd, ...Array.from({ length: padding }, record)];
    const { evict } = node.cache;
    node.cache.evict = (imageId) => {
      const others = node.oddCached.filter((each) => idOf(each) !== imageId);
      const isGone = others.length < node.oddCached.length;
      node.oddCached = others;
      return evict.call(node.cache, imageId) || isGone;
    };
  }
}

function idOf(record: unknown): unknown {
  return record !== null && typeof record === 'object' && 'image_id' in record ? record.image_id : undefined;
}

const plainImage: Omit<DemoImage, 'id' | 'name' | 'size' | 'owner'> = {
  status: 'active',
  diskFormat: 'raw',
  containerFormat: 'bare',
  visibility: 'public',
  hidden: false,
  protected: false,
  checksum: null,
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_000_000,
  tags: [],
  properties: {},
};
