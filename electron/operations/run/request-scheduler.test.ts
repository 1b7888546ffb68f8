import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../../lib/testing/manual-clock.ts';
import { withLimits } from '../model/operation-limits.ts';
import { Scheduler, type Work } from './request-scheduler.ts';

type Job = { name: string; lasts: number; agains: number[] };

const job = fc.record({
  lasts: fc.integer({ min: 0, max: 3_000 }),
  agains: fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 2 }),
});
const work = fc.record({
  host: fc.integer({ min: 0, max: 6 }),
  operation: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('request' as const, 'queue' as const, 'long' as const, 'read' as const),
  jobs: fc.array(job, { maxLength: 8 }),
  comesAt: fc.integer({ min: 0, max: 4_000 }),
});
const scene = fc.record({
  works: fc.array(work, { maxLength: 12 }),
  hostConcurrency: fc.integer({ min: 1, max: 4 }),
  requestsPerHost: fc.integer({ min: 1, max: 3 }),
  queuesPerHost: fc.integer({ min: 1, max: 2 }),
  drop: fc.option(fc.record({ operation: fc.integer({ min: 0, max: 3 }), at: fc.integer({ min: 0, max: 6_000 }) })),
});

test('never exceeds a limit, runs each job once, and ends each work once', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ works, drop, ...stated }) => {
      const clock = new ManualClock();
      const limits = withLimits(stated);
      const faults: unknown[] = [];
      const scheduler = new Scheduler<Job>({ limits: () => limits, clock, fault: (error) => faults.push(error) });
      const underWay: { host: string; kind: Work<Job>['kind'] }[] = [];
      const runs = new Map<string, number>();
      const ended: number[] = [];
      const dropped: Job[] = [];
      const jobs: Job[] = [];

      const check = () => {
        const quick = underWay.filter((one) => one.kind === 'request' || one.kind === 'queue');
        expect(new Set(quick.map((one) => one.host)).size).toBeLessThanOrEqual(limits.hostConcurrency);
        const long = underWay.filter((one) => one.kind === 'long');
        expect(new Set(long.map((one) => one.host)).size).toBeLessThanOrEqual(limits.hostConcurrency);
        // Reads use no slots of other requests: each host has a slot for one read.
        const reads = underWay.filter((one) => one.kind === 'read');
        expect(reads.length).toBeLessThanOrEqual(limits.hostConcurrency);
        expect(new Set(reads.map((one) => one.host)).size).toBe(reads.length);
        for (const { host } of underWay) {
          const here = underWay.filter((one) => one.host === host && one.kind !== 'read');
          expect(here.length).toBeLessThanOrEqual(limits.requestsPerHost);
          expect(here.filter((one) => one.kind === 'queue').length).toBeLessThanOrEqual(limits.queuesPerHost);
        }
      };

      for (const [index, { host, operation, kind, jobs: given, comesAt }] of works.entries()) {
        const named = given.map((one, place) => ({ ...one, name: `${index}/${place}` }));
        jobs.push(...named);
        const hostId = `host-${host}`;
        clock.after(comesAt, () =>
          scheduler.add({
            hostId,
            operationId: `operation-${operation}`,
            kind,
            jobs: named,
            async run({ name, lasts, agains }) {
              const one = { host: hostId, kind };
              underWay.push(one);
              check();
              const times = runs.get(name) ?? 0;
              runs.set(name, times + 1);
              await clock.wait(lasts);
              underWay.splice(underWay.indexOf(one), 1);
              return agains[times];
            },
            ended: () => ended.push(index),
          }),
        );
      }
      if (drop) clock.after(drop.at, () => dropped.push(...scheduler.drop(`operation-${drop.operation}`)));
      await clock.run();

      expect(faults).toEqual([]);
      expect(underWay).toEqual([]);
      expect(ended.toSorted()).toEqual(works.map((_, index) => index).toSorted());
      for (const { name, agains } of jobs) {
        const times = runs.get(name) ?? 0;
        const left = dropped.filter((one) => one.name === name).length;
        expect(left).toBeLessThanOrEqual(1);
        // It ran its last repetition, or was removed before that.
        if (left === 0) expect(times).toBe(agains.length + 1);
        else expect(times).toBeLessThanOrEqual(agains.length);
      }
    }),
    { numRuns: 150 },
  );
});

test('a slow host delays only itself', async () => {
  const clock = new ManualClock();
  const limits = withLimits({ hostConcurrency: 2, requestsPerHost: 2 });
  const scheduler = new Scheduler<number>({ limits: () => limits, clock, fault: () => undefined });
  const began = clock.now();
  const done = new Map<string, number>();
  const add = (hostId: string, count: number, lasts: number) =>
    scheduler.add({
      hostId,
      operationId: 'one',
      kind: 'request',
      jobs: Array.from({ length: count }, (_, index) => index),
      async run() {
        await clock.wait(lasts);
        return undefined;
      },
      ended: () => done.set(hostId, clock.now() - began),
    });
  add('slow', 10, 30_000);
  for (let index = 0; index < 10; index += 1) add(`fast-${index}`, 20, 10);
  await clock.run();
  // Each fast host needs 100 ms of the one slot that is left for them.
  for (let index = 0; index < 10; index += 1) expect(done.get(`fast-${index}`)).toBeLessThanOrEqual(1_000);
  expect(done.get('slow')).toBe(150_000);
});

test('a host does not keep its turn longer than stated while others wait', async () => {
  const clock = new ManualClock();
  const limits = withLimits({ hostConcurrency: 1, requestsPerHost: 2, hostTurn: 1_000 });
  const scheduler = new Scheduler<number>({ limits: () => limits, clock, fault: () => undefined });
  const began = clock.now();
  const sent: { hostId: string; at: number }[] = [];
  for (const hostId of ['one', 'two']) {
    scheduler.add({
      hostId,
      operationId: 'o',
      kind: 'request',
      // Of different lengths, so that no host is idle only because all end together.
      jobs: [600, 900, 600, 900, 600, 900],
      async run(lasts) {
        sent.push({ hostId, at: clock.now() - began });
        await clock.wait(lasts);
        return undefined;
      },
      ended: () => undefined,
    });
  }
  await clock.run();
  expect(sent).toHaveLength(12);
  expect(sent.find((one) => one.hostId === 'two')?.at).toBeLessThanOrEqual(1_900);
});

test('a host that asked for a pause receives no request of any operation', async () => {
  const clock = new ManualClock();
  const limits = withLimits({});
  const scheduler = new Scheduler<string>({ limits: () => limits, clock, fault: () => undefined });
  const began = clock.now();
  const sent: [string, number][] = [];
  let first = true;
  const add = (operationId: string) =>
    scheduler.add({
      hostId: 'busy',
      operationId,
      kind: 'request',
      jobs: [operationId],
      async run(name) {
        sent.push([name, clock.now() - began]);
        if (!first) return undefined;
        first = false;
        return 5_000;
      },
      ended: () => undefined,
    });
  add('one');
  clock.after(1_000, () => add('two'));
  await clock.run();
  expect(sent[0]).toEqual(['one', 0]);
  expect(sent.slice(1).every(([, at]) => at >= 5_000)).toBe(true);
  expect(sent).toHaveLength(3);
});
