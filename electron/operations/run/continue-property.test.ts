import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action } from '../../contract/operations.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage } from '../../fleet/testing/host-fixtures.ts';
import { ended } from '../testing/fleet-of.ts';
import { interruptedConsole, Wire } from '../testing/interrupted-console.ts';

const ids = ['image-0', 'image-1', 'image-2', 'image-3'];
const later = 2_000_000_000_000;

const scenario = fc.record({
  kind: fc.constantFrom('clear', 'delete', 'queue'),
  /** When the host carries out the requests that were in flight when the console ended. */
  arrival: fc.constantFrom('beforeContinue', 'afterContinue', 'never'),
  /** Images that are cached between the end of the console and Continue, if they are not cached then. */
  since: fc.subarray([...ids, 'new-0', 'new-1']),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

function actionOf(kind: Scenario['kind']): Action {
  const targets = ids.map((imageId) => ({ hostId: 'glance-01', imageId }));
  return kind === 'clear' ? { kind, hostIds: ['glance-01'], what: 'both' } : { kind, targets };
}

async function check({ kind, arrival, since }: Scenario): Promise<void> {
  const host = new FakeHost('glance-01', kind === 'queue' ? [] : ids);
  host.deadlines.change = arrival === 'never' ? 150 : 600_000;
  host.fetch = (imageId) =>
    setTimeout(() => {
      host.queued.delete(imageId);
      host.cached.set(imageId, { ...cachedImage(imageId), lastModified: later });
    }, 2);
  const lost: { imageId: string; isLater: boolean; isLate: boolean }[] = [];
  let isLate = false;
  const remove = host.cached.delete.bind(host.cached);
  host.cached.delete = (imageId) => {
    const copy = host.cached.get(imageId);
    if (copy) lost.push({ imageId, isLater: copy.lastModified === later, isLate });
    return remove(imageId);
  };
  host.cached.clear = () => {
    for (const imageId of [...host.cached.keys()]) host.cached.delete(imageId);
  };
  const wire = new Wire([host], kind);
  const arrive = async () => {
    isLate = true;
    await wire.arrive();
    isLate = false;
  };
  const sent = kind === 'clear' ? 1 : ids.length;
  const limits = { requestsPerHost: 4, queuesPerHost: 4 };
  const images = ids.map((imageId) => catalogueImage(imageId));
  const { operations, id, faults } = await interruptedConsole([host], actionOf(kind), sent, { images, limits });
  if (arrival === 'beforeContinue') await arrive();
  else if (arrival === 'never') wire.isHeld = false;
  for (const imageId of since) {
    // Another client caches an image that the host lacks. If the image is queued there, the host's own fetch caches it.
    if (host.cached.has(imageId) || host.queued.has(imageId)) continue;
    host.cached.set(imageId, { ...cachedImage(imageId), lastModified: later });
  }
  await operations.continue(id);
  if (arrival === 'afterContinue') {
    const lists = host.asked('list').length;
    const isOpen = () => operations.targets({ id }).operation.state === 'running';
    while (host.asked('list').length < lists + 2 && isOpen()) await new Promise((resolve) => setTimeout(resolve, 1));
    await arrive();
  }
  const operation = await ended(operations, id);

  expect(faults).toEqual([]);
  expect(operation.counts).toMatchObject({ done: kind === 'clear' ? 1 : ids.length });
  // Continue removes no copy that was cached since: only the request in flight can.
  expect(lost.filter((one) => one.isLater && !one.isLate)).toEqual([]);
  if (kind === 'queue') {
    if (arrival !== 'never') expect(host.asked('queue').sort()).toEqual(ids);
    for (const imageId of ids) {
      const requests = host.requests.filter((one) => one.what === 'queue' && one.imageId === imageId);
      expect(requests.length).toBe(arrival === 'never' && !since.includes(imageId) ? 2 : 1);
    }
    expect(lost).toEqual([]);
  } else {
    expect(operation.actual).toEqual({ images: lost.length, bytes: lost.length * 1_000 });
    expect(lost.map(({ imageId }) => imageId)).toEqual(expect.arrayContaining(ids));
  }
}

test('Continue deletes nothing cached since, queues nothing twice within the deadline, and counts what the hosts lost', async () => {
  const scenarios = fc.sample(scenario, 120);
  const failed = await Promise.all(
    scenarios.map(async (one) => {
      try {
        await check(one);
        return [];
      } catch (error) {
        return [{ scenario: one, error: String(error).slice(0, 600) }];
      }
    }),
  );
  expect(failed.flat()).toEqual([]);
});
