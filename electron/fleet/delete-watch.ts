import type { Description, ImageId, QueuedImage } from '../contract/images.ts';
import { stepLength } from '../lib/slices.ts';
import { type HostTimings, maxFetchTime } from './host-timings.ts';

const none: ReadonlyMap<ImageId, number> = new Map();

/** An image that is removed from a queue. Its size, if the catalogue has it, determines how long its fetch may take. */
export type DequeuedImage = Pick<QueuedImage, 'imageId' | 'stalled'> & {
  description: Pick<Description, 'catalogueSizeBytes'> | null;
};

/** Images that were removed from a queue while they may be being fetched: each may be cached when its fetch ends. */
export class ReturnWatch {
  readonly imageIds: readonly ImageId[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds after which no fetch can be running any more. */
  readonly until: number;

  constructor(imageIds: readonly ImageId[], startedAt: number, until: number) {
    this.imageIds = imageIds;
    this.startedAt = startedAt;
    this.until = until;
  }

  /** Those that the host has cached after all. */
  returned(cached: { has(imageId: ImageId): boolean } | undefined): ImageId[] {
    return this.imageIds.filter((imageId) => cached?.has(imageId));
  }

  /** Whether nothing more can return. `now` in epoch milliseconds. */
  isOver(cached: { has(imageId: ImageId): boolean } | undefined, now: number): boolean {
    return now >= this.until || this.returned(cached).length === this.imageIds.length;
  }
}

/**
 * Watches one host for deleted images that reappear. A delete or clear during a fetch is accepted, but the fetch
 * continues and the image is cached when it ends (docs/glance-cache-api.md, section 3; seen on Glance 33).
 */
export class DeleteWatch {
  /** Epoch milliseconds of deletes whose return the host's row would report. */
  readonly #deletedAt = new Map<ImageId, number>();
  readonly #returned = new Set<ImageId>();
  /** Until when (epoch milliseconds) the fetch of an image that was removed from the queue may continue unseen. */
  #dequeued: Map<ImageId, number> | undefined;
  readonly #timings: () => HostTimings;

  constructor(timings: () => HostTimings) {
    this.#timings = timings;
  }

  /** Whether it matters that this image is cached. */
  watches(imageId: ImageId): boolean {
    return this.#deletedAt.has(imageId) || this.#returned.has(imageId);
  }

  /** Whether a deleted image may still reappear. */
  get following(): boolean {
    return this.#deletedAt.size > 0;
  }

  /** Images that were deleted while the host fetched them, and are cached all the same. */
  get returned(): ReadonlySet<ImageId> {
    return this.#returned;
  }

  /** Images recently removed from the queue, and until when (epoch milliseconds) their fetch may continue unseen. */
  get recentDequeues(): ReadonlyMap<ImageId, number> {
    return this.#dequeued ?? none;
  }

  /** Images were deleted; those that were queued at that time are watched. */
  deleted(imageIds: Iterable<ImageId>, wasQueued: (imageId: ImageId) => boolean, now: number): void {
    for (const imageId of imageIds) {
      this.#returned.delete(imageId);
      if (wasQueued(imageId)) this.#deletedAt.set(imageId, now);
    }
  }

  /** The cache and the queue were cleared. */
  cleared(queued: readonly ImageId[], now: number): void {
    this.#returned.clear();
    for (const imageId of queued) this.#deletedAt.set(imageId, now);
  }

  /**
   * Records that an operation removed these images from the queue at `at` (epoch milliseconds). Undefined if none can
   * return: a stalled fetch never ends, so it caches nothing.
   */
  dequeued(images: readonly DequeuedImage[], at: number, now: number): ReturnWatch | undefined {
    const fetched = images.filter(({ stalled }) => stalled === null);
    if (fetched.length === 0) return undefined;
    const recent = this.#dequeued ?? new Map<ImageId, number>();
    this.#dequeued = recent;
    for (const [imageId, until] of recent) if (until <= now) recent.delete(imageId);
    let last = at;
    for (const { imageId, description } of fetched) {
      const until = at + maxFetchTime(this.#timings(), description?.catalogueSizeBytes ?? null);
      recent.set(imageId, until);
      last = Math.max(last, until);
    }
    const imageIds = fetched.map(({ imageId }) => imageId);
    return new ReturnWatch(imageIds, at, last);
  }

  /** Images are wanted again: their being cached later is expected. */
  wanted(imageIds: readonly ImageId[]): void {
    for (const imageId of imageIds) {
      this.#returned.delete(imageId);
      this.#deletedAt.delete(imageId);
    }
  }

  /** Processes the list of the host that was requested at `startedAt` (epoch milliseconds). Yields while it works. */
  *observe(
    listed: { cached: ReadonlySet<ImageId>; queued: ReadonlySet<ImageId> },
    startedAt: number,
    now: number,
  ): Generator<void, void> {
    let visited = 0;
    for (const imageId of this.#returned) if (!listed.cached.has(imageId)) this.#returned.delete(imageId);
    for (const [imageId, at] of this.#deletedAt) {
      visited += 1;
      if (visited % stepLength === 0) yield;
      if (now - at > this.#timings().returnWatch) this.#deletedAt.delete(imageId);
      if (startedAt <= at) continue;
      const isBack = listed.cached.has(imageId);
      if (isBack) this.#returned.add(imageId);
      // Still queued: only the cache was cleared, or another client queued it again.
      if (isBack || listed.queued.has(imageId)) this.#deletedAt.delete(imageId);
    }
  }
}
