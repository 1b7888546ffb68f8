import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import {
  cachedImage,
  capabilities,
  catalogueImage,
  failureOf,
  queuedImage,
} from '../../fleet/testing/host-fixtures.ts';
import { ended, impatient, operationsOver, until } from '../testing/fleet-of.ts';

const ids = ['image-0', 'image-1', 'image-2'];
const known = ids.map((id) => catalogueImage(id));
const at = (host: FakeHost, some: readonly string[]) => some.map((imageId) => ({ hostId: host.id, imageId }));

function fetchesIn(host: FakeHost, milliseconds: number) {
  host.fetch = (imageId) => {
    setTimeout(() => {
      host.queued.delete(imageId);
      host.cached.set(imageId, cachedImage(imageId));
    }, milliseconds);
  };
}

test('an image that another client queued meanwhile is not requested again', async () => {
  const host = new FakeHost('glance-01');
  fetchesIn(host, 10);
  const { operations } = operationsOver([host], { images: known });
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ids) });
  host.queued.set('image-0', queuedImage('image-0'));
  host.cached.set('image-1', cachedImage('image-1'));
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets.map((target) => target.state)).toEqual([
    'alreadyDone',
    'alreadyDone',
    'done',
  ]);
  expect(host.asked('queue')).toEqual(['image-2']);
});

test('an image whose fetch is just ending, in neither list, is not requested again', async () => {
  const host = new FakeHost('glance-01');
  const { operations } = operationsOver([host], { images: known });
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ['image-0']) });
  host.queued.set('image-0', queuedImage('image-0'));
  host.poll();
  host.queued.delete('image-0');
  host.faultFor = ({ what }) => {
    if (what === 'list') setTimeout(() => host.cached.set('image-0', cachedImage('image-0')), 1);
    return undefined;
  };
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets[0]?.state).toBe('alreadyDone');
  expect(host.asked('queue')).toEqual([]);
});

test('one operation does not request an image that another is requesting', async () => {
  const host = new FakeHost('glance-01');
  fetchesIn(host, 40);
  const { operations } = operationsOver([host], { images: known });
  const targets = at(host, ids);
  const [first, second] = await Promise.all([
    operations.plan({ kind: 'queue', targets }),
    operations.plan({ kind: 'queue', targets }),
  ]);
  const one = await operations.start(first.id);
  const other = await operations.start(second.id);
  expect((await operations.plan({ kind: 'queue', targets })).alreadyDone).toBe(3);
  await Promise.all([ended(operations, one.id), ended(operations, other.id)]);
  expect(host.asked('queue').sort()).toEqual(ids);
});

test('a request whose answer was lost is checked in the list, not sent again', async () => {
  const host = new FakeHost('glance-01');
  fetchesIn(host, 10);
  host.faultFor = ({ what, imageId }) => {
    if (what !== 'queue' || imageId === 'image-2') return undefined;
    return { failure: failureOf('timeout'), done: imageId === 'image-0' };
  };
  const { carryOut } = operationsOver([host], { images: known, timings: impatient });
  const { targets } = await carryOut({ kind: 'queue', targets: at(host, ids) });
  expect(targets.map((target) => target.state)).toEqual(['done', 'failed', 'done']);
  expect(targets[1]).toMatchObject({
    text: expect.stringContaining('The request is not repeated'),
    failure: { code: 'timeout' },
  });
  expect(host.asked('queue')).toHaveLength(3);
});

test('a request that the host rejected without an effect is sent again', async () => {
  const host = new FakeHost('glance-01');
  fetchesIn(host, 5);
  let turnedAway = false;
  host.faultFor = ({ what }) => {
    if (what !== 'queue' || turnedAway) return undefined;
    turnedAway = true;
    return { failure: failureOf('hostError', { status: 503 }) };
  };
  const { carryOut } = operationsOver([host], { images: known });
  const { targets } = await carryOut({ kind: 'queue', targets: at(host, ['image-0']) });
  expect(targets[0]?.state).toBe('done');
  expect(host.asked('queue')).toHaveLength(2);
});

test('an image that stays queued fails with the likely cause and the remedy', async () => {
  const host = new FakeHost('glance-01');
  const { carryOut } = operationsOver([host], { images: known, timings: impatient });
  const { targets, operation } = await carryOut({ kind: 'queue', targets: at(host, ['image-0']) });
  expect(targets[0]?.failure).toMatchObject({ code: 'hostError', remedy: expect.stringContaining('Restart') });
  expect(operation.counts.failed).toBe(1);
});

test('an image that another client removes from the queue is reported as such', async () => {
  const host = new FakeHost('glance-01');
  host.fetch = (imageId) => setTimeout(() => host.queued.delete(imageId), 10);
  const { carryOut } = operationsOver([host], { images: known, timings: impatient });
  const { targets } = await carryOut({ kind: 'queue', targets: at(host, ['image-0']) });
  expect(targets[0]).toMatchObject({ state: 'failed', text: expect.stringContaining('left the queue') });
});

test('on a host with a periodic job an image stays accepted; on one without, it is done when it is queued', async () => {
  const periodic = new FakeHost('glance-24');
  periodic.capable = { ...capabilities, fetch: 'periodic' };
  const program = new FakeHost('glance-18');
  program.capable = { ...capabilities, dialect: 'legacy', fetch: 'byProgram' };
  const { operations, carryOut } = operationsOver([periodic, program], { images: known, timings: impatient });
  const { operation, targets } = await carryOut({
    kind: 'queue',
    targets: [...at(periodic, ['image-0']), ...at(program, ['image-0'])],
  });
  expect(operation.state).toBe('finished');
  expect(targets.map((target) => target.state)).toEqual(['following', 'done']);
  expect(targets[0]?.text).toContain('The host’s periodic job fetches it');
  expect(targets[1]?.text).toContain('glance-cache-prefetcher');
  // The host's own job has fetched it since, and continuing the operation finds it.
  periodic.queued.clear();
  periodic.cached.set('image-0', cachedImage('image-0'));
  await operations.continue(operation.id);
  expect(await ended(operations, operation.id)).toMatchObject({ counts: { done: 2, following: 0 } });
  expect(periodic.asked('queue')).toHaveLength(1);
});

test('an image just removed from the queue is not requested while its fetch may continue', async () => {
  const host = new FakeHost('glance-01');
  host.queued.set('image-0', queuedImage('image-0'));
  host.poll();
  const { operations } = operationsOver([host], { images: known });
  const removal = await operations.plan({ kind: 'delete', targets: at(host, ['image-0']) });
  const { id } = await operations.start(removal.id);
  await until(operations, id, ({ counts }) => counts.following === 1);
  host.poll();
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ['image-0']) });
  expect(plan.targets[0]).toMatchObject({ verdict: 'refused', reason: expect.stringContaining('two fetches') });
  await operations.cancel(id);
  await ended(operations, id);
});

test('a prune that does not answer is explained, remembered over a restart, and not sent again', async () => {
  const host = new FakeHost('glance-33', ['image-0']);
  const database = new DatabaseSync(':memory:');
  const before = operationsOver([host], { database });
  host.faultFor = ({ what }) => {
    if (what !== 'prune') return undefined;
    host.cached.clear();
    return { failure: failureOf('timeout') };
  };
  const prune = { kind: 'prune' as const, hostIds: [host.id] };
  const { targets } = await before.carryOut(prune);
  expect(targets[0]).toMatchObject({
    state: 'failed',
    failure: { code: 'timeout', remedy: expect.stringContaining('only this stops the prune') },
    text: 'Deleted since it was sent: 1 image (1000 B).',
  });
  await before.operations.stop();

  const { operations, carryOut } = operationsOver([host], { database });
  expect((await operations.plan(prune)).targets[0]?.verdict).toBe('refused');
  expect(host.asked('prune')).toHaveLength(1);
  host.state.pruneOver();
  host.faultFor = () => undefined;
  expect((await carryOut(prune)).targets[0]?.state).toBe('done');
});

test('of two prunes planned at the same time only one is sent to a host that hangs', async () => {
  const host = new FakeHost('glance-33');
  host.faultFor = ({ what }) => (what === 'prune' ? { failure: failureOf('timeout') } : undefined);
  const { operations } = operationsOver([host]);
  const prune = { kind: 'prune' as const, hostIds: [host.id] };
  const plans = [await operations.plan(prune), await operations.plan(prune)];
  const started = await Promise.all(plans.map((plan) => operations.start(plan.id)));
  const done = await Promise.all(started.map(({ id }) => ended(operations, id)));
  expect(host.asked('prune')).toHaveLength(1);
  expect(done.map((operation) => operation.counts.refused + operation.counts.failed)).toEqual([1, 1]);
});

test('a cancelled queue reports accepted images as accepted, and follows them no longer', async () => {
  const host = new FakeHost('glance-01');
  const { operations } = operationsOver([host], { images: known });
  const held = new Promise<undefined>(() => undefined);
  host.faultFor = ({ what }) => (what === 'queue' && host.asked('queue').length > 2 ? held : undefined);
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ids) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ counts }) => counts.following === 2 && counts.sent === 1);
  // One of the images is cached by now. The fleet knows it, but the operation does not yet.
  host.queued.delete('image-0');
  host.cached.set('image-0', cachedImage('image-0', 700));
  host.poll();
  const cancelled = await operations.cancel(id);
  expect(cancelled).toMatchObject({ state: 'cancelling', counts: { following: 0, done: 1, cancelled: 1, sent: 1 } });
  expect(operations.targets({ id }).targets).toMatchObject([
    { state: 'done', actual: { images: 1, bytes: 700 } },
    { state: 'cancelled', text: expect.stringContaining('The host accepted the request') },
    { state: 'sent' },
  ]);
  await operations.stop();
});

test('an image that is accepted only after the cancel is not followed either', async () => {
  const host = new FakeHost('glance-01');
  let answer: (failure: undefined) => void = () => undefined;
  host.faultFor = ({ what }) => (what === 'queue' ? new Promise((resolve) => (answer = resolve)) : undefined);
  const { operations } = operationsOver([host], { images: known });
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ids) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ counts }) => counts.sent === 1);
  await operations.cancel(id);
  answer(undefined);
  expect(await ended(operations, id)).toMatchObject({ state: 'cancelled', counts: { cancelled: 3, following: 0 } });
  const texts = operations.targets({ id }).targets.map((target) => target.text ?? '');
  expect(texts[0]).toContain('The host accepted the request');
  expect(texts[1]).toBe('Cancelled; nothing was sent.');
});

test('a cancel leaves a request without an answer unknown, and it can be continued', async () => {
  const host = new FakeHost('glance-01');
  host.faultFor = ({ what }) => (what === 'queue' ? { failure: failureOf('timeout'), done: true } : undefined);
  const { operations } = operationsOver([host], { images: known, limits: { minFollowInterval: 60_000 } });
  const plan = await operations.plan({ kind: 'queue', targets: at(host, ['image-0']) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ counts }) => counts.unknown === 1);
  await operations.cancel(id);
  expect(await ended(operations, id)).toMatchObject({ state: 'cancelled', counts: { unknown: 1 } });
  expect(operations.targets({ id }).targets[0]).toMatchObject({
    failure: { code: 'timeout' },
    text: 'No response; cancelled before it was known whether the request arrived.',
  });
  host.queued.clear();
  host.cached.set('image-0', cachedImage('image-0'));
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ state: 'finished', counts: { done: 1 } });
});

test.each([true, false])(
  'a prune by deletion repeats a delete whose answer was lost (carried out: %s)',
  async (carriedOut) => {
    const host = new FakeHost('glance-01', ids);
    host.limitBytes = 1_000;
    host.poll();
    const { operations } = operationsOver([host], { images: known, limits: { requestsPerHost: 1 } });
    const isFirst = { 'image-0': true, 'image-1': true };
    host.faultFor = ({ what, imageId }) => {
      if (what !== 'delete' || !isFirst[imageId as keyof typeof isFirst]) return undefined;
      isFirst[imageId as keyof typeof isFirst] = false;
      if (carriedOut) host.cached.delete(imageId ?? '');
      return { failure: failureOf('timeout') };
    };
    const plan = await operations.plan({ kind: 'prune', hostIds: [host.id], methods: { [host.id]: 'delete' } });
    expect(plan.expected.images).toBe(2);
    const { id } = await operations.start(plan.id);
    // This operation has deleted the pruned images; they are not skipped as if the host had been within its limit.
    expect(await ended(operations, id)).toMatchObject({
      counts: { done: 2, alreadyDone: 0 },
      actual: { images: 2, bytes: 2_000 },
    });
    expect([...host.cached.keys()]).toHaveLength(1);
  },
);
