import type { Accounts } from './keystone-accounts.ts';
import type { Random } from './random.ts';
import { type DemoRegion, firstRegion } from './regional-services.ts';
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
  /** The Glance database of a region. */
  register: (region: DemoRegion) => ImageRegister;
  accounts: Accounts;
  traffic: Traffic;
  random: Random;
  now: () => number;
};

/** The true state of a host, whatever it reports. Times in Unix seconds, sizes in bytes. */
export type TrueState = {
  cached: { imageId: string; size: number; hits: number; lastAccessed: number; lastModified: number }[];
  queued: string[];
  fetching: string | undefined;
  totalBytes: number;
};

/** Controls one simulated host: causes its faults, and returns its true state. */
export class HostControl {
  readonly #host: DemoHost;
  /**
   * The settings of the node that a test may change: `limitBytes`, `timeShift`, `nullList`, `oddCached`, `cachingOn` …
   */
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

  /** Stops listening: connections are refused. */
  down(): Promise<void> {
    return this.#host.server.down();
  }
  up(): Promise<void> {
    return this.#host.server.up();
  }
  /** Restarts the service: repairs a dead worker and a hung prune, and forgets validated tokens. */
  restart(): Promise<void> {
    return this.#host.restart();
  }

  /** Simulates a fault until the returned function is called, or for `match.times` requests. */
  fault(fault: Fault, match?: FaultMatch): () => void {
    return this.#host.faults.add(fault, match);
  }
  clearFaults(): void {
    this.#host.faults.clear();
  }

  /** The last received requests, oldest first. */
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

  /**
   * Requests for images that were already queued or being fetched; each one violates docs/glance-cache-api.md, trap 3.
   */
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

  /** From now on fetches end only by `finishFetch` or `releaseFetches`. */
  holdFetches(): void {
    this.node.worker.hold();
  }
  /** Completes the current fetch. */
  finishFetch(): void {
    this.node.worker.finish();
  }
  releaseFetches(): void {
    this.node.worker.release();
  }
  /** Resolves when no fetch is running or waiting. */
  fetched(): Promise<void> {
    return this.node.worker.idle();
  }
  /** Kills the worker thread: PUT is answered with 202 and nothing is fetched (docs/glance-cache-api.md, trap 2). */
  killWorker(): void {
    this.node.worker.dead = true;
  }
  /** Loses the image's data in the store: its fetch fails, which kills the worker. */
  breakImage(imageId: string): void {
    this.node.worker.broken.add(imageId);
  }
  /** Runs the periodic job of a release up to 24. */
  runPeriodicJob(): void {
    this.node.prefetch();
  }

  /** Adds an image to the cache as if it had been fetched. Times in epoch milliseconds. */
  cache(
    imageId: string,
    size: number,
    row: { hits?: number; lastAccessed?: number; lastModified?: number } = {},
  ): void {
    const { hits = 0, lastModified = this.node.now(), lastAccessed = lastModified } = row;
    const times = { lastAccessed: unixSeconds(lastAccessed), lastModified: unixSeconds(lastModified) };
    this.node.cache.put({ imageId, size, hits, ...times });
  }
  /** Lists the record of an image with other values, such as `{ size: null }`; undefined leaves a key out. */
  damageRecord(imageId: string, values: Record<string, unknown>): void {
    this.node.damagedRecords.set(imageId, values);
  }
  /** Adds a queue entry with any id that is never fetched. */
  enqueue(imageId: string): void {
    this.node.cache.enqueue(imageId);
  }
  /** Empties cache and queue without a request. */
  empty(): void {
    this.node.worker.restart();
    this.node.cache.clear('both');
  }
}

/** Controls the simulated cloud. */
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
      /**
       * While down, hosts answer 401 to tokens that they have not validated yet (docs/glance-cache-api.md, trap 8),
       * after `retryMs`.
       */
      down: () => keystone.server.down(),
      up: () => keystone.server.up(),
      fault: (fault: Fault, match?: FaultMatch) => keystone.faults.add(fault, match),
      clearFaults: () => keystone.faults.clear(),
      requests: keystone.log.requests as readonly LoggedRequest[],
      countRequests: (method: string, path: string | RegExp) => keystone.log.count(method, path),
      setRetryMs: (milliseconds: number) => {
        keystone.retryMs = milliseconds;
      },
      /** The image endpoint in the catalog; null removes it. */
      setImageUrl: (url: string | null) => {
        keystone.imageUrl = url;
      },
      setTokenLifetimeMs: (milliseconds: number) => {
        keystone.tokens.lifetimeMs = milliseconds;
      },
    };
  }

  /** A new token of the admin. */
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

  /** Expires every issued token. */
  expireTokens(): void {
    this.#options.keystone.tokens.expireAll();
  }
  /** Revokes every issued token; a host that has validated one trusts it for up to 300 s more. */
  revokeTokens(): void {
    this.#options.keystone.tokens.revokeAll();
  }

  /** The images of a region's Glance, newest first. */
  images(region: DemoRegion = firstRegion): readonly DemoImage[] {
    return this.#options.register(region).all();
  }

  /** Adds an image; by default it is active and public, belongs to the admin's project, and has 1 MiB. */
  addImage(image: Partial<DemoImage> = {}, region: DemoRegion = firstRegion): DemoImage {
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
    register(region).add(made);
    return made;
  }

  /** Changes an image, for example to private, hidden or deactivated. */
  changeImage(id: string, change: Partial<Omit<DemoImage, 'id'>>, region: DemoRegion = firstRegion): void {
    this.#options.register(region).change(id, change);
  }

  /** Deletes an image from Glance; copies in the hosts' caches become orphans. */
  deleteImage(id: string, region: DemoRegion = firstRegion): void {
    this.#options.register(region).delete(id);
  }

  /** Simulates one second of traffic, for tests that run without it. */
  tick(): void {
    this.#options.traffic.tick();
  }
}
