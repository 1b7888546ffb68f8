import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import type { Selected } from '../../../electron/contract/operations.ts';

/** An image that one host has cached and another lacks. */
export type LikeRow = {
  id: ImageId;
  name: string | null;
  sizeBytes: number;
  /** On the host that has the image. */
  hits: number;
  lastAccessed: number | null;
};

/** The size of the cache of a host, its queue and its limit. Sizes are bytes. */
export type HostCapacity = {
  cachedImages: number;
  cachedBytes: number;
  /** Queued images will be cached too. `unsized` counts those whose size is not known. */
  queuedImages: number;
  queuedBytes: number;
  unsized: number;
  limitBytes: number | null;
};

/** The images of a selection as the host that has them lists them, in the order of the selection: most hits first. */
export function likeRows({ targets }: Pick<Selected, 'targets'>, { cached }: Pick<HostImages, 'cached'>): LikeRow[] {
  const byId = new Map(cached.map((image) => [image.imageId, image]));
  return targets.flatMap(({ imageId }) => {
    const image = byId.get(imageId);
    // The host has removed the image since the selection was made.
    if (!image) return [];
    const { sizeBytes, hits, lastAccessed, description } = image;
    return [{ id: imageId, name: description?.name ?? null, sizeBytes, hits, lastAccessed }];
  });
}

/** The capacity of a host; undefined until the host has been read. */
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

/** Bytes until a host reaches its limit, negative if it is over it; null where no limit is stated. */
export function remainingBytes({ cachedBytes, queuedBytes, limitBytes }: HostCapacity): number | null {
  return limitBytes === null ? null : limitBytes - cachedBytes - queuedBytes;
}

/** The images with the most hits that fit into `bytes` together. An image that is too large is skipped. */
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

/** The fields of a row that the search looks at. */
export const likeRowFields = ({ id, name }: LikeRow) => [name, id];
