import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Operation } from '../contract/operations.ts';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage, failureOf } from '../fleet/testing/host-fixtures.ts';
import { openDatabase } from '../store/database.ts';
import { ended, operationsOver, until } from './testing/fleet-of.ts';

const images = (count: number) => Array.from({ length: count }, (_, index) => `image-${index}`);
const all = (host: FakeHost, ids: readonly string[]) => ids.map((imageId) => ({ hostId: host.id, imageId }));
/** SQLite refuses every write from now on, as it does on a full disk. */
const refuseWrites = (database: DatabaseSync) => database.exec('PRAGMA query_only = ON');
const allowWrites = (database: DatabaseSync) => database.exec('PRAGMA query_only = OFF');
const storageFailure = { failure: { code: 'storage' } };

/** A delete of 40 images that the disk interrupts when the tenth request has arrived. */
async function interrupted() {
  const host = new FakeHost('glance-01', images(40));
  const over = operationsOver([host], { database: openDatabase(':memory:') });
  let deletes = 0;
  host.faultFor = ({ what }) => {
    if (what === 'delete' && ++deletes === 10) refuseWrites(over.database);
    return undefined;
  };
  const plan = await over.operations.plan({ kind: 'delete', targets: all(host, images(40)) });
  const { id } = await over.operations.start(plan.id);
  const operation = await ended(over.operations, id);
  return { ...over, host, id, operation };
}

/** The counts of an operation according to the list, its targets, its hosts and the history. */
function countsEverywhere({ operations }: Awaited<ReturnType<typeof interrupted>>, id: string): Operation['counts'][] {
  const { operation, hosts, targets } = operations.targets({ id });
  const [entry] = operations.history({ hostId: 'glance-01' }).entries;
  const counted = Map.groupBy(targets, ({ state }) => state);
  const byTarget = Object.fromEntries(
    Object.keys(operation.counts).map((state) => [state, counted.get(state as never)?.length ?? 0]),
  ) as Operation['counts'];
  const listed = operations.list().find((one) => one.id === id)?.counts;
  return [operation.counts, hosts[0]?.counts, entry?.counts, listed, byTarget].filter((counts) => counts !== undefined);
}

test('a full disk interrupts an operation with the reason, and every account of it agrees', async () => {
  const over = await interrupted();
  const { operation, operations, host, id, storage } = over;
  expect(operation).toMatchObject({
    state: 'interrupted',
    failure: { code: 'storage', remedy: expect.stringContaining('continue') },
    counts: { sent: 0, failed: 0, unknown: 0 },
  });
  // Answered requests are known, although they could not be recorded; targets without a request wait.
  expect(operation.counts.done).toBe(host.asked('delete').length);
  expect(operation.counts.waiting).toBe(40 - operation.counts.done);
  const accounts = countsEverywhere(over, id);
  expect(accounts).toHaveLength(5);
  for (const counts of accounts) expect(counts).toEqual(operation.counts);
  expect(storage.problem).toMatchObject({ code: 'storage' });
  expect(over.faults).toEqual([]);
  await operations.stop();
});

test('while the disk is full, Continue and a new operation fail with the reason, and nothing is sent', async () => {
  const { operations, host, id } = await interrupted();
  const sent = host.asked('delete').length;
  await expect(operations.continue(id)).rejects.toMatchObject(storageFailure);
  const plan = await operations.plan({ kind: 'delete', targets: all(host, ['image-39']) });
  await expect(operations.start(plan.id)).rejects.toMatchObject(storageFailure);
  await expect(operations.retryFailed(id)).rejects.toThrow('No targets of this operation failed');
  expect(host.asked('delete')).toHaveLength(sent);
  expect(operations.list()).toMatchObject([{ id, state: 'interrupted' }]);
  await operations.stop();
});

test('once there is space, Continue does the rest without a restart, and nothing twice', async () => {
  const { operations, database, host, id, storage } = await interrupted();
  allowWrites(database);
  expect(await operations.continue(id)).toMatchObject({ state: 'running' });
  const operation = await ended(operations, id);
  expect(operation).toMatchObject({ state: 'finished', counts: { done: 40 } });
  expect(operation.failure).toBeUndefined();
  expect(storage.problem).toBeNull();
  expect(host.asked('delete').toSorted()).toEqual(images(40).toSorted());
  await operations.stop();
  const again = operationsOver([host], { database });
  expect(again.operations.list()).toMatchObject([{ id, state: 'finished', counts: { done: 40 } }]);
  await again.operations.stop();
});

test('outcomes that could not be written are written once there is space, without a request', async () => {
  const { operations, database, host, id, storage, operation } = await interrupted();
  allowWrites(database);
  expect(storage.check()).toBeUndefined();
  await operations.stop();
  const again = operationsOver([host], { database });
  expect(again.operations.list()).toMatchObject([
    { id, state: 'interrupted', counts: operation.counts, failure: operation.failure },
  ]);
  await again.operations.stop();
});

test('a console that ends on the full disk leaves what it could not record as unknown', async () => {
  const { operations, database, host, id, operation } = await interrupted();
  await operations.stop();
  allowWrites(database);
  const again = operationsOver([host], { database });
  const [left] = again.operations.list();
  expect(left).toMatchObject({ id, state: 'interrupted', counts: { waiting: operation.counts.waiting, failed: 0 } });
  expect((left?.counts.done ?? 0) + (left?.counts.unknown ?? 0)).toBe(operation.counts.done);
  await again.operations.continue(id);
  expect(await ended(again.operations, id)).toMatchObject({ state: 'finished', counts: { done: 40 } });
  expect(host.asked('delete').toSorted()).toEqual(images(40).toSorted());
  await again.operations.stop();
});

test('an interrupted operation can be given up on a full disk, and its end is recorded once there is space', async () => {
  const over = await interrupted();
  const { operations, database, host, id, operation, storage } = over;
  expect(await operations.cancel(id)).toMatchObject({
    state: 'cancelled',
    counts: { done: operation.counts.done, cancelled: operation.counts.waiting, waiting: 0 },
  });
  for (const counts of countsEverywhere(over, id))
    expect(counts).toMatchObject({ waiting: 0, done: operation.counts.done });
  allowWrites(database);
  expect(storage.check()).toBeUndefined();
  await operations.stop();
  const again = operationsOver([host], { database });
  expect(again.operations.list()).toMatchObject([{ id, state: 'cancelled', counts: { waiting: 0 } }]);
  await again.operations.stop();
});

test('a request that is sent when the disk fills is followed until its answer', async () => {
  const host = new FakeHost('glance-01', images(6));
  const over = operationsOver([host], { database: openDatabase(':memory:') });
  const { operations, database } = over;
  const { promise: answer, resolve: answerNow } = Promise.withResolvers<undefined>();
  const { promise: isFull, resolve: nowFull } = Promise.withResolvers<void>();
  host.faultFor = ({ what, imageId }) => {
    if (what !== 'delete' || imageId !== 'image-0') return undefined;
    refuseWrites(database);
    nowFull();
    return answer;
  };
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(6)) });
  const { id } = await operations.start(plan.id);
  await isFull;
  const waiting = await until(operations, id, ({ failure }) => failure !== undefined);
  expect(waiting).toMatchObject({ state: 'running', counts: { sent: 1 } });
  await expect(operations.continue(id)).rejects.toMatchObject({ failure: { code: 'interrupted' } });
  answerNow(undefined);
  const operation = await ended(operations, id);
  expect(operation).toMatchObject({ state: 'interrupted', counts: { sent: 0, unknown: 0 } });
  expect(operations.targets({ id, states: ['done'] }).targets.map(({ imageId }) => imageId)).toContain('image-0');
  await operations.stop();
});

test('a request that fails on a full disk is not repeated: its target waits, or is unknown', async () => {
  const host = new FakeHost('glance-01', images(4));
  const over = operationsOver([host], { database: openDatabase(':memory:'), limits: { requestsPerHost: 2 } });
  const { operations, database } = over;
  const refusals = { 'image-0': { status: 503 }, 'image-1': { status: 504 } } as Record<string, { status: number }>;
  const arrived: (string | undefined)[] = [];
  const { promise: both, resolve: go } = Promise.withResolvers<void>();
  host.faultFor = async ({ what, imageId }) => {
    if (what !== 'delete') return undefined;
    arrived.push(imageId);
    if (arrived.length === 2) {
      refuseWrites(database);
      go();
    }
    await both;
    return { failure: failureOf('hostError', refusals[imageId ?? ''] ?? { status: 500 }) };
  };
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(4)) });
  const { id } = await operations.start(plan.id);
  const operation = await ended(operations, id);
  expect(arrived).toHaveLength(2);
  expect(operation).toMatchObject({ state: 'interrupted', counts: { sent: 0, failed: 0 } });
  const states = Object.fromEntries(operations.targets({ id }).targets.map(({ imageId, state }) => [imageId, state]));
  expect(states).toEqual({
    'image-0': expect.stringMatching(/waiting|unknown/),
    'image-1': 'unknown',
    'image-2': 'waiting',
    'image-3': 'waiting',
  });
  allowWrites(database);
  host.faultFor = () => undefined;
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ state: 'finished', counts: { done: 4 } });
  await operations.stop();
});

test('a full disk is recognised from any write of SQLite, here by its size limit', async () => {
  const host = new FakeHost('glance-01', images(300));
  const database = new DatabaseSync(':memory:');
  const { operations, storage, faults } = operationsOver([host], { database });
  const { page_count: pages } = { page_count: 0, ...database.prepare('PRAGMA page_count').get() };
  database.exec(`PRAGMA max_page_count = ${Number(pages) + 4}`);
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(300)) });
  await expect(operations.start(plan.id)).rejects.toThrow('No space left');
  expect(storage.problem?.message).toContain('No space left');
  expect(host.asked('delete')).toEqual([]);
  expect(operations.list()).toEqual([]);
  database.exec('PRAGMA max_page_count = 100000');
  const { id } = await operations.start(plan.id);
  expect(await ended(operations, id)).toMatchObject({ state: 'finished', counts: { done: 300 } });
  expect(faults).toEqual([]);
  await operations.stop();
});

test('what a host accepted before the disk filled is followed again by Continue, and not sent twice', async () => {
  const host = new FakeHost('glance-01');
  const ids = images(6);
  const { operations, database } = operationsOver([host], {
    database: openDatabase(':memory:'),
    images: ids.map((id) => catalogueImage(id)),
  });
  host.faultFor = ({ what, imageId }) => {
    if (what === 'queue' && imageId === 'image-2') refuseWrites(database);
    return undefined;
  };
  const plan = await operations.plan({ kind: 'queue', targets: all(host, ids) });
  const { id } = await operations.start(plan.id);
  const { state, counts } = await ended(operations, id);
  expect(state).toBe('interrupted');
  expect(counts.following).toBe(host.asked('queue').length);
  expect(counts.following + counts.waiting).toBe(ids.length);

  allowWrites(database);
  await operations.continue(id);
  await until(operations, id, ({ counts }) => counts.following === ids.length);
  for (const imageId of ids) {
    host.queued.delete(imageId);
    host.cached.set(imageId, cachedImage(imageId));
  }
  expect(await ended(operations, id)).toMatchObject({ state: 'finished', counts: { done: ids.length } });
  expect(host.asked('queue').toSorted()).toEqual(ids);
  await operations.stop();
});

test('an operation that is given up during its last request is cancelled, and counts every target', async () => {
  const host = new FakeHost('glance-01', images(6));
  const { operations, database } = operationsOver([host], { database: openDatabase(':memory:') });
  const { promise: answer, resolve: answerNow } = Promise.withResolvers<undefined>();
  host.faultFor = ({ what, imageId }) => {
    if (what !== 'delete' || imageId !== 'image-0') return undefined;
    refuseWrites(database);
    return answer;
  };
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(6)) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ failure }) => failure !== undefined);
  expect(await operations.cancel(id)).toMatchObject({ state: 'cancelling', counts: { sent: 1, waiting: 0 } });
  answerNow(undefined);
  const { state, counts, failure } = await ended(operations, id);
  expect({ state, failure }).toEqual({ state: 'cancelled', failure: undefined });
  expect(counts.done + counts.cancelled).toBe(6);
  expect(counts.done).toBe(host.asked('delete').length);
  await operations.stop();
});

test('a full disk interrupts the other operations too, and each continues by itself', async () => {
  const hosts = [new FakeHost('glance-01', images(30)), new FakeHost('glance-02', images(30))];
  const { operations, database } = operationsOver(hosts, { database: openDatabase(':memory:') });
  let deletes = 0;
  for (const host of hosts) {
    host.faultFor = ({ what }) => {
      if (what === 'delete' && ++deletes === 20) refuseWrites(database);
      return undefined;
    };
  }
  const begun: string[] = [];
  for (const host of hosts) {
    const plan = await operations.plan({ kind: 'delete', targets: all(host, images(30)) });
    begun.push((await operations.start(plan.id)).id);
  }
  for (const id of begun) expect(await ended(operations, id)).toMatchObject({ counts: { failed: 0, sent: 0 } });
  expect(operations.list().map(({ state }) => state)).toContain('interrupted');
  allowWrites(database);
  for (const { id, state } of operations.list()) if (state === 'interrupted') await operations.continue(id);
  for (const id of begun)
    expect(await ended(operations, id)).toMatchObject({ state: 'finished', counts: { done: 30 } });
  for (const host of hosts) expect(host.asked('delete').toSorted()).toEqual(images(30).toSorted());
  await operations.stop();
});
