import type { CachedImage, QueuedImage } from '../../../electron/contract/images.ts';
import { isIdle, isNeverHit, isOrphan, maxDays } from '../../../electron/contract/images.ts';

/** The quick filters of the cached images. */
export type Chip = 'orphan' | 'neverHit' | 'idle';

/** Days without an access after which an image counts as idle, unless the operator sets another number. */
export const idleDays = 30;

/** Whether a stored value is a number of days. */
export function isDays(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxDays;
}

const is: Record<Chip, (image: CachedImage, now: number, days: number) => boolean> = {
  orphan: isOrphan,
  neverHit: (image, now) => isNeverHit(image, now),
  idle: isIdle,
};

/** The number of images that each quick filter matches. */
export function countChips(images: readonly CachedImage[], now: number, days = idleDays): Record<Chip, number> {
  const counts = { orphan: 0, neverHit: 0, idle: 0 };
  for (const image of images) {
    if (is.orphan(image, now, days)) counts.orphan += 1;
    if (is.neverHit(image, now, days)) counts.neverHit += 1;
    if (is.idle(image, now, days)) counts.idle += 1;
  }
  return counts;
}

/** Whether a stored value is a list of quick filters. */
export function areChips(value: unknown): value is readonly Chip[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each in is);
}

/** The fields of an image that the text filter searches. */
export function searchFields({ imageId, catalogStatus, description }: CachedImage | QueuedImage) {
  return [imageId, catalogStatus, description?.name, description?.status, description?.diskFormat, description?.owner];
}

/** The images that match every chosen quick filter. The same list when none is chosen. */
export function filterByChips(
  images: readonly CachedImage[],
  chips: readonly Chip[],
  now: number,
  days = idleDays,
): readonly CachedImage[] {
  if (chips.length === 0) return images;
  return images.filter((image) => chips.every((chip) => is[chip](image, now, days)));
}
