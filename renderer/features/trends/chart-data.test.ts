import { expect, it } from 'vitest';
import { countTicks, hitsRows, sizeRows, sizeTicks, timeTicks, unknownRuns } from './chart-data.ts';

const hour = 3_600_000;
const gib = 2 ** 30;

it('a gap interrupts the line', () => {
  const point = { sizeBytes: 5, limitBytes: 9, images: 1, queued: 0 };
  const rows = sizeRows({
    points: [
      { at: 0, ...point },
      { at: 100, ...point },
    ],
    gaps: [{ from: 0, to: 100 }],
  });
  expect(rows.map(({ size }) => size)).toEqual([5, null, 5]);
});

it('bars without data form runs, and hits counted over a gap are marked', () => {
  const bars = [null, null, 4, null, 9].map((hits, index) => ({
    from: index * hour,
    to: (index + 1) * hour,
    hits,
    overMs: index === 4 ? 2 * hour : hour,
  }));
  expect(unknownRuns(bars)).toEqual([
    { from: 0, to: hour },
    { from: 3 * hour, to: 3 * hour },
  ]);
  expect(hitsRows(bars).map(({ hits, late }) => [hits, late])).toEqual([
    [null, null],
    [null, null],
    [4, null],
    [null, null],
    [null, 9],
  ]);
});

it('axes end at round values beyond the data', () => {
  expect(sizeTicks(500 * gib)).toEqual([0, 128 * gib, 256 * gib, 384 * gib, 512 * gib]);
  expect(sizeTicks(0).length).toBeGreaterThan(1);
  for (const most of [1, 7, 39, 1_234, 9.1e15]) {
    for (const ticks of [sizeTicks(most), countTicks(most)]) {
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }
  }
  const now = Date.UTC(2026, 10, 22, 9, 17);
  for (const hours of [6, 24, 168, 720, 2_160]) {
    const ticks = timeTicks(now - hours * hour, now);
    expect(ticks.length, `${hours} h`).toBeGreaterThan(3);
    expect(ticks.length, `${hours} h`).toBeLessThan(11);
    expect(ticks.every((tick) => tick >= now - hours * hour && tick <= now)).toBe(true);
  }
});
