import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { type Alert, type AlertRules, alertRules } from '../../contract/alerts.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { Forecast } from '../../contract/trends.ts';
import { ManualClock } from '../../lib/testing/manual-clock.ts';
import type { AlertInputs } from './alert-conditions.ts';
import { AlertStore } from './alert-store.ts';
import { Alerts } from './alerts.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const gib = 2 ** 30;
const storage = { report: () => undefined, addCheck: () => () => true };

function host(name: string, more: Partial<HostSummary> = {}): HostSummary {
  return {
    id: name,
    name,
    cloudId: 'c',
    state: 'reachable',
    failure: null,
    failingSince: null,
    warnings: [],
    limitBytes: 10 * gib,
    totals: { sizeBytes: 5 * gib, unsized: 0 },
    ...more,
  } as HostSummary;
}
const over = { totals: { sizeBytes: 12 * gib, unsized: 0 } } as Partial<HostSummary>;
const failed = (since: number) =>
  ({
    state: 'failed',
    failingSince: since,
    failure: { code: 'unreachable', message: 'No route to a.', remedy: 'Check it.' },
  }) satisfies Partial<HostSummary>;

/** A console with alerts on a clock that the test moves. */
function scene(rules: Partial<AlertRules> = {}, database = new DatabaseSync(':memory:'), clock = new ManualClock()) {
  const inputs = {
    hosts: [host('a')] as HostSummary[],
    forecasts: new Map<string, Forecast>(),
    sets: [] as AlertInputs['sets'],
    expiries: [] as AlertInputs['expiries'][number][],
    schedules: [] as AlertInputs['schedules'][number][],
    schedulesPaused: false,
    hostJobs: [] as AlertInputs['hostJobs'],
  };
  const fired: string[] = [];
  const alerts = new Alerts({
    settings: {
      preferences: { alerts: { ...alertRules.parse({}), ...rules } },
      get schedulesPaused() {
        return inputs.schedulesPaused;
      },
    },
    hosts: () => inputs.hosts,
    forecast: (hostId) => inputs.forecasts.get(hostId),
    drift: async () => inputs.sets,
    expiries: () => inputs.expiries,
    schedules: () => inputs.schedules,
    hostJobs: () => inputs.hostJobs,
    store: new AlertStore(database, storage),
    clock,
    fault: (error) => {
      throw error;
    },
  });
  alerts.onFire((all) => fired.push(...all.map(({ title }) => title)));
  return { alerts, inputs, clock, fired, database, titles: () => alerts.list().map(({ title }) => title) };
}
const first = (alerts: Alerts): Alert => {
  const [one] = alerts.list();
  if (!one) throw new Error('Nothing fires');
  return one;
};

describe('an alert', () => {
  it('fires when a host exceeds its limit, and clears when it no longer does', async () => {
    const { alerts, inputs, clock, fired, titles } = scene();
    inputs.hosts = [host('a', over), host('b')];
    await clock.forward(2_000);
    expect(titles()).toEqual(['a is over its limit']);
    expect(first(alerts)).toMatchObject({ hostId: 'a', since: clock.now(), acknowledgedAt: null });
    inputs.hosts = [host('a'), host('b')];
    alerts.changed();
    await clock.forward(2_000);
    expect(titles()).toEqual([]);
    expect(fired).toEqual(['a is over its limit']);
  });

  it('fires only after its condition held for its minutes without a gap', async () => {
    const { inputs, clock, titles } = scene({ overLimit: { enabled: true, minutes: 5 } });
    inputs.hosts = [host('a', over)];
    await clock.forward(4 * minute);
    expect(titles()).toEqual([]);
    inputs.hosts = [host('a')];
    await clock.forward(minute);
    inputs.hosts = [host('a', over)];
    await clock.forward(4 * minute);
    expect(titles()).toEqual([]);
    await clock.forward(2 * minute);
    expect(titles()).toEqual(['a is over its limit']);
  });

  it('counts the time that a host is unreachable from its first failed poll', async () => {
    const { alerts, inputs, clock } = scene();
    const since = clock.now() - 4 * minute;
    inputs.hosts = [host('a', failed(since))];
    await clock.forward(30_000);
    expect(alerts.list()).toEqual([]);
    await clock.forward(minute);
    expect(first(alerts)).toMatchObject({ rule: 'unreachable', severity: 'critical', since });
  });

  it('survives a restart, with its time and its acknowledgement', async () => {
    const before = scene();
    before.inputs.hosts = [host('a', over), host('b', over)];
    await before.clock.forward(2_000);
    const since = before.clock.now();
    before.alerts.acknowledge(['overLimit a']);
    before.alerts.stop();
    await before.clock.forward(60 * minute);
    const after = scene({}, before.database, before.clock);
    after.inputs.hosts = before.inputs.hosts;
    await after.clock.forward(2_000);
    expect(after.alerts.list()).toMatchObject([
      { id: 'overLimit b', since, acknowledgedAt: null },
      { id: 'overLimit a', since, acknowledgedAt: since },
    ]);
    expect(after.fired).toEqual([]);
  });

  it('needs attention again when it fires again after an acknowledgement', async () => {
    const { alerts, inputs, clock, fired } = scene();
    inputs.hosts = [host('a', over)];
    await clock.forward(2_000);
    alerts.acknowledge(['overLimit a']);
    inputs.hosts = [host('a')];
    await clock.forward(minute);
    inputs.hosts = [host('a', over)];
    await clock.forward(minute);
    expect(first(alerts).acknowledgedAt).toBeNull();
    expect(fired).toHaveLength(2);
  });

  it('stays muted when it clears and fires again, until the mute expires', async () => {
    const { alerts, inputs, clock, fired } = scene();
    inputs.hosts = [host('a', over)];
    await clock.forward(2_000);
    const until = clock.now() + 60 * minute;
    alerts.mute(['overLimit a'], until);
    inputs.hosts = [host('a')];
    await clock.forward(minute);
    expect(alerts.list()).toEqual([]);
    inputs.hosts = [host('a', over)];
    await clock.forward(minute);
    expect(first(alerts).mutedUntil).toBe(until);
    expect(fired).toHaveLength(1);
  });

  it('is not evaluated by a rule that is off', async () => {
    const { inputs, clock, titles } = scene({ overLimit: { enabled: false, minutes: 0 } });
    inputs.hosts = [host('a', over)];
    await clock.forward(minute);
    expect(titles()).toEqual([]);
  });

  it('reports the time until the limit is reached only for hosts that nothing prunes before', async () => {
    const { alerts, inputs, clock, titles } = scene();
    inputs.forecasts.set('a', { kind: 'reaches', inMs: 2 * day, bytesPerDay: gib, overMs: day });
    const firing = ['a reaches its limit in 2 days'];
    const settle = async () => {
      alerts.changed();
      await clock.forward(2_000);
      return titles();
    };
    const schedule = (more: object, trigger: object = { kind: 'daily' }, enabled = true) => {
      const own = { id: 's', name: 'Nightly', action: { kind: 'prune' }, enabled, trigger };
      const state = { hostIds: ['a'], nextRun: clock.now() + day, lastRun: null, waitingRun: null, pausedHosts: [] };
      inputs.schedules = [{ schedule: own, problem: null, ...state, ...more }] as unknown as typeof inputs.schedules;
      return settle();
    };
    expect(await settle()).toEqual(firing);
    expect(await schedule({})).toEqual([]);
    expect(await schedule({}, { kind: 'daily' }, false)).toEqual(firing);
    expect(await schedule({ nextRun: clock.now() + 3 * day })).toEqual(firing);
    expect(await schedule({ hostIds: ['b'] })).toEqual(firing);
    expect(await schedule({ problem: 'Its cloud was removed.' })).toEqual(expect.arrayContaining(firing));
    const pausedHosts = [{ hostId: 'a', since: clock.now(), reason: 'Failed three times.' }];
    expect(await schedule({ pausedHosts })).toEqual(expect.arrayContaining(firing));
    const waitingRun = { dueAt: clock.now(), text: 'It deletes much.' };
    expect(await schedule({ waitingRun })).toEqual(expect.arrayContaining(firing));
    expect(await schedule({ nextRun: null }, { kind: 'threshold', abovePercent: 90 })).toEqual([]);
    inputs.schedulesPaused = true;
    expect(await settle()).toEqual(firing);
    const job = { program: 'pruner', active: true } as AlertInputs['hostJobs'][number]['jobs'][number];
    inputs.hostJobs = [{ hostId: 'a', jobs: [job] }];
    expect(await settle()).toEqual([]);
    inputs.hostJobs = [{ hostId: 'a', jobs: [{ ...job, active: false }] }];
    expect(await settle()).toEqual(firing);
  });

  it('names the time until the limit is reached, stalled queues, drift, schedules and what expires', async () => {
    const { inputs, clock, titles, alerts } = scene();
    const now = clock.now();
    inputs.hosts = [
      host('a', { warnings: [{ kind: 'queueStalled', label: '2 queued images are stalled', text: 'Slow.' }] }),
    ];
    inputs.forecasts.set('a', { kind: 'reaches', inMs: 2 * day, bytesPerDay: gib, overMs: day });
    inputs.sets = [
      {
        set: { id: 'g', cloudId: 'c', name: 'base' } as AlertInputs['sets'][number]['set'],
        drift: {
          hosts: [{ state: 'drifted', missing: { images: 3, bytes: 1 }, extra: { images: 0, bytes: 0 } }],
        } as AlertInputs['sets'][number]['drift'],
      },
    ];
    const run = { endedAt: now, dueAt: now, text: 'Failed on a.' };
    const schedule = (id: string, name: string) => ({
      schedule: { id, name, enabled: true, action: { kind: 'clean' } },
      problem: null,
      lastRun: null,
      waitingRun: null,
      pausedHosts: [],
    });
    inputs.schedules = [
      { ...schedule('s', 'Nightly prune'), lastRun: { ...run, outcome: 'failed' } },
      { ...schedule('p', 'Sync'), problem: 'Its golden set was removed.' },
      { ...schedule('t', 'Weekly clean'), lastRun: { ...run, outcome: 'done' } },
      { ...schedule('u', 'Waste'), waitingRun: { ...run, outcome: 'waiting' } },
      { ...schedule('v', 'Hourly sync'), pausedHosts: [{ hostId: 'a', since: now, reason: 'Failed three times.' }] },
    ] as unknown as typeof inputs.schedules;
    inputs.expiries = [
      { what: 'certificate', cloudId: 'c', name: 'https://a:9292', expiresAt: now + 10 * day },
      { what: 'certificate', cloudId: 'c', name: 'https://b:9292', expiresAt: now + 20 * day },
      { what: 'applicationCredential', cloudId: 'c', name: 'Prod', expiresAt: now + day },
    ];
    await clock.forward(2_000);
    expect(titles().toSorted()).toEqual([
      'Schedule Hourly sync is paused for 1 host',
      'Schedule Nightly prune failed',
      'Schedule Sync cannot run',
      'Schedule Waste waits for approval',
      'The application credential of Prod expires in 24 hours',
      'The certificate of https://a:9292 expires in 10 days',
      'a reaches its limit in 2 days',
      'a: 2 queued images are stalled',
    ]);
    await clock.forward(30 * minute);
    expect(titles()).toContain('Golden set base drifted on 1 host');
    expect(alerts.list().filter(({ severity }) => severity === 'critical')).toHaveLength(4);
  });
});
