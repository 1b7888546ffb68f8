import type { TrendGap, TrendPoint, TrendSpan } from '../contract/trends.ts';
import type { StoredPoint } from './trend-reader.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How a span is shown: its length, the resolution it is read at, and the width of its points and bars. Seconds. */
export const spans: Readonly<Record<TrendSpan, { length: number; step: number; point: number; bar: number }>> = {
  '6h': { length: 6 * hour, step: 1, point: minute, bar: 15 * minute },
  '24h': { length: day, step: 5 * minute, point: 5 * minute, bar: hour },
  '7d': { length: 7 * day, step: 5 * minute, point: 30 * minute, bar: hour },
  '30d': { length: 30 * day, step: hour, point: 2 * hour, bar: 6 * hour },
  '90d': { length: 90 * day, step: hour, point: 6 * hour, bar: day },
};

/** The table that has an image's hits for a span: hours are kept for days, days for months. */
export const imageTable: Readonly<Record<TrendSpan, 'hours' | 'days'>> = {
  '6h': 'hours',
  '24h': 'hours',
  '7d': 'hours',
  '30d': 'days',
  '90d': 'days',
};

/** The start of a span that ends at `now`, aligned to whole bars. Epoch seconds. */
export function spanStart(span: TrendSpan, now: number, bar: number): number {
  return Math.floor((now - spans[span].length) / bar) * bar + bar;
}

/** The last sample of each part of a span; `from`, `to` and `width` in seconds. */
export function samplePoints(stored: readonly StoredPoint[], from: number, to: number, width: number): TrendPoint[] {
  const byPart = new Map<number, TrendPoint>();
  for (const { looked_at: at, size, size_limit: limitBytes, images, queued } of stored) {
    if (at < from || at > to) continue;
    const part = Math.floor((at - from) / width);
    byPart.delete(part);
    byPart.set(part, { at: at * 1_000, sizeBytes: size, limitBytes, images, queued });
  }
  return [...byPart.values()].sort((one, other) => one.at - other.at);
}

/** This many pauses are enough to tell the usual one. */
const minPauses = 12;

/**
 * The longest pause between two samples that does not count as a gap: at least `least`; with enough samples, three times the
 * median pause, up to an hour. Milliseconds.
 */
export function maxPauseMs(points: readonly Pick<TrendPoint, 'at'>[], least: number): number {
  const pauses = points.flatMap(({ at }, index) => (index === 0 ? [] : [at - (points[index - 1]?.at ?? at)]));
  pauses.sort((one, other) => one - other);
  const usual = pauses.length < minPauses ? 0 : (pauses[Math.floor(pauses.length / 2)] ?? 0);
  return Math.max(least, Math.min(3 * usual, 3_600_000));
}

/** The pauses without a sample that are longer than `longest`. Milliseconds. */
export function findGaps(
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
