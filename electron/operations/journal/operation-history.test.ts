import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { history as historySchema, operationTargets } from '../../contract/operations.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { failureOf } from '../../fleet/testing/host-fixtures.ts';
import { ManualClock } from '../../lib/testing/manual-clock.ts';
import { openDatabase } from '../../store/database.ts';
import { ended, operationsOver, until } from '../testing/fleet-of.ts';

const images = (count: number) => Array.from({ length: count }, (_, index) => `image-${index}`);
const all = (host: FakeHost, ids: readonly string[]) => ids.map((imageId) => ({ hostId: host.id, imageId }));

/** Two hosts on which three operations have ended. */
async function past() {
  const hosts = [new FakeHost('glance-01', images(30)), new FakeHost('glance-02', images(30))];
  const [one = new FakeHost(''), two = new FakeHost('')] = hosts;
  const database = openDatabase(':memory:');
  const over = operationsOver(hosts, { database });
  two.faultFor = ({ imageId }) =>
    imageId === 'image-1' ? { failure: failureOf('hostError', { status: 500 }) } : undefined;
  const both = [...all(one, images(25)), ...all(two, images(2))];
  const first = await over.carryOut({ kind: 'delete', targets: both });
  const second = await over.carryOut({ kind: 'clear', hostIds: [two.id], what: 'cache' });
  const third = await over.carryOut({ kind: 'delete', targets: all(one, ['image-29']) });
  const ids = [first, second, third].map(({ operation }) => operation.id);
  return { ...over, hosts, database, first, ids };
}

test('an operation is reported host by host, and its targets page by page', async () => {
  const { operations, first } = await past();
  const { id } = first.operation;
  const whole = operations.targets({ id });
  expect(operationTargets.parse(whole)).toEqual(whole);
  expect(whole.matching).toBe(27);
  expect(whole.hosts).toMatchObject([
    { hostId: 'glance-01', total: 25, counts: { done: 25, failed: 0 }, actual: { images: 25, bytes: 25_000 } },
    { hostId: 'glance-02', total: 2, counts: { done: 1, failed: 1 }, actual: { images: 1, bytes: 1_000 } },
  ]);
  const failed = operations.targets({ id, states: ['failed'] });
  expect(failed).toMatchObject({ matching: 1, targets: [{ hostId: 'glance-02', imageId: 'image-1' }] });
  expect(failed.hosts).toEqual(whole.hosts);
  const page = operations.targets({ id, hostId: 'glance-01', from: 20, limit: 3 });
  expect(page.matching).toBe(25);
  expect(page.targets.map((target) => target.imageId)).toEqual(['image-20', 'image-21', 'image-22']);
});

test('a running operation is reported in the same form', async () => {
  const host = new FakeHost('glance-01', images(8));
  host.faultFor = ({ what, imageId }) =>
    what === 'delete' && imageId === 'image-4' ? new Promise(() => undefined) : undefined;
  const { operations } = operationsOver([host], { limits: { requestsPerHost: 1 } });
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(8)) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ counts }) => counts.sent === 1 && counts.done === 4);
  const answer = operations.targets({ id, states: ['waiting', 'sent'], from: 1, limit: 2 });
  expect(answer).toMatchObject({ matching: 4, hosts: [{ total: 8, counts: { done: 4, sent: 1, waiting: 3 } }] });
  expect(answer.targets.map((target) => target.imageId)).toEqual(['image-5', 'image-6']);
  await operations.stop();
});

test('a host and an image have their own history, newest first', async () => {
  const { operations, ids } = await past();
  const [first, second, third] = ids;
  const of = (query: Parameters<typeof operations.history>[0]) => {
    const answer = operations.history(query);
    expect(historySchema.parse(answer)).toEqual(answer);
    return answer.entries.map((target) => target.operation.id);
  };
  expect(of({ hostId: 'glance-01' })).toEqual([third, first]);
  expect(of({ hostId: 'glance-02' })).toEqual([second, first]);
  expect(of({ imageId: 'image-1' })).toEqual([first]);
  expect(of({ imageId: 'image-29', hostId: 'glance-02' })).toEqual([]);
  expect(of({ imageId: 'never' })).toEqual([]);
  const one = operations.history({ hostId: 'glance-02', imageId: 'image-1' });
  expect(one).toMatchObject({
    more: false,
    entries: [{ matching: 1, counts: { failed: 1, done: 0 }, targets: [{ state: 'failed', hostId: 'glance-02' }] }],
  });
  const bounded = operations.history({ hostId: 'glance-01', limit: 1 });
  expect(bounded).toMatchObject({ more: true, entries: [{ operation: { id: third } }] });
  expect(operations.history({ hostId: 'glance-01' }).entries[1]).toMatchObject({
    matching: 25,
    actual: { bytes: 25_000 },
  });
  expect(operations.history({ hostId: 'glance-01' }).entries[1]?.targets).toHaveLength(20);
});

test('operations are found by host and by part of an image’s id or name', async () => {
  const { operations, ids } = await past();
  const [first, second, third] = ids;
  const listed = (query: Parameters<typeof operations.list>[0]) => operations.list(query).map(({ id }) => id);
  expect(listed({})).toEqual([third, second, first]);
  expect(listed({ hostId: 'glance-02' })).toEqual([second, first]);
  expect(listed({ image: 'IMAGE-2' })).toEqual([third, first]);
  expect(listed({ image: 'image-29' })).toEqual([third]);
  expect(listed({ image: 'image-29', hostId: 'glance-02' })).toEqual([]);
  expect(listed({ image: '%' })).toEqual([]);
});

test('operations that ended longer ago than the retention time are removed, at the start and every day', async () => {
  const host = new FakeHost('glance-01', images(3));
  const database = new DatabaseSync(':memory:');
  const clock = new ManualClock();
  const hour = 3_600_000;
  const before = operationsOver([host], { database, clock, limits: { retention: 48 * hour, maxSnapshotAge: 1e15 } });
  for (const imageId of images(2)) {
    const plan = await before.operations.plan({ kind: 'delete', targets: all(host, [imageId]) });
    const { id } = await before.operations.start(plan.id);
    await ended(before.operations, id);
    await clock.forward(30 * hour);
  }
  expect(before.operations.list()).toHaveLength(2);
  await clock.forward(24 * hour);
  expect(before.operations.list()).toHaveLength(1);
  await before.operations.stop();
  const { operations } = operationsOver([host], { database, clock, limits: { retention: 24 * hour } });
  expect(operations.list()).toEqual([]);
  expect(database.prepare('SELECT count(*) AS left FROM operation_images').get()).toEqual({ left: 0 });
  await operations.stop();
});

test('a large operation is recorded in parts; one whose recording was interrupted does not exist', async () => {
  const ids = images(9_000);
  const host = new FakeHost('glance-01', ids);
  const database = new DatabaseSync(':memory:');
  const { operations } = operationsOver([host], { database });
  const plan = await operations.plan({ kind: 'delete', targets: all(host, ids) });
  const started = operations.start(plan.id);
  const again = operations.start(plan.id);
  // Between two parts the console does other work.
  await new Promise(setImmediate);
  expect(operations.list()).toEqual([]);
  expect(database.prepare('SELECT state FROM operations').all()).toEqual([{ state: 'recording' }]);
  await operations.stop();
  await expect(started).rejects.toMatchObject({
    failure: { code: 'interrupted', message: expect.stringContaining('not started') },
  });
  await expect(again).rejects.toMatchObject({ failure: { code: 'interrupted' } });
  expect(host.requests).toEqual([]);
  const next = operationsOver([host], { database });
  expect(next.operations.list()).toEqual([]);
  const whole = await next.operations.plan({ kind: 'delete', targets: all(host, ids) });
  const { id } = await next.operations.start(whole.id);
  await next.operations.cancel(id);
  expect(await ended(next.operations, id)).toMatchObject({ total: 9_000, state: 'cancelled' });
  expect(next.operations.targets({ id }).hosts[0]?.total).toBe(9_000);
});
