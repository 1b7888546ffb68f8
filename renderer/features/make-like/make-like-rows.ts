import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import { type Amount, amountOf } from '../../../electron/contract/operations.ts';
import type { Selected } from '../../../electron/contract/selections.ts';

/** An image that one host has cached and another lacks. */
export type LikeRow = {
  id: ImageId;
  name: string | null;
  /** As the catalogue or the host that has the image reports it; null if neither does. */
  sizeBytes: number | null;
  /** On the host that has the image. */
  hits: number;
  lastAccessed: number | null;
};

/** The size of the cache of a host, its queue and its limit. Sizes are bytes. */
export type HostCapacity = {
  cached: Amount;
  /** Queued images will be cached too. */
  queued: Amount;
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
    const size = sizeBytes ?? description?.catalogueSizeBytes ?? null;
    return [{ id: imageId, name: description?.name ?? null, sizeBytes: size, hits, lastAccessed }];
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
  const sizes = new Map(catalogue.flatMap(({ id, sizeBytes }) => (wanted.has(id) ? [[id, sizeBytes]] : [])));
  const { cachedImages: images, sizeBytes: bytes, unsized } = totals;
  return {
    cached: { images, bytes, ...(unsized > 0 ? { unsized } : {}) },
    queued: amountOf([...wanted].map((id) => ({ sizeBytes: sizes.get(id) ?? null }))),
    limitBytes,
  };
}

/**
 * Bytes until a host reaches its limit, an upper bound if sizes are unknown; negative if it is over it. Null if no
 * limit is stated.
 */
export function remainingBytes({ cached, queued, limitBytes }: HostCapacity): number | null {
  return limitBytes === null ? null : limitBytes - cached.bytes - queued.bytes;
}

/**
 * The images with the most hits that fit into `bytes` together. An image that is too large or of unknown size is
 * skipped.
 */
export function imagesThatFit(rows: readonly LikeRow[], bytes: number): Set<ImageId> {
  const ids = new Set<ImageId>();
  let left = bytes;
  for (const { id, sizeBytes } of rows.toSorted((one, other) => other.hits - one.hits)) {
    if (sizeBytes === null || sizeBytes > left) continue;
    ids.add(id);
    left -= sizeBytes;
  }
  return ids;
}

/** The fields of a row that the search looks at. */
export const likeRowFields = ({ id, name }: LikeRow) => [name, id];
