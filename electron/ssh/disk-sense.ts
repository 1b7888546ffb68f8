import type { CachedImage } from '../contract/images.ts';
import type { DiskDifference, DiskFile, DiskListing } from '../contract/remote.ts';

/** What the disk and the API disagree about. Both should have been read at about the same time, and nothing be fetched. */
export function diskDifference(
  listing: Pick<DiskListing, 'files'>,
  records: readonly Pick<CachedImage, 'imageId' | 'sizeBytes'>[],
): DiskDifference {
  const onDisk = new Map<string, DiskFile>();
  for (const file of listing.files) {
    // An id that is no UUID is a cached image where the API says so.
    if (file.state === 'cached' || file.state === 'other') onDisk.set(file.name, file);
  }
  const listed = new Set(records.map(({ imageId }) => imageId));
  return {
    withoutRecord: [...onDisk.values()].filter(({ state, name }) => state === 'cached' && !listed.has(name)),
    withoutFile: records.filter(({ imageId }) => !onDisk.has(imageId)).map(({ imageId }) => imageId),
    otherSize: records.flatMap(({ imageId, sizeBytes }) => {
      const file = onDisk.get(imageId);
      return !file || file.sizeBytes === sizeBytes
        ? []
        : [{ imageId, diskBytes: file.sizeBytes, recordBytes: sizeBytes }];
    }),
  };
}

/**
 * What clean would remove now: everything invalid, and what is incomplete and was last written to more than the stall time
 * ago (glance-cache-api.md, section 5).
 */
export function cleanable({ files, hostTime }: DiskListing, stallSeconds: number): DiskFile[] {
  return files.filter(
    ({ state, modifiedAt }) =>
      state === 'invalid' || (state === 'incomplete' && modifiedAt < hostTime - stallSeconds * 1_000),
  );
}

/**
 * What prune takes for the size of the cache: every plain file in the directory itself, whether there is a record of it or
 * not, but not the database of the driver sqlite.
 */
export function countedBytes({ files }: Pick<DiskListing, 'files'>, driver: string): number {
  return files
    .filter(({ state, name }) => state === 'cached' || (state === 'other' && !name.includes('/')))
    .filter(({ name }) => driver !== 'sqlite' || !/^cache\.db$/.test(name))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
