import type { Preferences } from '../contract/settings.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long things may take at a host before the console draws a conclusion. Milliseconds, unless it says otherwise. */
export type HostTimings = {
  /** What a queued image may wait beside the time for its bytes: the preference `queuePatienceMinutes`. */
  fetchTimeout: number;
  /** The slowest believable rate of a fetch, in bytes a second. */
  fetchRate: number;
  /**
   * What is added where the host's own job fetches, every 300 s by default (`cache_prefetcher_interval`): one run may
   * just have been missed, and one may be under way.
   */
  periodicExtra: number;
  /** How long an image may be in neither list: between the two it is for about 0.1 s when its fetch ends. */
  vanishAfter: number;
  /** How long a prune that did not answer is taken to be still running. */
  pruneMayRun: number;
  /** How long a delete during a fetch is watched for its return on the host's row. */
  returnWatch: number;
};

export const defaultTimings: HostTimings = {
  fetchTimeout: 5 * minute,
  fetchRate: 10 * 1024 * 1024,
  periodicExtra: 6 * minute,
  vanishAfter: 10 * second,
  pruneMayRun: 12 * hour,
  returnWatch: 2 * hour,
};

/** Bytes assumed of an image whose size nobody knows. */
const unknownSize = 2 * 1024 ** 3;

/** The timings that follow from the preferences; `overrides` win, as in a test that cannot wait for minutes. */
export function timingsFrom(
  { queuePatienceMinutes }: Pick<Preferences, 'queuePatienceMinutes'>,
  overrides: Partial<HostTimings> = {},
): HostTimings {
  return { ...defaultTimings, fetchTimeout: queuePatienceMinutes * minute, ...overrides };
}

/** Milliseconds within which a host that fetches at once has fetched so many bytes, if it ever will. */
export function maxFetchTime({ fetchTimeout, fetchRate }: HostTimings, bytes: number | null): number {
  return fetchTimeout + ((bytes ?? unknownSize) / fetchRate) * second;
}
