import { Progress } from '@mantine/core';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { GoldenHostDrift, GoldenId } from '../../../electron/contract/golden.ts';
import type { Amount } from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { HostLink } from '../../components/hosts/host-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatBytesSum } from '../../lib/format.ts';
import { describeCompletion, type SetRow } from './golden-rows.ts';
import classes from './golden-tab.module.css';

/**
 * The columns of the table of golden sets. The cloud column is there only with several clouds.
 *
 * @param shown the set whose hosts are shown
 */
export function goldenSetColumns(
  manyClouds: boolean,
  shown: GoldenId | undefined,
  onShow: (id: GoldenId) => void,
): readonly Column<SetRow>[] {
  return [
    {
      id: 'name',
      header: 'Golden set',
      minWidth: 270,
      priority: 'always',
      sortBy: ({ set }) => set.name,
      cell: ({ set, drift }) => (
        <span className={classes.setName}>
          <button
            type="button"
            className={classes.setButton}
            data-row-focus
            tabIndex={0}
            aria-current={set.id === shown || undefined}
            onClick={() => onShow(set.id)}
          >
            <MiddleTruncate text={set.name} />
          </button>
          {set.exact ? <Tag title="Images outside the golden sets of a host count as extra.">exact</Tag> : null}
          {drift && drift.problems.length > 0 ? (
            <Tag tone="warn" title={drift.problems.map(({ text }) => text).join('\n')}>
              {plural(drift.problems.length, 'problem')}
            </Tag>
          ) : null}
          {set.note === '' ? null : <span className="dim cut">{set.note}</span>}
        </span>
      ),
    },
    ...(manyClouds ? [cloudColumn] : []),
    {
      id: 'images',
      header: 'Images',
      width: 126,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ drift }) => drift?.total.images ?? null,
      cell: ({ drift }) => (drift ? <DriftAmount amount={drift.total} /> : <span className="faint">–</span>),
    },
    {
      id: 'complete',
      header: 'Hosts complete',
      minWidth: 216,
      width: 216,
      sortBy: (row) => (row.hosts === 0 ? null : row.complete / row.hosts),
      cell: (row) => <Completion row={row} />,
    },
    {
      id: 'missing',
      header: 'Missing',
      width: 126,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ missing }) => missing.images,
      cell: ({ missing }) => <DriftAmount amount={missing} tone="bad" />,
    },
    {
      id: 'queued',
      header: 'Queued',
      width: 126,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ queued }) => queued.images,
      cell: ({ queued }) => <DriftAmount amount={queued} />,
    },
    {
      id: 'extra',
      header: 'Extra',
      width: 126,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ set, extra }) => (set.exact ? extra.images : null),
      cell: ({ set, extra }) =>
        set.exact ? (
          <DriftAmount amount={extra} tone="warn" />
        ) : (
          <span className="hidden-text">Not exact: extra images are ignored.</span>
        ),
    },
  ];
}

const cloudColumn: Column<SetRow> = {
  id: 'cloud',
  header: 'Cloud',
  priority: 'low',
  width: 130,
  sortBy: ({ cloudName }) => cloudName,
  cell: ({ cloudName }) => <span className="dim">{cloudName}</span>,
};

function Completion({ row }: { row: SetRow }) {
  if (!row.drift || row.hosts === 0) return <span className="dim">{describeCompletion(row)}</span>;
  const share = row.complete / row.hosts;
  const words = describeCompletion(row);
  return (
    <span className={classes.complete} title={words}>
      <Progress.Root className={classes.share} aria-hidden="true">
        {share > 0 ? (
          <Progress.Section value={share * 100} withAria={false} data-complete={share === 1 || undefined} />
        ) : null}
      </Progress.Root>
      <span aria-hidden="true">
        {formatCount(row.complete)}/{formatCount(row.hosts)}
      </span>
      {row.unknown > 0 ? (
        <span className="dim" aria-hidden="true">
          {formatCount(row.unknown)} unknown
        </span>
      ) : null}
      <span className="hidden-text">{words}</span>
    </span>
  );
}

export const goldenSetExport: readonly ExportColumn<SetRow>[] = [
  { name: 'name', value: ({ set }) => set.name },
  { name: 'cloud', value: ({ cloudName }) => cloudName },
  { name: 'exact', value: ({ set }) => (set.exact ? 'yes' : 'no') },
  { name: 'images', value: ({ drift }) => drift?.total.images ?? null },
  { name: 'bytes', value: ({ drift }) => drift?.total.bytes ?? null },
  { name: 'hosts', value: ({ hosts }) => hosts },
  { name: 'complete', value: ({ complete }) => complete },
  { name: 'unknown', value: ({ unknown }) => unknown },
  { name: 'missing', value: ({ missing }) => missing.images },
  { name: 'missing bytes', value: ({ missing }) => missing.bytes },
  { name: 'queued', value: ({ queued }) => queued.images },
  { name: 'extra', value: ({ extra }) => extra.images },
];

/** A host of a set and its drift. */
export type HostDriftRow = { host: HostSummary; drift: GoldenHostDrift };

const stateOrder = { drifted: 0, unknown: 1, complete: 2 };

/** The columns of the table of a set's hosts. The column of extra images is there only for an exact set. */
export function hostDriftColumns(exact: boolean): readonly Column<HostDriftRow>[] {
  return [
    {
      id: 'host',
      header: 'Host',
      minWidth: 150,
      priority: 'always',
      sortBy: ({ host }) => host.name,
      cell: ({ host }) => <HostLink host={host} />,
    },
    {
      id: 'state',
      header: 'State',
      minWidth: 110,
      priority: 'always',
      sortBy: ({ drift }) => stateOrder[drift.state],
      // If the host was never read, the reason takes the place of the amounts.
      span: ({ drift }) => (drift.takenAt === null ? (exact ? 5 : 4) : 1),
      cell: ({ drift }) => <DriftState drift={drift} />,
    },
    amount('present', 'Present'),
    amount('missing', 'Missing', 'bad'),
    {
      ...amount('queued', 'Queued'),
      cell: ({ drift }) => (
        <span className={classes.queued}>
          {drift.stalled > 0 && drift.takenAt !== null ? (
            <Tag tone="warn" title={`${plural(drift.stalled, 'image')} stalled: not expected to be fetched.`}>
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
      header: 'Refreshed',
      priority: 'low',
      align: 'end',
      width: 104,
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
): Column<HostDriftRow> {
  return {
    id: what,
    header,
    align: 'end',
    width: 122,
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

function DriftState({ drift }: { drift: GoldenHostDrift }) {
  if (drift.state === 'complete') return <Tag tone="ok">complete</Tag>;
  if (drift.state === 'drifted') {
    const onlyQueued = drift.missing.images + drift.extra.images === 0;
    return onlyQueued ? <Tag tone="accent">in progress</Tag> : <Tag tone="bad">drifted</Tag>;
  }
  return (
    <span className={classes.tags} title={drift.reason ?? ''}>
      <Tag tone="warn">unknown</Tag>
      <span className="dim cut">{drift.reason}</span>
    </span>
  );
}

export const hostDriftExport: readonly ExportColumn<HostDriftRow>[] = [
  { name: 'host', value: ({ host }) => host.name },
  { name: 'state', value: ({ drift }) => drift.state },
  { name: 'reason', value: ({ drift }) => drift.reason },
  ...(['present', 'missing', 'queued', 'extra'] as const).flatMap((what): ExportColumn<HostDriftRow>[] => [
    { name: what, value: ({ drift }) => drift[what].images },
    { name: `${what} bytes`, value: ({ drift }) => drift[what].bytes },
  ]),
  { name: 'as of', value: ({ drift }) => (drift.takenAt === null ? null : new Date(drift.takenAt).toISOString()) },
];

/** The number of images and their size; a dash if there are none. */
function DriftAmount({ amount, tone }: { amount: Amount; tone?: 'bad' | 'warn' }) {
  if (amount.images === 0) return <span className="faint">–</span>;
  return (
    <span className={classes.amount} title={formatBytesSum(amount)}>
      <b className={tone}>{formatCount(amount.images)}</b> <span className="dim">{formatSizeSum(amount)}</span>
    </span>
  );
}
