import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from './sizes.ts';

const GiB = 1024 ** 3;

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['1048576', 1_048_576],
    ['500 GiB', 500 * GiB],
    ['500G', 500 * GiB],
    [' 500 gib ', 500 * GiB],
    ['500GB', 500_000_000_000],
    ['1.5 TiB', 1536 * GiB],
    ['1,5 TiB', 1536 * GiB],
    ['12 B', 12],
    ['1 KB', 1000],
  ])('%j is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'many', '-1', '1e9', '1.', '.5', '5 XB', '5iB', '5i', '1,000 GiB', '1 000', '9'.repeat(400), '9 PiB'])(
    '%j is not a size',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('returns a count of bytes or undefined for any text', () => {
    const piece = fc.constantFrom('1', '0', '.', ',', ' ', 'k', 'M', 'iB', 'b', 'P');
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        const bytes = parseSize(one);
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
      }),
    );
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [10.2 * GiB, '10.2 GiB'],
    [9.999 * GiB, '10.0 GiB'],
    [99.97 * GiB, '100 GiB'],
    [-5 * GiB, '-5.00 GiB'],
    [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it('can be parsed again within half a percent', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 52 }), (bytes) => {
        const back = parseSize(formatSize(bytes)) ?? Number.NaN;
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(bytes * 0.006);
      }),
    );
  });

  it('never shows a smaller size as a larger one', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 52 }), fc.nat({ max: 2 ** 40 }), (bytes, more) => {
        const [less, greater] = [parseSize(formatSize(bytes)), parseSize(formatSize(bytes + more))];
        expect(less).toBeLessThanOrEqual(greater ?? Number.NaN);
      }),
    );
  });
});
