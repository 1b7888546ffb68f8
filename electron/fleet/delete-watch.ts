import type { ImageId } from '../contract/images.ts';

/** The longest fetch that may undo a delete, in milliseconds. */
const longestFetch = 2 * 3_600 * 1_000;

/**
 * Looks out for deletes that come undone: a delete or clear during a fetch is accepted, but the fetch goes on and the
 * image is cached when it ends (seen on Glance 33).
 */
export class DeleteWatch {
  readonly #deletedAt = new Map<ImageId, number>();
  readonly #back = new Set<ImageId>();

  get following(): boolean {
    return this.#deletedAt.size > 0;
  }

  /** The images that were deleted here while they were being fetched, and are cached all the same. */
  get back(): ReadonlySet<ImageId> {
    return this.#back;
  }

  /** Images were deleted; those that were queued at that time are looked out for. */
  deleted(imageIds: Iterable<ImageId>, wasQueued: (imageId: ImageId) => boolean, now: number): void {
    for (const imageId of imageIds) {
      this.#back.delete(imageId);
      if (wasQueued(imageId)) this.#deletedAt.set(imageId, now);
    }
  }

  /** Everything was deleted. */
  cleared(queued: readonly ImageId[], now: number): void {
    this.#back.clear();
    for (const imageId of queued) this.#deletedAt.set(imageId, now);
  }

  /** Images are wanted again: that they are cached later is no surprise. */
  wanted(imageIds: readonly ImageId[]): void {
    for (const imageId of imageIds) {
      this.#back.delete(imageId);
      this.#deletedAt.delete(imageId);
    }
  }

  /** Takes in what a host listed when it was asked at `startedAt`. */
  observe(
    listed: { cached: ReadonlySet<ImageId>; queued: ReadonlySet<ImageId> },
    startedAt: number,
    now: number,
  ): void {
    for (const imageId of this.#back) if (!listed.cached.has(imageId)) this.#back.delete(imageId);
    for (const [imageId, at] of this.#deletedAt) {
      if (now - at > longestFetch) this.#deletedAt.delete(imageId);
      if (startedAt <= at) continue;
      const isBack = listed.cached.has(imageId);
      if (isBack) this.#back.add(imageId);
      // Still queued: it was not taken out of the queue, as when only the cache was cleared, or somebody queued it anew.
      if (isBack || listed.queued.has(imageId)) this.#deletedAt.delete(imageId);
    }
  }
}
