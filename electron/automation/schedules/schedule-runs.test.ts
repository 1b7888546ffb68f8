import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Schedule } from '../../contract/schedules.ts';
import { cloudOf, ScheduleWorld, scheduleOf } from './testing/schedule-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const unlimited = { images: null, percent: null };
/** Half past two on 1 January. */
const due = Date.UTC(2026, 0, 1, 2, 30);

let world: ScheduleWorld;

beforeEach(() => {
  world = new ScheduleWorld(Date.UTC(2026, 0, 1));
  world.addHost('a');
  world.addHost('b');
});

afterEach(() => {
  expect(world.faults).toEqual([]);
  expect(world.operations.violations).toEqual([]);
});

function daily(changes: Partial<Schedule> = {}): Schedule {
  return scheduleOf({ limits: unlimited, ...changes });
}

async function started(...schedules: Schedule[]) {
  world.schedules = schedules;
  return world.start();
}

describe('a due run', () => {
  it('is a normal operation under the name of the schedule, and its record has the outcome', async () => {
    await started(daily());
    await world.clock.forward(2.5 * hour);
    expect(world.runs()).toMatchObject([{ outcome: 'running', dueAt: due, cause: 'due', dueRuns: 1, endedAt: null }]);
    expect(world.operations.list()).toMatchObject([{ state: 'running', schedule: { id: 'one', name: 'one' } }]);
    await world.clock.forward(minute);
    const [run] = world.runs();
    expect(run).toMatchObject({ outcome: 'done', deleted: { images: 10, bytes: 10e9 }, endedAt: due + minute });
    expect(run?.operationId).toBe(world.operations.list()[0]?.id);
    expect(world.engine?.states()).toMatchObject([{ nextRun: due + 24 * hour, lastRun: { id: run?.id } }]);
  });

  it('leaves out hosts that are down or busy, and reports them', async () => {
    world.addHost('c');
    world.setDown('a', true);
    await started(daily());
    const plan = await world.operations.plan({ kind: 'clean', hostIds: ['c'] });
    await world.clock.forward(2.5 * hour - 1_000);
    await world.operations.start(plan.id);
    await world.clock.forward(2 * minute);
    expect(world.runs()).toMatchObject([{ outcome: 'done', deleted: { images: 5 } }]);
    expect(world.runs()[0]?.skippedHosts).toMatchObject([
      { hostId: 'a', reason: expect.stringContaining('unreachable') },
      { hostId: 'c', reason: expect.stringContaining('is running on this host') },
    ]);
  });

  it('is rejected on a read-only cloud', async () => {
    world.clouds = [cloudOf('lab', { readOnly: true })];
    await started(daily());
    await world.clock.forward(3 * hour);
    expect(world.operations.list()).toEqual([]);
    expect(world.runs()).toMatchObject([{ outcome: 'skipped', operationId: null }]);
    expect(
      world
        .runs()[0]
        ?.skippedHosts.map(({ reason }) => reason)
        .join(),
    ).toContain('read-only');
  });

  it('is skipped while the previous run is in progress, in one record', async () => {
    world.operations.duration = 5 * hour;
    await started(daily({ trigger: { kind: 'every', minutes: 60 } }));
    await world.clock.forward(4.5 * hour);
    expect(world.runs()).toMatchObject([
      { outcome: 'skipped', dueRuns: 3, text: 'The previous run was still in progress.' },
      { outcome: 'running', dueRuns: 1 },
    ]);
  });

  it('waits for another schedule that uses one of its hosts', async () => {
    const other = daily({
      id: 'two',
      name: 'two',
      targets: { hosts: { kind: 'named', hostIds: ['b'] }, onlyHostIds: null },
    });
    await started(daily(), other);
    await world.clock.forward(2.5 * hour);
    expect(world.operations.list()).toHaveLength(1);
    await world.clock.forward(3 * minute);
    expect(world.runs('two')).toMatchObject([{ outcome: 'nothingToDo', startedAt: due, endedAt: due + minute }]);
  });

  it('is skipped while all schedules are paused', async () => {
    world.paused = true;
    await started(daily());
    await world.clock.forward(50 * hour);
    expect(world.runs()).toMatchObject([{ outcome: 'skipped', dueRuns: 2, text: 'All schedules were paused.' }]);
    expect(world.engine?.states()[0]?.nextRun).toBeNull();
  });

  it('is skipped with the reason when it is no longer possible', async () => {
    await started(daily({ targets: { hosts: { kind: 'named', hostIds: ['gone'] }, onlyHostIds: null } }));
    await world.clock.forward(3 * hour);
    expect(world.runs()).toMatchObject([
      { outcome: 'skipped', text: 'All of its hosts were removed from the console.' },
    ]);
    expect(world.engine?.states()[0]?.problem).toBe('All of its hosts were removed from the console.');
  });
});

describe('missed runs', () => {
  it('are reported in one record and not caught up if the schedule skips missed runs', async () => {
    await started(daily({ missed: 'skip' }));
    world.clock.jump(3 * 24 * hour);
    world.engine?.wake();
    await world.clock.forward(15_000);
    expect(world.runs()).toMatchObject([{ outcome: 'missed', dueAt: due, dueRuns: 3, startedAt: null }]);
    expect(world.operations.list()).toEqual([]);
  });

  it('are caught up by a single run', async () => {
    await started(daily({ missed: 'runOnce' }));
    await world.kill();
    world.clock.jump(3 * 24 * hour);
    await world.start();
    expect(world.runs()).toMatchObject([{ outcome: 'running', cause: 'late', dueAt: due, dueRuns: 3 }]);
    await world.clock.forward(hour);
    expect(world.operations.started).toHaveLength(1);
  });

  it('are caught up after a blackout', async () => {
    await started(daily({ missed: 'runOnce', blackouts: [{ from: '08:00', to: '18:00', days: [] }] }));
    world.clock.jump(10 * hour);
    world.engine?.wake();
    await world.clock.forward(15_000);
    expect(world.runs()).toEqual([]);
    await world.clock.forward(8 * hour);
    expect(world.runs()).toMatchObject([{ cause: 'late', dueRuns: 1, startedAt: Date.UTC(2026, 0, 1, 18) }]);
  });

  it('do not include the time in which the schedule was off', async () => {
    await started(daily({ enabled: false }));
    await world.clock.forward(60 * hour);
    await world.setSchedules(daily());
    expect(world.runs()).toEqual([]);
    await world.kill();
    await world.start();
    await world.clock.forward(15 * hour);
    expect(world.runs()).toMatchObject([{ outcome: 'done', dueRuns: 1 }]);
  });
});

describe('a clock that is set back', () => {
  it('repeats no run, also after a restart', async () => {
    await started(daily());
    await world.clock.forward(3 * hour);
    world.clock.jump(-2 * hour);
    world.engine?.wake();
    await world.clock.forward(hour);
    await world.kill();
    await world.start();
    await world.setSchedules(daily({ note: 'changed' }));
    await world.setSchedules(daily({ trigger: { kind: 'cron', expression: '30 2 * * *' } }));
    await world.clock.forward(2 * hour);
    expect(world.runs()).toHaveLength(1);
    expect(world.operations.started).toHaveLength(1);
  });
});

describe('a kill', () => {
  it('during an operation: the operation is continued, and the run has its outcome', async () => {
    await started(daily());
    await world.clock.forward(2.5 * hour + 1_000);
    await world.kill();
    expect(world.operations.list()[0]?.state).toBe('interrupted');
    await world.start();
    expect(world.runs()).toMatchObject([{ outcome: 'running', endedAt: null }]);
    expect(world.operations.list()[0]?.state).toBe('running');
    await world.clock.forward(2 * minute);
    expect(world.runs()).toMatchObject([{ outcome: 'done', deleted: { images: 10 } }]);
    expect(world.operations.started).toHaveLength(1);
  });

  it('after the operation was started and before the run recorded it: the run finds its operation', async () => {
    await started(daily());
    await world.clock.forward(2.5 * hour + 1_000);
    await world.kill();
    world.database.exec('UPDATE schedule_runs SET operation_id = NULL');
    await world.start();
    await world.clock.forward(2 * minute);
    expect(world.runs()).toMatchObject([{ outcome: 'done', operationId: world.operations.list()[0]?.id }]);
  });

  it('before anything was sent: the run is interrupted, and says so', async () => {
    await started(daily());
    // The run has no turn yet.
    world.operations.duration = 2 * hour;
    await world.setSchedules(daily({ trigger: { kind: 'daily', at: '02:00' } }), daily({ id: 'two', name: 'two' }));
    await world.clock.forward(2.6 * hour);
    expect(world.runs('two')).toMatchObject([{ outcome: 'running', operationId: null }]);
    await world.kill();
    await world.start();
    expect(world.runs('two')).toMatchObject([
      { outcome: 'interrupted', dueRuns: 1, text: 'The console ended before the run began. Nothing was sent.' },
    ]);
  });

  it('of a schedule that was turned off since: its operation is left to the operator', async () => {
    await started(daily());
    await world.clock.forward(2.5 * hour + 1_000);
    await world.kill();
    world.schedules = [daily({ enabled: false })];
    await world.start();
    expect(world.runs()).toMatchObject([{ outcome: 'interrupted', text: expect.stringContaining('can be continued') }]);
    expect(world.operations.list()[0]?.state).toBe('interrupted');
  });
});

describe('failures', () => {
  it('pause the schedule for a host after three in a row, until it is resumed', async () => {
    await started(daily());
    world.host('a').fails = true;
    await world.clock.forward(24 * hour);
    world.host('a').fails = false;
    world.fill('a', 1);
    await world.clock.forward(24 * hour);
    // A success in between: the count begins again.
    world.host('a').fails = true;
    for (let day = 0; day < 3; day += 1) {
      world.fill('a', 1);
      world.fill('b', 1);
      await world.clock.forward(24 * hour);
    }
    expect(world.runs().map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'done', 'failed']);
    expect(world.runs()[0]?.text).toContain('Paused for a after three failures in a row.');
    await world.kill();
    await world.start();
    const [state] = world.engine?.states() ?? [];
    expect(state?.pausedHosts).toMatchObject([{ hostId: 'a', reason: expect.stringContaining('hostError at a host') }]);
    world.fill('b', 1);
    await world.clock.forward(24 * hour);
    expect(world.runs()[0]).toMatchObject({
      outcome: 'done',
      skippedHosts: [{ hostId: 'a', reason: expect.stringContaining('Failed 3 times in a row') }],
    });
    world.host('a').fails = false;
    world.engine?.resumeHost('one', 'a');
    await world.clock.forward(24 * hour);
    expect(world.runs()[0]).toMatchObject({ outcome: 'done', skippedHosts: [] });
    expect(world.engine?.states()[0]?.pausedHosts).toEqual([]);
  });
});

describe('a run by hand', () => {
  it('works for a schedule that is off, and never runs twice at once', async () => {
    await started(daily({ enabled: false }));
    expect(world.engine?.runNow('one')).toMatchObject({ cause: 'manual', outcome: 'running' });
    expect(() => world.engine?.runNow('one')).toThrow('A run of this schedule is in progress.');
    await world.clock.forward(2 * minute);
    expect(world.runs()).toMatchObject([{ cause: 'manual', outcome: 'done' }]);
  });

  it('can be previewed without sending anything', async () => {
    await started(daily({ limits: { images: 1, percent: null } }));
    const dry = await world.engine?.dryRun('one');
    expect(dry).toMatchObject({
      plan: { willDo: 2 },
      skippedHosts: [],
      approval: expect.stringContaining('10 images'),
    });
    expect(world.operations.list()).toEqual([]);
    expect(world.runs()).toEqual([]);
  });
});

describe('the list of runs', () => {
  it('is paged without splitting runs of the same time', async () => {
    const names = ['k', 'l', 'm', 'n'];
    await started(...names.map((name) => daily({ id: name, name, action: { kind: 'refresh' } })));
    await world.clock.forward(50 * hour);
    const page = (limit: number, before?: number) => world.engine?.runs({ limit, before }) ?? { runs: [], more: false };
    expect(page(3)).toMatchObject({ runs: { length: 4 }, more: true });
    expect(page(3, page(3).runs.at(-1)?.dueAt)).toMatchObject({ runs: { length: 4 }, more: false });
    expect(page(8)).toMatchObject({ runs: { length: 8 }, more: false });
  });
});

describe('a full disk', () => {
  it('starts no run that cannot be recorded, and reports it afterwards', async () => {
    await started(daily());
    const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    world.database.exec('PRAGMA query_only = ON');
    let isFull = true;
    world.storage.addCheck(() => {
      if (isFull) throw full;
    });
    world.storage.check();
    expect(world.storage.problem).not.toBeNull();
    await world.clock.forward(5 * hour);
    expect(world.operations.list()).toEqual([]);
    expect(world.runs()).toEqual([]);
    world.database.exec('PRAGMA query_only = OFF');
    isFull = false;
    await world.clock.forward(minute);
    expect(world.storage.problem).toBeNull();
    expect(world.runs()).toMatchObject([{ outcome: 'missed', dueRuns: 1 }]);
  });
});
