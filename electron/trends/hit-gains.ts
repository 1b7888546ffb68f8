import type { CachedImage, ImageId } from '../contract/images.ts';
import { stepLength } from '../lib/slices.ts';

/** An image with the count of its hits, as a host reports it. */
export type Counted = Pick<CachedImage, 'imageId' | 'hits'>;
/** The last reported hit count of each image that has any. */
export type HitCounts = ReadonlyMap<ImageId, number>;

/** The difference between two samples of a host. */
export type HitGains = {
  /** Images that were accessed in between: the gain, and the count now. */
  gained: { imageId: ImageId; gain: number; hits: number }[];
  /** Images that have no count any more: they left the cache. */
  gone: ImageId[];
  /** The sum of all gains. */
  sum: number;
  counts: Map<ImageId, number>;
};

/** More hits than a host can serve between two polls; a higher report is wrong and must not distort the sums. */
const maxGain = 1_000_000_000;
export const maxCount = Number.MAX_SAFE_INTEGER;

/**
 * Compares a host's hit counts with the previous ones. A count grows while an image stays in the cache and starts at 0 when it
 * is cached (docs/glance-cache-api.md, section 2), so a lower count means that the image was cached again.
 */
export function compareHits(before: HitCounts, cached: readonly Counted[]): HitGains {
  const counts = new Map<ImageId, number>();
  const gained: HitGains['gained'] = [];
  let sum = 0;
  for (const image of cached) {
    const hits = countOf(image.hits);
    if (hits > 0) counts.set(image.imageId, hits);
    const gain = gainOf(before.get(image.imageId) ?? 0, hits);
    if (gain === 0) continue;
    gained.push({ imageId: image.imageId, gain, hits });
    sum += gain;
  }
  const gone: ImageId[] = [];
  for (const imageId of before.keys()) if (!counts.has(imageId)) gone.push(imageId);
  return { gained, gone, sum: Math.min(sum, maxCount), counts };
}

/** The hits that an image gained between two counts. */
export function gainOf(last: number, hits: number): number {
  if (hits === last || hits <= 0) return 0;
  return Math.min(maxGain, hits > last ? hits - last : hits);
}

export function noGains(counts: Map<ImageId, number>): HitGains {
  return { gained: [], gone: [], sum: 0, counts };
}

/** The images that have a count and are not listed with one any more: they left the cache. */
export function* goneSteps(counts: HitCounts, cached: readonly Counted[]): Generator<void, ImageId[]> {
  const listed = new Set<ImageId>();
  for (const [index, { imageId, hits }] of cached.entries()) {
    if (countOf(hits) > 0) listed.add(imageId);
    if (index % stepLength === stepLength - 1) yield;
  }
  const gone: ImageId[] = [];
  let looked = 0;
  for (const imageId of counts.keys()) {
    if (!listed.has(imageId)) gone.push(imageId);
    looked += 1;
    if (looked % stepLength === 0) yield;
  }
  return gone;
}

/** A count that a host reports, as a whole number that can be stored. */
export function countOf(hits: number): number {
  return Math.min(maxCount, Math.trunc(hits));
}
