import type { HostWarning } from '../contract/fleet.ts';
import type { ImageId } from '../contract/images.ts';
import { formatSize, formatSizeSum } from '../contract/units.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import { plural } from '../lib/text.ts';
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
    label: 'Prune did not answer',
    text: `A prune sent at ${new Date(runningPrune.at).toISOString()} never answered. It may hang on the host for good, which happens when files without a record keep the cache directory over its limit; every later prune would then hang too. Remove such files from image_cache_dir and restart the glance-api service on the host.`,
  };
};

const queueStalled: Warning = ({ snapshot }) => {
  const stalled = snapshot.queued.filter((one) => one.stalled !== null);
  const why = stalled[0]?.stalled;
  if (!why) return undefined;
  const label = `${plural(stalled.length, 'queued image')} ${stalled.length === 1 ? 'is' : 'are'} stalled`;
  return { kind: 'queueStalled', label, text: why };
};

const deletedCameBack: Warning = ({ returned, snapshot }) => {
  if (returned.size === 0) return undefined;
  const label = `${plural(returned.size, 'deleted image')} came back`;
  const names = snapshot.cached
    .filter((one) => returned.has(one.imageId))
    .slice(0, 5)
    .map((one) => one.description?.name?.slice(0, 60) ?? one.imageId.slice(0, 60));
  return {
    kind: 'deletedCameBack',
    label,
    text: `Deleted while the host was fetching, and cached all the same when the fetch ended: ${names.join(', ')}${returned.size > names.length ? ' and more' : ''}. Delete again to be rid of it.`,
  };
};

const overLimit: Warning = ({ snapshot, limitBytes }) => {
  const { sizeBytes, unsized } = snapshot.totals;
  if (limitBytes === null || sizeBytes <= limitBytes) return undefined;
  const over = formatSizeSum({ bytes: sizeBytes - limitBytes, unsized });
  return {
    kind: 'overLimit',
    label: `${over} over its limit`,
    text: `The cache holds ${formatSizeSum({ bytes: sizeBytes, unsized })}, ${over} more than the limit of ${formatSize(limitBytes)} that you stated. Prune the host to bring it within its limit.`,
  };
};

const nullList: Warning = ({ listing }) =>
  listing.nullList
    ? {
        kind: 'nullList',
        label: 'Cache database not readable',
        text: 'The host answers null in place of its list of cached images, as Glance does when its cache database is missing or broken. What is cached there is not known. Look for the cache database in image_cache_dir and into the log of glance-api.',
      }
    : undefined;

const oddRecords: Warning = ({ snapshot }) => {
  const { length } = snapshot.odd;
  if (length === 0) return undefined;
  return {
    kind: 'oddRecords',
    label: plural(length, 'odd record'),
    text: `${plural(length, 'record')} of the host's lists ${length === 1 ? 'is' : 'are'} not what the API promises and ${length === 1 ? 'is' : 'are'} shown below. An image whose id can be read is in the lists all the same; what is not valid about it is unknown. An id that is no image id can be deleted from the queue.`,
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
    text: `Images on this host are said to have been used up to ${words} in the future. Glance 28 and later with centralized_db shift times by the time zone of the host when it is not UTC; or a clock is wrong. Times and their order across hosts are not to be trusted.`,
  };
};
