import type { Schedule } from '../../../contract/schedules.ts';
import { nextRun, type Timing, timingProblem } from './next-runs.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** How far ahead runs are compared, in milliseconds. */
const horizon = 8 * day;
/**
 * Frequent runs are listed for a little more than a day, and at least so many but not more than so many of them: their days
 * are alike, so that one shows at which times of day there are runs.
 */
const listedSpan = 27 * hour;
const minListed = 100;
const maxListed = 600;
/** Milliseconds after a run in which another one meets it. */
const meeting = minute;
/** Times at which runs meet if all days are alike, and which are looked up. */
const maxLookUps = 5;

/** When a schedule runs next, within the horizon. Times in epoch milliseconds. */
export type UpcomingRuns = {
  timing: Timing;
  /** Milliseconds after its due time in which another run meets it. */
  reach: number;
  at: readonly number[];
  /** Whether there are more within the horizon than these. */
  isCut: boolean;
};

/** The next runs after `now` (epoch milliseconds). None for a threshold, and where the timing has a problem. */
export function upcomingRuns(timing: Timing & Pick<Schedule, 'jitterSeconds'>, now: number): UpcomingRuns {
  const at: number[] = [];
  let isCut = false;
  if (timing.trigger.kind !== 'threshold' && !timingProblem(timing, now)) {
    for (let next = nextRun(timing, now); next !== null && next <= now + horizon; next = nextRun(timing, next)) {
      isCut = at.length >= minListed && (next > (at[0] ?? next) + listedSpan || at.length >= maxListed);
      if (isCut) break;
      at.push(next);
    }
  }
  return { timing, reach: timing.jitterSeconds * 1_000 + meeting, at, isCut };
}

/** Results for pairs of runs, which take a moment to find and are asked for again at every change of a schedule. */
const known = new WeakMap<UpcomingRuns, WeakMap<UpcomingRuns, { at: number | undefined }>>();

/** The first time at which runs of two schedules meet, within their jitter and a minute. Epoch milliseconds. */
export function firstMeeting(one: UpcomingRuns, other: UpcomingRuns): number | undefined {
  const before = known.get(one)?.get(other) ?? known.get(other)?.get(one);
  if (before) return before.at;
  const lastOf = ({ at, isCut }: UpcomingRuns) => (isCut ? (at.at(-1) ?? 0) : Number.POSITIVE_INFINITY);
  const at = lastOf(one) >= lastOf(other) ? find(one, other) : find(other, one);
  const results = known.get(one) ?? new WeakMap();
  known.set(one, results.set(other, { at }));
  return at;
}

function find(seldom: UpcomingRuns, often: UpcomingRuns): number | undefined {
  let index = 0;
  let lookUps = 0;
  for (const at of seldom.at) {
    const earliest = at - often.reach;
    const latest = at + seldom.reach;
    while (index < often.at.length && (often.at[index] ?? 0) <= earliest) index += 1;
    let candidate: number | null | undefined = often.at[index];
    if (candidate === undefined && !often.isCut) return undefined;
    if (candidate === undefined && hasRunThatTimeOfDay(often, earliest, latest)) {
      if (lookUps === maxLookUps) return undefined;
      lookUps += 1;
      candidate = nextRun(often.timing, earliest);
    }
    if (candidate !== undefined && candidate !== null && candidate < latest) return Math.max(at, candidate);
  }
  return undefined;
}

/** Whether frequent runs, as listed, have one after `earliest` and before `latest` on another day. */
function hasRunThatTimeOfDay({ at }: UpcomingRuns, earliest: number, latest: number): boolean {
  const first = at[0] ?? 0;
  const shift = Math.floor((earliest - first) / day) * day;
  const from = earliest - shift;
  const index = firstAfter(at, from);
  return (at[index] ?? Number.POSITIVE_INFINITY) < latest - shift;
}

/** The index of the first time after another one in an ascending list. */
function firstAfter(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
