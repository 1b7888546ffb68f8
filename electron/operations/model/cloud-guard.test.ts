import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { ended, operationsOver, unmarked, until } from '../testing/fleet-of.ts';

const images = (count: number) => Array.from({ length: count }, (_, index) => `image-${index}`);
const all = (host: FakeHost, ids: readonly string[]) => ids.map((imageId) => ({ hostId: host.id, imageId }));
const changes = (host: FakeHost) => host.requests.filter(({ what }) => what !== 'list');

/** A cloud whose marks the test changes. */
function marked(change: Partial<typeof unmarked> = {}) {
  return { ...unmarked, name: 'Prod', ...change };
}

test('on a read-only cloud a plan has nothing to do, and nothing is ever sent', async () => {
  const host = new FakeHost('glance-01', images(3));
  const { operations } = operationsOver([host], { marks: marked({ readOnly: true }) });
  for (const kind of ['prune', 'clean'] as const) {
    expect(await operations.plan({ kind, hostIds: [host.id] })).toMatchObject({ willDo: 0, refused: 1 });
  }
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(3)) });
  expect(plan).toMatchObject({ willDo: 0, refused: 3, expected: { images: 0 } });
  expect(plan.targets[0]?.reason).toBe(
    'The cloud Prod is read-only in this console. Changes to its hosts are blocked. To make changes, ' +
      'turn off read-only mode in Settings, under Clouds.',
  );
  const { id } = await operations.start(plan.id);
  expect(await ended(operations, id)).toMatchObject({ counts: { refused: 3 } });
  expect(changes(host)).toEqual([]);
});

test('a plan made before its cloud became read-only cannot be started until that ends', async () => {
  const host = new FakeHost('glance-01', images(3));
  const marks = marked();
  const { operations } = operationsOver([host], { marks });
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(3)) });
  marks.readOnly = true;
  await expect(operations.start(plan.id)).rejects.toMatchObject({ failure: { code: 'forbidden', notSent: true } });
  expect(changes(host)).toEqual([]);
  marks.readOnly = false;
  const { id } = await operations.start(plan.id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 3 } });
});

test('a cloud that becomes read-only during an operation receives no more requests, and the rest is reported as not sent', async () => {
  const host = new FakeHost('glance-01', images(20));
  const marks = marked();
  const { operations } = operationsOver([host], { marks });
  host.faultFor = ({ what }) => {
    if (what === 'delete' && host.asked('delete').length === 5) marks.readOnly = true;
    return undefined;
  };
  const plan = await operations.plan({ kind: 'delete', targets: all(host, images(20)) });
  const { id } = await operations.start(plan.id);
  const { counts } = await ended(operations, id);
  expect(counts.done).toBe(host.asked('delete').length);
  expect(counts.done).toBeLessThanOrEqual(6);
  expect(counts.refused).toBe(20 - counts.done);
  const refused = operations.targets({ id, states: ['refused'] }).targets[0];
  expect(refused?.text).toMatch(/^Not sent\. The cloud Prod is read-only/);
});

test('an interrupted operation cannot be continued on a read-only cloud', async () => {
  const host = new FakeHost('glance-01', images(4));
  const database = new DatabaseSync(':memory:');
  const before = operationsOver([host], { database });
  host.faultFor = ({ what }) => (what === 'delete' ? new Promise(() => undefined) : undefined);
  const plan = await before.operations.plan({ kind: 'delete', targets: all(host, images(4)) });
  const { id } = await before.operations.start(plan.id);
  await until(before.operations, id, ({ counts }) => counts.sent === 2);
  await before.operations.stop();
  const sent = changes(host).length;
  const marks = marked({ readOnly: true });
  const { operations } = operationsOver([host], { database, marks });
  await expect(operations.continue(id)).rejects.toMatchObject({ failure: { code: 'forbidden' } });
  expect(changes(host)).toHaveLength(sent);
  expect(operations.list()[0]).toMatchObject({ state: 'interrupted' });
  marks.readOnly = false;
  host.faultFor = () => undefined;
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 4 } });
});

test('on production, more images than the threshold require the host’s name, typed before anything is sent', async () => {
  const host = new FakeHost('glance-01', images(10));
  const { operations } = operationsOver([host], { marks: marked({ production: true }), confirmAbove: 3 });
  const few = await operations.plan({ kind: 'delete', targets: all(host, images(3)) });
  expect(few.typedName).toBeNull();
  const many = await operations.plan({ kind: 'delete', targets: all(host, images(4)) });
  expect(many.typedName).toBe('glance-01');
  for (const typed of [undefined, '', 'glance-02', 'Glance-01']) {
    await expect(operations.start(many.id, typed)).rejects.toMatchObject({
      failure: { code: 'invalidInput', remedy: 'Type glance-01 to confirm. Nothing was sent.' },
    });
  }
  expect(changes(host)).toEqual([]);
  expect(operations.list()).toEqual([]);
  const { id } = await operations.start(many.id, ' glance-01 ');
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 4 } });
});

test('on production, several hosts require the cloud’s name; a whole cache requires a name however small it is', async () => {
  const hosts = [new FakeHost('glance-01', images(2)), new FakeHost('glance-02', images(3))];
  const [first = new FakeHost('none'), second = new FakeHost('none')] = hosts;
  const { operations } = operationsOver(hosts, { marks: marked({ production: true }) });
  const hostIds = hosts.map((host) => host.id);
  const named = async (...actions: Parameters<typeof operations.plan>) => (await operations.plan(...actions)).typedName;
  expect(await named({ kind: 'clear', hostIds, what: 'cache' })).toBe('Prod');
  expect(await named({ kind: 'clear', hostIds: [first.id], what: 'both' })).toBe('glance-01');
  expect(await named({ kind: 'clear', hostIds, what: 'queue' })).toBeNull();
  expect(await named({ kind: 'delete', targets: all(first, images(2)) })).toBe('glance-01');
  expect(await named({ kind: 'delete', targets: all(second, images(2)) })).toBeNull();
  expect(await named({ kind: 'prune', hostIds })).toBe('Prod');
  expect(await named({ kind: 'clean', hostIds })).toBeNull();
});

test('a plan made before the cloud was marked as production has to be made again', async () => {
  const host = new FakeHost('glance-01', images(2));
  const marks = marked();
  const { operations } = operationsOver([host], { marks });
  const plan = await operations.plan({ kind: 'clear', hostIds: [host.id], what: 'cache' });
  marks.production = true;
  await expect(operations.start(plan.id)).rejects.toThrow('The production setting of a cloud changed');
  expect(changes(host)).toEqual([]);
});
