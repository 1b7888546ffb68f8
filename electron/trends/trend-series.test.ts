import { expect, it } from 'vitest';
import { findGaps, maxPauseMs } from './trend-series.ts';

const minute = 60_000;
const every = (minutes: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ at: index * minutes * minute }));

it('a host that is always polled slowly has no gaps between its polls, if there are enough samples', () => {
  expect(maxPauseMs(every(10, 20), 5 * minute)).toBe(30 * minute);
  expect(maxPauseMs(every(50, 20), 5 * minute)).toBe(60 * minute);
  expect(maxPauseMs(every(10, 4), 5 * minute)).toBe(5 * minute);
  expect(maxPauseMs([], 5 * minute)).toBe(5 * minute);
});

it('the time before the first sample and after the last one is a gap too', () => {
  expect(findGaps([{ at: 20 * minute }], 0, 40 * minute, 15 * minute)).toEqual([
    { from: 0, to: 20 * minute },
    { from: 20 * minute, to: 40 * minute },
  ]);
});
