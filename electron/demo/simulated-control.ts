import type { Accounts } from './keystone-accounts.ts';
import type { Random } from './random.ts';
import { unixSeconds } from './simulated-cache.ts';
import type { Fault, FaultMatch } from './simulated-faults.ts';
import type { DemoHost } from './simulated-host.ts';
import type { DemoImage, ImageRegister } from './simulated-image.ts';
import type { DemoKeystone } from './simulated-keystone.ts';
import type { LoggedRequest } from './simulated-server.ts';
import type { Traffic } from './simulated-traffic.ts';

export type ControlOptions = {
  hosts: readonly DemoHost[];
  keystone: DemoKeystone;
  register: ImageRegister;
  accounts: Accounts;
  traffic: Traffic;
  random: Random;
  now: () => number;
};

/** The true state of a host, however it may lie about it. Times in Unix seconds, sizes in bytes. */
export type TrueState = {
  cached: { imageId: string; size: number; hits: number; lastAccessed: number; lastModified: number }[];
  queued: string[];
  fetching: string | undefined;
  totalBytes: number;
};

/** One host behind the scenes: everything that can go wrong with it, and what it really has. */
export class HostControl {
  readonly #host: DemoHost;
  /** Settings of the node that a test may change: `limitBytes`, `timeShift`, `nullList`, `oddCached`, `cachingOn` … */
  readonly node: DemoHost['node'];

  constructor(host: DemoHost) {
    this.#host = host;
    this.node = host.node;
  }

  get name(): string {
    return this.node.name;
  }
  get address(): string {
    return this.#host.address;
  }

  /** Nothing listens any more: connections are refused. */
  down(): Promise<void> {
    return this.#host.server.down();
  }
  up(): Promise<void> {
    return this.#host.server.up();
  }
  /** Heals a dead worker and a hung prune, forgets the tokens it knew. */
  restart(): Promise<void> {
    return this.#host.restart();
  }

  /** Plays a fault until it is taken away by what this returns, or until it was played `match.times`. */
  fault(fault: Fault, match?: FaultMatch): () => void {
    return this.#host.faults.add(fault, match);
  }
  clearFaults(): void {
    this.#host.faults.clear();
  }

  /** The last requests received, oldest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#host.log.requests;
  }
  get requestsTotal(): number {
    return this.#host.log.total;
  }
  countRequests(method: string, path: string | RegExp): number {
    return this.#host.log.count(method, path);
  }
  clearRequests(): void {
    this.#host.log.clear();
  }

  /** Images that were asked for while they were queued or being fetched: each one is a breach of trap 3. */
  get doubleQueued(): readonly string[] {
    return this.node.doubleQueued;
  }

  state(): TrueState {
    const { cache, worker } = this.node;
    return {
      cached: cache.rows(false).map(({ rowId: _, ...row }) => ({ ...row })),
      queued: cache.queued(),
      fetching: worker.fetching,
      totalBytes: cache.totalBytes,
    };
  }

  /** Fetches end only by `finishFetch` or `releaseFetches` from now on. */
  holdFetches(): void {
    this.node.worker.hold();
  }
  /** The image being fetched now is cached. */
  finishFetch(): void {
    this.node.worker.finish();
  }
  releaseFetches(): void {
    this.node.worker.release();
  }
  /** Resolves when no fetch is under way or waiting. */
  fetched(): Promise<void> {
    return this.node.worker.idle();
  }
  /** The worker thread is dead: PUT is answered 202 and nothing happens (trap 2). */
  killWorker(): void {
    this.node.worker.dead = true;
  }
  /** The store has lost this image's data: its fetch fails, which kills the worker. */
  breakImage(imageId: string): void {
    this.node.worker.broken.add(imageId);
  }
  /** What the periodic job of a release up to 24 does. */
  runPeriodicJob(): void {
    this.node.prefetch();
  }

  /** Puts an image into the cache, as if it had been fetched. Times in epoch milliseconds. */
  cache(
    imageId: string,
    size: number,
    row: { hits?: number; lastAccessed?: number; lastModified?: number } = {},
  ): void {
    const { hits = 0, lastModified = this.node.now(), lastAccessed = lastModified } = row;
    const times = { lastAccessed: unixSeconds(lastAccessed), lastModified: unixSeconds(lastModified) };
    this.node.cache.put({ imageId, size, hits, ...times });
  }
  /** Puts an entry into the queue that nobody fetches; anything may stand there. */
  enqueue(imageId: string): void {
    this.node.cache.enqueue(imageId);
  }
  /** Empties cache and queue behind everybody's back. */
  empty(): void {
    this.node.worker.restart();
    this.node.cache.clear('both');
  }
}

/** The demo cloud behind the scenes. */
export class CloudControl {
  readonly #options: ControlOptions;
  readonly hosts: readonly HostControl[];

  constructor(options: ControlOptions) {
    this.#options = options;
    this.hosts = options.hosts.map((host) => new HostControl(host));
  }

  /** A host by its name. */
  host(name: string): HostControl {
    const host = this.hosts.find((each) => each.name === name);
    if (!host) throw new Error(`The demo has no host ${name}`);
    return host;
  }

  get keystone() {
    const { keystone } = this.#options;
    return {
      /** Hosts then answer 401 to tokens that they do not know yet (trap 8), after `retryMs`. */
      down: () => keystone.server.down(),
      up: () => keystone.server.up(),
      fault: (fault: Fault, match?: FaultMatch) => keystone.faults.add(fault, match),
      clearFaults: () => keystone.faults.clear(),
      requests: keystone.log.requests as readonly LoggedRequest[],
      countRequests: (method: string, path: string | RegExp) => keystone.log.count(method, path),
      setRetryMs: (milliseconds: number) => {
        keystone.retryMs = milliseconds;
      },
      /** The image endpoint in the catalog; null leaves it out. */
      setImageUrl: (url: string | null) => {
        keystone.imageUrl = url;
      },
      setTokenLifetimeMs: (milliseconds: number) => {
        keystone.tokens.lifetimeMs = milliseconds;
      },
    };
  }

  /** A token of the admin, as Keystone would give it. */
  adminToken(): string {
    return this.#issue(0);
  }
  memberToken(): string {
    return this.#issue(1);
  }
  #issue(index: number): string {
    const { accounts, keystone } = this.#options;
    const user = accounts.users[index];
    const project = accounts.projects[index];
    if (!user || !project) throw new Error('The demo lacks its accounts');
    const roles = user.roles[project.id] ?? [];
    const grant = { user, project, roles, system: false, methods: ['password'], credential: undefined };
    return keystone.tokens.issue(grant).id;
  }

  /** Every token given out so far has expired. */
  expireTokens(): void {
    this.#options.keystone.tokens.expireAll();
  }
  /** Every token given out so far is revoked; hosts that know one trust it for up to 300 s more. */
  revokeTokens(): void {
    this.#options.keystone.tokens.revokeAll();
  }

  /** Images of the catalogue, newest first. */
  images(): readonly DemoImage[] {
    return this.#options.register.all();
  }

  /** Adds an image; by default active, public, of the admin's project, 1 MiB. */
  addImage(image: Partial<DemoImage> = {}): DemoImage {
    const { random, now, accounts, register } = this.#options;
    const at = Math.floor(now() / 1_000) * 1_000;
    const status = image.status ?? 'active';
    const hasData = status === 'active' || status === 'deactivated';
    const made: DemoImage = {
      id: random.uuid(),
      name: 'made-by-hand',
      status,
      size: hasData ? 1_048_576 : null,
      diskFormat: 'raw',
      containerFormat: 'bare',
      owner: accounts.projects[0]?.id ?? '',
      visibility: 'public',
      hidden: false,
      protected: false,
      checksum: hasData ? random.hex(32) : null,
      createdAt: at,
      updatedAt: at,
      tags: [],
      properties: {},
      ...image,
    };
    register.add(made);
    return made;
  }

  /** Makes an image private, hidden, deactivated … */
  changeImage(id: string, change: Partial<Omit<DemoImage, 'id'>>): void {
    this.#options.register.change(id, change);
  }

  /** Takes an image out of Glance; what hosts have cached of it are orphans. */
  deleteImage(id: string): void {
    this.#options.register.delete(id);
  }

  /** One second of the tenants' doings, for tests that run without traffic. */
  tick(): void {
    this.#options.traffic.tick();
  }
}
