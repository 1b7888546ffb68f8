import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DistinctImages } from './distinct-images.ts';
import { cachedImages } from './testing/cached-images.ts';

it('is the number of different images, whatever changes on which hosts', () => {
  const lists = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5')).map(cachedImages),
  );
  fc.assert(
    fc.property(fc.array(lists, { maxLength: 8 }), (states) => {
      const distinct = new DistinctImages();
      for (const state of states) {
        const truth = new Set(Object.values(state).flatMap((cached) => cached.map((one) => one.imageId)));
        expect(distinct.count(Object.entries(state))).toBe(truth.size);
        expect(distinct.count(Object.entries(state))).toBe(truth.size);
      }
    }),
  );
});

it('does not look into the list of a host that did not change', () => {
  const distinct = new DistinctImages();
  const cached = cachedImages(['1', '2']);
  distinct.count([['a', cached]]);
  cached.length = 0;
  expect(distinct.count([['a', cached]])).toBe(2);
});
