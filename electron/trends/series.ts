import type { TrendGap, TrendPoint } from '../contract/trends.ts';
import type { Kept } from './reading.ts';

/** The last look of each part of the span; `from`, `to` and the width of a part in seconds. */
export function pointsOf(kept: readonly Kept[], from: number, to: number, width: number): TrendPoint[] {
  const byPart = new Map<number, TrendPoint>();
  for (const { looked_at: at, size, size_limit: limitBytes, images, queued } of kept) {
    if (at < from || at > to) continue;
    const part = Math.floor((at - from) / width);
    byPart.delete(part);
    byPart.set(part, { at: at * 1_000, sizeBytes: size, limitBytes, images, queued });
  }
  return [...byPart.values()].sort((one, other) => one.at - other.at);
}

/** Pauses that show how long a host is usually left alone. */
const enough = 12;

/**
 * The longest time between two looks that is no gap: no less than `least`; where there were many looks, three times as long as
 * the host was usually left alone, at most an hour. All in milliseconds.
 */
export function longestPause(points: readonly Pick<TrendPoint, 'at'>[], least: number): number {
  const pauses = points.flatMap(({ at }, index) => (index === 0 ? [] : [at - (points[index - 1]?.at ?? at)]));
  pauses.sort((one, other) => one - other);
  const usual = pauses.length < enough ? 0 : (pauses[Math.floor(pauses.length / 2)] ?? 0);
  return Math.max(least, Math.min(3 * usual, 3_600_000));
}

/** The times, longer than `longest`, between which nothing was looked at. All in milliseconds. */
export function gapsOf(
  points: readonly Pick<TrendPoint, 'at'>[],
  from: number,
  to: number,
  longest: number,
): TrendGap[] {
  const times = [from, ...points.map(({ at }) => at), to];
  const gaps: TrendGap[] = [];
  for (const [index, at] of times.entries()) {
    const before = times[index - 1];
    if (before !== undefined && at - before > longest) gaps.push({ from: before, to: at });
  }
  return gaps;
}
