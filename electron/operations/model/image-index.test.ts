import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { fakeFleet, second } from '../../fleet/testing/fake-fleet.ts';
import { record } from '../../fleet/testing/host-fixtures.ts';
import { systemClock } from '../../lib/clock.ts';
import { StorageHealth } from '../../store/storage-health.ts';
import { Operations } from '../operations.ts';
import { ended } from '../testing/fleet-of.ts';
import { indexImages } from './image-index.ts';

test('the images of a host are indexed once per list, not once per target of a delete', async () => {
  const { clock, fleet, host } = fakeFleet(1);
  const imageIds = Array.from({ length: 200 }, (_, index) => `image-${index}`);
  host.cached = imageIds.map((imageId) => record(imageId));
  const used = new Set<unknown>();
  let deletes = 0;
  host.delete = async (_, imageId) => {
    deletes += 1;
    used.add(indexImages(fleet.images('h0')).cached);
    host.cached = host.cached.filter((image) => image.imageId !== imageId);
    return { wasThere: true };
  };
  await clock.forward(second);
  const operations = new Operations({
    access: (hostId) => fleet.access(hostId),
    hosts: () => fleet.summaries(),
    catalogue: (cloudId) => fleet.catalogue(cloudId),
    cloud: () => undefined,
    confirmAbove: () => 1_000,
    database: new DatabaseSync(':memory:'),
    storage: new StorageHealth(null),
    log: { error: () => undefined, warn: () => undefined, info: () => undefined },
    clock: systemClock,
    // The clock of the fleet stands still.
    limits: { maxSnapshotAge: Number.MAX_SAFE_INTEGER },
  });
  const targets = imageIds.map((imageId) => ({ hostId: 'h0', imageId }));
  const plan = await operations.plan({ kind: 'delete', targets });
  const lists = host.lists;
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  expect(operations.list()[0]?.counts.done).toBe(imageIds.length);
  expect(deletes).toBe(imageIds.length);
  expect(used.size).toBeLessThanOrEqual(1 + host.lists - lists);
  expect(used.size).toBeLessThan(10);
  // A list that did not change keeps its index.
  const { cached } = indexImages(fleet.images('h0'));
  await fleet.refresh();
  expect(indexImages(fleet.images('h0')).cached).toBe(cached);
  await operations.stop();
  await fleet.stop();
});
