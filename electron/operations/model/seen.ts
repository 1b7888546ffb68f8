import type { HostImages } from '../../contract/fleet.ts';
import type { CachedImage, ImageId, QueuedImage } from '../../contract/images.ts';

/** A host's images by id. */
export type Seen = {
  cached: ReadonlyMap<ImageId, CachedImage>;
  queued: ReadonlyMap<ImageId, QueuedImage>;
};

const indexed = new WeakMap<HostImages, Seen>();

/** A snapshot by image id; made once for each snapshot. */
export function byId(images: HostImages): Seen {
  const known = indexed.get(images);
  if (known) return known;
  const seen = {
    cached: new Map(images.cached.map((image) => [image.imageId, image])),
    queued: new Map(images.queued.map((image) => [image.imageId, image])),
  };
  indexed.set(images, seen);
  return seen;
}
