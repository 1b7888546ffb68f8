import { z } from 'zod';
import { hostId } from './hosts.ts';
import { amount } from './operations.ts';

/** The number of stored removals per host. */
export const maxExternalRemovals = 20;
/**
 * Milliseconds for which a removal counts as a sign that something else maintains the host: a weekly job runs again
 * within it.
 */
const recent = 8 * 24 * 3_600_000;

/**
 * Images that left the cache of a host between two of its lists, although no operation of this console removed them and
 * Glance still has them: another console, a job on the host or a person did. Times in epoch milliseconds.
 */
export const externalRemoval = z.object({
  hostId,
  /** When the last list that had all of them was requested. */
  from: z.number(),
  /** When the first list without them had arrived. */
  until: z.number(),
  removed: amount,
});
export type ExternalRemoval = z.infer<typeof externalRemoval>;

/** Whether a removal is so recent that another one is to be expected. `now` in epoch milliseconds. */
export function isRecentRemoval({ until }: Pick<ExternalRemoval, 'until'>, now: number): boolean {
  return now - until < recent;
}

/**
 * When a removal happened: `between 2026-11-28 03:00 and 03:05`, or `at 2026-11-28 03:00` if that is the same minute.
 * `format` writes a time (epoch milliseconds) in a time zone, beginning as `2026-11-28 03:00`.
 */
export function removalTime({ from, until }: Pick<ExternalRemoval, 'from' | 'until'>, format: (at: number) => string) {
  const [one = '', other = ''] = [from, until].map((at) => format(at).slice(0, 16));
  if (one === other) return `at ${one}`;
  const isSameDay = one.slice(0, 10) === other.slice(0, 10);
  return `between ${one} and ${isSameDay ? other.slice(11) : other}`;
}
