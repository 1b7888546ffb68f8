import type { CachedImage, ImageId } from '../../contract/images.ts';
import { type Amount, addImage } from '../../contract/operations.ts';
import type { DequeuedImage } from '../../fleet/delete-watch.ts';
import type { ImageIndex } from './image-index.ts';
import { type Copy, isSameCopy } from './listed-image.ts';
import { type ActionDetail, clearScopeOf } from './operation-from-plan.ts';

/**
 * What a host listed of what is cleared, when the clear was sent. The clear is for nothing else: what is cached or queued
 * later stays. Sizes in bytes.
 */
export type ClearContent = {
  cached: ReadonlyMap<ImageId, Copy & Pick<CachedImage, 'sizeBytes'>>;
  queued: ReadonlyMap<ImageId, DequeuedImage>;
};

/** What came of a clear. `left`: recorded images that are listed still. `added`: how many others are listed. */
export type ClearOutcome = { went: Amount; left: { cached: ImageId[]; queued: ImageId[] }; added: number };

/** What a clear is to remove from a host with these lists. */
export function clearContentOf({ cached, queued }: ImageIndex, detail: ActionDetail): ClearContent {
  const scope = clearScopeOf(detail);
  return { cached: scope === 'queue' ? new Map() : cached, queued: scope === 'cache' ? new Map() : queued };
}

/** Compares what a clear was sent for with what the host lists now. Entries of a queue cannot be told apart. */
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
