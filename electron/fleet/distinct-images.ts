import type { HostId } from '../contract/hosts.ts';
import type { CachedImage, ImageId } from '../contract/images.ts';

/** Counts the different images that some hosts have cached; only hosts whose list is another than before are counted anew. */
export class DistinctImages {
  /** On how many hosts each image is. */
  readonly #hosts = new Map<ImageId, number>();
  readonly #counted = new Map<HostId, readonly CachedImage[]>();

  /** The lists of all hosts as they are now; a list that did not change has to be the same array as before. */
  count(lists: Iterable<readonly [HostId, readonly CachedImage[]]>): number {
    const gone = new Set(this.#counted.keys());
    for (const [hostId, cached] of lists) {
      gone.delete(hostId);
      const before = this.#counted.get(hostId);
      if (before === cached) continue;
      for (const { imageId } of cached) this.#hosts.set(imageId, (this.#hosts.get(imageId) ?? 0) + 1);
      if (before) this.#forget(before);
      this.#counted.set(hostId, cached);
    }
    for (const hostId of gone) {
      this.#forget(this.#counted.get(hostId) ?? []);
      this.#counted.delete(hostId);
    }
    return this.#hosts.size;
  }

  #forget(cached: readonly CachedImage[]): void {
    for (const { imageId } of cached) {
      const left = (this.#hosts.get(imageId) ?? 0) - 1;
      if (left > 0) this.#hosts.set(imageId, left);
      else this.#hosts.delete(imageId);
    }
  }
}
