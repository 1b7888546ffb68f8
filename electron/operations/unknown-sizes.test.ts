import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage } from '../fleet/testing/host-fixtures.ts';
import { settleJournal } from './journal/restore-lost-operations.ts';
import { operationsOver } from './testing/fleet-of.ts';

/** A host with images of 1,000 bytes, and some of unknown size, which were accessed the longest ago. */
function hostWith(sized: readonly string[], unsized: readonly string[]): FakeHost {
  const host = new FakeHost('glance-01', sized);
  for (const imageId of unsized)
    host.cached.set(imageId, { ...cachedImage(imageId), sizeBytes: null, lastAccessed: 1 });
  host.poll();
  return host;
}

const at = (host: FakeHost, ids: readonly string[]) => ids.map((imageId) => ({ hostId: host.id, imageId }));

test('an image of unknown size is deleted, and counts as already cached when it is queued', async () => {
  const host = hostWith(['sized'], ['odd']);
  const images = [catalogueImage('sized'), catalogueImage('odd')];
  const { operations, carryOut } = operationsOver([host], { images });
  const queue = await operations.plan({ kind: 'queue', targets: at(host, ['odd']) });
  expect(queue.targets).toMatchObject([{ verdict: 'alreadyDone', reason: 'Already cached.' }]);

  const targets = at(host, ['sized', 'odd']);
  const plan = await operations.plan({ kind: 'delete', targets });
  expect(plan).toMatchObject({ willDo: 2, expected: { images: 2, bytes: 1_000, unsized: 1 } });
  const { operation, targets: outcomes } = await carryOut({ kind: 'delete', targets });
  expect(host.asked('delete').sort()).toEqual(['odd', 'sized']);
  expect([...host.cached.keys()]).toEqual([]);
  expect(operation).toMatchObject({ counts: { done: 2 }, actual: { images: 2, bytes: 1_000, unsized: 1 } });
  expect(outcomes[1]).toMatchObject({ state: 'done', actual: { images: 1, bytes: 0, unsized: 1 } });
});

test('an image that is cached with an unknown size counts as fetched', async () => {
  const host = hostWith([], []);
  host.fetch = (imageId) => {
    host.queued.delete(imageId);
    host.cached.set(imageId, { ...cachedImage(imageId), sizeBytes: null });
  };
  const { carryOut } = operationsOver([host], { images: [catalogueImage('odd')] });
  const { operation } = await carryOut({ kind: 'queue', targets: at(host, ['odd']) });
  expect(operation).toMatchObject({ counts: { done: 1 }, actual: { images: 1, bytes: 0, unsized: 1 } });
});

test('a clear counts removed images of unknown size', async () => {
  const { carryOut } = operationsOver([hostWith(['sized'], ['odd', 'other'])]);
  const { operation } = await carryOut({ kind: 'clear', hostIds: ['glance-01'], what: 'cache' });
  expect(operation.actual).toEqual({ images: 3, bytes: 1_000, unsized: 2 });
});

test('a prune by deletion keeps images of unknown size, and reports it', async () => {
  const host = hostWith(['image-0', 'image-1', 'image-2'], ['odd']);
  host.limitBytes = 1_000;
  const { operations, carryOut } = operationsOver([host]);
  const prune = { kind: 'prune' as const, hostIds: [host.id], methods: { [host.id]: 'delete' as const } };
  const plan = await operations.plan(prune);
  expect(plan.targets[0]).toMatchObject({
    reason: expect.stringContaining('Kept and not counted: 1 image of unknown size.'),
    preview: { held: { images: 4, bytes: 3_000, unsized: 1 }, left: { images: 2, bytes: 1_000, unsized: 1 } },
  });
  const { operation } = await carryOut(prune);
  expect(host.asked('delete')).toEqual(['image-0', 'image-1']);
  expect([...host.cached.keys()]).toEqual(['image-2', 'odd']);
  expect(operation.actual).toEqual({ images: 2, bytes: 2_000 });
});

test('a prune by deletion is refused if only images of unknown size could exceed the limit', async () => {
  const host = hostWith(['image-0'], ['odd']);
  host.limitBytes = 1_000;
  const { operations } = operationsOver([host]);
  const plan = await operations.plan({ kind: 'prune', hostIds: [host.id], methods: { [host.id]: 'delete' } });
  expect(plan.targets[0]).toMatchObject({
    verdict: 'refused',
    reason: expect.stringContaining('it reports no valid size for 1 image'),
  });
});

test('a host with a native prune receives the prune, whose preview is an estimate', async () => {
  const host = hostWith(['image-0', 'image-1'], ['odd']);
  host.limitBytes = 1_000;
  const { operations } = operationsOver([host]);
  const plan = await operations.plan({ kind: 'prune', hostIds: [host.id] });
  // The host takes the least recently accessed first, whatever its record says.
  expect(plan.targets[0]).toMatchObject({
    verdict: 'willDo',
    estimated: true,
    expected: { images: 2, bytes: 1_000, unsized: 1 },
  });
});

test('the unknown part of an amount is kept after a restart, and after the database was damaged', async () => {
  const database = new DatabaseSync(':memory:');
  const host = hostWith(['sized'], ['odd', 'other']);
  host.fetch = (imageId) => {
    host.queued.delete(imageId);
    host.cached.set(imageId, { ...cachedImage(imageId), sizeBytes: null });
  };
  const before = operationsOver([host], { database, images: [catalogueImage('came')] });
  const done = await before.carryOut({
    kind: 'align',
    queue: at(host, ['came']),
    delete: at(host, ['sized', 'odd', 'other']),
  });
  const { id } = done.operation;
  const actual = { images: 1, bytes: 0, unsized: 1 };
  const freed = { images: 3, bytes: 1_000, unsized: 2 };
  expect(done.operation).toMatchObject({ actual, freed });
  await before.operations.stop();

  const after = operationsOver([host], { database });
  expect(after.operations.targets({ id })).toMatchObject({
    operation: { actual, freed },
    hosts: [{ actual, freed }],
    targets: done.targets.map((target) => ({ expected: target.expected, actual: target.actual })),
  });
  await after.operations.stop();

  database.exec("DELETE FROM operation_targets WHERE image_id IN ('odd', 'came')");
  settleJournal(database, { unreadableFrames: 0 } as Parameters<typeof settleJournal>[1], [], 1);
  const salvaged = operationsOver([host], { database });
  expect(salvaged.operations.targets({ id }).operation).toMatchObject({
    actual: { images: 0, bytes: 0 },
    freed: { images: 2, bytes: 1_000, unsized: 1 },
  });
  expect(salvaged.operations.targets({ id }).operation.actual).not.toHaveProperty('unsized');
  await salvaged.operations.stop();
});
