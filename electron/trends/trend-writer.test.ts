import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { atOnce } from '../lib/slices.ts';
import { compareHits, type HitCounts } from './hit-gains.ts';
import { type Sample, TrendWriter } from './trend-writer.ts';
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
        const gainOf = new Map(gains.gained.map(({ imageId, gain }) => [imageId, gain]));
        for (const [imageId, { hits, sinceLook, stayed }] of cache) {
          const last = before.get(imageId) ?? 0;
          // A removed image that has had more hits since it was cached again looks like one that stayed.
          const hidden = !stayed && last > 0 && hits >= last;
          expect(gainOf.get(imageId) ?? 0).toBe(hidden ? hits - last : sinceLook);
          cache.set(imageId, { hits, sinceLook: 0, stayed: true });
        }
        expect(gains.sum).toBe([...gainOf.values()].reduce((sum, one) => sum + one, 0));
      }
    }),
    { numRuns: 500 },
  );
});

/** A database with a writer, and what the database holds. */
function storing() {
  const database = new DatabaseSync(':memory:');
  setUpTrends(database);
  const tables = () =>
    ['hosts', 'points', 'hours', 'days', 'seen', 'images'].map((table) =>
      database.prepare(`SELECT * FROM ${table}`).all(),
    );
  const number = (query: string) => Object.values(database.prepare(query).get() ?? {})[0];
  return { writer: new TrendWriter(database), database, tables, number };
}

function sampleOf(at: number, cached: Sample['cached']): Sample {
  return { hostId: 'h', address: 'http://h:9292', at, sizeBytes: 0, limitBytes: null, images: 9, queued: 0, cached };
}

it('a long list is stored in parts, from which a console that ended meanwhile continues', () => {
  const list = (hits: number) => Array.from({ length: 30_000 }, (_, n) => ({ imageId: `image-${n}`, hits }));
  const { writer, database, number } = storing();
  const first = sampleOf(1e12, list(5));
  expect(writer.isLong(first)).toBe(true);
  const steps = writer.writeSteps(first);
  for (let part = 0; part < 20; part += 1) steps.next();
  const stored = Number(number('SELECT count(*) FROM seen'));
  expect(stored).toBeGreaterThan(1_000);
  expect(stored).toBeLessThan(20_000);
  const next = new TrendWriter(database);
  atOnce(next.writeSteps(first));
  atOnce(next.writeSteps(sampleOf(1e12 + 60_000, list(6))));
  expect(number('SELECT count(*) FROM seen')).toBe(30_000);
  expect(number('SELECT sum(hits) FROM hours')).toBe(30_000);
  expect(number('SELECT sum(hits) FROM points WHERE step = 1')).toBe(30_000);
  // A host whose list was long is stored in parts when it has none left.
  const emptied = sampleOf(1e12 + 120_000, []);
  const again = new TrendWriter(database);
  expect(again.isLong(emptied)).toBe(true);
  atOnce(again.writeSteps(emptied));
  expect(number('SELECT count(*) FROM seen')).toBe(0);
  expect(again.isLong(emptied)).toBe(false);
});

it('a sample that is stored in parts leaves the same as one that is stored at once, also after a restart', () => {
  const cached = fc
    .uniqueArray(fc.record({ imageId: fc.constantFrom('a', 'b', 'c', 'd'), hits: fc.nat(4) }), {
      selector: ({ imageId }) => imageId,
    })
    .map((images) => [...images, ...Array.from({ length: 700 }, (_, n) => ({ imageId: `${n}`, hits: images.length }))]);
  const step = fc.record({ cached, address: fc.constantFrom('http://h', 'http://g'), restart: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      const [parts, once] = [storing(), storing()];
      for (const [index, { cached, address, restart }] of steps.entries()) {
        const sample = { ...sampleOf(1e12 + index * 60_000, cached), address };
        if (restart) parts.writer = new TrendWriter(parts.database);
        atOnce(parts.writer.writeSteps(sample));
        once.writer.write(sample);
      }
      expect(parts.tables()).toEqual(once.tables());
    }),
    { numRuns: 15 },
  );
});

it('a host that is forgotten while its sample is stored in parts stays forgotten', () => {
  const { writer, number } = storing();
  const steps = writer.writeSteps(
    sampleOf(
      1e12,
      Array.from({ length: 30_000 }, (_, n) => ({ imageId: `${n}`, hits: 1 })),
    ),
  );
  steps.next();
  steps.next();
  writer.forgetHost('h');
  const before = number('SELECT count(*) FROM seen');
  expect(steps.next().done).toBe(true);
  expect(number('SELECT count(*) FROM seen')).toBe(before);
  expect(writer.host('h')).toBeUndefined();
});
