import type { CachedImage } from './images.ts';
import { amountOf } from './operations.ts';

/**
 * The images that a prune removes until the rest is within a limit, in the order in which they go: least recently accessed
 * first (docs/glance-cache-api.md, section 5). `held`: the bytes that the host counts as the size of its cache; by default
 * those of its images. An image of unknown size is not taken to free anything. `takesUnsized`: whether such images go too;
 * a prune by deletion leaves them.
 */
export function leastRecentlyAccessed(
  cached: readonly CachedImage[],
  limitBytes: number,
  { held = amountOf(cached).bytes, takesUnsized = true }: { held?: number; takesUnsized?: boolean } = {},
): CachedImage[] {
  const order = cached
    .filter(({ sizeBytes }) => takesUnsized || sizeBytes !== null)
    .sort(
      (one, other) => (one.lastAccessed ?? 0) - (other.lastAccessed ?? 0) || (one.imageId < other.imageId ? -1 : 1),
    );
  const goes: CachedImage[] = [];
  let left = held;
  for (const image of order) {
    if (left <= limitBytes) break;
    goes.push(image);
    left -= image.sizeBytes ?? 0;
  }
  return goes;
}
