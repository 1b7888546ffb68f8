import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareHits, type HitCounts, type Sample, TrendWriter } from './trend-writer.ts';
import { setUpTrends } from './trends-database.ts';

const count = (hits: Record<string, number>) =>
  Object.entries(hits).map(([imageId, each]) => ({ imageId, hits: each }));
const start: HitCounts = new Map();

it('an accessed image gains the difference; a new one, or one that was cached again, its whole count', () => {
  const first = compareHits(start, count({ a: 5, b: 7, c: 3, d: 0 }));
  const second = compareHits(first.counts, count({ a: 9, b: 2, d: 0, e: 4 }));
  expect(second.gained).toEqual([
    { imageId: 'a', gain: 4, hits: 9 },
    { imageId: 'b', gain: 2, hits: 2 },
    { imageId: 'e', gain: 4, hits: 4 },
  ]);
  expect(second.gone).toEqual(['c']);
  expect(second.sum).toBe(10);
});

it('false counts of a host do not spoil the sums', () => {
  const { gained, sum } = compareHits(start, count({ a: Number.MAX_VALUE, b: 1.5 }));
  expect(gained.map(({ gain }) => gain)).toEqual([1_000_000_000, 1]);
  expect(Number.isSafeInteger(sum)).toBe(true);
});

it('gains equal the accesses that samples can show, for any sequence of hits, removals and returns', () => {
  type Stay = { hits: number; sinceLook: number; stayed: boolean };
  const deed = fc.record({
    image: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom('access', 'access', 'access', 'leave', 'come', 'look'),
  });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
      const cache = new Map<string, Stay>();
      let counts: HitCounts = start;
      for (const { image, kind } of deeds) {
        const stay = cache.get(image);
        if (kind === 'access' && stay) {
          stay.hits += 1;
          stay.sinceLook += 1;
        }
        if (kind === 'leave') cache.delete(image);
        if (kind === 'come' && !stay) cache.set(image, { hits: 0, sinceLook: 0, stayed: false });
        if (kind !== 'look') continue;
        const before = counts;
        const gains = compareHits(
          before,
          [...cache].map(([imageId, { hits }]) => ({ imageId, hits })),
        );
        counts = gains.counts;
        const told = new Map(gains.gained.map(({ imageId, gain }) => [imageId, gain]));
        for (const [imageId, { hits, sinceLook, stayed }] of cache) {
          const last = before.get(imageId) ?? 0;
          // A removed image that has had more hits since it was cached again looks like one that stayed.
          const hidden = !stayed && last > 0 && hits >= last;
          expect(told.get(imageId) ?? 0).toBe(hidden ? hits - last : sinceLook);
          cache.set(imageId, { hits, sinceLook: 0, stayed: true });
        }
        expect(gains.sum).toBe([...told.values()].reduce((sum, one) => sum + one, 0));
      }
    }),
    { numRuns: 500 },
  );
});

it('the counts of a long first list are stored in parts, and gains are counted from them', () => {
  const database = new DatabaseSync(':memory:');
  setUpTrends(database);
  const sample = (hits: number, at: number): Sample => ({
    hostId: 'h',
    address: 'http://h:9292',
    at,
    sizeBytes: 0,
    limitBytes: null,
    images: 30_000,
    queued: 0,
    cached: Array.from({ length: 30_000 }, (_, n) => ({ imageId: `image-${n}`, hits })),
  });
  const first = sample(5, 1e12);
  const stored = () => database.prepare('SELECT count(*) AS rows FROM seen').get()?.['rows'];
  const writer = new TrendWriter(database);
  expect(writer.learn(first, () => false)).toBe(true);
  expect(writer.learn(first, () => true)).toBe(false);
  expect(stored()).toBe(2_000);
  // A console that ended meanwhile begins again, and another list is stored by `write`.
  const next = new TrendWriter(database);
  let parts = 0;
  while (!next.learn(first, () => true)) parts += 1;
  expect(parts).toBe(15);
  next.write(first);
  next.write(sample(6, 1e12 + 60_000));
  expect(stored()).toBe(30_000);
  expect(database.prepare('SELECT sum(hits) AS hits FROM hours').get()?.['hits']).toBe(30_000);
});
