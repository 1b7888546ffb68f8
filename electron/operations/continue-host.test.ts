import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { FakeHost } from '../fleet/testing/fake-host.ts';
import { failureOf } from '../fleet/testing/host-fixtures.ts';
import { ended, operationsOver, until } from './testing/fleet-of.ts';

const ids = Array.from({ length: 12 }, (_, index) => `image-${index}`);
const all = (host: FakeHost) => ids.map((imageId) => ({ hostId: host.id, imageId }));
const never = () => new Promise<undefined>(() => undefined);

/** A deletion whose console ended when two images were deleted, and two more requests had no answer. */
async function interrupted(gone: boolean) {
  const host = new FakeHost('glance-01', ids);
  const database = new DatabaseSync(':memory:');
  const before = operationsOver([host], { database, limits: { requestsPerHost: 2 } });
  let deletes = 0;
  host.faultFor = ({ what, imageId }) => {
    if (what !== 'delete') return undefined;
    deletes += 1;
    if (deletes <= 2) return undefined;
    if (gone) host.cached.delete(imageId ?? '');
    return never();
  };
  const plan = await before.operations.plan({ kind: 'delete', targets: all(host) });
  const { id } = await before.operations.start(plan.id);
  await until(before.operations, id, ({ counts }) => counts.done === 2 && counts.sent === 2);
  await before.operations.stop();
  host.faultFor = () => undefined;
  return { host, id, ...operationsOver([host], { database }) };
}

test('after a console ends, the next one knows what is done, what was not sent, and what is unknown', async () => {
  const { operations, id } = await interrupted(true);
  const [operation] = operations.list();
  expect(operation).toMatchObject({ id, state: 'interrupted', total: 12 });
  expect(operation?.counts).toMatchObject({ done: 2, unknown: 2, waiting: 8, sent: 0 });
  expect(operation?.endedAt).not.toBeNull();
});

test.each([true, false])(
  'Continue asks the host first and does only the rest (unknown images are gone: %s)',
  async (gone) => {
    const { host, operations, id } = await interrupted(gone);
    const sent = host.asked('delete').length;
    const lists = host.asked('list').length;
    expect((await operations.continue(id)).state).toBe('running');
    const operation = await ended(operations, id);
    expect(operation).toMatchObject({ state: 'finished', counts: { done: 12, unknown: 0, waiting: 0 } });
    expect(operation.actual).toEqual({ images: 12, bytes: 12_000 });
    expect(host.asked('delete').length - sent).toBe(gone ? 8 : 10);
    expect(host.asked('list').length).toBeGreaterThan(lists);
    expect(host.cached.size).toBe(0);
    await expect(operations.continue(id)).rejects.toThrow('All targets of this operation have a result');
  },
);

test('what is unknown stays unknown while its host cannot be asked, and can be continued later', async () => {
  const { host, operations, id } = await interrupted(true);
  host.faultFor = () => ({ failure: failureOf('unreachable') });
  await operations.continue(id);
  expect((await ended(operations, id)).counts).toMatchObject({ done: 2, unknown: 2, failed: 8 });
  host.faultFor = () => undefined;
  await operations.continue(id);
  expect((await ended(operations, id)).counts).toMatchObject({ done: 4, unknown: 0, failed: 8 });
});

test('a prune that was running when the console ended is not sent again', async () => {
  const host = new FakeHost('glance-33');
  const database = new DatabaseSync(':memory:');
  const before = operationsOver([host], { database });
  host.faultFor = ({ what }) => (what === 'prune' ? never() : undefined);
  const plan = await before.operations.plan({ kind: 'prune', hostIds: [host.id] });
  const { id } = await before.operations.start(plan.id);
  await until(before.operations, id, ({ counts }) => counts.sent === 1);
  await new Promise(setImmediate);
  await before.operations.stop();
  const { operations } = operationsOver([host], { database });
  await operations.continue(id);
  expect((await ended(operations, id)).counts.unknown).toBe(1);
  expect(host.asked('prune')).toHaveLength(1);
});

test.each([
  { left: ['image-0'], requests: 1, outcome: 'Deleted since it was sent: 2 images' },
  { left: ['image-0', 'image-1', 'image-2'], requests: 2, outcome: 'The host deleted 0 images' },
])(
  'a prune that ended after its console counts what it removed, and is sent again only if it removed nothing',
  async (seen) => {
    const host = new FakeHost('glance-33', ['image-0', 'image-1', 'image-2']);
    const database = new DatabaseSync(':memory:');
    const before = operationsOver([host], { database });
    host.faultFor = ({ what }) => (what === 'prune' ? never() : undefined);
    const plan = await before.operations.plan({ kind: 'prune', hostIds: [host.id] });
    const { id } = await before.operations.start(plan.id);
    await until(before.operations, id, ({ counts }) => counts.sent === 1);
    await until(before.operations, id, () => host.asked('prune').length === 1);
    await before.operations.stop();
    host.faultFor = () => undefined;
    for (const imageId of [...host.cached.keys()]) if (!seen.left.includes(imageId)) host.cached.delete(imageId);
    host.poll();
    const { operations } = operationsOver([host], { database });
    host.state.pruneOver();
    await operations.continue(id);
    const went = 3 - seen.left.length;
    expect(await ended(operations, id)).toMatchObject({
      counts: { done: 1 },
      actual: { images: went, bytes: went * 1_000 },
    });
    expect(operations.targets({ id }).targets[0]?.text).toContain(seen.outcome);
    expect(host.asked('prune')).toHaveLength(seen.requests);
  },
);

test('an interrupted operation that the operator gives up is cancelled', async () => {
  const { host, operations, id } = await interrupted(false);
  const sent = host.asked('delete').length;
  expect(await operations.cancel(id)).toMatchObject({ state: 'cancelled', counts: { cancelled: 8, unknown: 2 } });
  expect(host.asked('delete').length).toBe(sent);
});

test('an operation whose targets were all settled when the console was killed is finished, not interrupted', async () => {
  const host = new FakeHost('glance-01', ids);
  const database = new DatabaseSync(':memory:');
  const { operations } = operationsOver([host], { database });
  const { id } = await operations.start((await operations.plan({ kind: 'delete', targets: all(host) })).id);
  await ended(operations, id);
  await operations.stop();
  // As a kill leaves it: the outcomes of the targets are on disk, the end of the operation is not.
  database.prepare(`UPDATE operations SET state = 'running', ended_at = NULL WHERE id = ?`).run(id);
  const [recovered] = operationsOver([host], { database }).operations.list();
  expect(recovered).toMatchObject({ id, state: 'finished', counts: { done: ids.length } });
});
