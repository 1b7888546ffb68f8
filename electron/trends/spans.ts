import type { TrendSpan } from '../contract/trends.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How a span is shown, in seconds: how long it is, the finest kept width it is read at, and how wide points and bars are. */
export const spans: Readonly<Record<TrendSpan, { length: number; step: number; point: number; bar: number }>> = {
  '6h': { length: 6 * hour, step: 1, point: minute, bar: 15 * minute },
  '24h': { length: day, step: 5 * minute, point: 5 * minute, bar: hour },
  '7d': { length: 7 * day, step: 5 * minute, point: 30 * minute, bar: hour },
  '30d': { length: 30 * day, step: hour, point: 2 * hour, bar: 6 * hour },
  '90d': { length: 90 * day, step: hour, point: 6 * hour, bar: day },
};

/** How the hits of one image are shown over a span: they are kept by hours, and for longer by days. */
export const imageBar: Readonly<Record<TrendSpan, 'hours' | 'days'>> = {
  '6h': 'hours',
  '24h': 'hours',
  '7d': 'hours',
  '30d': 'days',
  '90d': 'days',
};

/** When a span that ends now begins, so that it is whole bars of this width. All in seconds. */
export function beginOf(span: TrendSpan, now: number, bar: number): number {
  return Math.floor((now - spans[span].length) / bar) * bar + bar;
}
