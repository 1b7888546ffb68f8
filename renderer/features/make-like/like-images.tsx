import { useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { RowSelection } from '../../components/table/row-selection.ts';
import type { Column, Sort } from '../../components/table/table-columns.ts';
import { SearchRows } from '../../components/table-search.tsx';
import { formatCount } from '../../lib/format.ts';
import { findLikeRows, fitting, type LikeRow } from './like-rows.ts';

type Props = {
  rows: readonly LikeRow[];
  from: HostSummary;
  /** Bytes until the limit of the host that gets them; null where that is not known. */
  left: number | null;
  selection: RowSelection;
  onSelect: (selection: RowSelection) => void;
};

const idOf = ({ id }: LikeRow) => id;
const nameOf = ({ id, name }: LikeRow) => name ?? id;
const never = <span className="faint">never</span>;

const columns: readonly Column<LikeRow>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ id, name }) => (
      <span className="image-name">
        {name ? <span className="name">{name}</span> : <span className="dim">(no name)</span>}
        <span className="mono faint cut">{id}</span>
      </span>
    ),
  },
  {
    id: 'hits',
    header: 'Hits there',
    width: '100px',
    align: 'end',
    descendingFirst: true,
    sortBy: ({ hits }) => hits,
    cell: ({ hits }) => <span className={hits === 0 ? 'faint' : undefined}>{formatCount(hits)}</span>,
  },
  {
    id: 'accessed',
    header: 'Last read there',
    width: '130px',
    align: 'end',
    descendingFirst: true,
    sortBy: ({ lastAccessed }) => lastAccessed,
    cell: ({ lastAccessed }) => (lastAccessed === null ? never : <RelativeTime time={lastAccessed} className="dim" />),
  },
  {
    id: 'size',
    header: 'Size',
    width: '92px',
    align: 'end',
    descendingFirst: true,
    sortBy: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
  },
];

/** The images to choose from: all of them, those that fit under the limit, or each by its own. */
export function LikeImages({ rows, from, left, selection, onSelect }: Props) {
  const [sort, setSort] = useState<Sort>({ id: 'hits', descending: true });
  const [search, setSearch] = useState('');
  const [active, setActive] = useState('');
  const shown = useMemo(() => findLikeRows(rows, search), [rows, search]);
  const fits = useMemo(() => (left === null ? undefined : fitting(rows, left)), [rows, left]);
  return (
    <div className="picker like-images">
      <SearchRows label="Search these images" value={search} onChange={setSearch}>
        <Button onClick={() => onSelect({ ids: new Set(rows.map(idOf)), anchor: null })}>
          All {formatCount(rows.length)}
        </Button>
        <Button
          whyNot={fits ? undefined : unknownLimit}
          title={left === null ? undefined : fitTitle(left)}
          onClick={() => onSelect({ ids: fits ?? new Set(), anchor: null })}
        >
          Only what fits{fits ? ` ${formatCount(fits.size)}` : ''}
        </Button>
      </SearchRows>
      <DataTable
        label={`What ${from.name} has and the other lacks`}
        rows={shown}
        columns={columns}
        idOf={idOf}
        nameOf={nameOf}
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelect={onSelect}
        active={active}
        onActive={setActive}
        clickChooses
        empty={<EmptyState title="No image has that name or id" />}
      />
    </div>
  );
}

const unknownLimit = {
  reason: 'The limit of the host is not stated, so what fits is not known.',
  remedy: 'State its image_cache_max_size in Settings.',
};

function fitTitle(left: number): string {
  return left <= 0
    ? 'The host is at its limit already'
    : `The most read ones that are within ${formatSize(left)} together`;
}
