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

  it('conflict when one is triggered by a threshold and both prune', () => {
    expect(conflictsOf({ trigger: above }, {})).toMatchObject([{ text: '“two” also prunes these hosts.' }]);
    expect(conflictsOf({ trigger: above }, { action: { kind: 'clean' } })).toEqual([]);
    expect(conflictsOf({ trigger: above }, { trigger: above })).toHaveLength(1);
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
