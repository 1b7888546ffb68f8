import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { GoldenHostDrift } from '../../../electron/contract/golden.ts';
import { HostLink } from '../../components/host-link.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { DriftAmount } from './drift-amount.tsx';

/** A host of a set, and how it stands to it. */
export type DriftRow = { host: HostSummary; drift: GoldenHostDrift };

const order = { drifted: 0, unknown: 1, complete: 2 };

/** The columns of the hosts of a set; what is extra only where the set is exact. */
export function driftColumns(exact: boolean): readonly Column<DriftRow>[] {
  return [
    {
      id: 'host',
      header: 'Host',
      width: '180px',
      sortBy: ({ host }) => host.name,
      cell: ({ host }) => <HostLink host={host} />,
    },
    {
      id: 'state',
      header: 'State',
      sortBy: ({ drift }) => order[drift.state],
      // Where nothing was ever seen, the reason stands in place of the amounts.
      span: ({ drift }) => (drift.takenAt === null ? (exact ? 5 : 4) : 1),
      cell: ({ drift }) => <State drift={drift} />,
    },
    amount('present', 'Present'),
    amount('missing', 'Missing', 'bad'),
    {
      ...amount('queued', 'Queued'),
      cell: ({ drift }) => (
        <span className="golden-queued">
          {drift.stalled > 0 && drift.takenAt !== null ? (
            <Tag tone="warn" title={`${plural(drift.stalled, 'image')} not expected to be fetched without help.`}>
              {formatCount(drift.stalled)} stalled
            </Tag>
          ) : null}
          <DriftAmount amount={drift.queued} />
        </span>
      ),
    },
    ...(exact ? [amount('extra', 'Extra', 'warn')] : []),
    {
      id: 'seen',
      header: 'As of',
      align: 'end',
      width: '104px',
      sortBy: ({ drift }) => drift.takenAt,
      cell: ({ drift }) =>
        drift.takenAt === null ? (
          <span className="faint">–</span>
        ) : (
          <RelativeTime time={drift.takenAt} className="dim" />
        ),
    },
  ];
}

function amount(
  what: 'present' | 'missing' | 'queued' | 'extra',
  header: string,
  tone?: 'bad' | 'warn',
): Column<DriftRow> {
  return {
    id: what,
    header,
    align: 'end',
    width: '122px',
    descendingFirst: true,
    sortBy: ({ drift }) => (drift.takenAt === null ? null : drift[what].images),
    cell: ({ drift }) =>
      drift.takenAt === null ? (
        <span className="faint">–</span>
      ) : (
        <DriftAmount amount={drift[what]} {...(tone ? { tone } : {})} />
      ),
  };
}

function State({ drift }: { drift: GoldenHostDrift }) {
  if (drift.state === 'complete') return <Tag tone="ok">complete</Tag>;
  if (drift.state === 'drifted') {
    const onItsWay = drift.missing.images + drift.extra.images === 0;
    return onItsWay ? <Tag tone="accent">on its way</Tag> : <Tag tone="bad">drifted</Tag>;
  }
  return (
    <span className="golden-host" title={drift.reason ?? ''}>
      <Tag tone="warn">unknown</Tag>
      <span className="dim cut">{drift.reason}</span>
    </span>
  );
}

export const driftExport: readonly ExportColumn<DriftRow>[] = [
  { name: 'host', value: ({ host }) => host.name },
  { name: 'state', value: ({ drift }) => drift.state },
  { name: 'reason', value: ({ drift }) => drift.reason },
  ...(['present', 'missing', 'queued', 'extra'] as const).flatMap((what): ExportColumn<DriftRow>[] => [
    { name: what, value: ({ drift }) => drift[what].images },
    { name: `${what} bytes`, value: ({ drift }) => drift[what].bytes },
  ]),
  { name: 'as of', value: ({ drift }) => (drift.takenAt === null ? null : new Date(drift.takenAt).toISOString()) },
];
