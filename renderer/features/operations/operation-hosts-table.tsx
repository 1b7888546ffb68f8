import { useMemo } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { ActionKind, Amount, HostAccount } from '../../../electron/contract/operations.ts';
import { HostNameLink } from '../../components/entity-link.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import type { ExportColumn } from '../../lib/csv.ts';
import { exportedBytes } from '../../lib/format.ts';
import { ProgressCell } from './operation-cells.tsx';
import { hasSize, isFetching } from './operation-labels.ts';
import { countOf, hostStates, problemsFirst, progressCount, progressOf } from './operation-progress.ts';

const idOf = ({ hostId }: HostAccount) => hostId;
const nameOf = ({ hostName }: HostAccount) => hostName;
const worstState = ({ counts }: HostAccount) => hostStates.find((state) => counts[state] > 0);
const none = <span className="faint">–</span>;

type Props = { kind: ActionKind; hosts: readonly HostAccount[]; onOpen?: (hostId: string) => void };

/** The hosts of an operation, those with problems first, each with its progress and the number of its targets by outcome. */
export function OperationHostsTable({ kind, hosts, onOpen }: Props) {
  const rows = useMemo(() => problemsFirst(hosts, worstState), [hosts]);
  const table = useTableState({ rows, idOf });
  const columns = useMemo(() => columnsOf(kind), [kind]);
  return (
    <DataTable
      label="Host by host"
      {...table.props}
      columns={columns}
      nameOf={nameOf}
      {...(onOpen ? { onOpen: ({ hostId }: HostAccount) => onOpen(hostId), opensOnClick: true } : {})}
    />
  );
}

function columnsOf(kind: ActionKind): Column<HostAccount>[] {
  return [
    {
      id: 'host',
      header: 'Host',
      minWidth: 150,
      priority: 'always',
      sortBy: nameOf,
      cell: ({ hostId, hostName }) => <HostNameLink hostId={hostId} name={hostName} />,
    },
    {
      id: 'progress',
      header: 'Progress',
      minWidth: 150,
      width: 210,
      sortBy: (host) => progressOf(host).fraction,
      cell: (host) => {
        // A full bar for no work would look as if it had been done.
        if (progressOf(host).total > 0) return <ProgressCell of={host} text={progressCount(host)} dim />;
        return <span className="dim">{host.counts.refused > 0 ? 'skipped' : 'already done'}</span>;
      },
    },
    countColumn('done', 'Completed', 108, ({ counts }) => counts.done),
    countColumn('failed', 'Failed', 98, ({ counts }) => counts.failed, 'bad'),
    countColumn('unknown', 'Unknown', 92, ({ counts }) => counts.unknown, 'warn'),
    // When space is short, these columns are hidden before the sizes.
    { ...countColumn('skipped', 'Skipped', 92, (host) => countOf(host, ['alreadyDone', 'refused'])), priority: 'low' },
    { ...countColumn('rest', 'Not sent', 92, (host) => countOf(host, ['waiting', 'cancelled'])), priority: 'low' },
    bytesColumn('amount', isFetching(kind) ? 'Fetched' : 'Freed', ({ actual }) => actual),
    ...(kind === 'align' ? [bytesColumn('freed', 'Freed', ({ freed }) => freed)] : []),
  ];
}

function countColumn(
  id: string,
  header: string,
  width: number,
  count: (host: HostAccount) => number,
  tone?: 'bad' | 'warn',
): Column<HostAccount> {
  return {
    id,
    header,
    width,
    align: 'end',
    descendingFirst: true,
    sortBy: count,
    cell: (host) => (count(host) === 0 ? none : <span className={tone}>{formatCount(count(host))}</span>),
  };
}

function bytesColumn(id: string, header: string, amount: (host: HostAccount) => Amount | null): Column<HostAccount> {
  return {
    id,
    header,
    width: 96,
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => amount(host)?.bytes ?? 0,
    cell: (host) => {
      const sum = amount(host);
      return sum && hasSize(sum) ? <Size {...sizesOf(sum)} /> : none;
    },
  };
}

/** The export of the hosts of an operation. Sizes are bytes. */
export const hostsExport: readonly ExportColumn<HostAccount>[] = [
  { name: 'host', value: ({ hostName }) => hostName },
  { name: 'targets', value: ({ total }) => total },
  { name: 'done', value: ({ counts }) => counts.done },
  { name: 'already_done', value: ({ counts }) => counts.alreadyDone },
  { name: 'failed', value: ({ counts }) => counts.failed },
  { name: 'unknown', value: ({ counts }) => counts.unknown },
  { name: 'skipped', value: ({ counts }) => counts.refused },
  { name: 'cancelled', value: ({ counts }) => counts.cancelled },
  { name: 'waiting', value: (host) => countOf(host, ['waiting', 'sent', 'following']) },
  { name: 'images', value: ({ actual }) => actual.images },
  { name: 'bytes', value: ({ actual }) => exportedBytes(actual) },
  { name: 'images_of_unknown_size', value: ({ actual }) => actual.unsized ?? 0 },
  { name: 'freed_images', value: ({ freed }) => freed?.images ?? null },
  { name: 'freed_bytes', value: ({ freed }) => freed && exportedBytes(freed) },
];
