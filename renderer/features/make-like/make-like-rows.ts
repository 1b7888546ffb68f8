import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import type { Selected } from '../../../electron/contract/operations.ts';

/** An image that one host has cached and another lacks. */
export type LikeRow = {
  id: ImageId;
  name: string | null;
  sizeBytes: number;
  /** On the host that has it. */
  hits: number;
  lastAccessed: number | null;
};

/** What is known of the room on a host. Bytes. */
export type HostCapacity = {
  cachedImages: number;
  cachedBytes: number;
  /** What waits in its queue will be there as well; of `unsized` images it is not known how much that is. */
  queuedImages: number;
  queuedBytes: number;
  unsized: number;
  limitBytes: number | null;
};

/** The images of a selection as the host that has them lists them, in the selection's order: the most read first. */
export function likeRows({ targets }: Pick<Selected, 'targets'>, { cached }: Pick<HostImages, 'cached'>): LikeRow[] {
  const byId = new Map(cached.map((image) => [image.imageId, image]));
  return targets.flatMap(({ imageId }) => {
    const image = byId.get(imageId);
    // Gone from there since the selection was made.
    if (!image) return [];
    const { sizeBytes, hits, lastAccessed, description } = image;
    return [{ id: imageId, name: description?.name ?? null, sizeBytes, hits, lastAccessed }];
  });
}

/** The room on a host; undefined while it was never read. */
export function capacityOf(
  { totals, limitBytes }: Pick<HostSummary, 'totals' | 'limitBytes'>,
  queued: HostImages['queued'],
  catalogue: readonly Pick<CatalogueImage, 'id' | 'sizeBytes'>[],
): HostCapacity | undefined {
  if (!totals) return undefined;
  const wanted = new Set(queued.map(({ imageId }) => imageId));
  const sizes = catalogue.flatMap(({ id, sizeBytes }) => (wanted.has(id) && sizeBytes !== null ? [sizeBytes] : []));
  return {
    cachedImages: totals.cachedImages,
    cachedBytes: totals.sizeBytes,
    queuedImages: wanted.size,
    queuedBytes: sizes.reduce((sum, size) => sum + size, 0),
    unsized: wanted.size - sizes.length,
    limitBytes,
  };
}

/** How much more a host may take until it is at its limit, below nothing where it is over; null where that is unknown. */
export function remainingBytes({ cachedBytes, queuedBytes, limitBytes }: HostCapacity): number | null {
  return limitBytes === null ? null : limitBytes - cachedBytes - queuedBytes;
}

/** The most read images that are within `bytes` together; one that is too large makes way for smaller ones. */
export function imagesThatFit(rows: readonly LikeRow[], bytes: number): Set<ImageId> {
  const ids = new Set<ImageId>();
  let left = bytes;
  for (const { id, sizeBytes } of rows.toSorted((one, other) => other.hits - one.hits)) {
    if (sizeBytes > left) continue;
    ids.add(id);
    left -= sizeBytes;
  }
  return ids;
}

/** Those whose name or id holds a text. */
export function filterLikeRows(rows: readonly LikeRow[], text: string): readonly LikeRow[] {
  const sought = text.trim().toLowerCase();
  if (sought === '') return rows;
  return rows.filter(({ id, name }) => id.includes(sought) || name?.toLowerCase().includes(sought));
}
