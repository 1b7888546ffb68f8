import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { CachedImage } from '../contract/images.ts';

/** What one look at a host told. Time in epoch milliseconds, by the console's own clock; sizes in bytes. */
export type Look = {
  hostId: HostId;
  address: string;
  at: number;
  sizeBytes: number;
  limitBytes: number | null;
  images: number;
  queued: number;
  cached: readonly (Pick<CachedImage, 'imageId' | 'hits'> &
    Partial<Pick<CachedImage, 'lastAccessed' | 'lastModified'>>)[];
};

/**
 * What the last poll of a host told; undefined where there was none, or where it sent `null` for a list, which is not
 * an empty one.
 */
export function lookOf(summary: HostSummary, { cached }: Pick<HostImages, 'cached'>): Look | undefined {
  const { id, address, totals, refreshedAt, limitBytes, warnings } = summary;
  if (!totals || refreshedAt === null || warnings.some(({ kind }) => kind === 'nullList')) return undefined;
  return {
    hostId: id,
    address,
    at: refreshedAt,
    sizeBytes: totals.sizeBytes,
    limitBytes,
    images: totals.cachedImages,
    queued: totals.queued,
    cached,
  };
}
