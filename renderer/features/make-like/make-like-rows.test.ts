import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { amountOf } from '../../../electron/contract/operations.ts';
import { filterByText } from '../../lib/text-filter.ts';
import { capacityOf, imagesThatFit, type LikeRow, likeRowFields, likeRows, remainingBytes } from './make-like-rows.ts';

function row(id: string, hits: number, sizeBytes: number): LikeRow {
  return { id, name: `name of ${id}`, sizeBytes, hits, lastAccessed: null };
}

const cached: CachedImage = {
  imageId: 'a',
  sizeBytes: 5,
  hits: 3,
  lastAccessed: 1,
  lastModified: 1,
  catalogStatus: 'known',
  description: null,
};

it('lists missing images in the order of the source host, without those removed there since', () => {
  const targets = ['b', 'a'].map((imageId) => ({ hostId: 'to', imageId }));
  expect(likeRows({ targets }, { cached: [cached] })).toEqual([
    { id: 'a', name: null, sizeBytes: 5, hits: 3, lastAccessed: 1 },
  ]);
});

it('counts queued images as present', () => {
  const totals = {
    cachedImages: 2,
    sizeBytes: 40,
    unsized: 0,
    unsizedOrphans: 0,
    hits: 0,
    queued: 2,
    stalled: 0,
    oldestQueued: null,
  };
  const host = { totals: { ...totals, orphans: 0, orphanBytes: 0, oddRecords: 0 }, limitBytes: 100 };
  const queued = ['x', 'y'].map((imageId) => ({
    imageId,
    firstSeen: 1,
    stalled: null,
    catalogStatus: 'known' as const,
    description: null,
  }));
  const capacity = capacityOf(host, queued, [{ id: 'x', sizeBytes: 25 }]);
  expect(capacity).toMatchObject({ queued: { images: 2, bytes: 25, unsized: 1 } });
  expect(capacity && remainingBytes(capacity)).toBe(35);
  expect(capacity && remainingBytes({ ...capacity, limitBytes: null })).toBeNull();
  expect(capacityOf({ ...host, totals: null }, queued, [])).toBeUndefined();
});

it('takes images with the most hits first and skips those that are too large', () => {
  const rows = [row('cold', 0, 1), row('huge', 9, 50), row('hot', 8, 20), row('warm', 2, 10)];
  expect([...imagesThatFit(rows, 31)]).toEqual(['hot', 'warm', 'cold']);
  expect([...imagesThatFit(rows, 1_000)]).toEqual(['huge', 'hot', 'warm', 'cold']);
  expect(imagesThatFit(rows, -5).size).toBe(0);
});

it('never exceeds the free space and leaves out no image that would fit', () => {
  const rows = fc.array(fc.tuple(fc.nat(9), fc.nat(100)), { maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.integer({ min: -10, max: 1_500 }), (sizes, bytes) => {
      const all = sizes.map(([hits, size], index) => row(`${index}`, hits, size));
      const ids = imagesThatFit(all, bytes);
      const sum = amountOf(all.filter(({ id }) => ids.has(id))).bytes;
      expect(sum).toBeLessThanOrEqual(Math.max(0, bytes));
      if (bytes >= 0)
        for (const { id, sizeBytes } of all) if (!ids.has(id)) expect(sum + (sizeBytes ?? 0)).toBeGreaterThan(bytes);
    }),
  );
});

it('filters by name and id', () => {
  const rows = [row('aa', 1, 1), row('bb', 1, 1)];
  expect(filterByText(rows, ' ', likeRowFields)).toBe(rows);
  expect(filterByText(rows, 'OF B', likeRowFields).map(({ id }) => id)).toEqual(['bb']);
});
