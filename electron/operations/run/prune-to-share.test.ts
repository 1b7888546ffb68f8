import { expect, test } from 'vitest';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, failureOf } from '../../fleet/testing/host-fixtures.ts';
import { ended, operationsOver, until } from '../testing/fleet-of.ts';
import { interruptedConsole } from '../testing/interrupted-console.ts';

const images = ['image-0', 'image-1', 'image-2', 'image-3', 'image-4'];

/** A host with five images of 1 kB, exactly at its limit, that could prune itself. */
function fullHost(): FakeHost {
  const host = new FakeHost('glance-01', images);
  host.limitBytes = 5_000;
  host.poll();
  return host;
}

const prune = { kind: 'prune' as const, hostIds: ['glance-01'], toPercent: 50 };
const schedule = { id: 's1', name: 'Nightly' };

test('a prune to a share of the limit deletes images until the rest is within that share', async () => {
  const host = fullHost();
  const { carryOut, operations } = operationsOver([host]);
  const [target] = (await operations.plan(prune)).targets;
  expect(target).toMatchObject({
    verdict: 'willDo',
    method: 'delete',
    expected: { images: 3, bytes: 3_000 },
    preview: { limitBytes: 2_500, left: { images: 2, bytes: 2_000 } },
  });
  expect((await carryOut(prune)).operation).toMatchObject({
    counts: { done: 3, alreadyDone: 0 },
    actual: { images: 3 },
  });
  expect(host.cached.size).toBe(2);
  expect(host.asked('prune')).toEqual([]);
});

test('a clean waits until the images of the prune are deleted', async () => {
  const host = fullHost();
  const { operations } = operationsOver([host]);
  const held = Promise.withResolvers<undefined>();
  host.faultFor = ({ what }) => (what === 'delete' ? held.promise : undefined);
  const pruned = await operations.start((await operations.plan(prune)).id);
  await until(operations, pruned.id, ({ counts }) => counts.sent > 0);
  const clean = { kind: 'clean' as const, hostIds: ['glance-01'] };
  const [planned] = (await operations.plan(clean)).targets;
  expect(planned).toMatchObject({ verdict: 'refused', reason: expect.stringContaining('The host is being pruned') });
  held.resolve(undefined);
  await ended(operations, pruned.id);
  expect((await operations.plan(clean)).targets[0]?.verdict).not.toBe('refused');
});

test('a prune to the whole limit is the host’s own prune', async () => {
  const { operations } = operationsOver([fullHost()]);
  expect((await operations.plan({ ...prune, toPercent: 100 })).targets[0]?.method).toBe('native');
});

test('rejects another method, and a host without a stated limit', async () => {
  const host = fullHost();
  const { operations } = operationsOver([host]);
  const [other] = (await operations.plan({ ...prune, method: 'native' })).targets;
  expect(other).toMatchObject({ verdict: 'refused', reason: expect.stringContaining('Only deleting') });
  host.limitBytes = null;
  host.poll();
  const [unstated] = (await operations.plan(prune)).targets;
  expect(unstated).toMatchObject({ verdict: 'refused', reason: expect.stringContaining('limit is not set') });
});

test('continuing and retrying keep the share and the schedule', async () => {
  const host = fullHost();
  const { id, operations } = await interruptedConsole([host], prune, 0);
  await operations.continue(id);
  expect(await ended(operations, id)).toMatchObject({ counts: { done: 3 } });
  host.faultFor = ({ what }) => (what === 'delete' ? { failure: failureOf('forbidden') } : undefined);
  for (const image of images) host.cached.set(image, cachedImage(image));
  host.poll();
  const plan = await operations.plan(prune);
  const failed = await operations.start(plan.id, undefined, schedule);
  expect(await ended(operations, failed.id)).toMatchObject({ schedule, counts: { failed: 3 } });
  expect((await operations.retryFailed(failed.id)).action).toMatchObject({ kind: 'prune', toPercent: 50 });
});
