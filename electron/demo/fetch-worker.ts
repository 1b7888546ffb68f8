import type { NodeCache } from './cache.ts';
import type { ImageRegister } from './image.ts';

type Fetch = { imageId: string; size: number; timer: NodeJS.Timeout | undefined };

export type FetchWorkerOptions = {
  cache: NodeCache;
  images: ImageRegister;
  /** How fast the store delivers. */
  bytesPerSecond: number;
  /** How long a fetched image is in neither list: its queue entry is gone, its record not yet there. */
  gapMs: number;
  /** A failing fetch kills the worker thread (25 and later); a periodic job goes on with the next image. */
  diesOfFailure: boolean;
};

/** The one thread of an API process that fetches queued images, first in, first out. */
export class FetchWorker {
  readonly #options: FetchWorkerOptions;
  readonly #jobs: string[] = [];
  readonly #slow = new Map<string, number>();
  readonly #idle: (() => void)[] = [];
  #current: Fetch | undefined;
  #gap: Fetch | undefined;
  #held = false;
  /** Dead: requests are still accepted and nothing is fetched any more, until a restart. */
  dead = false;
  /** Images whose data the store has lost. */
  readonly broken = new Set<string>();
  /** Images that are being written by two fetches: what the host serves of them is wrong until the last has ended. */
  readonly corrupt = new Set<string>();

  constructor(options: FetchWorkerOptions) {
    this.#options = options;
  }

  get fetching(): string | undefined {
    return this.#current?.imageId;
  }

  /** Asks for one more full fetch, whatever is queued or under way already. */
  submit(imageId: string): void {
    if (this.#jobs.includes(imageId) || this.#current?.imageId === imageId) this.corrupt.add(imageId);
    this.#jobs.push(imageId);
    this.#next();
  }

  /** Makes one image take this long, whatever its size. */
  slow(imageId: string, milliseconds: number): void {
    this.#slow.set(imageId, milliseconds);
  }

  /** From now on a fetch ends only by `finish` or `release`. */
  hold(): void {
    this.#held = true;
    clearTimeout(this.#current?.timer);
  }

  /** Ends the fetch that is under way now, well. */
  finish(): void {
    if (this.#current) this.#end(this.#current, 0);
    this.#land();
  }

  /** Lets fetches end by themselves again, the one under way at once. */
  release(): void {
    this.#held = false;
    this.finish();
  }

  /** What a restart of the service does: the thread is alive again, what it had in mind is forgotten. */
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
    this.#settle();
  }

  /** Resolves when nothing is being fetched and nothing will be by itself. */
  async idle(): Promise<void> {
    if (!this.#busy()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #busy(): boolean {
    return this.#current !== undefined || this.#gap !== undefined || (!this.dead && this.#jobs.length > 0);
  }

  #settle(): void {
    if (!this.#busy()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #next(): void {
    while (!this.dead && !this.#current) {
      const imageId = this.#jobs.shift();
      if (imageId === undefined) break;
      const image = this.#options.images.get(imageId);
      if (image?.status !== 'active' || image.size === null) continue;
      if (this.broken.has(imageId)) {
        this.dead = this.#options.diesOfFailure;
        continue;
      }
      const fetch: Fetch = { imageId, size: image.size, timer: undefined };
      this.#current = fetch;
      if (!this.#held) {
        const duration = this.#slow.get(imageId) ?? (image.size / this.#options.bytesPerSecond) * 1_000;
        fetch.timer = setTimeout(() => this.#end(fetch, this.#options.gapMs), duration).unref();
      }
    }
    this.#settle();
  }

  /** The file is whole: its queue entry goes, and after the gap its record comes, even if it was deleted meanwhile. */
  #end(fetch: Fetch, gapMs: number): void {
    clearTimeout(fetch.timer);
    this.#options.cache.dequeue(fetch.imageId);
    this.#current = undefined;
    this.#land();
    this.#gap = fetch;
    if (gapMs > 0) fetch.timer = setTimeout(() => this.#land(), gapMs).unref();
    else this.#land();
    this.#next();
  }

  #land(): void {
    const fetch = this.#gap;
    if (!fetch) return;
    clearTimeout(fetch.timer);
    this.#gap = undefined;
    this.#options.cache.insert(fetch.imageId, fetch.size);
    if (!this.#jobs.includes(fetch.imageId)) this.corrupt.delete(fetch.imageId);
    this.#settle();
  }
}
