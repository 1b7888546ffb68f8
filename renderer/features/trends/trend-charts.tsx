import '@mantine/charts/styles.layer.css';
import { BarChart, CompositeChart } from '@mantine/charts';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import type { HostTrend, TrendBar } from '../../../electron/contract/trends.ts';
import { formatExact, formatSpan } from '../../lib/format.ts';
import {
  countTicks,
  hitsRows,
  isLate,
  type SizeRow,
  sizeRows,
  sizeTicks,
  tickText,
  timeTicks,
  unknownRuns,
} from './chart-data.ts';

import classes from './trends.module.css';

// lazy-charts.tsx loads this file when the first chart is shown.

const gap = { fill: 'var(--bar)', fillOpacity: 0.45, stroke: 'none' } as const;
const common = {
  gridAxis: 'x',
  tickLine: 'none',
  strokeDasharray: '0',
  gridColor: 'var(--line)',
  textColor: 'var(--dim)',
} as const;

/** The cache size of a host over a span, with the limit that was stated at each time. */
export function SizeChart({ trend }: { trend: HostTrend }) {
  const { from, to, gaps } = trend;
  const rows = sizeRows(trend);
  const ticks = sizeTicks(Math.max(1, ...rows.flatMap(({ size, limit }) => [size ?? 0, limit ?? 0])));
  const wide = to - from;
  return (
    <CompositeChart
      {...common}
      h={200}
      data={rows}
      dataKey="at"
      series={[
        { name: 'size', type: 'area', color: 'var(--accent)' },
        { name: 'limit', type: 'line', color: 'var(--dim)', strokeDasharray: '5 4' },
      ]}
      curveType="linear"
      connectNulls={false}
      withDots={false}
      strokeWidth={1.5}
      areaProps={{ fillOpacity: 0.16, isAnimationActive: false, dot: loneDot(rows) }}
      lineProps={{ isAnimationActive: false }}
      composedChartProps={{ accessibilityLayer: false, margin: { top: 6, right: 10, bottom: 0, left: 0 } }}
      xAxisProps={{
        type: 'number',
        scale: 'time',
        domain: [from, to],
        ticks: timeTicks(from, to),
        tickFormatter: (at: number) => tickText(at, wide),
        allowDataOverflow: true,
        interval: 'preserveStartEnd',
        padding: { left: 0, right: 0 },
      }}
      yAxisProps={{ domain: [0, ticks.at(-1) ?? 1], ticks, width: 66, tickFormatter: formatSize, interval: 0 }}
      referenceAreas={gaps.map((each) => ({ x1: each.from, x2: each.to, ...gap }))}
      tooltipProps={{
        isAnimationActive: false,
        content: ({ payload }) => {
          const row = payload?.[0]?.payload;
          return row && typeof row.size === 'number' ? (
            <div className={classes.note}>
              <b>{formatSize(row.size)}</b>
              {typeof row.limit === 'number' ? ` of ${formatSize(row.limit)}` : ', no limit set'}
              <span className="dim">{formatExact(row.at)}</span>
            </div>
          ) : null;
        },
      }}
    />
  );
}

type DotPlace = { cx?: number | undefined; cy?: number | undefined; index: number };

/** A dot for a single size between two gaps, where a line would show nothing. */
function loneDot(rows: readonly SizeRow[]) {
  const known = (at: number) => (rows[at]?.size ?? null) !== null;
  return ({ cx, cy, index }: DotPlace) =>
    cx === undefined || cy === undefined || !known(index) || known(index - 1) || known(index + 1) ? (
      <g key={index} />
    ) : (
      <circle key={index} cx={cx} cy={cy} r={2.5} fill="var(--accent)" />
    );
}

/** Hits by parts of a span. Hits that were counted over a gap are grey. */
export function HitsChart({ bars, height = 150 }: { bars: readonly TrendBar[]; height?: number }) {
  const rows = hitsRows(bars);
  const ticks = countTicks(Math.max(1, ...bars.map(({ hits }) => hits ?? 0)));
  const [from, to] = [bars[0]?.from ?? 0, bars.at(-1)?.to ?? 0];
  const starts = new Set(bars.map((bar) => bar.from));
  return (
    <BarChart
      {...common}
      h={height}
      data={rows}
      dataKey="from"
      type="stacked"
      series={[
        { name: 'hits', color: 'var(--accent)' },
        { name: 'late', color: 'var(--control)' },
      ]}
      cursorFill="var(--hover)"
      maxBarWidth={40}
      barProps={{ isAnimationActive: false, radius: 1 }}
      barChartProps={{
        accessibilityLayer: false,
        barCategoryGap: bars.length > 60 ? 1 : '15%',
        margin: { top: 6, right: 10, bottom: 0, left: 0 },
      }}
      xAxisProps={{
        ticks: axisTicks(bars, starts, from, to),
        tickFormatter: (at: number) => tickText(at, to - from),
        interval: 0,
      }}
      yAxisProps={{ domain: [0, ticks.at(-1) ?? 1], ticks, width: 66, tickFormatter: formatCount, interval: 0 }}
      referenceAreas={unknownRuns(bars).map((run) => ({ x1: run.from, x2: run.to, ...gap }))}
      tooltipProps={{
        isAnimationActive: false,
        content: ({ label }) => {
          const bar = bars.find((each) => each.from === label);
          if (!bar) return null;
          return (
            <div className={classes.note}>
              <b>{bar.hits === null ? 'No data' : plural(bar.hits, 'hit')}</b>
              {isLate(bar) ? `, gained over ${formatSpan(bar.overMs)}` : ''}
              <span className="dim">
                {formatSpan(bar.to - bar.from)} from {formatExact(bar.from)}
              </span>
            </div>
          );
        },
      }}
    />
  );
}

/** The bars that begin at round times; where the time zone allows none, bars at equal distances. */
function axisTicks(bars: readonly TrendBar[], starts: ReadonlySet<number>, from: number, to: number): number[] {
  const round = timeTicks(from, to).filter((at) => starts.has(at));
  if (round.length > 2) return round;
  const every = Math.ceil(bars.length / 8);
  return bars.filter((_, index) => index % every === 0).map((bar) => bar.from);
}
