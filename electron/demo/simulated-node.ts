import { type CacheDriver, factsOf, type Release, type ReleaseFacts } from './glance-releases.ts';
import { FetchWorker, NodeCache } from './simulated-cache.ts';
import type { DemoImage, ImageRegister } from './simulated-image.ts';

export type NodeOptions = {
  name: string;
  release: Release;
  limitBytes: number;
  images: ImageRegister;
  now: () => number;
  bytesPerSecond: number;
  driver?: CacheDriver | undefined;
  /** The nodes whose caches are told of by one database; it joins them where its driver is the central one. */
  database?: DemoNode[] | undefined;
};

/** What one glance-api node is and has, behind its HTTP interface. */
export class DemoNode {
  readonly name: string;
  readonly release: Release;
  readonly facts: ReleaseFacts;
  readonly driver: CacheDriver;
  readonly images: ImageRegister;
  readonly now: () => number;
  readonly cache: NodeCache;
  readonly worker: FetchWorker;
  /** Those that have their caches in one database with it, itself included. */
  readonly database: DemoNode[];
  /** `worker_self_reference_url`: what it calls itself in that database. */
  selfReference = '';
  /** `image_cache_max_size` in bytes. */
  limitBytes: number;
  /** `image_cache_dir` set or not. */
  cachingOn = true;
  /** A cache database that cannot be read: `cached_images` is null. */
  nullList = false;
  /** Added to the times that the cache API tells, in seconds: the zone error of the centralized driver. */
  timeShift = 0;
  /** Records put into the list as they are, whatever they are. */
  oddCached: unknown[] = [];
  oddQueued: unknown[] = [];
  /** A prune that loops for ever holds the lock: every later prune hangs as well, until a restart. */
  pruneHung = false;
  /** eventlet with one worker: no request is answered while a fetch is under way. */
  blocksWhileFetching = false;
  /** Every PUT for an image that was queued or being fetched already (trap 3). */
  readonly doubleQueued: string[] = [];
  #periodic: NodeJS.Timeout | undefined;

  constructor(options: NodeOptions) {
    this.name = options.name;
    this.release = options.release;
    this.facts = factsOf(options.release);
    this.driver = options.driver ?? this.facts.driver;
    this.database = options.database ?? [];
    if (this.driver === 'centralized_db') this.database.push(this);
    this.limitBytes = options.limitBytes;
    this.images = options.images;
    this.now = options.now;
    this.cache = new NodeCache(options.now);
    this.worker = new FetchWorker({
      cache: this.cache,
      images: options.images,
      bytesPerSecond: options.bytesPerSecond,
      gapMs: this.driver === 'centralized_db' ? 100 : 0,
      diesOfFailure: this.facts.fetch === 'atOnce',
    });
  }

  /** `PUT /v2/cache/{id}` and, with `signals` false, the legacy `PUT /v2/queued_images/{id}`. */
  queue(imageId: string, signals: boolean): void {
    if (this.cache.isQueued(imageId) || this.worker.fetching === imageId) this.doubleQueued.push(imageId);
    this.cache.enqueue(imageId);
    if (signals && this.facts.fetch === 'atOnce') this.worker.submit(imageId);
  }

  /** The job that releases up to 24 run every `cache_prefetcher_interval`. */
  prefetch(): void {
    if (this.worker.fetching !== undefined) return;
    for (const imageId of this.cache.queued()) this.worker.submit(imageId);
  }

  startPeriodicJob(milliseconds: number): void {
    if (this.facts.fetch !== 'periodic') return;
    clearInterval(this.#periodic);
    this.#periodic = setInterval(() => this.prefetch(), milliseconds).unref();
  }

  /**
   * A complete download: from the cache a hit, otherwise the image is cached by it and leaves the queue, unless a fetch
   * is writing its file.
   */
  downloaded(image: DemoImage): void {
    if (!this.cachingOn || this.cache.hit(image.id) || this.worker.fetching === image.id) return;
    if (image.status !== 'active' || image.size === null) return;
    this.cache.insert(image.id, image.size);
    this.cache.dequeue(image.id);
  }

  /** What a restart of the service heals. The queue directory survives; it is not resumed. */
  restart(): void {
    this.worker.restart();
    this.pruneHung = false;
  }

  stop(): void {
    clearInterval(this.#periodic);
    this.worker.stop();
  }
}
