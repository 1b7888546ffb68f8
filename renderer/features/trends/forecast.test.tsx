import { expect, it } from 'vitest';
import { forecastText, roughDuration } from './forecast.tsx';

const hour = 3_600_000;

it.each([
  [60_000, 'an hour'],
  [7.4 * hour, '7 hours'],
  [72 * hour, '3 days'],
  [59 * 24 * hour, '59 days'],
  [120 * 24 * hour, '4 months'],
])('formats %d ms as %s', (ms, words) => {
  expect(roughDuration(ms)).toBe(words);
});

it('shows the time until the cache is full, or why it is not known yet', () => {
  expect(forecastText({ kind: 'reaches', inMs: 72 * hour, bytesPerDay: 2 ** 40, overMs: 24 * hour })).toMatchObject({
    text: 'Full in about 3 days',
    soon: false,
  });
  expect(forecastText({ kind: 'tooLittle', knownMs: 60_000, neededMs: 2 * hour })?.why).toContain('needs 2 h');
  expect(forecastText({ kind: 'noLimit' })).toBeUndefined();
});
