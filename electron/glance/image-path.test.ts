import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { addressProblem, imageSegment } from './image-path.ts';

describe('addressProblem', () => {
  it('agrees with imageSegment: the one reports a problem where the other throws', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '.', '..', 'a/b', 'a\\b', '\ufffd', 'prune'),
    );
    fc.assert(
      fc.property(id, (imageId) => {
        const segment = () => imageSegment(imageId);
        if (addressProblem(imageId) === undefined) expect(segment()).toBe(encodeURIComponent(imageId));
        else expect(segment).toThrow(ExpectedFailure);
      }),
    );
  });

  it('reserves the names of procedures only where the host has these procedures', () => {
    expect(addressProblem('prune', { versions: ['2.18', '2.14'] })).toContain('method name');
    expect(addressProblem('prune', { versions: ['2.14'] })).toBeUndefined();
    expect(addressProblem('prune')).toBeUndefined();
  });

  it('accepts an id with a backslash: only a slash has no address', () => {
    expect(addressProblem('a\\b')).toBeUndefined();
  });
});

describe('imageSegment', () => {
  it.each(['', '.', '..', 'a/b', '/', '\ud800', '\ufffd'])('rejects %j', (id) => {
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
