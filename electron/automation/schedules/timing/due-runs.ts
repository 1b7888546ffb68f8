import type { Schedule } from '../../../contract/schedules.ts';
import { nextRun, outsideBlackouts, startTime } from './next-runs.ts';

/** Milliseconds by which a run may start late and still be on time: a busy machine, a restart of the console. */
const tolerance = 60_000;

/** Due runs that are accounted for together. Times in epoch milliseconds. */
export type DueRuns = {
  /** `missed` are only reported. */
  kind: 'due' | 'late' | 'missed';
  /** The first due time, and the last. */
  dueAt: number;
  lastAt: number;
  count: number;
};

/** `nextDue`: when the next run is due. `nextAt`: when to look again. Null if nothing is due any more. */
export type DueAnswer = { groups: DueRuns[]; nextDue: number | null; nextAt: number | null };

/**
 * The runs of a schedule that are due until now and not accounted for, grouped into records. Runs that start more than a
 * minute late were missed: the console was closed, the machine slept, or its clock was set forward. They are reported in
 * one record, or caught up by one run, which waits for the end of a blackout. Yields, since counting takes long after a
 * long absence.
 */
export function* dueSteps(schedule: Schedule, accountedUntil: number, now: number): Generator<void, DueAnswer> {
  let missed: DueRuns | undefined;
  let onTime: DueRuns | undefined;
  let due = nextRun(schedule, accountedUntil);
  let start = due === null ? null : startTime(schedule, due);
  while (due !== null && start !== null && start <= now) {
    if (onTime) missed = joined(missed, onTime);
    const one: DueRuns = { kind: 'due', dueAt: due, lastAt: due, count: 1 };
    if (now - start > tolerance) {
      missed = joined(missed, one);
      onTime = undefined;
    } else onTime = one;
    yield;
    due = nextRun(schedule, due);
    start = due === null ? null : startTime(schedule, due);
  }
  if (!missed) return { groups: onTime ? [onTime] : [], nextDue: due, nextAt: start };
  if (schedule.missed === 'skip') {
    return { groups: [{ ...missed, kind: 'missed' }, ...(onTime ? [onTime] : [])], nextDue: due, nextAt: start };
  }
  const allowedAt = outsideBlackouts(schedule, now);
  if (allowedAt > now) return { groups: [], nextDue: allowedAt, nextAt: allowedAt };
  return { groups: [{ ...(onTime ? joined(missed, onTime) : missed), kind: 'late' }], nextDue: due, nextAt: start };
}

function joined(one: DueRuns | undefined, other: DueRuns): DueRuns {
  return one ? { ...one, lastAt: other.lastAt, count: one.count + other.count } : other;
}
