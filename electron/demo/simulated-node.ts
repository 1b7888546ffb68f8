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
  /** The nodes whose caches one database lists; the node joins them if its driver is the centralized one. */
  database?: DemoNode[] | undefined;
};

/** The state and behaviour of one glance-api node behind its HTTP interface. */
export class DemoNode {
  readonly name: string;
  readonly release: Release;
  readonly facts: ReleaseFacts;
  readonly driver: CacheDriver;
  readonly images: ImageRegister;
  readonly now: () => number;
  readonly cache: NodeCache;
  readonly worker: FetchWorker;
  /** The nodes whose caches are in the same database, including this one. */
  readonly database: DemoNode[];
  /** `worker_self_reference_url`: the node's name in that database. */
  selfReference = '';
  /** `image_cache_max_size` in bytes. */
  limitBytes: number;
  /** Whether `image_cache_dir` is set. */
  cachingOn = true;
  /** Simulates an unreadable cache database: `cached_images` is null. */
  nullList = false;
  /** Seconds added to the times in the cache API: the time zone error of the centralized driver. */
  timeShift = 0;
  /** Values that replace those of an image's record in the list; undefined leaves the key out. */
  readonly damagedRecords = new Map<string, Record<string, unknown>>();
  /** Records that are added to the list unchanged, whatever they contain. */
  oddCached: unknown[] = [];
  oddQueued: unknown[] = [];
  /** A prune that loops forever holds the lock: every later prune hangs too, until a restart. */
  pruneHung = false;
  /** eventlet with one worker: no request is answered during a fetch. */
  blocksWhileFetching = false;
  /** Every PUT for an image that was already queued or being fetched (docs/glance-cache-api.md, trap 3). */
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
      diesOnFailure: this.facts.fetch === 'atOnce',
    });
  }

  /** `PUT /v2/cache/{id}`; with `signals` false, the legacy `PUT /v2/queued_images/{id}`. */
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
   * A complete download. It is a hit if the image is cached; otherwise it caches the image and removes it from the
   * queue, unless a fetch is writing its file.
   */
  downloaded(image: DemoImage): void {
    if (!this.cachingOn || this.cache.hit(image.id) || this.worker.fetching === image.id) return;
    if (image.status !== 'active' || image.size === null) return;
    this.cache.insert(image.id, image.size);
    this.cache.dequeue(image.id);
  }

  /** Simulates a restart of the service. The queue directory survives, but its images are not fetched. */
  restart(): void {
    this.worker.restart();
    this.pruneHung = false;
  }

  stop(): void {
    clearInterval(this.#periodic);
    this.worker.stop();
  }
}
