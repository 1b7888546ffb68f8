import { expect, test } from 'vitest';
import { operationTargets } from '../contract/operations.ts';
import { FakeHost, type Request } from '../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage, failureOf } from '../fleet/testing/host-fixtures.ts';
import { ended, operationsOver, until } from './testing/fleet-of.ts';

const gone = ['old-0', 'old-1', 'old-2'];
const come = ['new-0', 'new-1'];
const known = [...gone, ...come].map((id) => catalogueImage(id));
const at = (host: FakeHost, some: readonly string[]) => some.map((imageId) => ({ hostId: host.id, imageId }));

function hostWith(id: string, cached: readonly string[]): FakeHost {
  const host = new FakeHost(id, cached);
  host.fetch = (imageId) => {
    setTimeout(() => {
      host.queued.delete(imageId);
      host.cached.set(imageId, cachedImage(imageId));
    }, 5);
  };
  return host;
}

const changes = ({ requests }: FakeHost) => requests.filter(({ what }) => what !== 'list').map(({ what }) => what);

test('extra images are deleted before missing ones are queued, host by host, and the two are never added up', async () => {
  const [one, two] = [hostWith('glance-01', gone), hostWith('glance-02', ['old-0', 'new-0'])];
  const { operations, carryOut, faults } = operationsOver([one, two], { images: known });
  const { operation, targets } = await carryOut({
    kind: 'align',
    queue: [...at(one, come), ...at(two, come)],
    delete: [...at(one, gone), ...at(two, ['old-0'])],
  });
  expect(operation).toMatchObject({
    kind: 'align',
    title: 'Sync 2 hosts: queue 3 images, delete 4 copies of 3 images',
    state: 'finished',
    counts: { done: 7, alreadyDone: 1 },
    actual: { images: 3, bytes: 3_000 },
    freed: { images: 4, bytes: 4_000 },
  });
  expect(targets.map(({ step }) => step)).toEqual(
    [...gone, 'old-0'].map(() => 'delete').concat(Array(4).fill('queue')),
  );
  expect(changes(one)).toEqual(['delete', 'delete', 'delete', 'queue', 'queue']);
  expect(changes(two)).toEqual(['delete', 'queue']);
  expect([...one.cached.keys()]).toEqual(come);

  const reported = operations.targets({ id: operation.id });
  expect(operationTargets.parse(reported)).toEqual(reported);
  expect(reported.hosts).toMatchObject([
    { hostId: 'glance-01', actual: { images: 2, bytes: 2_000 }, freed: { images: 3, bytes: 3_000 } },
    { hostId: 'glance-02', actual: { images: 1, bytes: 1_000 }, freed: { images: 1, bytes: 1_000 } },
  ]);
  const [target] = operations.history({ hostId: 'glance-02' }).entries;
  expect(target).toMatchObject({ actual: { images: 1 }, freed: { images: 1 }, matching: 3 });
  expect(operations.history({ imageId: 'old-1' }).entries[0]).toMatchObject({
    actual: { images: 0 },
    freed: { images: 1 },
  });
  expect(faults).toEqual([]);
});

test('a failed deletion delays nothing else, and a retry repeats only what failed, in the same way', async () => {
  const host = hostWith('glance-01', gone);
  const broken = ({ what, imageId }: Request) =>
    imageId === 'old-1' || (what === 'queue' && imageId === 'new-1')
      ? { failure: failureOf('hostError', { status: 500 }) }
      : undefined;
  host.faultFor = broken;
  const { operations, carryOut } = operationsOver([host], { images: known, limits: { maxTries: 1 } });
  const { operation } = await carryOut({ kind: 'align', queue: at(host, come), delete: at(host, gone) });
  expect(operation.counts).toMatchObject({ done: 3, failed: 2 });
  const again = await operations.retryFailed(operation.id);
  expect(again.action).toEqual({ kind: 'align', queue: at(host, ['new-1']), delete: at(host, ['old-1']) });
  expect(again).toMatchObject({ expected: { images: 1, bytes: 1_000 }, frees: { images: 1, bytes: 1_000 } });
});

test('cancelled during its deletions, it queues nothing, and ends', async () => {
  const host = hostWith('glance-01', gone);
  let release = (): void => undefined;
  host.faultFor = ({ imageId }) =>
    imageId === 'old-0' ? new Promise((resolve) => (release = () => resolve(undefined))) : undefined;
  const { operations } = operationsOver([host], { images: known, limits: { requestsPerHost: 1 } });
  const plan = await operations.plan({ kind: 'align', queue: at(host, come), delete: at(host, gone) });
  const { id } = await operations.start(plan.id);
  await until(operations, id, ({ counts }) => counts.sent === 1);
  await operations.cancel(id);
  release();
  expect(await ended(operations, id)).toMatchObject({ state: 'cancelled', counts: { done: 1, cancelled: 4 } });
  expect(host.asked('queue')).toEqual([]);
});

test('images that a running operation will queue are not queued by another', async () => {
  const host = hostWith('glance-01', []);
  host.fetch = () => undefined;
  const { operations } = operationsOver([host], { images: known });
  const plan = await operations.plan({ kind: 'align', queue: at(host, ['new-0']), delete: [] });
  expect(plan.frees).toEqual({ images: 0, bytes: 0 });
  const { id } = await operations.start(plan.id);
  expect(operations.list()[0]?.title).toBe('Sync glance-01: queue name of new-0');
  await until(operations, id, ({ counts }) => counts.following === 1);
  const other = await operations.plan({ kind: 'queue', targets: at(host, ['new-0']) });
  expect(other.targets[0]?.verdict).toBe('alreadyDone');
  await operations.stop();
});

test('queueing and deleting one image on the same host is invalid input; on two hosts it is not', async () => {
  const hosts = [hostWith('glance-01', gone), hostWith('glance-02', [])] as const;
  const { operations } = operationsOver(hosts, { images: known });
  const asked = { kind: 'align' as const, queue: at(hosts[1], ['old-0']), delete: at(hosts[0], ['old-0']) };
  expect((await operations.plan(asked)).willDo).toBe(2);
  const both = operations.plan({ ...asked, queue: at(hosts[0], ['old-0']) });
  await expect(both).rejects.toMatchObject({ failure: { code: 'invalidInput' } });
});

test('only its deletions require a typed name, and free space under the limit', async () => {
  const host = hostWith('glance-01', gone);
  host.cached.set('kept', cachedImage('kept'));
  host.limitBytes = 4_000;
  host.poll();
  const marks = { name: 'Prod', readOnly: false, production: true };
  const { operations } = operationsOver([host], { images: known, marks, confirmAbove: 1 });
  const swap = await operations.plan({ kind: 'align', queue: at(host, come), delete: at(host, ['old-0']) });
  expect(swap.typedName).toBeNull();
  expect(swap.overLimit).toMatchObject([{ hostName: 'glance-01', over: { bytes: 1_000 }, limitBytes: 4_000 }]);
  const more = await operations.plan({ kind: 'align', queue: at(host, come), delete: at(host, ['old-0', 'old-1']) });
  expect(more.typedName).toBe('glance-01');
  expect([...more.warnings, ...more.overLimit]).toEqual([]);
  await expect(operations.start(more.id)).rejects.toMatchObject({ failure: { code: 'invalidInput' } });
  const whole = await operations.plan({ kind: 'align', queue: [], delete: at(host, [...gone, 'kept']) });
  expect(whole.typedName).toBe('glance-01');
});
