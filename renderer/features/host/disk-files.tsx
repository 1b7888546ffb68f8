import { useMemo, useState } from 'react';
import type { DiskFile } from '../../../electron/contract/remote.ts';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column, Sort } from '../../components/table/table-columns.ts';
import { Tag, type Tone } from '../../components/tag.tsx';
import { formatExact, formatRelative } from '../../lib/format.ts';

const idOf = ({ state, name }: DiskFile) => `${state} ${name}`;
const nameOf = ({ name }: DiskFile) => name;
const tones: Record<DiskFile['state'], Tone> = {
  cached: 'ok',
  incomplete: 'accent',
  invalid: 'warn',
  queued: 'plain',
  other: 'plain',
};

function time(header: string, id: 'modifiedAt' | 'accessedAt', hostTime: number): Column<DiskFile> {
  return {
    id,
    header,
    width: '130px',
    align: 'end',
    sortBy: (file) => file[id],
    cell: (file) => (
      <time dateTime={new Date(file[id]).toISOString()} title={formatExact(file[id])}>
        {formatRelative(file[id], hostTime)}
      </time>
    ),
  };
}

type Props = { files: readonly DiskFile[]; hostTime: number; cleanable: readonly DiskFile[] };

/** Files of the cache directory; ages by the host's own clock. */
export function DiskFiles({ files, hostTime, cleanable }: Props) {
  const [sort, setSort] = useState<Sort | null>({ id: 'size', descending: true });
  const [active, setActive] = useState('');
  const columns = useMemo<Column<DiskFile>[]>(() => {
    const goes = new Set(cleanable.map(idOf));
    return [
      { id: 'name', header: 'File', sortBy: nameOf, cell: ({ name }) => <span className="mono">{name}</span> },
      {
        id: 'state',
        header: 'State',
        width: '190px',
        sortBy: ({ state }) => state,
        cell: (file) => (
          <>
            <Tag tone={tones[file.state]}>{file.state}</Tag>{' '}
            {goes.has(idOf(file)) ? <Tag tone="warn">to be cleaned</Tag> : null}
          </>
        ),
      },
      time('Last written', 'modifiedAt', hostTime),
      time('Last read', 'accessedAt', hostTime),
      {
        id: 'size',
        header: 'Size',
        width: '110px',
        align: 'end',
        descendingFirst: true,
        sortBy: ({ sizeBytes }) => sizeBytes,
        cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
      },
    ];
  }, [hostTime, cleanable]);
  return (
    <DataTable
      label="Files on disk"
      rows={files}
      columns={columns}
      idOf={idOf}
      nameOf={nameOf}
      sort={sort}
      onSort={setSort}
      active={active}
      onActive={setActive}
      minWidth={760}
    />
  );
}
