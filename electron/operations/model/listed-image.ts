import type { CachedImage, ImageId } from '../../contract/images.ts';
import type { ImageIndex } from './image-index.ts';

/**
 * What a host listed about an image when a request for it was sent. A copy or queue entry that is added later is not a
 * target of the request.
 */
export type ListedImage = { cached: Copy | null; queued: boolean };

/**
 * A copy of an image in a cache, identified by the time when it was cached (epoch milliseconds of the host's clock).
 */
export type Copy = Pick<CachedImage, 'lastModified'>;

export function listedImage(index: ImageIndex, imageId: ImageId): ListedImage {
  const cached = index.cached.get(imageId);
  return { cached: cached ? { lastModified: cached.lastModified } : null, queued: index.queued.has(imageId) };
}

/**
 * Whether a host lists the same copy of an image as before. A download from the cache changes `hits` and `last_accessed`
 * only, and `last_modified` is when the image was cached (docs/glance-cache-api.md, section 2). Image data never changes,
 * so neither does its size.
 */
export function isSameCopy(before: Copy, now: Copy | undefined): boolean {
  return now !== undefined && before.lastModified === now.lastModified;
}

/**
 * Whether a host still lists what it listed when the request was sent. Queue entries of the same image cannot be
 * distinguished.
 */
export function isStillListed(listed: ListedImage, index: ImageIndex, imageId: ImageId): boolean {
  const cached = index.cached.get(imageId);
  if (listed.cached && isSameCopy(listed.cached, cached)) return true;
  return listed.queued && !cached && index.queued.has(imageId);
}
