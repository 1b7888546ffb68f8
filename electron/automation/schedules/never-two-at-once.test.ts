import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { Schedule, ScheduleTrigger } from '../../contract/schedules.ts';
import { settled } from '../../lib/testing/manual-clock.ts';
import { ScheduleWorld, scheduleOf } from './testing/schedule-world.ts';

const minute = 60_000;
const hostIds = ['a', 'b', 'c'];

const trigger: fc.Arbitrary<ScheduleTrigger> = fc.oneof(
  fc.record({ kind: fc.constant('every' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('hourly' as const), minute: fc.integer({ min: 0, max: 59 }) }),
  fc.record({ kind: fc.constant('threshold' as const), abovePercent: fc.integer({ min: 101, max: 200 }) }),
);

const someSchedule = fc.record({
  trigger,
  prunes: fc.boolean(),
  hosts: fc.subarray(hostIds, { minLength: 1 }),
  jitterSeconds: fc.constantFrom(0, 600),
  missed: fc.constantFrom('skip' as const, 'runOnce' as const),
  images: fc.constantFrom(null, 2),
});

function scheduleFrom(one: SomeSchedule, index: number): Schedule {
  const { trigger, prunes, hosts, jitterSeconds, missed, images } = one;
  return scheduleOf({
    id: `s${index}`,
    name: `s${index}`,
    action: prunes || trigger.kind === 'threshold' ? { kind: 'prune' } : { kind: 'clean' },
    trigger,
    targets: { hosts: { kind: 'named', hostIds: hosts }, onlyHostIds: null },
    jitterSeconds,
    missed,
    limits: { images, percent: null },
  });
}
type SomeSchedule = typeof someSchedule extends fc.Arbitrary<infer One> ? One : never;

const step = fc.oneof(
  fc.record({ kind: fc.constant('forward' as const), minutes: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant('jump' as const), minutes: fc.integer({ min: -180, max: 300 }) }),
  fc.record({
    kind: fc.constant('fill' as const),
    host: fc.constantFrom(...hostIds),
    images: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant('manual' as const), hosts: fc.subarray(hostIds, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('runNow' as const), schedule: fc.nat(3) }),
  fc.record({ kind: fc.constant('approve' as const) }),
  fc.record({ kind: fc.constant('down' as const), host: fc.constantFrom(...hostIds), down: fc.boolean() }),
  fc.record({ kind: fc.constant('kill' as const), minutes: fc.integer({ min: 0, max: 90 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

async function take(world: ScheduleWorld, taken: Step): Promise<void> {
  switch (taken.kind) {
    case 'forward':
      return world.clock.forward(taken.minutes * minute);
    case 'jump':
      world.clock.jump(taken.minutes * minute);
      return world.engine?.wake();
    case 'fill':
      return world.fill(taken.host, taken.images);
    case 'manual': {
      // Operations leave out busy hosts, whoever started them.
      const isFree = (id: string) => world.operations.openAt(id).length === 0;
      const plan = await world.operations.plan({ kind: 'clean', hostIds: taken.hosts.filter(isFree) });
      if (plan.willDo > 0 && plan.targets.every(({ hostId }) => isFree(hostId))) await world.operations.start(plan.id);
      return;
    }
    case 'runNow':
      return ignoringRefusals(async () => void world.engine?.runNow(`s${taken.schedule}`));
    case 'approve': {
      const waiting = world.runs().find(({ outcome }) => outcome === 'waiting');
      if (waiting) void ignoringRefusals(async () => void (await world.engine?.approve(waiting.id, undefined)));
      return settled();
    }
    case 'down':
      return world.setDown(taken.host, taken.down);
    case 'kill':
      await world.kill();
      world.clock.jump(taken.minutes * minute);
      await world.start();
  }
}

async function ignoringRefusals(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
  }
}

/** The operator starts an operation on a host just after a run on that host is planned. */
const operatorInBetween: [SomeSchedule[], Step[], number] = [
  [
    {
      trigger: { kind: 'threshold', abovePercent: 101 },
      prunes: false,
      hosts: ['b'],
      jitterSeconds: 0,
      missed: 'skip',
      images: null,
    },
  ],
  [
    { kind: 'forward', minutes: 2 },
    { kind: 'fill', host: 'b', images: 1 },
    { kind: 'manual', hosts: ['c'] },
    { kind: 'runNow', schedule: 0 },
    { kind: 'runNow', schedule: 0 },
    { kind: 'manual', hosts: ['b'] },
  ],
  1,
];

describe('whatever is scheduled and whatever happens', () => {
  it('no schedule runs twice at once, and no host has two maintenance actions at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someSchedule, { minLength: 1, maxLength: 4 }),
        fc.array(step, { minLength: 5, maxLength: 25 }),
        fc.integer({ min: 1, max: 90 }),
        async (schedules, steps, duration) => {
          const world = new ScheduleWorld();
          for (const id of hostIds) world.addHost(id, { images: 8 });
          world.operations.duration = duration * minute;
          world.schedules = schedules.map(scheduleFrom);
          await world.start();
          for (const taken of steps) {
            await take(world, taken);
            for (const { id, trigger: by } of world.schedules) {
              const running = world.runs(id).filter(({ outcome }) => outcome === 'running');
              if (by.kind !== 'threshold') expect(running.length).toBeLessThanOrEqual(1);
            }
          }
          expect(world.operations.violations).toEqual([]);
          expect(world.faults).toEqual([]);
          // Due runs that ran have a due time each.
          const started = world.runs().filter(({ cause }) => cause === 'due' || cause === 'late');
          expect(new Set(started.map(({ scheduleId, dueAt }) => `${scheduleId} ${dueAt}`)).size).toBe(started.length);
          await world.kill();
        },
      ),
      { numRuns: 40, examples: [operatorInBetween] },
    );
  });
});
