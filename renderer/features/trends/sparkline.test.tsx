import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sparkBars, sparkLine } from './sparkline.tsx';

it('a line goes from the smallest to the largest value and is interrupted at gaps', () => {
  expect(sparkLine([0, 10, null, 5, 5], 40, 13)).toBe('M0.0 11.5L10.0 1.5M30.0 6.5L40.0 6.5');
});

it('a single value is a dot, and constant values are a line halfway up', () => {
  expect(sparkLine([null, 7, null], 20, 10)).toBe('M10.0 5.0h0');
  expect(sparkLine([3, 3], 20, 10)).toBe('M0.0 5.0L20.0 5.0');
  expect(sparkLine([null, null], 20, 10)).toBe('');
});

it('no hits are a line at the bottom, and missing values are left out', () => {
  expect(sparkBars([0, null, 4], 30, 10).match(/M/g)).toHaveLength(2);
  expect(sparkBars([null], 30, 10)).toBe('');
});

it('a path contains only numbers, whatever the values are', () => {
  const value = fc.oneof(fc.constant(null), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 48 }), (values) => {
      expect(sparkLine(values, 48, 14) + sparkBars(values, 48, 14)).not.toMatch(/NaN|Infinity/);
    }),
  );
});
