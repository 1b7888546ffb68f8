import type { CachedImage } from '../../../electron/contract/images.ts';
import type { Amount } from '../../../electron/contract/operations.ts';

/**
 * What pruning would remove: the least recently accessed images, one by one, until the rest is within the limit; so does
 * Glance (`prune` of image_cache/__init__.py), over the size of its files.
 */
export function pruneEstimate(cached: readonly CachedImage[], limitBytes: number): Amount {
  let bytes = cached.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const removed = { images: 0, bytes: 0 };
  if (bytes <= limitBytes) return removed;
  for (const image of cached.toSorted((a, b) => (a.lastAccessed ?? 0) - (b.lastAccessed ?? 0))) {
    if (bytes <= limitBytes) break;
    bytes -= image.sizeBytes;
    removed.images += 1;
    removed.bytes += image.sizeBytes;
  }
  return removed;
}
