import { formatCount } from '../../../electron/contract/counts.ts';
import type { HotImage, TrendBar, TrendGap, TrendPoint } from '../../../electron/contract/trends.ts';
import { Size } from '../../components/size.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatExact, formatSpan } from '../../lib/format.ts';
import { isLate } from './chart-data.ts';

import classes from './trends.module.css';

const iso = (time: number) => new Date(time).toISOString();

/** The columns of an export. Sizes are bytes, times ISO 8601. */
export const pointExport: readonly ExportColumn<TrendPoint>[] = [
  { name: 'time', value: ({ at }) => iso(at) },
  { name: 'size_bytes', value: ({ sizeBytes }) => sizeBytes },
  { name: 'limit_bytes', value: ({ limitBytes }) => limitBytes },
  { name: 'cached_images', value: ({ images }) => images },
  { name: 'queued', value: ({ queued }) => queued },
];

/** `hits` is empty where the host was not polled; `gained_over_seconds` is the length of the time in which they were counted. */
export const barExport: readonly ExportColumn<TrendBar>[] = [
  { name: 'from', value: ({ from }) => iso(from) },
  { name: 'to', value: ({ to }) => iso(to) },
  { name: 'hits', value: ({ hits }) => hits },
  { name: 'gained_over_seconds', value: ({ overMs }) => Math.round(overMs / 1_000) },
];

export const hotExport: readonly ExportColumn<HotImage>[] = [
  { name: 'image_id', value: ({ imageId }) => imageId },
  { name: 'name', value: ({ name }) => name },
  { name: 'hits', value: ({ hits }) => hits },
];

type PointProps = { points: readonly TrendPoint[]; gaps: readonly TrendGap[]; label: string };

/** The sizes of a chart as a table, newest first, including the gaps. */
export function PointTable({ points, gaps, label }: PointProps) {
  const rows = [...points, ...gaps].sort((one, other) => timeOf(other) - timeOf(one));
  return (
    <Scrolled label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th>Time</th>
            <th data-align="end">Size</th>
            <th data-align="end">Limit</th>
            <th data-align="end">Cached</th>
            <th data-align="end">Queued</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) =>
            'at' in row ? <PointRow key={row.at} point={row} /> : <GapRow key={row.from} gap={row} />,
          )}
        </tbody>
      </table>
    </Scrolled>
  );
}

function timeOf(row: TrendPoint | TrendGap): number {
  return 'at' in row ? row.at : (row.from + row.to) / 2;
}

function PointRow({ point }: { point: TrendPoint }) {
  const { at, sizeBytes, limitBytes, images, queued } = point;
  return (
    <tr>
      <td>{formatExact(at)}</td>
      <td data-align="end">
        <Size bytes={sizeBytes} />
      </td>
      <td data-align="end">{limitBytes === null ? 'not set' : <Size bytes={limitBytes} />}</td>
      <td data-align="end">{formatCount(images)}</td>
      <td data-align="end">{formatCount(queued)}</td>
    </tr>
  );
}

function GapRow({ gap: { from, to } }: { gap: TrendGap }) {
  return (
    <tr>
      <td className="dim" colSpan={5}>
        No data for {formatSpan(to - from)} from {formatExact(from)}
      </td>
    </tr>
  );
}

/** The hits of a chart as a table, newest first. */
export function BarTable({ bars, label }: { bars: readonly TrendBar[]; label: string }) {
  return (
    <Scrolled label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th>From</th>
            <th>To</th>
            <th data-align="end">Hits</th>
            <th>Remark</th>
          </tr>
        </thead>
        <tbody>
          {bars.toReversed().map((bar) => (
            <tr key={bar.from}>
              <td>{formatExact(bar.from)}</td>
              <td>{formatExact(bar.to)}</td>
              <td data-align="end">{bar.hits === null ? 'not known' : formatCount(bar.hits)}</td>
              <td className="dim">
                {bar.hits === null ? 'no data' : isLate(bar) ? `gained over ${formatSpan(bar.overMs)}` : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

/** A scrolling table that can be reached with the keyboard. */
function Scrolled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
    <section className={classes.scroll} aria-label={`${label}, as a table`} tabIndex={0}>
      {children}
    </section>
  );
}
