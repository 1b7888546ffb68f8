import { plural } from '../contract/counts.ts';
import type { HostWarning } from '../contract/fleet.ts';
import type { ImageId } from '../contract/images.ts';
import { formatSize, formatSizeSum } from '../contract/sizes.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import type { PruneLock } from './prune-locks.ts';
import type { Snapshot } from './snapshot.ts';

/** Difference between server clocks, in milliseconds, that is not worth a warning. */
const clockTolerance = 5 * 60_000;

export type WarningInputs = {
  listing: CacheListing;
  snapshot: Snapshot;
  limitBytes: number | null;
  /** Images that were deleted while the host fetched them, and are cached all the same. */
  returned: ReadonlySet<ImageId>;
  /** The native prune that may still run on the host. */
  runningPrune: PruneLock | undefined;
  /** When the list arrived, in epoch milliseconds. */
  takenAt: number;
};

/** Returns what the operator should know about a host that answers, most serious first. */
export function warningsOf(observed: WarningInputs): HostWarning[] {
  return [pruneHung, queueStalled, deletedCameBack, overLimit, nullList, oddRecords, clockShifted].flatMap(
    (warning) => warning(observed) ?? [],
  );
}

type Warning = (observed: WarningInputs) => HostWarning | undefined;

const pruneHung: Warning = ({ runningPrune }) => {
  if (runningPrune?.state !== 'hung') return undefined;
  return {
    kind: 'pruneHung',
    label: 'Prune did not respond',
    text: `A prune sent at ${new Date(runningPrune.at).toISOString()} did not respond. It may hang, which happens when files without a record keep the cache directory over its limit. Every later prune would hang too. Remove these files from image_cache_dir and restart the glance-api service on the host.`,
  };
};

const queueStalled: Warning = ({ snapshot }) => {
  const { stalled } = snapshot.totals;
  const why = snapshot.queued.find((one) => one.stalled !== null)?.stalled;
  if (!why) return undefined;
  const label = `${plural(stalled, 'queued image')} ${stalled === 1 ? 'is' : 'are'} stalled`;
  return { kind: 'queueStalled', label, text: why };
};

const deletedCameBack: Warning = ({ returned, snapshot }) => {
  if (returned.size === 0) return undefined;
  const label = `${plural(returned.size, 'deleted image')} cached again`;
  const names = snapshot.cached
    .filter((one) => returned.has(one.imageId))
    .slice(0, 5)
    .map((one) => one.description?.name?.slice(0, 60) ?? one.imageId.slice(0, 60));
  return {
    kind: 'deletedCameBack',
    label,
    text: `Deleted while a fetch was in progress and cached when it ended: ${names.join(', ')}${returned.size > names.length ? ' and more' : ''}. Delete again.`,
  };
};

const overLimit: Warning = ({ snapshot, limitBytes }) => {
  const { sizeBytes, unsized } = snapshot.totals;
  if (limitBytes === null || sizeBytes <= limitBytes) return undefined;
  const over = formatSizeSum({ bytes: sizeBytes - limitBytes, unsized });
  return {
    kind: 'overLimit',
    label: `${over} over its limit`,
    text: `The cache holds ${formatSizeSum({ bytes: sizeBytes, unsized })}, ${over} more than its limit of ${formatSize(limitBytes)}. Prune the host.`,
  };
};

const nullList: Warning = ({ listing }) =>
  listing.nullList
    ? {
        kind: 'nullList',
        label: 'Cache database not readable',
        text: 'The host returned null instead of its cached images. Its cache database is missing or damaged, so its cached images are unknown. Check the cache database in image_cache_dir and the glance-api log.',
      }
    : undefined;

const oddRecords: Warning = ({ snapshot }) => {
  const { length } = snapshot.odd;
  if (length === 0) return undefined;
  return {
    kind: 'oddRecords',
    label: plural(length, 'invalid record'),
    text: `${plural(length, 'record')} in the host's lists ${length === 1 ? 'is' : 'are'} invalid and shown below. Images with a valid ID are listed, with invalid values shown as unknown. Invalid IDs can be deleted from the queue.`,
  };
};

const clockShifted: Warning = ({ listing, takenAt }) => {
  let latest = 0;
  for (const one of listing.cached) latest = Math.max(latest, one.lastAccessed ?? 0, one.lastModified ?? 0);
  const ahead = latest - takenAt;
  if (ahead <= clockTolerance) return undefined;
  const hours = Math.round(ahead / 360_000) / 10;
  const words = hours >= 1 ? `${hours} h` : `${Math.round(ahead / 60_000)} min`;
  return {
    kind: 'clockShifted',
    label: `Times ${words} in the future`,
    text: `Last access times on this host are up to ${words} in the future. Either Glance 28 or later with centralized_db shifts times by the host's time zone (not UTC), or a clock is wrong. Times are unreliable and cannot be compared across hosts.`,
  };
};
