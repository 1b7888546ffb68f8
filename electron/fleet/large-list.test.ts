import { expect, it } from 'vitest';
import { longestTurn } from '../lib/testing/longest-turn.ts';
import { settled } from '../lib/testing/manual-clock.ts';
import { DistinctImages } from './distinct-images.ts';
import { cachedImages } from './testing/cached-images.ts';
import { fakeFleet } from './testing/fake-fleet.ts';
import { failing, record } from './testing/host-fixtures.ts';

const count = 200_000;

it('a list of 200,000 images is shown in slices, whether it is new, changed or reordered', async () => {
  const { fleet, host, catalogue } = fakeFleet(2, { refreshPaused: true });
  // This catalogue would answer thousands of lookups within one turn.
  catalogue.failure = failing('unreachable');
  const list = Array.from({ length: count }, (_, n) => record(`image-${n}`));
  for (const cached of [list, [record('image-0', { hits: 9 }), ...list.slice(1)], [...list].reverse()]) {
    host.cached = cached;
    const { ms, turns } = await longestTurn(async () => {
      await fleet.refresh();
    });
    expect(turns).toBeGreaterThan(10);
    expect(ms).toBeLessThan(150);
    expect(fleet.summary('h0')?.totals).toMatchObject({
      cachedImages: count,
      hits: cached === list ? 0 : expect.anything(),
    });
    expect(fleet.totals().distinctImages).toBe(count);
  }
  await fleet.stop();
});

it('an unchanged listing is not processed again, until the catalogue data of its images changes', async () => {
  const { fleet, host } = fakeFleet(1, { refreshPaused: true });
  const listing = { cached: [record('a'), record('b')], queued: [], odd: [], nullList: false };
  host.list = async () => listing;
  await fleet.refresh();
  await settled();
  const { cached, revision, takenAt } = fleet.images('h0');
  let reads = 0;
  Object.defineProperty(listing.cached, 'entries', {
    value: () => {
      reads += 1;
      return Array.prototype.entries.call(listing.cached);
    },
  });
  await fleet.refresh();
  expect(fleet.images('h0')).toMatchObject({ revision, takenAt });
  expect(fleet.images('h0').cached).toBe(cached);
  // Only for watched images, of which there are none.
  expect(reads).toBe(1);
  await fleet.stop();
});

it('a host that is removed while its images are counted is not counted', () => {
  const distinct = new DistinctImages();
  const [first, second] = [cachedImages(ids('a', 3_000)), cachedImages(ids('b', 3_000))];
  expect(distinct.count([['h', first]])).toBe(3_000);
  const steps = distinct.replaceSteps('h', second);
  steps.next();
  distinct.count([]);
  distinct.count([['h', first]]);
  while (!steps.next().done);
  expect(distinct.count([['h', second]])).toBe(3_000);
  expect(distinct.count([])).toBe(0);
});

function ids(prefix: string, length: number): string[] {
  return Array.from({ length }, (_, n) => `${prefix}${n}`);
}
