import { useMemo } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { CleanPreview } from '../../../electron/contract/operations.ts';
import type { DiskFile } from '../../../electron/contract/remote.ts';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import { formatExact, formatRelative } from '../../lib/format.ts';

const idOf = ({ state, name }: DiskFile) => `${state} ${name}`;
const nameOf = ({ name }: DiskFile) => name;

/** The files that a clean removes from a host, as read from its disk over ssh. */
export function CleanPreviewTable({ cleans }: { cleans: CleanPreview }) {
  const { files, total, bytes, hostTime } = cleans;
  const table = useTableState({ rows: files, idOf });
  const columns = useMemo(() => fileColumns(hostTime), [hostTime]);
  return (
    <>
      <p>
        <b>
          {plural(total, 'file')}, <Size bytes={bytes} />
        </b>{' '}
        <span className="dim">
          will be deleted, as read from its disk now: invalid files, and incomplete files not written to for{' '}
          {stallText(cleans.stallSeconds)}.
          {files.length < total ? ` The first ${formatCount(files.length)} are listed.` : ''}
        </span>
      </p>
      {files.length > 0 ? (
        <DataTable label="Files to delete" {...table.props} columns={columns} nameOf={nameOf} />
      ) : null}
    </>
  );
}

/** The columns of the files; `hostTime` is the clock of the host in epoch milliseconds. */
function fileColumns(hostTime: number): Column<DiskFile>[] {
  return [
    {
      id: 'file',
      header: 'File',
      sortBy: nameOf,
      cell: ({ name }) => <span className="mono">{name}</span>,
    },
    {
      id: 'state',
      header: 'State',
      width: 110,
      sortBy: ({ state }) => state,
      cell: ({ state }) => <Tag tone="warn">{state === 'incomplete' ? 'stalled' : state}</Tag>,
    },
    {
      id: 'written',
      header: 'Last written',
      width: 130,
      align: 'end',
      sortBy: ({ modifiedAt }) => modifiedAt,
      cell: ({ modifiedAt }) => (
        <time dateTime={new Date(modifiedAt).toISOString()} title={formatExact(modifiedAt)}>
          {formatRelative(modifiedAt, hostTime)}
        </time>
      ),
    },
    {
      id: 'size',
      header: 'Size',
      width: 100,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ sizeBytes }) => sizeBytes,
      cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
    },
  ];
}

/** Formats a stall time in seconds: `24 h`, `90 min`. */
function stallText(seconds: number): string {
  if (seconds % 3_600 === 0) return `${formatCount(seconds / 3_600)} h`;
  return seconds % 60 === 0 ? `${formatCount(seconds / 60)} min` : `${formatCount(seconds)} s`;
}
