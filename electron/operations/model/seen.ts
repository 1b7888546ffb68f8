import type { HostImages } from '../../contract/fleet.ts';
import type { CachedImage, ImageId, QueuedImage } from '../../contract/images.ts';

/** A host's images by id. */
export type Seen = {
  cached: ReadonlyMap<ImageId, CachedImage>;
  queued: ReadonlyMap<ImageId, QueuedImage>;
};

/** By the very array: the fleet keeps the arrays of a host for as long as what they hold stays the same. */
const indexes = new WeakMap<readonly { imageId: ImageId }[], ReadonlyMap<ImageId, unknown>>();

/** A snapshot by image id. An index is built once for each list, however many targets ask for it. */
export function byId({ cached, queued }: Pick<HostImages, 'cached' | 'queued'>): Seen {
  return { cached: indexOf(cached), queued: indexOf(queued) };
}

function indexOf<Image extends { imageId: ImageId }>(images: readonly Image[]): ReadonlyMap<ImageId, Image> {
  const built = indexes.get(images);
  // What is stored under a list is made from that list, so it is of its type.
  if (built) return built as ReadonlyMap<ImageId, Image>;
  const index = new Map(images.map((image) => [image.imageId, image]));
  indexes.set(images, index);
  return index;
}
