import type { CloudId } from '../../contract/clouds.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { CachedImage, ImageId } from '../../contract/images.ts';
import { stepLength } from '../../lib/slices.ts';

/** The copies of one image on the hosts of a cloud. */
export type ImageTotal = { hits: number; hosts: number; name: string | null };
/** The cached images of a host. The same array as before when nothing changed. */
export type HostList = { hostId: HostId; cloudId: CloudId; cached: readonly CachedImage[] };
export type RankedImage = ImageTotal & { cloudId: CloudId; imageId: ImageId };

/**
 * The hits of each image over the hosts of its cloud. A host's new list is compared with its last one, entry by entry, so
 * only changed images cost work. The methods yield while they work (`lib/slices.ts`), and must not overlap.
 */
export class ImageTotals {
  readonly #clouds = new Map<CloudId, Map<ImageId, ImageTotal>>();
  readonly #counted = new Map<HostId, { cloudId: CloudId; cached: readonly CachedImage[] }>();
  /** The entries of lists that were added or subtracted, ever. */
  work = 0;

  get(cloudId: CloudId, imageId: ImageId): ImageTotal | undefined {
    return this.#clouds.get(cloudId)?.get(imageId);
  }

  /**
   * Counts the lists of these hosts, and of no others, in place of the last ones. All in one, with a pause after each host:
   * many short works one after the other would leave no turn to others.
   */
  *updateSteps(lists: Iterable<HostList>): Generator<void, void> {
    const gone = new Set(this.#counted.keys());
    for (const { hostId, cloudId, cached } of lists) {
      gone.delete(hostId);
      yield* this.#replaceSteps(hostId, cloudId, cached);
      yield;
    }
    for (const hostId of gone) {
      yield* this.#forgetSteps(hostId);
      yield;
    }
  }

  /** Counts the list of a host in place of its last one. Does nothing while it is the same array. */
  *#replaceSteps(hostId: HostId, cloudId: CloudId, cached: readonly CachedImage[]): Generator<void, void> {
    const last = this.#counted.get(hostId);
    if (last?.cached === cached && last.cloudId === cloudId) return;
    if (last && last.cloudId !== cloudId) yield* this.#forgetSteps(hostId);
    const before = last?.cloudId === cloudId ? last.cached : [];
    for (let index = 0; index < Math.max(before.length, cached.length); index += 1) {
      if (index % stepLength === stepLength - 1) yield;
      const [old, next] = [before[index], cached[index]];
      if (old === next) continue;
      if (next) this.#add(cloudId, next, 1);
      if (old) this.#add(cloudId, old, -1);
    }
    this.#counted.set(hostId, { cloudId, cached });
  }

  /** Subtracts the list of a host that was removed. */
  *#forgetSteps(hostId: HostId): Generator<void, void> {
    const last = this.#counted.get(hostId);
    if (!last) return;
    for (const [index, image] of last.cached.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      this.#add(last.cloudId, image, -1);
    }
    this.#counted.delete(hostId);
  }

  /** The images with the most hits over all clouds, most first. Images without a hit are not among them. */
  *mostRequestedSteps(count: number): Generator<void, RankedImage[]> {
    let ranked: RankedImage[] = [];
    let least = 0;
    let visited = 0;
    const trim = () => {
      ranked = ranked.sort(byHits).slice(0, count);
      if (ranked.length === count) least = ranked.at(-1)?.hits ?? 0;
    };
    for (const [cloudId, images] of this.#clouds) {
      for (const [imageId, total] of images) {
        visited += 1;
        if (visited % stepLength === 0) yield;
        if (total.hits <= least) continue;
        ranked.push({ cloudId, imageId, ...total });
        if (ranked.length >= 2 * count + stepLength) trim();
      }
    }
    trim();
    return ranked;
  }

  #add(cloudId: CloudId, { imageId, hits, description }: CachedImage, sign: 1 | -1): void {
    this.work += 1;
    const images = this.#clouds.get(cloudId) ?? new Map<ImageId, ImageTotal>();
    this.#clouds.set(cloudId, images);
    const total = images.get(imageId) ?? { hits: 0, hosts: 0, name: null };
    images.set(imageId, total);
    total.hits += sign * hits;
    total.hosts += sign;
    if (sign > 0) total.name = description?.name ?? total.name;
    if (total.hosts === 0) images.delete(imageId);
    if (images.size === 0) this.#clouds.delete(cloudId);
  }
}

function byHits(one: RankedImage, other: RankedImage): number {
  return other.hits - one.hits || (one.imageId < other.imageId ? -1 : 1);
}
