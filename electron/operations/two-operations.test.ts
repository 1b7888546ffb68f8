import { expect, test } from 'vitest';
import type { Action, OperationTargets } from '../contract/operations.ts';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage } from '../fleet/testing/host-fixtures.ts';
import { ended, operationsOver, until } from './testing/fleet-of.ts';

const ids = Array.from({ length: 160 }, (_, index) => `image-${index}`);
const known = ids.map((id) => catalogueImage(id));
const at = (host: FakeHost, some: readonly string[]) => some.map((imageId) => ({ hostId: host.id, imageId }));

/** A host that fetches each image in a few milliseconds. */
function fetchingHost(images: readonly string[] = []): FakeHost {
  const host = new FakeHost('glance-01', images);
  host.fetch = (imageId) => {
    setTimeout(() => {
      if (host.queued.delete(imageId)) host.cached.set(imageId, cachedImage(imageId));
    }, 5);
  };
  return host;
}

/** Each request takes a moment, before and after the host carries it out. */
function slow(host: FakeHost): void {
  host.faultFor = ({ what }) =>
    what === 'list' ? undefined : new Promise((resolve) => setTimeout(() => resolve(undefined), 2));
}

function states({ targets }: OperationTargets): string[] {
  return [...new Set(targets.map(({ state }) => state))];
}

test('a delete planned during a queue of the same images names that operation, image by image', async () => {
  const host = fetchingHost();
  slow(host);
  const { operations, faults } = operationsOver([host], { images: known });
  const queue = await operations.plan({ kind: 'queue', targets: at(host, ids) });
  const { id } = await operations.start(queue.id);
  await until(operations, id, ({ counts }) => counts.done > 10);
  const plan = await operations.plan({ kind: 'delete', targets: at(host, ids) });
  expect(plan.alreadyDone).toBe(0);
  expect(plan.refused).toBeGreaterThan(100);
  for (const { verdict, reason } of plan.targets) {
    if (verdict === 'refused') expect(reason).toContain('“Queue 160 images on glance-01”');
  }
  const { id: deleteId } = await operations.start(plan.id);
  await Promise.all([ended(operations, id), ended(operations, deleteId)]);
  const deleted = operations.targets({ id: deleteId });
  expect(deleted.operation.counts).toMatchObject({ done: plan.willDo, refused: plan.refused, failed: 0 });
  expect(operations.targets({ id }).operation.counts.done).toBe(160);
  expect(host.cached.size).toBe(plan.refused);
  expect(deleted.operation.actual).toEqual({ images: plan.willDo, bytes: plan.willDo * 1_000 });
  expect(faults).toEqual([]);
});

test('a queue planned during a delete of the same images names that operation, image by image', async () => {
  const host = fetchingHost(ids);
  slow(host);
  const { operations, faults } = operationsOver([host], { images: known });
  const { id } = await operations.start((await operations.plan({ kind: 'delete', targets: at(host, ids) })).id);
  await until(operations, id, ({ counts }) => counts.done > 10);
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ids) });
  expect(plan.alreadyDone).toBe(0);
  expect(plan.refused).toBeGreaterThan(100);
  for (const { verdict, reason } of plan.targets) {
    if (verdict === 'refused') expect(reason).toContain('“Delete 160 images from glance-01”');
  }
  const { id: queueId } = await operations.start(plan.id);
  await Promise.all([ended(operations, id), ended(operations, queueId)]);
  // A delete whose image was queued again since has not failed.
  expect(operations.targets({ id }).operation).toMatchObject({
    counts: { done: 160, failed: 0 },
    actual: { images: 160, bytes: 160_000 },
  });
  expect(operations.targets({ id: queueId }).operation.counts).toMatchObject({
    done: plan.willDo,
    refused: plan.refused,
  });
  expect(host.cached.size).toBe(plan.willDo);
  expect(faults).toEqual([]);
});

test.each([0, 1, 5, 40])(
  'two deletes of the same images count each removed image once (the second after %s)',
  async (after) => {
    const host = new FakeHost('glance-01', ids);
    slow(host);
    const { operations, faults } = operationsOver([host], { images: known });
    const remove: Action = { kind: 'delete', targets: at(host, ids) };
    const [first, second] = [await operations.plan(remove), await operations.plan(remove)];
    const one = await operations.start(first.id);
    if (after > 0) await until(operations, one.id, ({ counts }) => counts.done >= after);
    const other = await operations.start(second.id);
    const [a, b] = await Promise.all([ended(operations, one.id), ended(operations, other.id)]);
    expect(host.cached.size).toBe(0);
    expect(a.actual.images + b.actual.images).toBe(160);
    expect(a.actual.bytes + b.actual.bytes).toBe(160_000);
    expect(a.counts.done).toBe(160);
    expect(states(operations.targets({ id: other.id }))).toEqual(['alreadyDone']);
    expect(host.asked('delete')).toHaveLength(160);
    expect(faults).toEqual([]);
  },
);

test('a delete whose image another operation just deleted does not rely on an older list', async () => {
  const host = new FakeHost('glance-01', ['image-0']);
  const { operations } = operationsOver([host]);
  const remove: Action = { kind: 'delete', targets: at(host, ['image-0']) };
  const [first, second] = [await operations.plan(remove), await operations.plan(remove)];
  // The list at the end of the first delete cannot be read, so the last one still has the image.
  host.faultFor = ({ what }) =>
    what === 'list' && host.cached.size === 0
      ? { failure: { code: 'timeout', message: 'No answer.', remedy: 'Wait.' } }
      : undefined;
  const one = await operations.start(first.id);
  expect((await ended(operations, one.id)).actual).toEqual({ images: 1, bytes: 1_000 });
  host.faultFor = () => undefined;
  const other = await operations.start(second.id);
  expect(await ended(operations, other.id)).toMatchObject({
    counts: { alreadyDone: 1 },
    actual: { images: 0, bytes: 0 },
  });
  expect(host.asked('delete')).toHaveLength(1);
});

test('a queue planned before a delete of the same images started does not take them as cached', async () => {
  const host = fetchingHost(ids.slice(0, 20));
  slow(host);
  const { operations } = operationsOver([host], { images: known });
  // Both plans are made before either operation starts.
  const remove = await operations.plan({ kind: 'delete', targets: at(host, ids.slice(0, 20)) });
  const queue = await operations.plan({ kind: 'queue', targets: at(host, ids.slice(0, 30)) });
  expect(queue).toMatchObject({ alreadyDone: 20, willDo: 10 });
  const requeue = await operations.plan({ kind: 'queue', targets: at(host, ids.slice(20, 40)) });
  const fresh = await operations.plan({ kind: 'delete', targets: at(host, ids.slice(0, 5)) });
  const one = await operations.start(remove.id);
  const two = await operations.start(requeue.id);
  const three = await operations.start(queue.id);
  const four = await operations.start(fresh.id);
  await Promise.all([one, two, three, four].map(({ id }) => ended(operations, id)));
  const targetsOf = (id: string) => operations.targets({ id }).targets;
  expect(targetsOf(three.id).filter(({ state }) => state === 'done')).toEqual([]);
  for (const { text } of targetsOf(three.id).slice(20)) expect(text).toMatch(/“Queue 20 images on glance-01”|cached/);
  for (const { state, text } of targetsOf(four.id)) {
    expect(state).toBe('alreadyDone');
    expect(text).toMatch(/“Delete 20 images from glance-01”|Already deleted/);
  }
});

type Pair = {
  first: Action['kind'] | 'clear queue';
  second: Action['kind'] | 'clear queue';
  verdict: 'willDo' | 'alreadyDone' | 'refused';
  reason?: string;
};

/**
 * The expected verdict about the second operation of each pair of kinds, while the first one runs on the same image and
 * host.
 */
const pairs: Pair[] = [
  { first: 'queue', second: 'queue', verdict: 'alreadyDone', reason: 'already queueing it' },
  { first: 'queue', second: 'delete', verdict: 'refused', reason: 'is being queued' },
  { first: 'queue', second: 'clear', verdict: 'refused', reason: 'is working on images of this host' },
  { first: 'queue', second: 'clear queue', verdict: 'refused', reason: 'is working on images of this host' },
  { first: 'queue', second: 'prune', verdict: 'willDo' },
  { first: 'queue', second: 'clean', verdict: 'willDo' },
  { first: 'delete', second: 'queue', verdict: 'refused', reason: 'is being deleted' },
  { first: 'delete', second: 'delete', verdict: 'alreadyDone', reason: 'already deleting it' },
  { first: 'delete', second: 'clear', verdict: 'refused', reason: 'is working on images of this host' },
  { first: 'delete', second: 'prune', verdict: 'refused', reason: 'is deleting images of this host' },
  { first: 'delete', second: 'clean', verdict: 'willDo' },
  { first: 'clear', second: 'queue', verdict: 'refused', reason: 'is being cleared' },
  { first: 'clear', second: 'delete', verdict: 'refused', reason: 'is being cleared' },
  { first: 'clear', second: 'clear', verdict: 'refused', reason: 'is being cleared' },
  { first: 'clear queue', second: 'clear', verdict: 'refused', reason: 'is being cleared' },
  { first: 'clear', second: 'prune', verdict: 'refused', reason: 'is being cleared' },
  { first: 'clear', second: 'clean', verdict: 'refused', reason: 'is being cleared' },
  { first: 'prune', second: 'queue', verdict: 'willDo' },
  { first: 'prune', second: 'delete', verdict: 'refused', reason: 'is being pruned' },
  { first: 'prune', second: 'clear', verdict: 'refused', reason: 'is being pruned' },
  { first: 'prune', second: 'prune', verdict: 'refused', reason: 'is being pruned' },
  { first: 'prune', second: 'clean', verdict: 'refused', reason: 'is being pruned' },
  { first: 'clean', second: 'queue', verdict: 'willDo' },
  { first: 'clean', second: 'delete', verdict: 'willDo' },
  { first: 'clean', second: 'clear', verdict: 'refused', reason: 'is being cleaned' },
  { first: 'clean', second: 'prune', verdict: 'refused', reason: 'is being cleaned' },
  { first: 'clean', second: 'clean', verdict: 'alreadyDone', reason: 'already cleaning this host' },
];

test.each(pairs)('$second during a running $first: $verdict, in the plan and at its turn', async (pair) => {
  const queues = pair.first === 'queue' || pair.second === 'queue';
  // A queue is for an image that the host does not have, except beside an operation that removes the image.
  const isThere = !queues || pair.first === 'delete' || pair.second === 'delete';
  const actionOf = (kind: Pair['first'], host: FakeHost): Action => {
    if (kind === 'clear queue') return { kind: 'clear', hostIds: [host.id], what: 'queue' };
    if (kind === 'clear') return { kind, hostIds: [host.id], what: 'both' };
    if (kind === 'queue' || kind === 'delete') return { kind, targets: at(host, ['image-0']) };
    if (kind === 'prune' || kind === 'clean') return { kind, hostIds: [host.id] };
    throw new Error(kind);
  };
  const setUp = () => {
    const host = new FakeHost('glance-01', ['other']);
    const made = operationsOver([host], { images: known, limits: { requestsPerHost: 8, queuesPerHost: 8 } });
    if (isThere && pair.first !== 'queue') host.cached.set('image-0', cachedImage('image-0'));
    host.queued.set('waits', { ...queuedHere });
    host.poll();
    let release: (fault: undefined) => void = () => undefined;
    const held = new Promise<undefined>((resolve) => (release = resolve));
    const requests = new Set(['queue', 'delete', 'clear', 'prune', 'clean']);
    let isFirst = true;
    host.faultFor = ({ what }) => {
      if (!requests.has(what) || !isFirst) return undefined;
      isFirst = false;
      return held;
    };
    return { host, ...made, release: () => release(undefined) };
  };

  // Planned while the first is running.
  const late = setUp();
  const first = await late.operations.start((await late.operations.plan(actionOf(pair.first, late.host))).id);
  await until(late.operations, first.id, ({ counts }) => counts.sent === 1);
  const [planned] = (await late.operations.plan(actionOf(pair.second, late.host))).targets;
  expect(planned?.verdict).toBe(pair.verdict);
  expect(planned?.operationId).toBe(pair.reason ? first.id : undefined);
  if (pair.reason) {
    expect(planned?.reason).toContain(pair.reason);
    expect(planned?.reason).toContain(`“${first.title}”`);
  }
  late.release();
  await late.operations.stop();

  // Planned before the first has started.
  const early = setUp();
  if (pair.second === 'delete' && pair.first === 'queue') {
    early.host.cached.set('image-0', cachedImage('image-0'));
    early.host.poll();
  }
  const second = await early.operations.plan(actionOf(pair.second, early.host));
  if (second.willDo === 0) return;
  early.host.cached.delete(pair.first === 'queue' ? 'image-0' : '');
  early.host.poll();
  const begun = await early.operations.start((await early.operations.plan(actionOf(pair.first, early.host))).id);
  await until(early.operations, begun.id, ({ counts }) => counts.sent === 1);
  const other = await early.operations.start(second.id);
  if (pair.verdict === 'willDo') {
    await until(early.operations, other.id, ({ counts }) => counts.done + counts.following === 1);
  } else {
    const done = await ended(early.operations, other.id);
    expect(done.counts[pair.verdict]).toBe(1);
    expect(done.actual).toEqual({ images: 0, bytes: 0 });
    expect(early.operations.targets({ id: other.id }).targets[0]?.text).toContain(`“${begun.title}”`);
  }
  early.release();
  await early.operations.stop();
});

const queuedHere = {
  imageId: 'waits',
  firstSeen: 1_000,
  stalled: null,
  catalogStatus: 'known',
  description: null,
} as const;
