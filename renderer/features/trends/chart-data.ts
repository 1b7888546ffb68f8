import type { HostTrend, TrendBar } from '../../../electron/contract/trends.ts';

/** A point of the chart of sizes; null where nothing is known, so that the line is broken. */
export type SizeRow = { at: number; size: number | null; limit: number | null };
/** A bar of the chart of hits. `late`: gained over a longer time than the bar is wide, after a gap. */
export type HitsRow = { from: number; hits: number | null; late: number | null };

/** The points of a host with its gaps as such. */
export function sizeRows({ points, gaps }: Pick<HostTrend, 'points' | 'gaps'>): SizeRow[] {
  const rows: SizeRow[] = points.map(({ at, sizeBytes, limitBytes }) => ({ at, size: sizeBytes, limit: limitBytes }));
  for (const { from, to } of gaps) rows.push({ at: (from + to) / 2, size: null, limit: null });
  return rows.sort((one, other) => one.at - other.at);
}

/** Whether what a bar tells was gained over clearly longer than the bar itself. */
export function isLate({ from, to, overMs }: TrendBar): boolean {
  return overMs > 1.5 * (to - from) && overMs > 1_200_000;
}

export function hitsRows(bars: readonly TrendBar[]): HitsRow[] {
  return bars.map((bar) => ({
    from: bar.from,
    hits: isLate(bar) ? null : bar.hits,
    late: isLate(bar) ? bar.hits : null,
  }));
}

/** The bars that follow one another and of which nothing is known, by the first and the last of each run. */
export function unknownRuns(bars: readonly TrendBar[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [index, { from, hits }] of bars.entries()) {
    if (hits !== null) continue;
    const last = runs.at(-1);
    if (last && bars[index - 1]?.hits === null) last.to = from;
    else runs.push({ from, to: from });
  }
  return runs;
}

const unit = 1_024;
const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** About four round sizes from nothing up to where `most` lies within, in binary units. */
export function sizeTicks(most: number): number[] {
  let scale = 1;
  while (most / scale >= unit) scale *= unit;
  const step = (steps.find((each) => most / (each * scale) <= 4.2) ?? 256) * scale;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Round counts from nothing up to where `most` lies within. */
export function countTicks(most: number): number[] {
  const scale = 10 ** Math.floor(Math.log10(Math.max(1, most / 3)));
  const step = ([1, 2, 5, 10].find((each) => most / (each * scale) <= 3.2) ?? 10) * scale;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const hour = 3_600_000;

/** Round times of the operator's own zone within a span, not more than about eight. Epoch milliseconds. */
export function timeTicks(from: number, to: number): number[] {
  const wide = to - from;
  const ticks: number[] = [];
  const at = new Date(from);
  at.setMinutes(0, 0, 0);
  if (wide <= 50 * hour) {
    const every = wide <= 8 * hour ? 1 : 3;
    while (at.getTime() < from || at.getHours() % every !== 0) at.setHours(at.getHours() + 1);
    for (; at.getTime() <= to; at.setHours(at.getHours() + every)) ticks.push(at.getTime());
    return ticks;
  }
  const days = Math.ceil(wide / (24 * hour) / 7.5);
  at.setHours(0);
  if (at.getTime() < from) at.setDate(at.getDate() + 1);
  for (; at.getTime() <= to; at.setDate(at.getDate() + days)) ticks.push(at.getTime());
  return ticks;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric' });

/** A time on an axis: the hour, or the day at midnight and where the span is long. */
export function tickText(at: number, wide: number): string {
  const time = new Date(at);
  return wide > 50 * hour || (time.getHours() === 0 && time.getMinutes() === 0)
    ? date.format(time)
    : clock.format(time);
}
