import { describe, expect, it } from 'vitest';
import { formatExact, formatRelative, formatSpan, parseWholeNumber } from './format.ts';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

describe('formatRelative', () => {
  it.each([
    [0, 'just now'],
    [1_999, 'just now'],
    [8_400, '8 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [47 * 3_600_000, '47 h ago'],
    [84 * 86_400_000, '84 d ago'],
    [800 * 86_400_000, '2 y ago'],
    [-40_500, 'in 40 s'],
    [-5 * 3_600_000, 'in 5 h'],
  ])('formats %d ms as %s', (age, text) => {
    expect(formatRelative(now - age, now)).toBe(text);
  });

  it('says never for null', () => {
    expect(formatRelative(null, now)).toBe('never');
  });
});

it('counts a negative span as zero', () => {
  expect(formatSpan(-5_000)).toBe('0 s');
});

it('names the zone of an exact time and accepts an invalid time', () => {
  expect(formatExact(now)).toMatch(/^2026-11-2\d \d\d:\d\d:\d\d UTC([+-]\d\d:\d\d)?$/);
  expect(formatExact(Number.NaN)).toBe('not a time');
});

it.each([
  ['20', 20],
  [' 5,000 ', 5_000],
  ['0', 0],
  ['10001', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1,00', undefined],
  ['', undefined],
])('formats %j as %s for numbers from 0 to 10,000', (text, number) => {
  expect(parseWholeNumber(text, 0, 10_000)).toBe(number);
});
