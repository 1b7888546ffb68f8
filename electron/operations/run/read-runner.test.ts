import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { Action, Operation } from '../../contract/operations.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import {
  cachedImage,
  capabilities,
  catalogueImage,
  failureOf,
  queuedImage,
} from '../../fleet/testing/host-fixtures.ts';
import type { ImageReading } from '../../glance/warm-by-reading.ts';
import { ManualClock } from '../../lib/testing/manual-clock.ts';
import { ended, impatient, operationsOver, until } from '../testing/fleet-of.ts';

const size = 1_000_000;
const part = 100_000;

function queuedOf(imageId: string, stalled: string | null = null) {
  const { name, status, diskFormat, owner, visibility } = catalogueImage(imageId);
  const description = { name, status, diskFormat, owner, visibility, catalogueSizeBytes: size };
  return { ...queuedImage(imageId, stalled), description };
}

/** A host that fetches nothing by itself, and caches the images that are read through it. */
function queueingHost(...imageIds: string[]): FakeHost {
  const host = new FakeHost('glance-18');
  host.capable = { ...capabilities, dialect: 'legacy', fetch: 'byProgram' };
  for (const imageId of imageIds) host.queued.set(imageId, queuedOf(imageId, 'Nobody fetches it.'));
  host.reads = async (imageId, reading, signal) => {
    await deliver(reading, signal);
    host.queued.delete(imageId);
    host.cached.set(imageId, cachedImage(imageId, size));
    return size;
  };
  host.poll();
  return host;
}

async function deliver({ taken }: ImageReading, signal?: AbortSignal, bytes = size): Promise<void> {
  for (let sum = part; sum <= bytes; sum += part) {
    await taken(sum, size);
    if (signal?.aborted) throw new ExpectedFailure(failureOf('interrupted'));
  }
}

const prefetch = (host: FakeHost, more: Partial<Extract<Action, { kind: 'prefetch' }>> = {}): Action => ({
  kind: 'prefetch',
  hostIds: [host.id],
  ...more,
});

test('queued images are read through their host one after another, and are done when the host has cached them', async () => {
  const host = queueingHost('a', 'b', 'c');
  const { operations, carryOut } = operationsOver([host]);
  const plan = await operations.plan(prefetch(host));
  expect(plan).toMatchObject({ willDo: 3, expected: { images: 3, bytes: 3 * size }, typedName: null });
  expect(plan.targets.map(({ imageId, method, imageName }) => [imageId, method, imageName])).toEqual([
    ['a', 'read', 'name of a'],
    ['b', 'read', 'name of b'],
    ['c', 'read', 'name of c'],
  ]);
  const { operation, targets } = await carryOut(prefetch(host));
  expect(operation).toMatchObject({ state: 'finished', actual: { images: 3, bytes: 3 * size } });
  expect(targets.every(({ state, text }) => state === 'done' && text?.includes('has cached it'))).toBe(true);
  expect(host.maxConcurrentRequests).toBe(1);
  expect(host.asked('queue')).toEqual([]);
});

test('images that the host itself may be fetching are never read', async () => {
  const host = queueingHost();
  host.capable = capabilities;
  host.queued.set('stalled', queuedOf('stalled', 'Its worker died.'));
  host.queued.set('living', queuedOf('living'));
  host.poll();
  const { operations, carryOut } = operationsOver([host]);
  const plan = await operations.plan(prefetch(host));
  expect(plan.targets).toMatchObject([
    { imageId: 'stalled', verdict: 'willDo' },
    { imageId: 'living', verdict: 'alreadyDone', reason: expect.stringContaining('immediately') },
  ]);
  expect(plan.warnings.join()).toContain('estimate');
  await carryOut(prefetch(host));
  expect(host.asked('read')).toEqual(['stalled']);
  host.capable = { ...capabilities, fetch: 'periodic' };
  expect((await operations.plan(prefetch(host))).targets).toMatchObject([
    { imageId: 'living', verdict: 'refused', reason: expect.stringContaining('the same file') },
  ]);
  host.capable = capabilities;
  expect((await operations.plan(prefetch(host))).targets).toMatchObject([
    { imageId: null, verdict: 'alreadyDone', reason: expect.stringContaining('not stalled') },
  ]);
});

test('images whose fetch resumed since the plan are not read, nor those that were removed or cached meanwhile', async () => {
  const host = queueingHost();
  host.capable = capabilities;
  for (const id of ['lives', 'gone', 'cached']) host.queued.set(id, queuedOf(id, 'Its worker died.'));
  host.poll();
  const { operations } = operationsOver([host]);
  const plan = await operations.plan(prefetch(host));
  host.queued.set('lives', queuedOf('lives'));
  host.queued.delete('gone');
  host.cached.set('cached', cachedImage('cached'));
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets.map(({ state }) => state)).toEqual([
    'refused',
    'alreadyDone',
    'alreadyDone',
  ]);
  expect(host.asked('read')).toEqual([]);
});

test('images that Glance does not have as active are not read; if images are named, only those are read', async () => {
  const host = queueingHost('a', 'b');
  host.queued.set('orphan', { ...queuedImage('orphan', 'Nobody.'), catalogStatus: 'orphan' });
  const off = queuedOf('off', 'Nobody.');
  host.queued.set('off', { ...off, description: { ...off.description, status: 'deactivated' } });
  host.poll();
  const { operations } = operationsOver([host]);
  const verdicts = async (action: Action) =>
    (await operations.plan(action)).targets.map(({ imageId, verdict }) => `${imageId} ${verdict}`);
  expect(await verdicts(prefetch(host))).toEqual(['a willDo', 'b willDo', 'orphan refused', 'off refused']);
  expect(await verdicts(prefetch(host, { only: [{ hostId: host.id, imageId: 'b' }] }))).toEqual(['b willDo']);
});

test('an image that was read completely and is not cached is a failure', async () => {
  const host = queueingHost('a');
  host.reads = async (_, reading, signal) => {
    await deliver(reading, signal);
    return size;
  };
  const { carryOut } = operationsOver([host], { timings: impatient });
  const { targets } = await carryOut(prefetch(host));
  expect(targets).toMatchObject(
    [
      { state: 'failed', failure: { message: expect.stringContaining('does not list it'), remedy: /cachemanagement/ } },
    ].map(({ failure, ...rest }) => ({
      ...rest,
      failure: { ...failure, remedy: expect.stringMatching(failure.remedy) },
    })),
  );
});

test('a read that is interrupted is not repeated automatically, and affects no other image', async () => {
  const host = queueingHost('a', 'b');
  const { reads } = host;
  host.reads = async (imageId, reading, signal) => {
    if (imageId === 'b') return reads(imageId, reading, signal);
    await deliver(reading, signal, 3 * part);
    throw new ExpectedFailure(failureOf('unreachable'));
  };
  const { operations, carryOut } = operationsOver([host]);
  const { operation, targets } = await carryOut(prefetch(host, { bytesPerSecond: 1_000_000_000 }));
  expect(targets).toMatchObject([
    { state: 'failed', failure: { message: expect.stringContaining('After 293 KiB') } },
    { state: 'done' },
  ]);
  expect(host.asked('read')).toEqual(['a', 'b']);
  const again = await operations.retryFailed(operation.id);
  expect(again.action).toMatchObject({
    methods: { [host.id]: 'read' },
    only: [{ hostId: host.id, imageId: 'a' }],
    bytesPerSecond: 1_000_000_000,
  });
  expect(again.targets).toMatchObject([{ imageId: 'a', verdict: 'willDo' }]);
});

test('progress and remaining time are reported by bytes, at no more than the chosen rate', async () => {
  const clock = new ManualClock();
  const host = queueingHost('a', 'b');
  const { operations } = operationsOver([host], { clock, limits: { maxSnapshotAge: Number.MAX_SAFE_INTEGER } });
  const plan = await operations.plan(prefetch(host, { bytesPerSecond: 50_000 }));
  const begun = clock.now();
  const { id } = await operations.start(plan.id);
  let lastEvent: Operation | undefined;
  operations.onChange((operation) => {
    lastEvent = operation;
  });
  // The journal uses the machine's own timers.
  while (!operations.targets({ id }).targets.some(({ progress }) => progress)) await clock.forward(1);
  // 2 MB at 50 kB a second are 40 s.
  await clock.forward(10_000);
  expect(lastEvent?.progress).toEqual({ bytes: expect.any(Number), of: 2 * size });
  expect(lastEvent?.progress?.bytes).toBeGreaterThanOrEqual(4 * part);
  expect(lastEvent?.progress?.bytes).toBeLessThanOrEqual(6 * part);
  expect(lastEvent?.pace?.bytesPerSecond).toBeGreaterThan(40_000);
  expect(lastEvent?.pace?.bytesPerSecond).toBeLessThan(70_000);
  expect(lastEvent?.pace?.remainingSeconds).toBeGreaterThan(20);
  const [first] = operations.targets({ id }).targets;
  expect(first).toMatchObject({ state: 'sent', progress: { of: size } });
  const over = ended(operations, id);
  while (operations.list()[0]?.endedAt === null) await clock.forward(500);
  expect((await over).counts.done).toBe(2);
  expect(clock.now() - begun).toBeGreaterThanOrEqual(39_000);
  expect(operations.list()[0]).not.toHaveProperty('progress');
});

test('a read that is cancelled ends at once, reports how far it came, and leaves the image queued', async () => {
  const host = queueingHost('a', 'b');
  let aborted = false;
  host.reads = (_, { taken }, signal) =>
    new Promise((_resolve, reject) => {
      void taken(part, size);
      signal?.addEventListener('abort', () => {
        aborted = true;
        reject(new ExpectedFailure(failureOf('interrupted')));
      });
    });
  const { operations } = operationsOver([host]);
  const plan = await operations.plan(prefetch(host));
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ progress }) => progress?.bytes === part);
  await operations.cancel(id);
  expect((await ended(operations, id)).state).toBe('cancelled');
  expect(aborted).toBe(true);
  expect(operations.targets({ id }).targets).toMatchObject([
    { state: 'cancelled', text: expect.stringContaining('Cancelled after 97.7 KiB of 977 KiB') },
    { state: 'cancelled', text: 'Cancelled; nothing was sent.' },
  ]);
});

test('an image that is being read is not queued again, nor read twice', async () => {
  const host = queueingHost('a');
  host.capable = { ...capabilities };
  let go = () => {};
  const { reads } = host;
  host.reads = async (imageId, reading, signal) => {
    await reading.taken(part, size);
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    return reads(imageId, reading, signal);
  };
  const { operations } = operationsOver([host], { images: [catalogueImage('a')] });
  const { id } = await operations.start((await operations.plan(prefetch(host))).id);
  await until(operations, id, ({ progress }) => progress?.bytes === part);
  const anew: Action = { kind: 'queue', targets: [{ hostId: host.id, imageId: 'a' }], anew: true };
  for (const action of [anew, prefetch(host)]) {
    expect((await operations.plan(action)).targets).toMatchObject([
      { verdict: 'alreadyDone', reason: expect.stringContaining('“Prefetch on glance-18” is already downloading it') },
    ]);
  }
  go();
  expect((await ended(operations, id)).counts.done).toBe(1);
});

test.each([true, false])(
  'a read that was killed is continued after asking the host first (cached: %s)',
  async (cached) => {
    const host = queueingHost('a', 'b');
    const database = new DatabaseSync(':memory:');
    const { reads } = host;
    host.reads = (_, { taken }) => new Promise(() => void taken(part, size));
    const before = operationsOver([host], { database });
    const plan = await before.operations.plan(prefetch(host, { bytesPerSecond: 1_000_000_000 }));
    const { id } = await before.operations.start(plan.id);
    await until(before.operations, id, ({ progress }) => progress?.bytes === part);
    await before.operations.stop();
    host.reads = reads;
    if (cached) {
      host.queued.delete('a');
      host.cached.set('a', cachedImage('a', size));
    }
    const { operations } = operationsOver([host], { database });
    expect(operations.list()[0]).toMatchObject({ state: 'interrupted', counts: { unknown: 1, waiting: 1 } });
    await operations.continue(id);
    expect((await ended(operations, id)).counts).toMatchObject({ done: 2 });
    expect(host.asked('read')).toEqual(cached ? ['a', 'b'] : ['a', 'a', 'b']);
  },
);
