import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CachedImage } from '../../contract/images.ts';
import { cachedImage } from '../../fleet/testing/host-fixtures.ts';
import { atOnce } from '../../lib/slices.ts';
import { ImageTotals } from './image-totals.ts';

const list = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', '__proto__'), fc.nat(5)), { selector: ([id]) => id })
  .map((images) => images.map(([id, hits]): CachedImage => ({ ...cachedImage(id), hits })));
const change = fc.record({
  hostId: fc.constantFrom('h1', 'h2', 'h3'),
  cloudId: fc.constantFrom('c1', 'c2'),
  cached: fc.option(list),
});

it('totals equal those of the latest lists, whatever lists are added, moved between clouds and removed', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat(6), (changes, count) => {
      const totals = new ImageTotals();
      const last = new Map<string, { cloudId: string; cached: CachedImage[] }>();
      for (const { hostId, cloudId, cached } of changes) {
        if (cached === null) last.delete(hostId);
        else last.set(hostId, { cloudId, cached });
        atOnce(totals.updateSteps([...last].map(([id, list]) => ({ hostId: id, ...list }))));
      }
      const hits = new Map<string, number>();
      const hosts = new Map<string, number>();
      for (const { cloudId, cached } of last.values()) {
        for (const image of cached) {
          const key = `${cloudId} ${image.imageId}`;
          hits.set(key, (hits.get(key) ?? 0) + image.hits);
          hosts.set(key, (hosts.get(key) ?? 0) + 1);
        }
      }
      const expected = [...hits.values()].filter((one) => one > 0).sort((one, other) => other - one);
      const ranked = atOnce(totals.mostRequestedSteps(count));
      expect(ranked.map((image) => image.hits)).toEqual(expected.slice(0, count));
      for (const image of ranked) {
        const key = `${image.cloudId} ${image.imageId}`;
        expect([image.hits, image.hosts]).toEqual([hits.get(key), hosts.get(key)]);
      }
      expect(totals.get('c1', 'a')?.hosts).toBe(hosts.get('c1 a'));
    }),
  );
});

it('only changed images cost work', () => {
  const totals = new ImageTotals();
  const images = Array.from({ length: 5_000 }, (_, index) => cachedImage(`image-${index}`));
  const update = (cached: CachedImage[]) => atOnce(totals.updateSteps([{ hostId: 'h1', cloudId: 'c1', cached }]));
  update(images);
  expect(totals.work).toBe(5_000);
  update(images);
  expect(totals.work).toBe(5_000);
  const requested = { ...cachedImage('image-7'), hits: 3 };
  update(images.with(7, requested));
  expect(totals.work).toBe(5_002);
  expect(atOnce(totals.mostRequestedSteps(20))).toEqual([
    { cloudId: 'c1', imageId: 'image-7', hits: 3, hosts: 1, name: null },
  ]);
});

it('short lists of many hosts yield to other work, as long lists do', () => {
  const totals = new ImageTotals();
  const lists = Array.from({ length: 100 }, (_, index) => ({
    hostId: `h${index}`,
    cloudId: 'c1',
    cached: [cachedImage('a'), cachedImage('b')],
  }));
  expect([...totals.updateSteps(lists)]).toHaveLength(100);
  expect([...totals.updateSteps(lists.slice(0, 40))]).toHaveLength(100);
});
