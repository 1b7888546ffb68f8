import { useState } from 'react';
import type { CleanPreview } from '../../../electron/contract/operations.ts';
import type { DiskFile } from '../../../electron/contract/remote.ts';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column, Sort } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import { formatCount, formatExact, formatRelative, plural } from '../../lib/format.ts';

const idOf = ({ state, name }: DiskFile) => `${state} ${name}`;
const nameOf = ({ name }: DiskFile) => name;

/** What a clean takes from one host, file by file, as seen on its disk. */
export function CleanPreviewTable({ cleans }: { cleans: CleanPreview }) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const { files, total, bytes, hostTime } = cleans;
  const columns: Column<DiskFile>[] = [
    {
      id: 'file',
      header: 'File',
      sortBy: nameOf,
      cell: ({ name }) => <span className="mono">{name}</span>,
    },
    {
      id: 'state',
      header: 'State',
      width: '110px',
      sortBy: ({ state }) => state,
      cell: ({ state }) => <Tag tone="warn">{state === 'incomplete' ? 'stalled' : state}</Tag>,
    },
    {
      id: 'written',
      header: 'Last written',
      width: '130px',
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
      width: '100px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ sizeBytes }) => sizeBytes,
      cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
    },
  ];
  return (
    <>
      <p>
        <b>
          {plural(total, 'file')}, <Size bytes={bytes} />
        </b>{' '}
        <span className="dim">
          go, as seen on its disk just now: what is invalid, and what is incomplete and was not written to for{' '}
          {stallWords(cleans.stallSeconds)}.
          {files.length < total ? ` The first ${formatCount(files.length)} are listed.` : ''}
        </span>
      </p>
      {files.length > 0 ? (
        <DataTable
          label="Files that go"
          rows={files}
          columns={columns}
          idOf={idOf}
          nameOf={nameOf}
          sort={sort}
          onSort={setSort}
          active={active}
          onActive={setActive}
        />
      ) : null}
    </>
  );
}

/** A stall time in words: `24 h`, `90 min`. */
export function stallWords(seconds: number): string {
  if (seconds % 3_600 === 0) return `${formatCount(seconds / 3_600)} h`;
  return seconds % 60 === 0 ? `${formatCount(seconds / 60)} min` : `${formatCount(seconds)} s`;
}
