import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import type { Blackout, Schedule } from '../../../contract/schedules.ts';
import { isTimeZone, localTime, startOfDay, startOfNextDay } from './zone-time.ts';

/** The fields that decide when a schedule runs. */
export type Timing = Pick<Schedule, 'trigger' | 'timeZone' | 'blackouts'>;

/** Equal for two timings that are due at the same times. Settings are copied at every change, so objects do not tell. */
export function timingKey({ trigger, timeZone, blackouts }: Timing): string {
  return JSON.stringify([trigger, timeZone, blackouts]);
}

const minute = 60_000;
const dayMinutes = 1_440;
/** Due times in blackouts that are passed over before a schedule counts as never running. */
const maxPassedOver = 400;

/**
 * Why a schedule can never run by its trigger, time zone and blackouts, with the field to correct. Undefined if it can.
 * `now` in epoch milliseconds.
 */
export function timingProblem(
  timing: Timing,
  now: number,
): { field: 'trigger' | 'timeZone'; text: string } | undefined {
  const { trigger, timeZone, blackouts } = timing;
  if (!isTimeZone(timeZone)) {
    return { field: 'timeZone', text: `“${timeZone}” is not a time zone. Enter one such as Europe/Berlin or UTC.` };
  }
  const empty = blackouts.find(({ from, to }) => from === to);
  if (empty)
    return { field: 'trigger', text: `A blackout begins and ends at ${empty.from}. Enter two different times.` };
  if (trigger.kind === 'threshold') return undefined;
  if (trigger.kind === 'cron') {
    const text = cronProblem(trigger.expression, timeZone);
    if (text !== undefined) return { field: 'trigger', text };
  }
  const bare = { ...timing, blackouts: [] };
  if (nextRun(bare, now) === null) return { field: 'trigger', text: 'This never happens, such as on 30 February.' };
  if (nextRun(timing, now) === null) return { field: 'trigger', text: 'All of its runs are due in a blackout.' };
  return undefined;
}

/**
 * The first time after an instant at which a run is due, in epoch milliseconds; null if there is none, and for a
 * threshold. What is due in a blackout is not a run.
 *
 * A fixed time of day that a clock change skips is due at the first moment after the gap, and one that a clock change
 * repeats is due once. Intervals (every so many minutes, hourly, cron expressions with a wildcard or a step in minutes or
 * hours) follow elapsed time: they go on through a repeated hour. Throws if the timing has a problem of its cron
 * expression or time zone.
 */
export function nextRun(timing: Timing, after: number): number | null {
  let last = after;
  for (let tries = 0; tries < maxPassedOver; tries += 1) {
    const due = nextDue(timing, last);
    if (due === null) return null;
    const end = blackoutEnd(timing, due);
    if (end === undefined) return due;
    // The last minute of a blackout is no longer part of it.
    last = Math.max(due, end - 1);
  }
  return null;
}

/** The next runs, at most `count` of them. */
export function nextRuns(timing: Timing, after: number, count: number): number[] {
  const runs: number[] = [];
  for (let last: number | null = after; runs.length < count; runs.push(last)) {
    last = nextRun(timing, last);
    if (last === null) break;
  }
  return runs;
}

/** The first instant at or after a given one that is in no blackout, in epoch milliseconds. */
export function outsideBlackouts(timing: Timing, instant: number): number {
  let at = instant;
  for (let tries = 0; tries < maxPassedOver; tries += 1) {
    const end = blackoutEnd(timing, at);
    if (end === undefined) return at;
    at = end;
  }
  return at;
}

/** Whether no run may start at an instant. */
export function isBlackout(timing: Timing, instant: number): boolean {
  return blackoutEnd(timing, instant) !== undefined;
}

/**
 * When a run that is due starts: delayed by the jitter, which is always the same for a schedule and a due time, shorter
 * than the time until the next due run, and left out if it would lead into a blackout.
 */
export function startTime(schedule: Timing & Pick<Schedule, 'id' | 'jitterSeconds'>, due: number): number {
  if (schedule.jitterSeconds === 0) return due;
  const next = nextDue(schedule, due);
  const bound = Math.min(schedule.jitterSeconds, next === null ? Number.POSITIVE_INFINITY : (next - due) / 1_000 - 1);
  const random = createHash('sha256').update(`${schedule.id} ${due}`).digest().readUInt32BE() / 2 ** 32;
  const start = due + Math.floor(random * Math.max(0, bound)) * 1_000;
  return isBlackout(schedule, start) ? due : start;
}

/** The next due time, also one in a blackout. */
function nextDue({ trigger, timeZone }: Timing, after: number): number | null {
  switch (trigger.kind) {
    case 'threshold':
      return null;
    case 'every':
      return nextInterval(trigger.minutes * minute, timeZone, after);
    default:
      return cronOf(expressionOf(trigger), timeZone).nextRun(new Date(after))?.getTime() ?? null;
  }
}

/**
 * The next of the times at equal intervals from the beginning of each local day. A day of 25 hours has no additional run
 * less than an interval before the next day begins.
 */
function nextInterval(interval: number, timeZone: string, after: number): number {
  const { start, end } = localDay(after, timeZone);
  const elapsed = (Math.floor((after - start) / interval) + 1) * interval;
  const length = end - start;
  const isRest = elapsed >= dayMinutes * minute && length - elapsed < interval;
  return start + (isRest ? length : Math.min(elapsed, length));
}

/** The last local day that was asked for in each time zone: intervals are computed one after the other. */
const days = new Map<string, { start: number; end: number }>();

function localDay(instant: number, timeZone: string): { start: number; end: number } {
  const known = days.get(timeZone);
  if (known && instant >= known.start && instant < known.end) return known;
  const start = startOfDay(instant, timeZone);
  const found = { start, end: startOfNextDay(start, timeZone) };
  days.set(timeZone, found);
  return found;
}

function expressionOf(trigger: Exclude<Schedule['trigger'], { kind: 'threshold' | 'every' }>): string {
  if (trigger.kind === 'cron') return trigger.expression;
  if (trigger.kind === 'hourly') return `${trigger.minute} * * * *`;
  const at = minutesOf(trigger.at);
  const days = trigger.kind === 'weekly' ? [...new Set(trigger.days)].sort().join(',') : '*';
  return `${at % 60} ${Math.floor(at / 60)} * * ${days}`;
}

const crons = new Map<string, Cron>();
const maxCrons = 2_000;

function cronOf(expression: string, timeZone: string): Cron {
  const key = `${timeZone} ${expression}`;
  let cron = crons.get(key);
  if (!cron) {
    if (crons.size >= maxCrons) crons.clear();
    cron = new Cron(expression, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });
    crons.set(key, cron);
  }
  return cron;
}

function cronProblem(expression: string, timeZone: string): string | undefined {
  const how = 'Enter five fields (minute, hour, day of the month, month, day of the week), such as 30 2 * * 1-5.';
  // Croner would replace it by the time at which the expression is read.
  if (expression.includes('?')) return `A cron expression cannot have a question mark. ${how}`;
  const fields = expression.split(/\s+/).length;
  if (!expression.startsWith('@') && fields !== 5)
    return `A cron expression has five fields, and this one ${fields}. ${how}`;
  try {
    cronOf(expression, timeZone);
    return undefined;
  } catch (error) {
    // Croner throws these, and only these, for a pattern that it cannot read.
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
    const why = error.message.replace(/^CronPattern: /, '').slice(0, 300);
    return `“${expression}” is not a cron expression: ${why} ${how}`;
  }
}

/** When the blackout ends that an instant is in; undefined if it is in none. */
function blackoutEnd({ blackouts, timeZone }: Timing, instant: number): number | undefined {
  if (blackouts.length === 0) return undefined;
  const local = localTime(instant, timeZone);
  const at = new Date(local);
  const minutes = at.getUTCHours() * 60 + at.getUTCMinutes();
  const lefts = blackouts.flatMap((one) => minutesLeft(one, at.getUTCDay(), minutes) ?? []);
  if (lefts.length === 0) return undefined;
  const left = Math.max(...lefts);
  const intoMinute = local % minute;
  // A clock change before its end shifts the end: the rest is looked at again.
  const end = instant - intoMinute + left * minute;
  const localEnd = localTime(end, timeZone) - (local - intoMinute);
  return localEnd === left * minute ? end : instant - intoMinute + minute;
}

/** Whole minutes until a blackout ends, from a day of the week and the minutes of that day. Undefined outside of it. */
function minutesLeft({ from, to, days }: Blackout, day: number, minutes: number): number | undefined {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const on = (which: number) => days.length === 0 || days.includes((which + 7) % 7);
  if (begin < end) return on(day) && minutes >= begin && minutes < end ? end - minutes : undefined;
  if (on(day) && minutes >= begin) return end + dayMinutes - minutes;
  return on(day - 1) && minutes < end ? end - minutes : undefined;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
