import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { imageSegment } from './image-path.ts';

describe('imageSegment', () => {
  it.each(['', '.', '..', 'a/b', '/', '\ud800', '\ufffd'])('refuses %j', (id) => {
    expect(() => imageSegment(id)).toThrow(ExpectedFailure);
  });

  it('never lets an id reach another path', () => {
    const tricky = fc.constantFrom('..', '.', '%2e%2e', '?x=1', '#', ';', '\\', 'a b', 'ü', '%', '\u0000', '//');
    fc.assert(
      fc.property(fc.oneof(fc.string(), tricky, fc.string({ unit: 'binary' })), (id) => {
        let segment: string;
        try {
          segment = imageSegment(id);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpectedFailure);
          return;
        }
        const url = new URL(`http://host:9292/v2/cache/${segment}`);
        expect(decodeURIComponent(url.pathname.slice('/v2/cache/'.length))).toBe(id);
        expect(url.search + url.hash).toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
