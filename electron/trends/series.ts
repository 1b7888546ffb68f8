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
