import { expect, test } from 'vitest';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage } from '../../fleet/testing/host-fixtures.ts';
import { ended, operationsOver } from '../../operations/testing/fleet-of.ts';
import { resultOf } from './run-outcome.ts';

test('a host on which nothing could be sent any more is reported as skipped, with the reason', async () => {
  const images = ['image-0', 'image-1'];
  const hosts = ['glance-01', 'glance-02'].map((name) => {
    const host = new FakeHost(name, images);
    host.limitBytes = 2_000;
    host.poll();
    return host;
  });
  const { operations } = operationsOver(hosts);
  const plan = await operations.plan({ kind: 'prune', hostIds: hosts.map(({ id }) => id), toPercent: 50 });
  // Somebody accesses the images of the first host after the plan.
  for (const image of images) hosts[0]?.cached.set(image, cachedImage(image, 1_000, 2_000));
  const { id } = await operations.start(plan.id);
  await ended(operations, id);
  const result = resultOf(operations.targets({ id, states: ['failed', 'unknown', 'refused'] }));
  expect(result).toMatchObject({ outcome: 'done', failedHosts: [], succeeded: ['glance-02'], deleted: { images: 1 } });
  expect(result.skippedHosts).toEqual([
    { hostId: 'glance-01', reason: expect.stringContaining('accessed after the plan was made') },
  ]);
});
