import { describe, expect, it } from 'vitest';
import type { HostJob, HostJobs } from '../../contract/host-jobs.ts';
import type { Schedule } from '../../contract/schedules.ts';
import { ScheduleConflicts } from './schedule-conflicts.ts';
import { ScheduleWorld, scheduleOf } from './testing/schedule-world.ts';

const world = new ScheduleWorld(Date.UTC(2026, 0, 1));
world.addHost('a');
world.addHost('b', { labels: ['edge'] });

function conflictsOf(one: Partial<Schedule>, other: Partial<Schedule>) {
  const first = scheduleOf({ id: 'one', name: 'one', ...one });
  world.schedules = [first, scheduleOf({ id: 'two', name: 'two', ...other })];
  return new ScheduleConflicts(world.sources()).of(first);
}

const edge: Schedule['targets'] = { hosts: { kind: 'labels', labels: ['edge'] }, onlyHostIds: null };
const onlyA: Schedule['targets'] = { hosts: { kind: 'named', hostIds: ['a'] }, onlyHostIds: null };
const above: Schedule['trigger'] = { kind: 'threshold', abovePercent: 120 };

describe('two schedules', () => {
  it('with runs at the same time conflict on their common hosts', () => {
    expect(
      conflictsOf({}, { targets: edge, action: { kind: 'clean' }, trigger: { kind: 'every', minutes: 30 } }),
    ).toEqual([
      {
        scheduleId: 'two',
        hostIds: ['b'],
        text: '“two” runs at the same time, next at 2026-01-01 02:30 UTC. One waits for the other.',
      },
    ]);
  });

  it('whose jitter or time zones make them overlap conflict, too', () => {
    const later: Schedule['trigger'] = { kind: 'daily', at: '02:40' };
    expect(conflictsOf({}, { trigger: later })).toEqual([]);
    expect(conflictsOf({ jitterSeconds: 900 }, { trigger: later })).toHaveLength(1);
    expect(conflictsOf({}, { trigger: { kind: 'daily', at: '03:30' }, timeZone: 'Europe/Berlin' })).toHaveLength(1);
  });

  it('do not conflict on different hosts, when one is off, and when one only polls', () => {
    expect(conflictsOf({ targets: onlyA }, { targets: edge })).toEqual([]);
    expect(conflictsOf({}, { enabled: false })).toEqual([]);
    expect(conflictsOf({}, { action: { kind: 'refresh' } })).toEqual([]);
  });

  it('conflict when they meet only after many runs of the more frequent one', () => {
    const often: Schedule['trigger'] = { kind: 'every', minutes: 5 };
    const weekly: Schedule['trigger'] = { kind: 'weekly', days: [3], at: '02:30' };
    expect(conflictsOf({ trigger: often }, { trigger: weekly })).toMatchObject([
      { text: '“two” runs at the same time, next at 2026-01-07 02:30 UTC. One waits for the other.' },
    ]);
    expect(conflictsOf({ trigger: weekly }, { trigger: often })).toHaveLength(1);
    expect(conflictsOf({ trigger: { ...weekly, at: '02:32' } }, { trigger: often })).toEqual([]);
    const hourly: Schedule['trigger'] = { kind: 'hourly', minute: 30 };
    expect(conflictsOf({ trigger: hourly }, { trigger: weekly })).toHaveLength(1);
  });

  it('conflict when both can delete images and one is triggered by a threshold, so at any time', () => {
    const waste: Schedule['action'] = { kind: 'waste', filterId: 'orphans' };
    const golden: Schedule['action'] = { kind: 'golden', goldenId: 'g', deleteExtra: true };
    const text = '“two” can run at the same time: a threshold is exceeded at any time. One waits for the other.';
    expect(conflictsOf({ trigger: above }, { action: waste })).toMatchObject([{ text, hostIds: ['a', 'b'] }]);
    expect(conflictsOf({ action: golden }, { trigger: above })).toMatchObject([{ text }]);
    expect(conflictsOf({ action: { ...golden, deleteExtra: false } }, { trigger: above })).toEqual([]);
  });

  it('conflict when one is triggered by a threshold and both prune', () => {
    expect(conflictsOf({ trigger: above }, {})).toMatchObject([{ text: '“two” also prunes these hosts.' }]);
    expect(conflictsOf({ trigger: above }, { action: { kind: 'clean' } })).toEqual([]);
    expect(conflictsOf({ trigger: above }, { trigger: above })).toHaveLength(1);
  });
});

describe('a schedule and what something else removed from its hosts', () => {
  const removal = (hostId: string, daysAgo: number) => {
    const until = world.clock.now() - daysAgo * 24 * 3_600_000;
    return { hostId, from: until - 300_000, until, removed: { images: 12, bytes: 1_000 } };
  };
  function conflictsWith(action: Schedule['action'], jobs: HostJobs[] = [], schedule: Partial<Schedule> = {}) {
    world.externalRemovals = [removal('a', 7), removal('a', 2), removal('b', 9)];
    world.hostJobs = jobs;
    const one = scheduleOf({ id: 'one', name: 'one', action, ...schedule });
    world.schedules = [one];
    const found = new ScheduleConflicts(world.sources()).of(one);
    world.externalRemovals = [];
    world.hostJobs = [];
    return found;
  }

  it('conflict where it removes images, too, and the removal is recent', () => {
    expect(conflictsWith({ kind: 'prune' })).toEqual([
      {
        scheduleId: null,
        hostIds: ['a'],
        text: 'Something else removed images from 1 host, last between 2025-12-29 23:55 and 2025-12-30 00:00 UTC. Another console or a job on the host may prune it too.',
      },
    ]);
    expect(conflictsWith({ kind: 'waste', filterId: 'orphans' })).toHaveLength(1);
    expect(conflictsWith({ kind: 'clean' })).toHaveLength(1);
    expect(conflictsWith({ kind: 'golden', goldenId: 'g', deleteExtra: true })).toHaveLength(1);
  });

  it('do not conflict where it removes nothing, is on other hosts, or a job on the host is known to prune', () => {
    expect(conflictsWith({ kind: 'prefetch' })).toEqual([]);
    expect(conflictsWith({ kind: 'golden', goldenId: 'g', deleteExtra: false })).toEqual([]);
    expect(conflictsWith({ kind: 'prune' }, [], { targets: edge })).toEqual([]);
    const job = { program: 'pruner', source: 'x', when: 'x', active: true } as unknown as HostJob;
    const jobs = [{ hostId: 'a', readAt: 1, jobs: [job], unread: [], failure: null }];
    expect(conflictsWith({ kind: 'waste', filterId: 'orphans' }, jobs)).toEqual([]);
  });
});

describe('a schedule and the jobs of its hosts', () => {
  const job = { kind: 'cron', source: 'crontab of glance', user: 'glance', when: '@hourly', command: 'x' } as const;
  const jobsOf = (hostId: string, ...jobs: Partial<HostJob>[]): HostJobs => ({
    hostId,
    readAt: 1,
    jobs: jobs.map((one) => ({ ...job, program: 'pruner', active: true, ...one })),
    unread: [],
    failure: null,
  });
  function conflictsWith(jobs: HostJobs[], schedule: Partial<Schedule> = {}) {
    world.hostJobs = jobs;
    const one = scheduleOf({ id: 'one', name: 'one', ...schedule });
    world.schedules = [one];
    return new ScheduleConflicts(world.sources()).of(one);
  }

  it('conflict where both do the same; equal jobs are listed once', () => {
    expect(conflictsWith([jobsOf('a', {}), jobsOf('b', {}, { program: 'cleaner' })])).toEqual([
      {
        scheduleId: null,
        hostIds: ['a', 'b'],
        text: '2 hosts already do this: crontab of glance, @hourly. Use the schedule or the job, not both.',
      },
    ]);
  });

  it('do not conflict where the job does something else, is inactive, or is on another host', () => {
    expect(conflictsWith([jobsOf('a', { program: 'cleaner' }), jobsOf('b', { active: false })])).toEqual([]);
    expect(conflictsWith([jobsOf('b', {})], { targets: onlyA })).toEqual([]);
  });
});
