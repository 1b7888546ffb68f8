import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeCache, unixSeconds } from './simulated-cache.ts';

const record = fc.record({ size: fc.nat(1_000), lastAccessed: fc.integer({ min: 1, max: 10_000 }) });

test('prune removes the least recently accessed images, and no more than needed', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), fc.nat(5_000), (records, limit) => {
      const cache = new NodeCache(() => 0);
      for (const [index, { size, lastAccessed }] of records.entries()) {
        cache.put({ imageId: `image-${index}`, size, hits: 0, lastAccessed, lastModified: 0 });
      }
      const before = cache.rows(false);
      const total = cache.totalBytes;
      const { files, bytes, endless } = cache.prune(limit);
      const after = cache.rows(false);
      const gone = before.filter((row) => !after.includes(row));
      expect(endless).toBe(false);
      expect(cache.totalBytes).toBeLessThanOrEqual(Math.max(limit, 0));
      expect({ files, bytes }).toEqual({ files: gone.length, bytes: total - cache.totalBytes });
      const youngestGone = Math.max(...gone.map((row) => row.lastAccessed));
      for (const row of after) expect(row.lastAccessed).toBeGreaterThanOrEqual(youngestGone);
      const last = gone.find((row) => row.lastAccessed === youngestGone);
      if (last) expect(cache.totalBytes + Math.max(...gone.map((row) => row.size))).toBeGreaterThan(limit);
    }),
  );
});

test('prune never ends if files without a record exceed the limit', () => {
  const cache = new NodeCache(() => 0);
  cache.put({ imageId: 'a', size: 5, hits: 0, lastAccessed: 1, lastModified: 1 });
  cache.strayBytes = 100;
  expect(cache.prune(50)).toEqual({ files: 1, bytes: 5, endless: true });
});

test('the total stays correct when images are added, replaced, evicted and cleared', () => {
  const cache = new NodeCache(() => 0);
  const row = { hits: 0, lastAccessed: 1, lastModified: 1 };
  cache.put({ imageId: 'a', size: 5, ...row });
  cache.put({ imageId: 'b', size: 7, ...row });
  cache.put({ imageId: 'a', size: 6, ...row });
  expect([cache.totalBytes, cache.size]).toEqual([13, 2]);
  cache.evict('b');
  expect(cache.totalBytes).toBe(6);
  cache.enqueue('c');
  expect(cache.clear('both')).toEqual({ cached: 1, queued: 1 });
  expect(cache.totalBytes).toBe(0);
});

test('a cached image is not queued, and keeps its row id until it is evicted', () => {
  const cache = new NodeCache(() => 1_000);
  cache.insert('b', 1);
  cache.insert('a', 1);
  cache.enqueue('a');
  expect(cache.queued()).toEqual([]);
  expect(cache.rows(true).map((row) => row.imageId)).toEqual(['a', 'b']);
  expect(cache.rows(false).map((row) => row.rowId)).toEqual([1, 2]);
});

test('Unix seconds always have a fraction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 }), (milliseconds) => {
      expect(Number.isInteger(unixSeconds(milliseconds))).toBe(false);
      expect(Math.abs(unixSeconds(milliseconds) - milliseconds / 1_000)).toBeLessThan(0.001);
    }),
  );
});
