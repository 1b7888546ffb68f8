import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Schedule, schedule } from '../../../contract/schedules.ts';
import { scheduleOf } from '../testing/schedule-world.ts';
import { planScheduleImport } from './schedule-import.ts';
import { type ScheduleInventory, writeSchedules } from './write-schedule-yaml.ts';

const now = Date.UTC(2026, 0, 1);
const host = (id: string, cloudId: string, name: string) => ({
  id,
  cloudId,
  name,
  address: `http://${id}:9292`,
  labels: ['edge'],
  region: null,
});
const known: ScheduleInventory = {
  clouds: [
    { id: 'c1', name: 'Lab', production: false },
    { id: 'c2', name: 'Live', production: true },
  ],
  // The same name in two clouds, and twice in one.
  hosts: [
    host('h1', 'c1', 'glance-01'),
    host('h2', 'c2', 'glance-01'),
    host('h3', 'c2', 'twin'),
    host('h4', 'c2', 'twin'),
  ],
  goldenSets: [
    { id: 'g1', cloudId: 'c1', name: 'Base' },
    { id: 'g2', cloudId: 'c2', name: 'Base' },
  ],
  wasteFilters: [{ id: 'w1', name: 'My waste: 12:30' }],
};

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const days = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }).map((list) => list.sort());
const percent = fc.integer({ min: 1, max: 100 });
const anySchedule: fc.Arbitrary<Schedule> = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== '' && !/\p{C}/u.test(text)),
    note: fc.constantFrom('', 'yes', 'a: b\nc', '012'),
    enabled: fc.boolean(),
    action: fc.oneof(
      fc.record({ kind: fc.constant('prune'), toPercent: percent }),
      fc.constantFrom(
        { kind: 'prune' },
        { kind: 'clean' },
        { kind: 'refresh' },
        { kind: 'prefetch', bytesPerSecond: 5_000 },
      ),
      fc.record({ kind: fc.constant('golden'), goldenId: fc.constantFrom('g1', 'g2'), deleteExtra: fc.boolean() }),
      fc.record({ kind: fc.constant('waste'), filterId: fc.constantFrom('orphans', 'w1') }),
    ),
    targets: fc.record({
      hosts: fc.oneof(
        fc.constantFrom(
          { kind: 'all' },
          { kind: 'labels', labels: ['edge', 'no'] },
          { kind: 'clouds', cloudIds: ['c2'] },
        ),
        fc.record({
          kind: fc.constant('named'),
          hostIds: fc.subarray(['h1', 'h2', 'h3', 'h4'], { minLength: 1 }),
        }),
        fc.constantFrom({
          kind: 'regions',
          regions: [
            { cloudId: 'c1', region: null },
            { cloudId: 'c2', region: 'R 1' },
          ],
        }),
      ),
      onlyHostIds: fc.constantFrom(null, ['h1', 'h4']),
    }),
    trigger: fc.oneof(
      fc.record({ kind: fc.constant('every'), minutes: fc.integer({ min: 1, max: 1_440 }) }),
      fc.record({ kind: fc.constant('hourly'), minute: fc.integer({ min: 0, max: 59 }) }),
      fc.record({ kind: fc.constant('daily'), at: time }),
      fc.record({ kind: fc.constant('weekly'), at: time, days }),
      fc.constantFrom({ kind: 'cron', expression: '*/5 2 * * 1-5' }, { kind: 'threshold', abovePercent: 120 }),
    ),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
    jitterSeconds: fc.constantFrom(0, 90),
    blackouts: fc.constantFrom(
      [],
      [
        { from: '08:00', to: '12:30', days: [1, 2] },
        { from: '22:00', to: '06:00', days: [] },
      ],
    ),
    missed: fc.constantFrom('skip', 'runOnce'),
    limits: fc.record({ images: fc.constantFrom(null, 0, 100), percent: fc.constantFrom(null, 50, 100) }),
  })
  .map((parts) => schedule.parse({ id: 'x', ...parts }));

function imported(text: string, present: readonly Schedule[] = []) {
  return planScheduleImport(text, known, present, now);
}

describe('a file of schedules', () => {
  it('suits version control', () => {
    const text = writeSchedules(
      [
        scheduleOf({
          name: 'Nightly',
          action: { kind: 'prune', toPercent: 80 },
          targets: { hosts: { kind: 'named', hostIds: ['h2', 'h3'] }, onlyHostIds: null },
          timeZone: 'Europe/Berlin',
          blackouts: [{ from: '08:00', to: '18:00', days: [1, 5] }],
          limits: { images: null, percent: 50 },
        }),
        scheduleOf({ name: 'Clean', action: { kind: 'clean' }, trigger: { kind: 'cron', expression: '@daily' } }),
      ],
      known,
    );
    expect(text).toBe(`schedules:
  - name: Clean
    action: clean
    targets: all
    cron: "@daily"
  - name: Nightly
    action: prune
    to_percent: 80
    targets:
      hosts:
        - cloud: Live
          host: glance-01
        - cloud: Live
          host: http://h3:9292
    daily_at: "02:30"
    time_zone: Europe/Berlin
    blackouts:
      - from: "08:00"
        to: "18:00"
        days:
          - mon
          - fri
    max_images: unlimited
`);
  });

  it('is unchanged by an export and an import', () => {
    fc.assert(
      fc.property(anySchedule, (one) => {
        const { schedules, problems, changes } = imported(writeSchedules([one], known));
        // All of its runs are due in its blackouts.
        fc.pre(!problems.some(({ text }) => text.includes('blackout')));
        expect(problems).toEqual([]);
        expect(changes).toMatchObject([{ name: one.name, change: 'add' }]);
        const [back] = schedules;
        expect({ ...back, id: 'x' }).toEqual(one);
        // What is there already is the same.
        expect(imported(writeSchedules([one], known), [one]).changes).toEqual([
          { name: one.name, change: 'same', differences: [] },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('updates the schedule of the same name, and lists the changes', () => {
    const present = scheduleOf({ id: 'p', name: 'Nightly' });
    const text = 'schedules:\n  - name: nightly\n    action: prune\n    targets: all\n    daily_at: "03:00"\n';
    const plan = imported(text, [present]);
    expect(plan.problems).toEqual([]);
    expect(plan.changes).toEqual([
      { name: 'nightly', change: 'change', differences: ['name: Nightly → nightly', 'daily_at: 02:30 → 03:00'] },
    ]);
    expect(plan.schedules).toMatchObject([{ id: 'p', trigger: { kind: 'daily', at: '03:00' } }]);
    // A destructive schedule on all hosts concerns the production cloud.
    expect(plan.typedName).toBe('Live');
  });

  it.each([
    ['action: prune\n    targets: all', 'A schedule needs exactly one of'],
    ['action: prune\n    targets: all\n    cron: "99 * * * *"', 'is not a cron expression'],
    [
      'action: clean\n    to_percent: 5\n    targets: all\n    daily_at: "01:00"',
      'to_percent is only for the action prune',
    ],
    ['action: prune\n    targets: {hosts: [nobody]}\n    daily_at: "01:00"', 'no host has this name'],
    ['action: prune\n    targets: {hosts: [glance-01]}\n    daily_at: "01:00"', 'several hosts have this name'],
    ['action: golden\n    golden: {set: Base}\n    targets: all\n    daily_at: "01:00"', 'several golden sets'],
    ['action: waste\n    filter: Nothing\n    targets: all\n    daily_at: "01:00"', 'no saved waste filter'],
    ['action: prune\n    targets: all\n    daily_at: "25:00"', 'is not a time such as 02:30'],
    ['action: burn\n    targets: all\n    daily_at: "01:00"', 'is not one of prune'],
    ['action: prune\n    targets: {}\n    daily_at: "01:00"', 'targets must be'],
    ['action: prune\n    targets: {labels: []}\n    daily_at: "01:00"', 'The list of labels is empty'],
  ])('with a problem imports nothing, and reports the line: %s', (rest, text) => {
    const { problems, schedules } = imported(`schedules:\n  - name: One\n    ${rest}\n`);
    expect(problems[0]).toMatchObject({ line: expect.any(Number), text: expect.stringContaining(text) });
    expect(schedules).toEqual([]);
  });

  it('of another kind is recognised and named', () => {
    expect(imported('golden_sets: []\n').problems[0]?.text).toContain('This is a golden sets file');
    expect(imported('').problems[0]?.text).toContain('empty');
  });

  it('never throws, for any text', () => {
    const part = fc.constantFrom(
      'schedules:',
      '- name: a',
      '  action: prune',
      '  targets:',
      '    hosts: [',
      '&a',
      '*a',
      '  cron:',
      ']',
      '{',
      '  days: [mon]',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 20 })), { maxLength: 12 }), (lines) => {
        const { schedules, problems } = imported(lines.join('\n'));
        for (const one of schedules) expect(schedule.safeParse(one).success).toBe(true);
        expect(problems.length > 0 || schedules.length >= 0).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
