import type { HostId } from '../contract/hosts.ts';
import type { CachedImage, ImageId } from '../contract/images.ts';
import { atOnce, stepLength } from '../lib/slices.ts';

/** Counts the different images that a set of hosts has cached. Only hosts whose list changed are counted again. */
export class DistinctImages {
  /** The number of hosts that have each image. */
  readonly #hosts = new Map<ImageId, number>();
  readonly #counted = new Map<HostId, readonly CachedImage[]>();
  /** Hosts whose list is being replaced in steps. */
  readonly #replacing = new Set<HostId>();

  /** Returns the number of different images. A list that did not change must be the same array as before. */
  count(lists: Iterable<readonly [HostId, readonly CachedImage[]]>): number {
    const gone = new Set(this.#counted.keys());
    for (const [hostId, cached] of lists) {
      gone.delete(hostId);
      if (this.#counted.get(hostId) !== cached && !this.#replacing.has(hostId)) {
        atOnce(this.replaceSteps(hostId, cached));
      }
    }
    for (const hostId of gone) {
      if (this.#replacing.has(hostId)) continue;
      atOnce(this.#forgetSteps(this.#counted.get(hostId) ?? []));
      this.#counted.delete(hostId);
    }
    return this.#hosts.size;
  }

  /** Counts the list of a host in place of its last one. Until it is done, the count is between the two. */
  *replaceSteps(hostId: HostId, cached: readonly CachedImage[]): Generator<void, void> {
    this.#replacing.add(hostId);
    for (const [index, { imageId }] of cached.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      this.#hosts.set(imageId, (this.#hosts.get(imageId) ?? 0) + 1);
    }
    yield* this.#forgetSteps(this.#counted.get(hostId) ?? []);
    this.#counted.set(hostId, cached);
    this.#replacing.delete(hostId);
  }

  *#forgetSteps(cached: readonly CachedImage[]): Generator<void, void> {
    for (const [index, { imageId }] of cached.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      const left = (this.#hosts.get(imageId) ?? 0) - 1;
      if (left > 0) this.#hosts.set(imageId, left);
      else this.#hosts.delete(imageId);
    }
  }
}
