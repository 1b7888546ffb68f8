import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { fakeFleet, second } from '../fleet/testing/fake-fleet.ts';
import { catalogueImage } from '../fleet/testing/host-fixtures.ts';
import { StorageHealth } from '../store/storage-health.ts';
import { Operations } from './operations.ts';

const minute = 60 * second;

test('the setting "Stalled after" applies to operations and to the row of the host', async () => {
  const { clock, fleet, host, catalogue } = fakeFleet(1, { queueStallMinutes: 30 });
  catalogue.images = [catalogueImage('image')];
  host.queue = async () => {
    host.queued.push('image');
  };
  await clock.forward(second);
  const operations = new Operations({
    access: (hostId) => fleet.access(hostId),
    hosts: () => fleet.summaries(),
    catalogue: (cloudId) => fleet.catalogue(cloudId),
    cloud: () => undefined,
    confirmAbove: () => 20,
    database: new DatabaseSync(':memory:'),
    storage: new StorageHealth(null),
    log: { error: unexpected, warn: unexpected, info: () => undefined },
    clock,
  });
  const { id } = await operations.plan({ kind: 'queue', targets: [{ hostId: 'h0', imageId: 'image' }] });
  const operation = await operations.start(id);
  const target = () => operations.targets({ id: operation.id }).targets[0];
  const row = () => fleet.images('h0').queued[0];
  // The journal uses the machine's own timers.
  while (target()?.state !== 'following') await clock.forward(1);

  await clock.forward(25 * minute);
  expect(row()?.stalled).toBeNull();
  expect(target()?.state).toBe('following');

  await clock.forward(10 * minute);
  expect(row()?.stalled).toContain('Restart the glance-api service');
  expect(target()).toMatchObject({ state: 'failed', failure: { code: 'hostError' } });
  await operations.stop();
  await fleet.stop();
});

function unexpected(...words: unknown[]): never {
  throw new Error(`Logged: ${JSON.stringify(words)}`);
}
