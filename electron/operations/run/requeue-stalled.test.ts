import { expect, test } from 'vitest';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage, failureOf, queuedImage } from '../../fleet/testing/host-fixtures.ts';
import { ended, impatient, operationsOver } from '../testing/fleet-of.ts';

const known = ['stalled', 'living'].map((id) => catalogueImage(id));

function stuckHost(): FakeHost {
  const host = new FakeHost('glance-01');
  host.queued.set('stalled', queuedImage('stalled', 'Its worker died.'));
  host.queued.set('living', queuedImage('living'));
  host.poll();
  host.fetch = (imageId) => {
    host.queued.delete(imageId);
    host.cached.set(imageId, cachedImage(imageId));
  };
  return host;
}

const queue = (host: FakeHost, imageIds: string[], anew = true) => ({
  kind: 'queue' as const,
  targets: imageIds.map((imageId) => ({ hostId: host.id, imageId })),
  anew,
});

test('stalled images are removed from the queue and queued again; those that may be being fetched are left alone', async () => {
  const host = stuckHost();
  const { operations, carryOut } = operationsOver([host], { images: known });
  const plan = await operations.plan(queue(host, ['stalled', 'living']));
  expect(plan.targets).toMatchObject([
    { verdict: 'willDo', reason: expect.stringContaining('Stalled') },
    { verdict: 'refused', reason: expect.stringContaining('two fetches') },
  ]);
  const { targets } = await carryOut(queue(host, ['stalled', 'living']));
  expect(targets.map(({ state }) => state)).toEqual(['done', 'refused']);
  const sent = host.requests.filter(({ what }) => what !== 'list');
  expect(sent).toEqual([
    { what: 'delete', imageId: 'stalled' },
    { what: 'queue', imageId: 'stalled' },
  ]);
});

test('an image whose fetch resumed after the plan is not removed from the queue, and not requested a second time', async () => {
  const host = stuckHost();
  const { operations } = operationsOver([host], { images: known });
  const plan = await operations.plan(queue(host, ['stalled']));
  host.queued.set('stalled', queuedImage('stalled'));
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets[0]).toMatchObject({ state: 'refused' });
  expect(host.requests.filter(({ what }) => what !== 'list')).toEqual([]);
});

test('an image that was cached meanwhile is done', async () => {
  const host = stuckHost();
  const { operations } = operationsOver([host], { images: known });
  const plan = await operations.plan(queue(host, ['stalled']));
  host.fetch('stalled');
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.targets({ id }).targets[0]).toMatchObject({ state: 'alreadyDone' });
});

test('a request that is rejected after the dequeue is sent again; a retry of failed images requeues them too', async () => {
  const host = stuckHost();
  let turnedAway = 0;
  host.faultFor = ({ what }) => {
    if (what !== 'queue' || turnedAway > 0) return undefined;
    turnedAway += 1;
    return { failure: failureOf('hostError', { status: 503 }) };
  };
  const { carryOut } = operationsOver([host], { images: known });
  expect((await carryOut(queue(host, ['stalled']))).targets[0]?.state).toBe('done');
  expect(host.asked('queue')).toHaveLength(2);
  const dead = stuckHost();
  dead.fetch = () => undefined;
  const second = operationsOver([dead], { images: known, timings: impatient });
  const { operation } = await second.carryOut(queue(dead, ['stalled']));
  expect(operation.counts.failed).toBe(1);
  const again = await second.operations.retryFailed(operation.id);
  expect(again.action).toMatchObject({ kind: 'queue', anew: true });
});
