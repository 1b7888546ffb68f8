import type { HostTrend, TrendBar } from '../../../electron/contract/trends.ts';

/** A point of the chart of sizes; null in a gap, where the line is interrupted. */
export type SizeRow = { at: number; size: number | null; limit: number | null };
/** A bar of the chart of hits. `late`: its hits were counted over a longer time than the bar covers, after a gap. */
export type HitsRow = { from: number; hits: number | null; late: number | null };

/** The points of a host and the gaps between them. */
export function sizeRows({ points, gaps }: Pick<HostTrend, 'points' | 'gaps'>): SizeRow[] {
  const rows: SizeRow[] = points.map(({ at, sizeBytes, limitBytes }) => ({ at, size: sizeBytes, limit: limitBytes }));
  for (const { from, to } of gaps) rows.push({ at: (from + to) / 2, size: null, limit: null });
  return rows.sort((one, other) => one.at - other.at);
}

/** Whether the hits of a bar were counted over a clearly longer time than the bar covers. */
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

/** The runs of bars without data, each by its first and its last bar. */
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

/** About four round sizes for an axis from zero to at least `most`, in binary units. */
export function sizeTicks(most: number): number[] {
  let scale = 1;
  while (most / scale >= unit) scale *= unit;
  const step = (steps.find((each) => most / (each * scale) <= 4.2) ?? 256) * scale;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Round counts for an axis from zero to at least `most`. */
export function countTicks(most: number): number[] {
  const scale = 10 ** Math.floor(Math.log10(Math.max(1, most / 3)));
  const step = ([1, 2, 5, 10].find((each) => most / (each * scale) <= 3.2) ?? 10) * scale;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

const hour = 3_600_000;

/** At most about eight round times within a span, in the operator's time zone. Epoch milliseconds. */
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

/** The label of a time on an axis: the hour, or the day at midnight and for long spans. */
export function tickText(at: number, wide: number): string {
  const time = new Date(at);
  return wide > 50 * hour || (time.getHours() === 0 && time.getMinutes() === 0)
    ? date.format(time)
    : clock.format(time);
}
