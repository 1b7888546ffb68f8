import type { Preferences } from '../contract/settings.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * How long activities at a host may take before the console draws a conclusion. Milliseconds, unless stated otherwise.
 */
export type HostTimings = {
  /** How long a queued image may wait in addition to the time for its bytes: the preference `queueStallMinutes`. */
  fetchTimeout: number;
  /** The slowest believable rate of a fetch, in bytes a second. */
  fetchRate: number;
  /**
   * Added for a host that fetches by its periodic job, every 300 s by default (`cache_prefetcher_interval`): the image
   * may have just missed one run, and another run may be in progress.
   */
  periodicExtra: number;
  /** How long an image may be neither queued nor cached. When a fetch ends, this lasts about 0.1 s. */
  vanishAfter: number;
  /** How long a prune that did not answer counts as running. */
  pruneMayRun: number;
  /** How long after the first list of a host requests of an earlier run of the console may still arrive there. */
  earlierRequests: number;
  /** The maximum time between two lists of a host for which a removal between them has a known time. */
  maxListGap: number;
  /** How long the host's row reports that an image deleted during its fetch has reappeared. */
  returnWatch: number;
};

export const defaultTimings: HostTimings = {
  fetchTimeout: 5 * minute,
  fetchRate: 10 * 1024 * 1024,
  periodicExtra: 6 * minute,
  vanishAfter: 10 * second,
  pruneMayRun: 12 * hour,
  returnWatch: 2 * hour,
  earlierRequests: 2 * minute,
  maxListGap: 10 * minute,
};

/** The size in bytes to reckon with for a fetch; an image of unknown size is assumed to have 2 GiB. */
export function assumedSize(bytes: number | null): number {
  return bytes ?? 2 * 1024 ** 3;
}

/** The timings that follow from the preferences; `overrides` win, as in a test that cannot wait for minutes. */
export function timingsFrom(
  { queueStallMinutes, refreshSeconds }: Pick<Preferences, 'queueStallMinutes' | 'refreshSeconds'>,
  overrides: Partial<HostTimings> = {},
): HostTimings {
  return {
    ...defaultTimings,
    fetchTimeout: queueStallMinutes * minute,
    maxListGap: Math.max(defaultTimings.maxListGap, 3 * refreshSeconds * second),
    ...overrides,
  };
}

/** The maximum time in milliseconds in which a host that fetches at once fetches an image of `bytes`. */
export function maxFetchTime({ fetchTimeout, fetchRate }: HostTimings, bytes: number | null): number {
  return fetchTimeout + (assumedSize(bytes) / fetchRate) * second;
}
