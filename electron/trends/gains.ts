import type { CachedImage, ImageId } from '../contract/images.ts';

type Counted = Pick<CachedImage, 'imageId' | 'hits'>;
/** The hits of each image that has any, as last told. */
export type Counts = ReadonlyMap<ImageId, number>;

/** What changed between two looks at a host. */
export type Gains = {
  /** Images that were accessed meanwhile: by how much, and their count now. */
  gained: { imageId: ImageId; gain: number; hits: number }[];
  /** Images whose count is none any more: they left the cache. */
  gone: ImageId[];
  /** The sum of what was gained. */
  sum: number;
  counts: Counts;
};

/** More than a host can have served between two looks: one that tells more lies, and must not spoil the sums. */
export const gainAtMost = 1_000_000_000;
const countAtMost = Number.MAX_SAFE_INTEGER;

/**
 * Compares what a host counts now with what it counted before. A count only grows while an image stays in the cache and
 * begins at 0 when it is cached, so a smaller count, like an image not seen before, is one that counted from 0.
 */
export function gainsOf(before: Counts, cached: readonly Counted[]): Gains {
  const counts = new Map<ImageId, number>();
  const gained: Gains['gained'] = [];
  let sum = 0;
  for (const image of cached) {
    const hits = Math.min(countAtMost, Math.trunc(image.hits));
    if (hits > 0) counts.set(image.imageId, hits);
    const last = before.get(image.imageId) ?? 0;
    if (hits === last || hits <= 0) continue;
    const gain = Math.min(gainAtMost, hits > last ? hits - last : hits);
    gained.push({ imageId: image.imageId, gain, hits });
    sum += gain;
  }
  const gone: ImageId[] = [];
  for (const imageId of before.keys()) if (!counts.has(imageId)) gone.push(imageId);
  return { gained, gone, sum: Math.min(sum, countAtMost), counts };
}
