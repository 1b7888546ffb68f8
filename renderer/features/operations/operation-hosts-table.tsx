import { useMemo, useState } from 'react';
import type { ActionKind, HostAccount } from '../../../electron/contract/operations.ts';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column, Sort } from '../../components/table/table-columns.ts';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatCount } from '../../lib/format.ts';
import { ProgressBar } from './operation-cells.tsx';
import { countOf, progressOf } from './operation-progress.ts';
import { isFetching } from './operation-texts.ts';

const idOf = ({ hostId }: HostAccount) => hostId;
const nameOf = ({ hostName }: HostAccount) => hostName;
const none = <span className="faint">–</span>;

function Count({ value, tone }: { value: number; tone?: 'bad' | 'warn' }) {
  return value === 0 ? none : <span className={tone}>{formatCount(value)}</span>;
}

function accountColumns(kind: ActionKind): Column<HostAccount>[] {
  return [
    {
      id: 'host',
      header: 'Host',
      sortBy: nameOf,
      cell: ({ hostName }) => (
        <span className="name" title={hostName}>
          {hostName}
        </span>
      ),
    },
    {
      id: 'progress',
      header: 'Progress',
      width: '210px',
      sortBy: (account) => progressOf(account).ended / Math.max(1, account.total),
      cell: (account) => (
        <span className="operations-progress">
          <ProgressBar of={account} />
          <span className="dim">
            {formatCount(progressOf(account).ended)} of {formatCount(account.total)}
          </span>
        </span>
      ),
    },
    {
      id: 'done',
      header: 'Succeeded',
      width: '98px',
      align: 'end',
      descendingFirst: true,
      sortBy: (account) => countOf(account, ['done', 'alreadyDone']),
      cell: (account) => <Count value={countOf(account, ['done', 'alreadyDone'])} />,
    },
    {
      id: 'failed',
      header: 'Failed',
      width: '98px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ counts }) => counts.failed,
      cell: ({ counts }) => <Count value={counts.failed} tone="bad" />,
    },
    {
      id: 'unknown',
      header: 'Unknown',
      width: '92px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ counts }) => counts.unknown,
      cell: ({ counts }) => <Count value={counts.unknown} tone="warn" />,
    },
    {
      id: 'rest',
      header: 'Not sent',
      width: '92px',
      align: 'end',
      descendingFirst: true,
      sortBy: (account) => countOf(account, ['waiting', 'refused', 'cancelled']),
      cell: (account) => <Count value={countOf(account, ['waiting', 'refused', 'cancelled'])} />,
    },
    bytesColumn('amount', isFetching(kind) ? 'Fetched' : 'Freed', ({ actual }) => actual.bytes),
    ...(kind === 'align' ? [bytesColumn('freed', 'Freed', ({ freed }) => freed?.bytes ?? 0)] : []),
  ];
}

function bytesColumn(id: string, header: string, bytesOf: (account: HostAccount) => number): Column<HostAccount> {
  return {
    id,
    header,
    width: '96px',
    align: 'end',
    descendingFirst: true,
    sortBy: bytesOf,
    cell: (account) => (bytesOf(account) > 0 ? <Size bytes={bytesOf(account)} /> : none),
  };
}

/** What an export tells of an operation's part on a host. Sizes are bytes. */
export const hostsExport: readonly ExportColumn<HostAccount>[] = [
  { name: 'host', value: ({ hostName }) => hostName },
  { name: 'targets', value: ({ total }) => total },
  { name: 'done', value: (account) => countOf(account, ['done', 'alreadyDone']) },
  { name: 'failed', value: ({ counts }) => counts.failed },
  { name: 'unknown', value: ({ counts }) => counts.unknown },
  { name: 'refused', value: ({ counts }) => counts.refused },
  { name: 'cancelled', value: ({ counts }) => counts.cancelled },
  { name: 'waiting', value: (account) => countOf(account, ['waiting', 'sent', 'following']) },
  { name: 'images', value: ({ actual }) => actual.images },
  { name: 'bytes', value: ({ actual }) => actual.bytes },
  { name: 'freed_images', value: ({ freed }) => freed?.images ?? null },
  { name: 'freed_bytes', value: ({ freed }) => freed?.bytes ?? null },
];

type Props = { kind: ActionKind; hosts: readonly HostAccount[]; onOpen?: (hostId: string) => void };

/** An operation host by host: the slow one and the one that fails stand out. */
export function OperationHostsTable({ kind, hosts, onOpen }: Props) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const columns = useMemo(() => accountColumns(kind), [kind]);
  return (
    <DataTable
      label="Host by host"
      rows={hosts}
      columns={columns}
      idOf={idOf}
      nameOf={nameOf}
      sort={sort}
      onSort={setSort}
      active={active}
      onActive={setActive}
      {...(onOpen ? { onOpen: ({ hostId }: HostAccount) => onOpen(hostId), opensOnClick: true } : {})}
      minWidth={680}
    />
  );
}
