import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import type { Schedule, ScheduleRun } from '../../contract/schedules.ts';
import { Random } from '../../demo/random.ts';
import { settled } from '../../lib/testing/manual-clock.ts';
import { ScheduleWorld, scheduleOf } from './testing/schedule-world.ts';

const hour = 3_600_000;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1, 0, 0, 30);
const limits = { images: null, percent: null };
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];

/** Schedules of each zone, and the cron expression that croner enumerates their due runs by. */
function schedulesOf(timeZone: string, index: number): { schedule: Schedule; expression: string }[] {
  const one = (name: string, expression: string, changes: Partial<Schedule>) => ({
    expression,
    schedule: scheduleOf({ id: `${timeZone} ${name}`, name: `${timeZone} ${name}`, timeZone, limits, ...changes }),
  });
  const all = [
    one('daily', '30 2 * * *', { trigger: { kind: 'daily', at: '02:30' }, missed: 'runOnce', jitterSeconds: 900 }),
    one('weekly', '15 1 * * 0,3', { trigger: { kind: 'weekly', days: [3, 0], at: '01:15' }, missed: 'skip' }),
    one('cron', '45 1,2,14 * * *', { trigger: { kind: 'cron', expression: '45 1,2,14 * * *' }, missed: 'runOnce' }),
    one('nightly', '@daily', { trigger: { kind: 'every', minutes: 1_440 }, missed: 'skip' }),
  ];
  // Three in each zone, since croner takes long.
  return all.toSpliced(index, 1);
}

describe('a simulated year with daylight saving, sleep, kills, failing hosts and wrong clocks', () => {
  it('accounts for every due run exactly once, and never runs two at once', async () => {
    const random = new Random(2_026);
    const world = new ScheduleWorld(begin);
    world.addHost('a');
    world.addHost('b');
    const all = zones.flatMap(schedulesOf);
    world.schedules = all.map(({ schedule }) => schedule);
    await world.start();
    let latest = begin;
    while (world.clock.now() < begin + 365 * day) {
      world.setDown('b', random.next() < 0.2);
      world.host('a').fails = random.next() < 0.2;
      world.fill('a', 3);
      world.operations.duration = random.int(1, 120) * 60_000;
      await disturb(world, random);
      // Another year of wrong clocks would only repeat the account of this one.
      latest = Math.max(latest, world.clock.now());
    }
    world.clock.jump(Math.max(0, latest - world.clock.now()) + hour);
    world.engine?.wake();
    await world.clock.forward(day);
    const end = world.clock.now();

    expect(world.faults).toEqual([]);
    expect(world.operations.violations).toEqual([]);
    for (const { schedule, expression } of all) {
      const due = enumerate(expression, schedule.timeZone, end);
      const runs = world.runs(schedule.id).filter(({ cause }) => cause === 'due' || cause === 'late');
      expect(accounted(runs, due), schedule.name).toEqual(due);
      expect(runs.filter(({ outcome }) => outcome === 'running')).toEqual([]);
    }
    const outcomes = new Set(world.runs().map(({ outcome }) => outcome));
    for (const outcome of ['done', 'failed', 'skipped', 'missed', 'interrupted', 'nothingToDo']) {
      expect(outcomes).toContain(outcome);
    }
  });
});

async function disturb(world: ScheduleWorld, random: Random): Promise<void> {
  const what = random.next();
  if (what < 0.35) await world.clock.forward(random.int(1, 6) * hour);
  else if (what < 0.6) {
    // The machine sleeps: timers stand still. It is noticed a little later.
    world.clock.jump(random.int(1, 60) * hour);
    await world.clock.forward(random.int(0, 5) * 1_000);
    world.engine?.wake();
    await settled();
  } else if (what < 0.9) {
    await world.clock.forward(random.int(0, 90) * 60_000);
    await world.kill();
    world.clock.jump(random.int(0, 48) * hour);
    await world.start();
  } else {
    world.clock.jump(-random.int(1, 120) * 60_000);
    world.engine?.wake();
    await world.clock.forward(hour);
  }
}

function enumerate(expression: string, timezone: string, end: number): number[] {
  const cron = new Cron(expression, { timezone, fixedTimeRule: 'no-wildcard', paused: true });
  const due: number[] = [];
  let next = cron.nextRun(new Date(begin));
  // The last hour may still wait for its jitter.
  for (; next && next.getTime() <= end; next = cron.nextRun(next)) due.push(next.getTime());
  return due;
}

/** The due times that records account for: each has its first one and their number. */
function accounted(runs: readonly ScheduleRun[], due: readonly number[]): number[] {
  return runs
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .flatMap(({ dueAt, dueRuns }) => {
      const first = due.indexOf(dueAt);
      return first < 0 ? [dueAt] : due.slice(first, first + dueRuns);
    });
}
