import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { longestTurnShare } from '../lib/testing/longest-turn.ts';
import { fakeFleet, second } from './testing/fake-fleet.ts';
import { catalogueImage } from './testing/host-fixtures.ts';

const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `image-${from + index}`);

it('a queue of 120,000 images does not block the main thread: new, unchanged, and changed', async () => {
  const { clock, fleet, host, catalogue } = fakeFleet(1);
  const describe = catalogue.describe.bind(catalogue);
  // As over a network: other work runs before the answer is there.
  catalogue.describe = async (imageIds) => {
    await setImmediate();
    return describe(imageIds);
  };
  await clock.forward(second);
  const shares: number[] = [];
  host.queued = ids(0, 120_000);
  for (const queue of [host.queued, host.queued, ids(1_000, 120_000), ids(2_000, 120_500)]) {
    host.queued = queue;
    shares.push(await longestTurnShare(() => fleet.refresh()));
  }
  expect(fleet.summary('h0')?.totals?.queued).toBe(118_500);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  await fleet.stop();
});

it('a catalogue of 100,000 images does not block the main thread when it is read, and read again', async () => {
  const { clock, fleet, catalogue } = fakeFleet(0);
  catalogue.images = ids(0, 100_000).map((id) => catalogueImage(id));
  const shares = [await longestTurnShare(() => fleet.catalogue('c'))];
  await clock.forward(31 * second);
  shares.push(
    await longestTurnShare(async () => {
      const read = new Promise<void>((resolve) => {
        const stop = fleet.onCatalogue(() => {
          stop();
          resolve();
        });
      });
      await clock.forward(31 * second);
      await fleet.catalogue('c');
      await read;
    }),
  );
  expect((await fleet.catalogue('c')).images).toHaveLength(100_000);
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  await fleet.stop();
});
