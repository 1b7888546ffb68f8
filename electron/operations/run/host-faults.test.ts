import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetState } from '../../contract/operations.ts';
import { FakeHost, type Fault } from '../../fleet/testing/fake-host.ts';
import { failureOf, queuedImage } from '../../fleet/testing/host-fixtures.ts';
import { ended, operationsOver, until } from '../testing/fleet-of.ts';

const images = (count: number, prefix = 'image') => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const all = (host: FakeHost, ids: readonly string[]) => ids.map((imageId) => ({ hostId: host.id, imageId }));
const states = (targets: readonly { state: TargetState }[]) => [...new Set(targets.map((target) => target.state))];

/** Applies a fault to the first requests of a kind. */
function first(times: number, fault: Fault, what = 'delete') {
  let met = 0;
  return (request: { what: string }): Fault => {
    if (request.what !== what || met >= times) return undefined;
    met += 1;
    return fault;
  };
}

test.each([
  ['503', failureOf('hostError', { status: 503 })],
  ['429 with Retry-After', failureOf('hostError', { status: 429, retryAfterSeconds: 0.01 })],
  ['502', failureOf('hostError', { status: 502 })],
  ['504', failureOf('hostError', { status: 504 })],
  ['a connection that breaks', failureOf('unreachable')],
  ['a timeout', failureOf('timeout')],
])('a deletion that fails with %s is retried', async (_, failure) => {
  const host = new FakeHost('glance-01', images(4));
  host.faultFor = first(3, { failure });
  const { carryOut, faults } = operationsOver([host]);
  const { targets, operation } = await carryOut({ kind: 'delete', targets: all(host, images(4)) });
  expect(states(targets)).toEqual(['done']);
  expect(operation.actual).toEqual({ images: 4, bytes: 4_000 });
  expect(host.asked('delete')).toHaveLength(7);
  expect(faults).toEqual([]);
});

test('a refusal is reported with the host’s message, and not retried', async () => {
  const host = new FakeHost('glance-01', images(2));
  const failure = failureOf('forbidden', { status: 403, requestId: 'req-1', detail: 'You are not authorized.' });
  host.faultFor = (request) => (request.imageId === 'image-0' ? { failure } : undefined);
  const { carryOut } = operationsOver([host]);
  const { targets } = await carryOut({ kind: 'delete', targets: all(host, images(2)) });
  expect(targets.map((target) => target.state)).toEqual(['failed', 'done']);
  expect(targets[0]?.failure).toEqual(failure);
  expect(host.asked('delete')).toHaveLength(2);
});

test('a host that is down fails its own targets soon, and no others', async () => {
  const down = new FakeHost('glance-down', images(200));
  const up = new FakeHost('glance-up', images(50));
  down.faultFor = () => ({ failure: failureOf('unreachable') });
  const { carryOut } = operationsOver([down, up], { limits: { maxTries: 3 } });
  const { operation, targets } = await carryOut({
    kind: 'delete',
    targets: [...all(down, images(200)), ...all(up, images(50))],
  });
  expect(operation.counts).toMatchObject({ failed: 200, done: 50 });
  // Two at a time, three times each: not 200 times three.
  expect(down.asked('delete').length).toBeLessThanOrEqual(6);
  expect(targets.filter((target) => target.text === 'Not sent: the host failed.').length).toBeGreaterThan(190);
});

test('a rejected login is not retried for each image', async () => {
  const host = new FakeHost('glance-01', images(100));
  host.faultFor = () => ({ failure: failureOf('unauthenticated', { status: 401 }) });
  const { carryOut } = operationsOver([host]);
  const { operation } = await carryOut({ kind: 'delete', targets: all(host, images(100)) });
  expect(operation.counts.failed).toBe(100);
  expect(host.asked('delete').length).toBeLessThanOrEqual(2);
});

test('a deletion that was carried out and whose answer was lost counts as done by this operation', async () => {
  const host = new FakeHost('glance-01', images(1));
  host.faultFor = first(1, { failure: failureOf('timeout'), done: true });
  const remove = host.host.delete;
  Object.assign(host.host, {
    delete: async (...given: Parameters<typeof remove>) => {
      const wasThere = host.cached.has(given[1]);
      await remove(...given);
      return { wasThere };
    },
  });
  const { carryOut } = operationsOver([host]);
  const { operation, targets } = await carryOut({ kind: 'delete', targets: all(host, images(1)) });
  expect(targets[0]?.state).toBe('done');
  expect(operation.actual).toEqual({ images: 1, bytes: 1_000 });
});

test('an image that was removed meanwhile is not requested again', async () => {
  const host = new FakeHost('glance-01', images(2));
  const { operations } = operationsOver([host]);
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(2)) });
  host.cached.delete('image-0');
  host.poll();
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets.map((target) => target.state)).toEqual(['alreadyDone', 'done']);
  expect(host.asked('delete')).toEqual(['image-1']);
});

test('a deletion during a fetch is followed, and reported as undone', async () => {
  const host = new FakeHost('glance-01');
  host.queued.set('image-0', queuedImage('image-0'));
  host.queued.set('image-1', queuedImage('image-1'));
  host.poll();
  const { operations, carryOut } = operationsOver([host], { timings: { fetchTimeout: 400 } });
  host.faultFor = ({ what, imageId }) => {
    if (what === 'delete' && imageId === 'image-0') {
      setTimeout(() => host.cached.set('image-0', { ...host.images().cached[0], ...cachedAgain }), 20);
    }
    return undefined;
  };
  const cachedAgain = {
    imageId: 'image-0',
    sizeBytes: 1,
    hits: 0,
    lastAccessed: 1,
    lastModified: 1,
    catalogStatus: 'known' as const,
    description: null,
  };
  const { targets } = await carryOut({ kind: 'delete', targets: all(host, ['image-0', 'image-1']) });
  expect(targets.map((target) => target.state)).toEqual(['failed', 'done']);
  expect(targets[0]?.text).toContain('It was cached again');
  expect(targets[1]?.text).toContain('not cached within');
  // It is cached now, so that another deletion can be planned.
  expect((await operations.plan({ kind: 'delete', targets: all(host, ['image-0']) })).willDo).toBe(1);
});

test('a clear that leaves images fails, and reports what it removed', async () => {
  const host = new FakeHost('glance-01', images(3));
  Object.assign(host.host, { clear: async () => void host.cached.delete('image-0') });
  const { carryOut } = operationsOver([host]);
  const { targets } = await carryOut({ kind: 'clear', hostIds: [host.id], what: 'cache' });
  expect(targets[0]).toMatchObject({ state: 'failed', actual: { images: 1, bytes: 1_000 } });
  expect(targets[0]?.text).toBe('Deleted: 1 image (1000 B). 2 images are still listed, or listed again.');
});

test('a cancel stops what was not sent and reports the rest', async () => {
  const host = new FakeHost('glance-01', images(20));
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  host.faultFor = async ({ what }) => {
    if (what === 'delete') await held;
    return undefined;
  };
  const { operations } = operationsOver([host]);
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(20)) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ counts }) => counts.sent === 2);
  const cancelling = await operations.cancel(id);
  expect(cancelling).toMatchObject({ state: 'cancelling', counts: { sent: 2, cancelled: 18 } });
  release();
  const operation = await ended(operations, id);
  expect(operation).toMatchObject({ state: 'cancelled', counts: { done: 2, cancelled: 18 } });
  expect(host.asked('delete')).toHaveLength(2);
});

test('only the failed targets can be planned again', async () => {
  const host = new FakeHost('glance-01', images(5));
  const failure = failureOf('hostError', { status: 500 });
  host.faultFor = ({ imageId }) => (imageId === 'image-3' ? { failure } : undefined);
  const { operations, carryOut } = operationsOver([host]);
  const { operation } = await carryOut({ kind: 'delete', targets: all(host, images(5)) });
  host.faultFor = () => undefined;
  const plan = await operations.retryFailed(operation.id);
  expect(plan.targets.map((target) => target.imageId)).toEqual(['image-3']);
  const again = await operations.start(plan.id);
  expect(await ended(operations, again.id)).toMatchObject({ counts: { done: 1 }, total: 1 });
  await expect(operations.retryFailed(again.id)).rejects.toThrow('No targets of this operation failed.');
});

test('a host that is removed during an operation fails its targets, not the console', async () => {
  const hosts = [new FakeHost('glance-01', images(10)), new FakeHost('glance-02', images(10))];
  const { operations, faults } = operationsOver(hosts);
  const plan = await operations.plan({ kind: 'delete', targets: hosts.flatMap((host) => all(host, images(10))) });
  hosts.shift();
  const { id } = await operations.start(plan.id);
  expect(await ended(operations, id)).toMatchObject({ counts: { failed: 10, done: 10 } });
  expect(operations.targets({ id }).targets[0]?.failure?.code).toBe('notFound');
  expect(faults).toEqual([]);
});

test('a plan can be started once, and not after it expires', async () => {
  const host = new FakeHost('glance-01', images(2));
  const { operations } = operationsOver([host], { limits: { maxPlans: 1 } });
  const first = await operations.plan({ kind: 'delete', targets: all(host, ['image-0']) });
  const second = await operations.plan({ kind: 'delete', targets: all(host, ['image-1']) });
  await expect(operations.start(first.id)).rejects.toThrow('This plan has expired');
  const started = await Promise.all([operations.start(second.id), operations.start(second.id)]);
  expect(started[0]?.id).toBe(started[1]?.id);
  await ended(operations, started[0]?.id ?? '');
  expect(host.asked('delete')).toEqual(['image-1']);
  expect(operations.list()).toHaveLength(1);
});

test('starting the same plan again returns its operation, as long as it is one of the latest', async () => {
  const host = new FakeHost('glance-01', images(3));
  const { operations } = operationsOver([host], { limits: { maxPlans: 2 } });
  const started: { planId: string; id: string }[] = [];
  for (const imageId of images(3)) {
    const plan = await operations.plan({ kind: 'delete', targets: all(host, [imageId]) });
    const { id } = await operations.start(plan.id);
    await ended(operations, id);
    started.push({ planId: plan.id, id });
  }
  const [oldest, ...latest] = started;
  for (const { planId, id } of latest) expect((await operations.start(planId)).id).toBe(id);
  await expect(operations.start(oldest?.planId ?? '')).rejects.toMatchObject({ failure: { code: 'notFound' } });
});

test('operations over the maximum number are removed, and listeners receive their ids', async () => {
  const host = new FakeHost('glance-01', images(4));
  const { operations, carryOut } = operationsOver([host], { limits: { maxOperations: 2 } });
  const removed: string[] = [];
  operations.onRemove((ids) => removed.push(...ids));
  const ids: string[] = [];
  for (const imageId of images(4)) {
    ids.push((await carryOut({ kind: 'delete', targets: all(host, [imageId]) })).operation.id);
  }
  expect(removed).toEqual(ids.slice(0, 2));
  expect(operations.list().map((operation) => operation.title)).toEqual([
    'Delete image-3 from glance-01',
    'Delete image-2 from glance-01',
  ]);
});

const answers = fc.array(
  fc.constantFrom<'ok' | '503' | 'lost' | 'lostDone' | '500' | '404'>('ok', '503', 'lost', 'lostDone', '500', '404'),
  {
    maxLength: 60,
  },
);

test('sums are right, limits are kept, and done images are gone, whatever the hosts answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 4 }), fc.nat(30), async (scripts, cancelAfter) => {
      const hosts = scripts.map((script, index) => {
        const host = new FakeHost(`glance-${index}`, images(12));
        let next = 0;
        host.faultFor = ({ what }) => {
          if (what !== 'delete') return undefined;
          const answer = script[next] ?? 'ok';
          next += 1;
          switch (answer) {
            case 'ok':
              return undefined;
            case '503':
              return { failure: failureOf('hostError', { status: 503 }) };
            case 'lost':
              return { failure: failureOf('timeout') };
            case 'lostDone':
              return { failure: failureOf('unreachable'), done: true };
            case '500':
              return { failure: failureOf('hostError', { status: 500 }) };
            case '404':
              return { failure: failureOf('notFound', { status: 404 }) };
          }
        };
        return host;
      });
      const limits = { firstBackOff: 0, maxBackOff: 0, hostConcurrency: 2, maxTries: 3 };
      const { operations, faults, database } = operationsOver(hosts, { limits });
      const seen: string[] = [];
      operations.onChange(({ counts, total }) => {
        const sum = Object.values(counts).reduce((one, other) => one + other, 0);
        if (sum !== total) seen.push(`${sum} of ${total}`);
      });
      const plan = await operations.plan({ kind: 'delete', targets: hosts.flatMap((host) => all(host, images(12))) });
      const { id } = await operations.start(plan.id);
      if (cancelAfter < 10) await operations.cancel(id);
      const operation = await ended(operations, id);
      const { targets } = operations.targets({ id });
      expect(seen).toEqual([]);
      expect(faults).toEqual([]);
      expect(targets).toHaveLength(12 * hosts.length);
      const { waiting, sent, following, unknown } = operation.counts;
      expect(waiting + sent + following + unknown).toBe(0);
      let freed = 0;
      for (const { hostId, imageId, state, actual } of targets) {
        const there = hosts.find((host) => host.id === hostId)?.cached.has(imageId ?? '');
        if (state === 'done') expect(there).toBe(false);
        if (state === 'cancelled') expect(there).toBe(true);
        if (state === 'done') freed += actual?.bytes ?? 0;
      }
      expect(operation.actual).toEqual({ images: operation.counts.done, bytes: freed });
      for (const host of hosts) expect(host.maxConcurrentRequests).toBeLessThanOrEqual(2);
      database.close();
    }),
    { numRuns: 60 },
  );
});

test('5,000 deletions on 20 hosts, one of them down, one slow, one sometimes answering 503', async () => {
  const hosts = Array.from({ length: 20 }, (_, index) => new FakeHost(`glance-${index}`, images(250)));
  const [down, slow, busy] = hosts;
  let asked = 0;
  if (down) down.faultFor = () => ({ failure: failureOf('unreachable') });
  if (slow) slow.faultFor = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 8));
  if (busy) {
    busy.faultFor = () => {
      asked += 1;
      return asked % 7 === 0 ? { failure: failureOf('hostError', { status: 503 }) } : undefined;
    };
  }
  const { operations, faults } = operationsOver(hosts);
  let events = 0;
  operations.onChange(() => {
    events += 1;
  });
  const plan = await operations.plan({ kind: 'delete', targets: hosts.flatMap((host) => all(host, images(250))) });
  expect(plan).toMatchObject({ willDo: 5_000, expected: { images: 5_000, bytes: 5_000_000 } });
  const { id } = await operations.start(plan.id);
  const operation = await ended(operations, id);
  expect(operation.counts).toMatchObject({ done: 4_750, failed: 250 });
  expect(operation.actual).toEqual({ images: 4_750, bytes: 4_750_000 });
  expect(hosts.filter((host) => host.cached.size > 0)).toEqual([down]);
  expect(events).toBeLessThan(2_000);
  expect(faults).toEqual([]);
});
