import type { CachedImage, ImageId } from '../../contract/images.ts';
import { type Amount, addImage } from '../../contract/operations.ts';
import type { DequeuedImage } from '../../fleet/delete-watch.ts';
import type { ImageIndex } from './image-index.ts';
import { type Copy, isSameCopy } from './listed-image.ts';
import { type ActionDetail, clearScopeOf } from './operation-from-plan.ts';

/**
 * What a host listed in the cache or queue when the clear of it was sent. The clear concerns nothing else: what is
 * cached or queued later stays. Sizes in bytes.
 */
export type ClearContent = {
  cached: ReadonlyMap<ImageId, Copy & Pick<CachedImage, 'sizeBytes'>>;
  queued: ReadonlyMap<ImageId, DequeuedImage>;
};

/** The outcome of a clear. `left`: recorded images that are still listed. `added`: how many others are listed. */
export type ClearOutcome = { went: Amount; left: { cached: ImageId[]; queued: ImageId[] }; added: number };

/** The images that a clear has to remove from a host with these lists. */
export function clearContentOf({ cached, queued }: ImageIndex, detail: ActionDetail): ClearContent {
  const scope = clearScopeOf(detail);
  return { cached: scope === 'queue' ? new Map() : cached, queued: scope === 'cache' ? new Map() : queued };
}

/**
 * Compares the recorded lists of a clear with the host's present lists. Queue entries of the same image cannot be
 * distinguished.
 */
export function compareWithContent(content: ClearContent, detail: ActionDetail, index: ImageIndex): ClearOutcome {
  const now = clearContentOf(index, detail);
  const went: Amount = { images: 0, bytes: 0 };
  const left: ClearOutcome['left'] = { cached: [], queued: [] };
  for (const [imageId, image] of content.cached) {
    if (isSameCopy(image, now.cached.get(imageId))) left.cached.push(imageId);
    else addImage(went, image.sizeBytes);
  }
  for (const imageId of content.queued.keys()) {
    if (now.queued.has(imageId)) left.queued.push(imageId);
    else addImage(went, 0);
  }
  return { went, left, added: now.cached.size + now.queued.size - left.cached.length - left.queued.length };
}
