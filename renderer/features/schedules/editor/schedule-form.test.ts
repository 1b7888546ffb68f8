import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ScheduleDraft, scheduleDraft } from '../../../../electron/contract/schedules.ts';
import { sampleHost } from '../../../testing/sample-state.ts';
import { sampleSchedule } from '../testing/schedule-samples.ts';
import { draftOf, formOf, formProblem, fullTime, type ScheduleForm, startOfDraft } from './schedule-form.ts';
import { scheduleTemplates } from './schedule-templates.ts';

const hosts = ['a', 'b', 'c'].map((name) => sampleHost(name, { labels: name === 'c' ? [] : ['edge'] }));
const form = (change: Partial<ScheduleForm> = {}) => ({ ...formOf(sampleSchedule(), () => true), ...change });

const time = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const days = fc.uniqueArray(fc.nat(6), { minLength: 1 }).map((list) => list.sort((a, b) => a - b));
const drafts = fc.record({
  id: fc.constant('s'),
  name: fc.constant('Nightly'),
  note: fc.constantFrom('', 'why'),
  enabled: fc.boolean(),
  action: fc.oneof(
    fc.constantFrom({ kind: 'prune' as const }, { kind: 'clean' as const }, { kind: 'prefetch' as const }),
    fc.integer({ min: 1, max: 100 }).map((toPercent) => ({ kind: 'prune' as const, toPercent })),
    fc.boolean().map((deleteExtra) => ({ kind: 'golden' as const, goldenId: 'g', deleteExtra })),
    fc.constant({ kind: 'waste' as const, filterId: 'idle' }),
  ),
  targets: fc.oneof(
    fc.constantFrom(null, ['a']).map((onlyHostIds) => ({ hosts: { kind: 'all' as const }, onlyHostIds })),
    fc.constant({ hosts: { kind: 'labels' as const, labels: ['edge'] }, onlyHostIds: null }),
    fc.constant({ hosts: { kind: 'named' as const, hostIds: ['a', 'c'] }, onlyHostIds: null }),
    fc.constant({
      hosts: { kind: 'regions' as const, regions: [{ cloudId: 'c1', region: null }] },
      onlyHostIds: null,
    }),
  ),
  trigger: fc.oneof(
    fc.integer({ min: 1, max: 1_440 }).map((minutes) => ({ kind: 'every' as const, minutes })),
    fc.nat(59).map((minute) => ({ kind: 'hourly' as const, minute })),
    time.map((at) => ({ kind: 'daily' as const, at })),
    fc.tuple(days, time).map(([on, at]) => ({ kind: 'weekly' as const, days: on, at })),
    fc.constant({ kind: 'cron' as const, expression: '*/5 * * * *' }),
  ),
  timeZone: fc.constantFrom('UTC', 'Asia/Kolkata'),
  jitterSeconds: fc.integer({ min: 0, max: 3_600 }),
  blackouts: fc.array(fc.record({ from: time, to: time, days }), { maxLength: 2 }),
  missed: fc.constantFrom('runOnce' as const, 'skip' as const),
  limits: fc.record({
    images: fc.constantFrom(null, 0, 100),
    percent: fc.constantFrom(null, 1, 50),
  }),
});

test('opening and saving a schedule leaves it unchanged', () => {
  fc.assert(
    fc.property(drafts, (any) => {
      const draft = scheduleDraft.parse(any);
      const values = formOf(draft, () => true);
      expect(formProblem(values)).toBeUndefined();
      expect(draftOf(values, hosts)).toEqual(draft);
    }),
    { numRuns: 60 },
  );
});

describe('hosts added later', () => {
  const frozen: ScheduleDraft = sampleSchedule({
    targets: { hosts: { kind: 'labels', labels: ['edge'] }, onlyHostIds: ['a'] },
  });
  const targetsOf = (values: ScheduleForm) => draftOf(values, hosts).targets;

  test('are not added to a schedule that excludes them when it is saved again', () => {
    expect(targetsOf(formOf(frozen, () => true)).onlyHostIds).toEqual(['a']);
  });
  test('are included if they exist when other targets are chosen', () => {
    expect(targetsOf({ ...formOf(frozen, () => true), targets: 'all' }).onlyHostIds).toEqual(['a', 'b', 'c']);
  });
  test('are excluded from a new schedule that is limited to the current hosts', () => {
    expect(targetsOf(form({ targets: 'labels', labels: ['edge'], later: false })).onlyHostIds).toEqual(['a', 'b']);
    expect(targetsOf(form({ later: true })).onlyHostIds).toBeNull();
  });
});

test.each<[Partial<ScheduleForm>, RegExp]>([
  [{ targets: 'named', hostIds: [] }, /at least one host/],
  [{ targets: 'labels', labels: [] }, /at least one label/],
  [{ action: 'golden', goldenId: '' }, /golden set/],
  [{ toPercent: undefined }, /1 to 100 %/],
  [{ action: 'clean', trigger: 'threshold' }, /Only a prune/],
  [{ at: '25:00' }, /such as 02:30/],
  [{ trigger: 'weekly', days: [] }, /at least one day/],
  [{ trigger: 'cron', expression: ' ' }, /cron expression/],
  [{ timeZone: 'Europe/Nowhere' }, /time zone/],
  [{ jitterSeconds: undefined }, /3,600 seconds/],
  [{ blackouts: [{ key: 1, from: '8', to: '18:00', days: [] }] }, /every period/],
  [{ limitImages: undefined }, /number of images/],
])('%j cannot be saved, with the reason', (change, reason) => {
  expect(formProblem(form(change))).toMatch(reason);
});

test('a missing number in a hidden field is not a problem', () => {
  expect(formProblem(form({ action: 'clean', toPercent: undefined }))).toBeUndefined();
  expect(formProblem(form({ trigger: 'threshold', jitterSeconds: undefined }))).toBeUndefined();
});

test('every template can be saved unchanged, once there is a golden set', () => {
  const set = {
    id: 'g',
    cloudId: 'c1',
    name: 'base',
    note: '',
    hosts: { kind: 'all' as const },
    exact: false,
    images: [],
    rules: [],
  };
  for (const { draft } of scheduleTemplates([set])) {
    const values = formOf({ ...startOfDraft(), ...draft }, () => true);
    expect(formProblem(values)).toBeUndefined();
    expect(scheduleDraft.safeParse(draftOf(values, hosts)).success).toBe(true);
  }
});

test.each([
  ['2:30', '02:30'],
  ['0230', '02:30'],
  ['7', '07:00'],
  ['14.05', '14:05'],
  ['25:00', '25:00'],
  ['noon', 'noon'],
])('the typed time %s is parsed as %s', (typed, full) => {
  expect(fullTime(typed)).toBe(full);
});
