import type { CachedImage } from '../../contract/images.ts';
import { type Amount, amountOf, type PrunePreview } from '../../contract/operations.ts';
import { leastRecentlyAccessed } from '../../contract/prune-order.ts';
import { countedBytes } from '../../ssh/disk-listing.ts';
import type { OnDisk } from '../model/operated-host.ts';
import type { HostView } from './host-view.ts';

/**
 * What a prune of a host would remove, and what would be left. `onDisk`: the cache directory, whose files show the size
 * of the cache as the host counts it, and the sizes that its list does not have. `takesUnsized`: whether images of
 * unknown size may be removed; they never count as freed space.
 */
export function previewOf(
  { cached }: HostView,
  limitBytes: number,
  limitFrom: PrunePreview['limitFrom'],
  { onDisk, takesUnsized = true }: { onDisk?: OnDisk; takesUnsized?: boolean } = {},
): PrunePreview {
  const images = onDisk ? withDiskSizes([...cached.values()], onDisk.listing) : [...cached.values()];
  const held: Amount = onDisk
    ? { images: images.length, bytes: countedBytes(onDisk.listing, onDisk.configuration.driver) }
    : amountOf(images);
  const goes = leastRecentlyAccessed(images, limitBytes, { held: held.bytes, takesUnsized });
  const gone = amountOf(goes);
  const unsized = (held.unsized ?? 0) - (gone.unsized ?? 0);
  return {
    goes: goes.map(({ imageId, description, sizeBytes, lastAccessed }) => ({
      imageId,
      imageName: description?.name ?? null,
      sizeBytes,
      lastAccessed,
    })),
    limitBytes,
    limitFrom,
    held,
    left: {
      images: held.images - goes.length,
      bytes: Math.max(0, held.bytes - gone.bytes),
      ...(unsized > 0 ? { unsized } : {}),
    },
  };
}

/** The images, with the sizes of their files if the list has none. */
function withDiskSizes(images: readonly CachedImage[], { files }: OnDisk['listing']): CachedImage[] {
  const sizes = new Map(files.flatMap(({ state, name, sizeBytes }) => (state === 'cached' ? [[name, sizeBytes]] : [])));
  return images.map((image) => ({ ...image, sizeBytes: image.sizeBytes ?? sizes.get(image.imageId) ?? null }));
}

export function isUnsized({ goes }: PrunePreview): boolean {
  return goes.some(({ sizeBytes }) => sizeBytes === null);
}
