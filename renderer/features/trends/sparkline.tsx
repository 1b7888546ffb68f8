import { useQuery } from '@tanstack/react-query';
import { plural } from '../../../electron/contract/counts.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import type { Spark } from '../../../electron/contract/trends.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import classes from './sparkline.module.css';

type Props = { hostId: string };

const width = 48;
const height = 14;

/** How a host's cache grew or shrank in the last 24 hours. It reserves its space before the values arrive. */
export function SizeSpark({ hostId }: Props) {
  const values = useSpark(hostId)?.sizeBytes ?? [];
  const known = values.filter((value) => value !== null);
  const change = (known.at(-1) ?? 0) - (known[0] ?? 0);
  const words =
    change === 0 ? 'as large as' : `${formatSize(Math.abs(change))} ${change > 0 ? 'larger' : 'smaller'} than`;
  return <Sparkline values={values} draw={sparkLine} kind="line" label={`${words} ${since(values)}`} />;
}

/** When images were requested from a host in the last 24 hours. */
export function HitsSpark({ hostId }: Props) {
  const values = useSpark(hostId)?.hits ?? [];
  const sum = values.reduce<number>((all, value) => all + (value ?? 0), 0);
  return (
    <Sparkline values={values} draw={sparkBars} kind="bars" label={`${plural(sum, 'hit')} since ${since(values)}`} />
  );
}

/** The number of half hours with data. */
function since(values: Values): string {
  const first = values.findIndex((value) => value !== null);
  const hours = Math.round((values.length - first) / 2);
  return hours <= 1 ? 'an hour ago' : `${hours} hours ago`;
}

type SparklineProps = {
  values: Values;
  draw: (values: Values, width: number, height: number) => string;
  kind: 'line' | 'bars';
  label: string;
};

function Sparkline({ values, draw, kind, label }: SparklineProps) {
  const path = values.some((value) => value !== null) ? draw(values, width, height) : '';
  if (path === '') return <span className={classes.spark} data-kind={kind} aria-hidden="true" />;
  return (
    <span className={classes.spark} data-kind={kind} role="img" aria-label={label} title={label}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={path} />
      </svg>
    </span>
  );
}

type Values = readonly (number | null)[];

/** Free pixels at the top and the bottom, so that a line is not cut off. */
const edge = 1.5;

/**
 * Values as an SVG path of the given width and height: a line through consecutive values, interrupted where a value is
 * missing; a single value is a dot. The scale goes from the smallest to the largest; equal values are halfway up.
 */
export function sparkLine(values: Values, width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const step = width / Math.max(1, values.length - 1);
  const y = (value: number) =>
    most === least ? height / 2 : edge + (height - 2 * edge) * (1 - (value - least) / (most - least));
  let path = '';
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const at = `${(index * step).toFixed(1)} ${y(value).toFixed(1)}`;
    const begins = (values[index - 1] ?? null) === null;
    path += begins ? `M${at}` : `L${at}`;
    if (begins && (values[index + 1] ?? null) === null) path += 'h0';
  }
  return path;
}

/** Values as bars from the bottom. Zero is a line at the bottom; a missing value is left out. */
export function sparkBars(values: Values, width: number, height: number): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const step = width / values.length;
  let path = '';
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const tall = value === 0 ? 0.6 : Math.max(1.5, (value / most) * height);
    path += `M${(index * step).toFixed(1)} ${height}v${(-tall).toFixed(1)}h${Math.max(0.8, step - 0.4).toFixed(1)}v${tall.toFixed(1)}z`;
  }
  return path;
}

/** Milliseconds between two reads: the values are half hours. */
const sparkInterval = 30_000;
/** The same while a polled host has no values yet, for example after the start. */
const firstSparkInterval = 3_000;

/** Reads the sparklines of all hosts again while the fleet page is shown. The page calls it once. */
export function useFreshSparks(): void {
  const read = useConsolePart((state) => state.hosts.filter(({ refreshedAt }) => refreshedAt !== null).length) ?? 0;
  useQuery({
    ...queries.trends.sparks.queryOptions({ input: {} }),
    refetchInterval: ({ state }) => (withSpark(state.data) < read ? firstSparkInterval : sparkInterval),
    staleTime: sparkInterval,
  });
}

function withSpark(sparks: { hosts: readonly Spark[] } | undefined): number {
  return sparks?.hosts.filter(({ sizeBytes }) => sizeBytes.some((size) => size !== null)).length ?? 0;
}

/** The values of one host's sparklines, from the answer about all hosts. */
function useSpark(hostId: string) {
  return useQuery({
    ...queries.trends.sparks.queryOptions({ input: {} }),
    enabled: false,
    select: ({ hosts }) => hosts.find((host) => host.hostId === hostId),
  }).data;
}
