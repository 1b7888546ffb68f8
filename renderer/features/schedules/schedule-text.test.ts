import { describe, expect, test } from 'vitest';
import type { ScheduleTargets, ScheduleTrigger } from '../../../electron/contract/schedules.ts';
import {
  describeAction,
  describeBlackout,
  describeLimits,
  describeTargets,
  describeTrigger,
  matchingHosts,
  nextRunOf,
  outcomeText,
  tagsOf,
} from './schedule-text.ts';
import { sampleRun, sampleSchedule, sampleState } from './testing/schedule-samples.ts';

const triggers: [ScheduleTrigger, string][] = [
  [{ kind: 'every', minutes: 1 }, 'Every minute'],
  [{ kind: 'every', minutes: 15 }, 'Every 15 minutes'],
  [{ kind: 'every', minutes: 60 }, 'Every hour'],
  // Counted from midnight: here the zone decides.
  [{ kind: 'every', minutes: 90 }, 'Every 90 minutes from 00:00 Europe/Berlin'],
  [{ kind: 'every', minutes: 360 }, 'Every 6 hours from 00:00 Europe/Berlin'],
  [{ kind: 'every', minutes: 1_440 }, 'Daily 00:00 Europe/Berlin'],
  [{ kind: 'hourly', minute: 5 }, 'Hourly at :05'],
  [{ kind: 'daily', at: '02:30' }, 'Daily 02:30 Europe/Berlin'],
  [{ kind: 'weekly', days: [0], at: '03:30' }, 'Sun 03:30 Europe/Berlin'],
  [{ kind: 'weekly', days: [5, 1, 3], at: '03:30' }, 'Mon, Wed, Fri 03:30 Europe/Berlin'],
  [{ kind: 'weekly', days: [1, 2, 3, 4, 5], at: '03:30' }, 'Weekdays 03:30 Europe/Berlin'],
  [{ kind: 'weekly', days: [0, 1, 2, 3, 4, 5, 6], at: '03:30' }, 'Daily 03:30 Europe/Berlin'],
  [{ kind: 'cron', expression: '*/20 1-4 * * 1' }, 'Cron */20 1-4 * * 1 Europe/Berlin'],
  [{ kind: 'threshold', abovePercent: 90 }, 'Above 90 % of the limit'],
];

test.each(triggers)('describes %j', (trigger, words) => {
  expect(describeTrigger({ trigger, timeZone: 'Europe/Berlin' })).toBe(words);
});

test('describes an action with its subject', () => {
  const names = { goldenSets: new Map([['g', 'base']]), wasteFilters: new Map([['orphans', 'Orphans']]) };
  expect(describeAction({ kind: 'prune' }, names)).toBe('Prune to the limit');
  expect(describeAction({ kind: 'prune', toPercent: 80 }, names)).toBe('Prune to 80 % of the limit');
  expect(describeAction({ kind: 'prefetch', bytesPerSecond: 50 * 1_024 ** 2 }, names)).toBe(
    'Prefetch at up to 50 MiB/s',
  );
  expect(describeAction({ kind: 'golden', goldenId: 'g', deleteExtra: true }, names)).toBe(
    'Sync base, delete extra images',
  );
  expect(describeAction({ kind: 'golden', goldenId: 'x', deleteExtra: false }, names)).toBe(
    'Sync a removed golden set',
  );
  expect(describeAction({ kind: 'waste', filterId: 'orphans' }, names)).toBe('Delete waste: Orphans');
});

describe('targets', () => {
  const names = {
    hosts: new Map([
      ['a', 'glance-01'],
      ['b', 'glance-02'],
      ['c', 'glance-03'],
    ]),
    clouds: new Map([['c1', 'prod']]),
  };
  const said = (hosts: ScheduleTargets['hosts'], count: number) =>
    describeTargets({ hosts, onlyHostIds: null }, count, names);

  test('are described with their current number', () => {
    expect(said({ kind: 'all' }, 1_064)).toBe('All hosts · 1,064');
    expect(said({ kind: 'labels', labels: ['rack-a'] }, 8)).toBe('label rack-a · 8');
    expect(said({ kind: 'labels', labels: ['rack-a', 'edge'] }, 9)).toBe('labels rack-a, edge · 9');
    expect(said({ kind: 'labels', labels: ['a', 'b', 'c'] }, 9)).toBe('3 labels · 9');
    expect(said({ kind: 'clouds', cloudIds: ['c1'] }, 5)).toBe('cloud prod · 5');
    expect(said({ kind: 'regions', regions: [{ cloudId: 'c1', region: null }] }, 2)).toBe(
      'region the login’s region · 2',
    );
  });

  test('are listed by name if they are few', () => {
    expect(said({ kind: 'named', hostIds: ['a', 'b'] }, 2)).toBe('glance-01, glance-02');
    expect(said({ kind: 'named', hostIds: ['a', 'b', 'c'] }, 3)).toBe('3 hosts');
    expect(said({ kind: 'named', hostIds: ['gone'] }, 0)).toBe('a removed host');
  });

  test('match the current hosts, or only those at the time of saving', () => {
    const hosts = [
      { id: 'a', cloudId: 'c1', region: null, labels: ['edge'] },
      { id: 'b', cloudId: 'c1', region: 'north', labels: [] },
      { id: 'c', cloudId: 'c2', region: 'north', labels: ['edge'] },
    ];
    const ids = (wanted: ScheduleTargets['hosts'], onlyHostIds: string[] | null = null) =>
      matchingHosts({ hosts: wanted, onlyHostIds }, hosts);
    expect(ids({ kind: 'all' })).toEqual(['a', 'b', 'c']);
    expect(ids({ kind: 'labels', labels: ['edge'] })).toEqual(['a', 'c']);
    expect(ids({ kind: 'labels', labels: ['edge'] }, ['a'])).toEqual(['a']);
    expect(ids({ kind: 'regions', regions: [{ cloudId: 'c1', region: 'north' }] })).toEqual(['b']);
    expect(ids({ kind: 'clouds', cloudIds: ['c2'] })).toEqual(['c']);
  });
});

test('shows the time of the next run, or the reason why there is none', () => {
  expect(nextRunOf(sampleState({}, { nextRun: 5_000 }), false)).toEqual({ kind: 'time', at: 5_000 });
  const said = (state: Parameters<typeof sampleState>, paused = false) => {
    const next = nextRunOf(sampleState(...state), paused);
    return next.kind === 'none' ? next.text : next.at;
  };
  expect(said([{ enabled: false }, { nextRun: null }], true)).toBe('off');
  expect(said([{}, { nextRun: null, problem: 'Its golden set was removed.' }], true)).toBe('cannot run');
  expect(said([{}, {}], true)).toBe('paused');
  expect(said([{ trigger: { kind: 'threshold', abovePercent: 90 } }, { nextRun: null }])).toBe('above 90 %');
  expect(said([{}, { nextRun: null }])).toBe('never');
});

test('the outcome of missed runs has their number', () => {
  expect(outcomeText(sampleRun({ outcome: 'missed', dueRuns: 1 })).label).toBe('Missed');
  expect(outcomeText(sampleRun({ outcome: 'missed', dueRuns: 12 })).label).toBe('12 missed');
});

test('what needs attention is tagged, waiting runs first', () => {
  const state = sampleState(
    {},
    {
      waitingRun: sampleRun({ outcome: 'waiting' }),
      pausedHosts: [{ hostId: 'a', since: 1, reason: 'Connection refused' }],
      conflicts: [{ scheduleId: null, hostIds: ['a'], text: 'cron on glance-01 prunes at 02:30' }],
    },
  );
  expect(tagsOf(state, { hosts: new Map([['a', 'glance-01']]) }).map(({ text }) => text)).toEqual([
    'to approve',
    'paused: 1 host',
    'conflict',
  ]);
});

test('describes limits and blackouts', () => {
  expect(describeLimits(sampleSchedule())).toBe(
    'If a run would delete more than 100 images, or more than 50 % of the images of a host, or any golden image',
  );
  expect(describeLimits(sampleSchedule({ limits: { images: null, percent: null } }))).toBe(
    'If a run would delete any golden image',
  );
  expect(describeBlackout({ from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5] })).toBe('08:00–18:00 on weekdays');
  expect(describeBlackout({ from: '22:00', to: '04:00', days: [] })).toBe('22:00–04:00 every day');
});
