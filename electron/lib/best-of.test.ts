import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BestOf } from './best-of.ts';

it('keeps the same elements as sorting would, in the same order', () => {
  const element = fc.record({ rank: fc.nat(5), name: fc.string() });
  fc.assert(
    fc.property(fc.array(element), fc.integer({ min: 1, max: 10 }), (elements, limit) => {
      const compare = (one: { rank: number }, other: { rank: number }) => one.rank - other.rank;
      const best = new BestOf(limit, compare);
      for (const each of elements) best.add(each);
      expect(best.list).toEqual([...elements].sort(compare).slice(0, limit));
      expect(best.offered).toBe(elements.length);
    }),
  );
});
