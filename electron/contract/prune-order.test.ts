import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CachedImage } from './images.ts';
import { amountOf } from './operations.ts';
import { leastRecentlyAccessed } from './prune-order.ts';

const image = (imageId: string, sizeBytes: number | null, lastAccessed: number | null): CachedImage => ({
  imageId,
  sizeBytes,
  lastAccessed,
  hits: 0,
  lastModified: 0,
  catalogStatus: 'known',
  description: null,
});
const idsOf = (images: readonly CachedImage[]) => images.map(({ imageId }) => imageId);

test('removes the least recently accessed images until the rest is within the limit', () => {
  // Measured: 5 images of 2 MB, limit 5 MB, two of them read recently. The three others are removed.
  const accessed = [50, 10, 40, 20, 30];
  const cached = accessed.map((lastAccessed) => image(`at ${lastAccessed}`, 2, lastAccessed));
  expect(idsOf(leastRecentlyAccessed(cached, 5))).toEqual(['at 10', 'at 20', 'at 30']);
});

test('removes nothing within the limit, images that were never accessed first, and images with the same access time by id', () => {
  expect(leastRecentlyAccessed([image('a', 5, 1)], 5)).toEqual([]);
  expect(idsOf(leastRecentlyAccessed([image('a', 3, 9), image('b', 4, null)], 3))).toEqual(['b']);
  expect(idsOf(leastRecentlyAccessed([image('b', 3, 9), image('a', 3, 9)], 3))).toEqual(['a']);
});

test('an image of unknown size frees nothing, and a prune by deletion leaves it', () => {
  const cached = [image('unsized', null, 1), image('small', 2, 2), image('large', 9, 3)];
  expect(idsOf(leastRecentlyAccessed(cached, 9))).toEqual(['unsized', 'small']);
  expect(idsOf(leastRecentlyAccessed(cached, 9, { takesUnsized: false }))).toEqual(['small']);
});

test('removes no more images than the limit requires', () => {
  const images = fc.array(fc.record({ sizeBytes: fc.nat(1_000), lastAccessed: fc.nat(20) }), { maxLength: 30 });
  fc.assert(
    fc.property(images, fc.nat(10_000), (sizes, limit) => {
      const cached = sizes.map((one, index) => image(`image-${index}`, one.sizeBytes, one.lastAccessed));
      const goes = leastRecentlyAccessed(cached, limit);
      const stays = cached.filter((image) => !goes.includes(image));
      const sum = (some: typeof cached) => amountOf(some).bytes;
      expect(sum(stays)).toBeLessThanOrEqual(limit);
      const last = goes.at(-1);
      if (last) expect(sum([...stays, last])).toBeGreaterThan(limit);
      for (const image of stays) {
        expect(image.lastAccessed ?? 0).toBeGreaterThanOrEqual(last?.lastAccessed ?? 0);
      }
    }),
  );
});
