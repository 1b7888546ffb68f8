import { expect, it } from 'vitest';
import { findGaps, maxPauseMs } from './trend-series.ts';

const minute = 60_000;
const every = (minutes: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ at: index * minutes * minute }));

it('a host that was polled more slowly all the time has no gaps between its polls, as long as there were many', () => {
  expect(maxPauseMs(every(10, 20), 5 * minute)).toBe(30 * minute);
  expect(maxPauseMs(every(50, 20), 5 * minute)).toBe(60 * minute);
  expect(maxPauseMs(every(10, 4), 5 * minute)).toBe(5 * minute);
  expect(maxPauseMs([], 5 * minute)).toBe(5 * minute);
});

it('a gap is also what was before the first look and after the last', () => {
  expect(findGaps([{ at: 20 * minute }], 0, 40 * minute, 15 * minute)).toEqual([
    { from: 0, to: 20 * minute },
    { from: 20 * minute, to: 40 * minute },
  ]);
});
