import type { CachedImage, ImageId } from '../../contract/images.ts';

export function cachedImages(imageIds: readonly ImageId[]): CachedImage[] {
  return imageIds.map((imageId) => ({
    imageId,
    sizeBytes: 1_000,
    hits: 0,
    lastAccessed: null,
    lastModified: null,
    catalogStatus: 'known',
    description: null,
  }));
}
