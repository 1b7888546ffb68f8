import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cachedImage, imageId, oddRecord } from '../contract/images.ts';
import { jsonOf } from '../http/http-answer.ts';
import { recordedAnswer } from '../http/testing/recorded.ts';
import { excerpt, listOf, OddRecords, parseCached, parseQueued } from './cache-listing.ts';

function cached(list: unknown[]) {
  const odd = new OddRecords();
  return { records: parseCached(list, odd), odd: odd.list() };
}

const good = { image_id: 'a', hits: 3, last_accessed: 1795382556.7922025, last_modified: 1795382556, size: 2_000_000 };

describe('cached records', () => {
  it.each([
    'glance-25.1-cache-list',
    'glance-33.0-cache-list',
    'glance-33.0-sqlite-driver-cache-list',
    'glance-33.0-xattr-driver-cache-list',
  ])('of %s are all valid', (name) => {
    const list = listOf(jsonOf(recordedAnswer(import.meta.url, name)), 'cached_images') ?? [];
    const { records, odd } = cached(list);
    expect(records).toHaveLength(list.length);
    expect(odd).toEqual([]);
  });

  it('have epoch milliseconds from seconds, and null for never', () => {
    expect(cached([good]).records).toEqual([
      { imageId: 'a', sizeBytes: 2_000_000, hits: 3, lastAccessed: 1795382556792, lastModified: 1795382556000 },
    ]);
    const never = cached([{ ...good, last_accessed: 0, last_modified: null }]);
    expect(never.records[0]).toMatchObject({ lastAccessed: null, lastModified: null });
    expect(never.odd).toEqual([]);
  });

  it.each([
    [{ ...good, last_accessed: -5 }, /last_accessed/],
    [{ ...good, last_modified: 1e15 }, /last_modified/],
    [{ ...good, last_modified: 1795382556000 }, /last_modified/],
    [{ ...good, last_modified: '2026-01-01' }, /last_modified/],
    [{ ...good, hits: -1 }, /hits/],
    [{ ...good, hits: null }, /hits/],
    [{ ...good, size: undefined }, /size/],
    [{ ...good, size: null }, /size/],
    [{ ...good, size: -1 }, /size/],
    [{ ...good, size: Number.NaN }, /size/],
    [{ ...good, size: 2 ** 53 }, /size/],
    [{ ...good, size: '5' }, /size/],
    ['a', /not a record/],
  ])('with an invalid size, time or count are listed without it: %j', (record, problem) => {
    const { records, odd } = cached([record]);
    expect(records.map(({ imageId }) => imageId)).toEqual(['a']);
    expect(odd[0]?.problem).toMatch(problem);
  });

  it.each([
    [null, /not a record/],
    ['', /not a record/],
    [7.5, /not a record/],
    [[good], /not a record/],
    [{ ...good, image_id: undefined }, /no image ID/],
    [{ ...good, image_id: { image_id: 'b' } }, /no image ID/],
    [{ ...good, image_id: 7.5 }, /no image ID/],
    [{ ...good, image_id: 2 ** 53 }, /no image ID/],
    [{ ...good, image_id: '' }, /no image ID/],
    [{ ...good, image_id: 'x'.repeat(1_001) }, /no image ID/],
  ])('without a readable id are set aside, and the other records are kept: %j', (record, problem) => {
    const { records, odd } = cached([record, good]);
    expect(records.map((one) => one.imageId)).toEqual(['a']);
    expect(odd).toHaveLength(1);
    expect(odd[0]?.problem).toMatch(problem);
  });

  it('of unknown size have the size null, not 0', () => {
    expect(cached([{ ...good, size: null }]).records[0]).toMatchObject({ imageId: 'a', sizeBytes: null, hits: 3 });
    expect(cached([{ ...good, size: 0 }])).toMatchObject({ records: [{ sizeBytes: 0 }], odd: [] });
  });

  it('with a whole number as the id have its text as the id', () => {
    const { records, odd } = cached([{ ...good, image_id: 7 }]);
    expect(records).toMatchObject([{ imageId: '7', sizeBytes: 2_000_000 }]);
    expect(odd[0]?.problem).toContain('number');
  });

  it.each([
    [[good, { ...good, size: 1 }], 2_000_000],
    [[{ ...good, size: null }, good], 2_000_000],
    [[good, 'a'], 2_000_000],
    [
      [
        { ...good, size: null },
        { ...good, size: -1 },
      ],
      null,
    ],
  ])('that are listed twice count once, with the first known size: %j', (list, sizeBytes) => {
    const { records, odd } = cached(list);
    expect(records).toMatchObject([{ imageId: 'a', sizeBytes }]);
    expect(odd.some(({ problem }) => /duplicate|twice/.test(problem))).toBe(true);
  });

  it('may include many odd ones: the first are listed, the rest is counted', () => {
    const { odd } = cached(Array(700).fill(null));
    expect(odd).toHaveLength(501);
    expect(odd.at(-1)?.problem).toContain('200 more');
  });
});

describe('queued ids', () => {
  it('can be any text that was ever queued, and nothing else', () => {
    const odd = new OddRecords();
    expect(parseQueued(['not-a-uuid', '..', 'a/b', null, '', 'not-a-uuid'], odd)).toEqual(['not-a-uuid', '..', 'a/b']);
    expect(odd.list()).toHaveLength(3);
  });

  it('in a record, or as a whole number, are queued and reported', () => {
    const odd = new OddRecords();
    const list = [{ image_id: 'a', size: 5 }, 7, ['b'], { id: 'c' }, { image_id: 7 }, 'a'];
    expect(parseQueued(list, odd)).toEqual(['a', '7']);
    expect(odd.list().filter(({ problem }) => /duplicate|twice/.test(problem))).toHaveLength(2);
    expect(odd.list().filter(({ problem }) => problem.includes('not a queued image ID'))).toHaveLength(5);
  });
});

it('listOf distinguishes a null list from a missing one', () => {
  expect(listOf({ cached_images: null }, 'cached_images')).toBeNull();
  expect(listOf({}, 'cached_images')).toBeUndefined();
  expect(listOf({ cached_images: 'x' }, 'cached_images')).toBeUndefined();
  expect(listOf([], 'length')).toBeUndefined();
  expect(listOf(null, 'cached_images')).toBeUndefined();
});

describe('whatever a host lists', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -1, 2 ** 53, 2 ** 60, 1e308));
  const value = fc.oneof(number, fc.string(), fc.constant(null), fc.jsonValue());
  const record = fc.record(
    {
      image_id: fc.oneof(fc.uuid(), value),
      size: value,
      hits: value,
      last_accessed: value,
      last_modified: value,
      id: value,
    },
    { requiredKeys: [] },
  );
  const records = z.array(cachedImage.omit({ catalogStatus: true, description: true }));

  it('the records fit the contract', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(record, value)), (list) => {
        const result = cached(list);
        records.parse(result.records);
        z.array(oddRecord).parse(result.odd);
        const odd = new OddRecords();
        z.array(imageId).parse(parseQueued(list, odd));
        z.array(oddRecord).parse(odd.list());
      }),
      { numRuns: 500 },
    );
  });

  it('every readable id is in the lists exactly once, and an invalid record is reported', () => {
    const id = fc.oneof(fc.uuid(), fc.constantFrom('a', 'b', '1', 1, -0, 2 ** 53, ''), value);
    const item = fc.oneof(record, id, fc.record({ image_id: id, size: value }, { requiredKeys: [] }));
    fc.assert(
      fc.property(fc.array(item), (list) => {
        const ids = [...new Set(list.flatMap(readableId))];
        const { records, odd } = cached(list);
        expect(records.map(({ imageId: known }) => known)).toEqual(ids);
        if (records.some(({ sizeBytes }) => sizeBytes === null)) expect(odd).not.toEqual([]);
        expect(parseQueued(list, new OddRecords())).toEqual(ids);
      }),
      { numRuns: 1_000 },
    );
  });

  /** The id that a person would read in an item of a list. */
  function readableId(item: unknown): string[] {
    const named = typeof item === 'object' && item !== null && !Array.isArray(item);
    const text = named ? ('image_id' in item ? item.image_id : undefined) : item;
    if (typeof text === 'number') return Number.isSafeInteger(text) ? [`${text}`] : [];
    return typeof text === 'string' && text !== '' ? [text] : [];
  }
});

describe('excerpt', () => {
  it('shows the value', () => {
    expect(excerpt({ a: [1, 'x', null], b: {}, c: [] })).toBe('{"a": [1, "x", null], "b": {}, "c": []}');
  });

  it('is short and fast however large and deep the value is', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 200_000; i += 1) deep = [deep];
    expect(excerpt(deep)).toBe('[[[[…]]]]');
    expect(excerpt('x'.repeat(10_000_000), 100)).toHaveLength(100);
    expect(excerpt(Array(100_000).fill({ a: 1 }), 100)).toHaveLength(100);
    fc.assert(fc.property(fc.anything(), (value) => excerpt(value, 50).length <= 50));
  });
});
