import { formatSize } from '../../../electron/contract/units.ts';
import { plural } from '../../lib/format.ts';
import { sparkBars, sparkLine } from './spark-path.ts';
import { useSpark } from './use-trends.ts';
import './trends.css';

type Props = { hostId: string };
type Values = readonly (number | null)[];

const width = 48;
const height = 14;

/** How a host's cache grew or shrank in the last 24 hours. Takes its room before anything is known. */
export function SizeSpark({ hostId }: Props) {
  const values = useSpark(hostId)?.sizeBytes ?? [];
  const known = values.filter((value) => value !== null);
  const change = (known.at(-1) ?? 0) - (known[0] ?? 0);
  const words =
    change === 0 ? 'as large as' : `${formatSize(Math.abs(change))} ${change > 0 ? 'larger' : 'smaller'} than`;
  return <Spark values={values} draw={sparkLine} kind="line" label={`${words} ${since(values)}`} />;
}

/** When a host was asked for images in the last 24 hours. */
export function HitsSpark({ hostId }: Props) {
  const values = useSpark(hostId)?.hits ?? [];
  const sum = values.reduce<number>((all, value) => all + (value ?? 0), 0);
  return <Spark values={values} draw={sparkBars} kind="bars" label={`${plural(sum, 'hit')} since ${since(values)}`} />;
}

/** Since when it is known, in parts of half an hour. */
function since(values: Values): string {
  const first = values.findIndex((value) => value !== null);
  const hours = Math.round((values.length - first) / 2);
  return hours <= 1 ? 'an hour ago' : `${hours} hours ago`;
}

type SparkProps = {
  values: Values;
  draw: (values: Values, width: number, height: number) => string;
  kind: 'line' | 'bars';
  label: string;
};

function Spark({ values, draw, kind, label }: SparkProps) {
  const path = values.some((value) => value !== null) ? draw(values, width, height) : '';
  if (path === '') return <span className="spark" data-kind={kind} aria-hidden="true" />;
  return (
    <span className="spark" data-kind={kind} role="img" aria-label={label} title={label}>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={path} />
      </svg>
    </span>
  );
}
