import type { ImageRegister } from './simulated-image.ts';

/** A record of a node's cache. Times in Unix seconds, as Glance keeps them. */
export type CacheRow = {
  rowId: number;
  imageId: string;
  size: number;
  hits: number;
  lastAccessed: number;
  lastModified: number;
};

export type ClearTarget = 'cache' | 'queue' | 'both';

/** Unix seconds with a fraction that is never zero, because Python and JavaScript then print the same text. */
export function unixSeconds(milliseconds: number): number {
  const microseconds = Math.round(milliseconds * 1_000);
  return (microseconds % 1_000_000 === 0 ? microseconds + 1 : microseconds) / 1_000_000;
}

/** The cache directory and database of one node: records, queue entries, and files without a record. */
export class NodeCache {
  readonly #rows = new Map<string, CacheRow>();
  readonly #queue = new Set<string>();
  readonly #now: () => number;
  #nextRow = 1;
  #sorted: CacheRow[] | undefined;
  #totalBytes = 0;
  /** Bytes in files without a record: prune counts them but cannot remove them. */
  strayBytes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Bytes of all files in the cache directory, including those without a record. */
  get totalBytes(): number {
    return this.#totalBytes + this.strayBytes;
  }

  row(imageId: string): CacheRow | undefined {
    return this.#rows.get(imageId);
  }

  isQueued(imageId: string): boolean {
    return this.#queue.has(imageId);
  }

  /** Oldest first. */
  queued(): string[] {
    return [...this.#queue];
  }

  /** Records in the order of the driver: `sqlite` sorts by image id, the others by insertion. */
  rows(sorted: boolean): readonly CacheRow[] {
    if (!sorted) return [...this.#rows.values()];
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
    return this.#sorted;
  }

  /** Adds a queue entry unless the image is cached. Glance does not check that the image exists. */
  enqueue(imageId: string): void {
    if (!this.#rows.has(imageId)) this.#queue.add(imageId);
  }

  dequeue(imageId: string): boolean {
    return this.#queue.delete(imageId);
  }

  /** A fetch is complete. An existing record stays unchanged, including hits and times. */
  insert(imageId: string, size: number): void {
    if (this.#rows.has(imageId)) return;
    const now = this.#now();
    // The centralized driver sets the two times one after the other, a few microseconds apart.
    this.put({ imageId, size, hits: 0, lastAccessed: unixSeconds(now), lastModified: unixSeconds(now + 0.006) });
  }

  /** Adds a record unchanged; used for seeding. */
  put(row: Omit<CacheRow, 'rowId'>): void {
    const old = this.#rows.get(row.imageId);
    this.#rows.set(row.imageId, { rowId: old?.rowId ?? this.#nextRow++, ...row });
    this.#totalBytes += row.size - (old?.size ?? 0);
    this.#sorted = undefined;
  }

  /** Counts a complete download from the cache. */
  hit(imageId: string): boolean {
    const row = this.#rows.get(imageId);
    if (!row) return false;
    row.hits += 1;
    row.lastAccessed = unixSeconds(this.#now());
    return true;
  }

  /** Removes the record and its file, not the queue entry. */
  evict(imageId: string): boolean {
    const row = this.#rows.get(imageId);
    if (!row) return false;
    this.#rows.delete(imageId);
    this.#totalBytes -= row.size;
    this.#sorted = undefined;
    return true;
  }

  /** Returns the number of removed records and entries. */
  clear(target: ClearTarget): { cached: number; queued: number } {
    const count = { cached: 0, queued: 0 };
    if (target !== 'queue') {
      count.cached = this.#rows.size;
      for (const imageId of [...this.#rows.keys()]) this.evict(imageId);
    }
    if (target !== 'cache') {
      count.queued = this.#queue.size;
      this.#queue.clear();
    }
    return count;
  }

  /**
   * Removes the least recently accessed images until all files fit into `limit` bytes. `endless` means that no record
   * is left and the files without one still exceed the limit; Glance then loops forever (docs/glance-cache-api.md, trap
   * 4).
   */
  prune(limit: number): { files: number; bytes: number; endless: boolean } {
    const oldest = [...this.#rows.values()].sort((a, b) => a.lastAccessed - b.lastAccessed);
    let files = 0;
    let bytes = 0;
    for (const row of oldest) {
      if (this.totalBytes <= limit) break;
      this.evict(row.imageId);
      files += 1;
      bytes += row.size;
    }
    return { files, bytes, endless: this.totalBytes > limit };
  }
}

type Fetch = { imageId: string; size: number; timer: NodeJS.Timeout | undefined };

export type FetchWorkerOptions = {
  cache: NodeCache;
  images: ImageRegister;
  /** The speed of the store. */
  bytesPerSecond: number;
  /** How long a fetched image is in neither list: its queue entry is removed before its record is written. */
  gapMs: number;
  /** Whether a failed fetch kills the worker thread (25 and later); a periodic job continues with the next image. */
  diesOnFailure: boolean;
};

/** The one thread of an API process that fetches queued images, first in, first out. */
export class FetchWorker {
  readonly #options: FetchWorkerOptions;
  readonly #jobs: string[] = [];
  readonly #slow = new Map<string, number>();
  /** Images whose fetch ends without a record until they are released. */
  readonly #withoutRecord = new Set<string>();
  readonly #idle: (() => void)[] = [];
  #current: Fetch | undefined;
  #gap: Fetch | undefined;
  #held = false;
  /** A dead worker still accepts requests but fetches nothing until a restart. */
  dead = false;
  /** Images whose data the store has lost. */
  readonly broken = new Set<string>();
  /** Images that two fetches write at the same time: the host serves wrong data until the last fetch has ended. */
  readonly corrupt = new Set<string>();

  constructor(options: FetchWorkerOptions) {
    this.#options = options;
  }

  get fetching(): string | undefined {
    return this.#current?.imageId;
  }

  /** Adds one more full fetch, whether or not the image is queued or being fetched. */
  submit(imageId: string): void {
    if (this.#jobs.includes(imageId) || this.#current?.imageId === imageId) this.corrupt.add(imageId);
    this.#jobs.push(imageId);
    this.#next();
  }

  /** Sets the duration of one image's fetch, whatever its size. */
  slow(imageId: string, milliseconds: number): void {
    this.#slow.set(imageId, milliseconds);
  }

  /** The gap at the end of an image's fetch lasts until the returned function is called. */
  holdGap(imageId: string): () => void {
    this.#withoutRecord.add(imageId);
    return () => {
      this.#withoutRecord.delete(imageId);
      if (this.#gap?.imageId === imageId) this.#writeRecord();
    };
  }

  /** From now on a fetch ends only by `finish` or `release`. */
  hold(): void {
    this.#held = true;
    clearTimeout(this.#current?.timer);
  }

  /** Ends the current fetch successfully. */
  finish(): void {
    if (this.#current) this.#completeFetch(this.#current, 0);
    this.#writeRecord();
  }

  /** Lets fetches end by themselves again, the current one at once. */
  release(): void {
    this.#held = false;
    this.finish();
  }

  /** Simulates a restart of the service: the thread lives again and has forgotten its tasks. */
  restart(): void {
    this.stop();
    this.dead = false;
  }

  stop(): void {
    clearTimeout(this.#current?.timer);
    clearTimeout(this.#gap?.timer);
    this.#current = undefined;
    this.#gap = undefined;
    this.#jobs.length = 0;
    this.corrupt.clear();
    this.#resolveIdle();
  }

  /** Resolves when no fetch is running or about to start. */
  async idle(): Promise<void> {
    if (!this.#busy()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #busy(): boolean {
    return this.#current !== undefined || this.#gap !== undefined || (!this.dead && this.#jobs.length > 0);
  }

  #resolveIdle(): void {
    if (!this.#busy()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #next(): void {
    while (!this.dead && !this.#current) {
      const imageId = this.#jobs.shift();
      if (imageId === undefined) break;
      const image = this.#options.images.get(imageId);
      if (image?.status !== 'active' || image.size === null) continue;
      if (this.broken.has(imageId)) {
        this.dead = this.#options.diesOnFailure;
        continue;
      }
      const fetch: Fetch = { imageId, size: image.size, timer: undefined };
      this.#current = fetch;
      if (!this.#held) {
        const duration = this.#slow.get(imageId) ?? (image.size / this.#options.bytesPerSecond) * 1_000;
        fetch.timer = setTimeout(() => this.#completeFetch(fetch, this.#options.gapMs), duration).unref();
      }
    }
    this.#resolveIdle();
  }

  /**
   * The file is complete: its queue entry is removed, and after the gap its record is written, even if it was deleted
   * in between.
   */
  #completeFetch(fetch: Fetch, gapMs: number): void {
    clearTimeout(fetch.timer);
    this.#options.cache.dequeue(fetch.imageId);
    this.#current = undefined;
    this.#writeRecord();
    this.#gap = fetch;
    if (this.#withoutRecord.has(fetch.imageId)) fetch.timer = undefined;
    else if (gapMs > 0) fetch.timer = setTimeout(() => this.#writeRecord(), gapMs).unref();
    else this.#writeRecord();
    this.#next();
  }

  #writeRecord(): void {
    const fetch = this.#gap;
    if (!fetch) return;
    clearTimeout(fetch.timer);
    this.#gap = undefined;
    this.#options.cache.insert(fetch.imageId, fetch.size);
    if (!this.#jobs.includes(fetch.imageId)) this.corrupt.delete(fetch.imageId);
    this.#resolveIdle();
  }
}
