import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { PickerRow } from './picker-rows.ts';

function Standing({ row }: { row: PickerRow }) {
  const { image, cachedOn, queuedOn, hosts, locked } = row;
  if (image && image.status !== 'active') return <Tag title={locked ?? ''}>{image.status}</Tag>;
  if (!image) return <Tag title="The host will tell whether there is such an image.">not in the catalogue</Tag>;
  const of = hosts > 1 ? ` ${cachedOn || queuedOn}/${hosts}` : '';
  if (cachedOn > 0) {
    return (
      <Tag tone="ok" title={locked ?? `Cached on ${cachedOn} of ${hosts} hosts, queued on ${queuedOn}.`}>
        cached{of}
      </Tag>
    );
  }
  if (queuedOn > 0) {
    return (
      <Tag tone="accent" title={locked ?? `Queued on ${queuedOn} of ${hosts} hosts.`}>
        queued{of}
      </Tag>
    );
  }
  return null;
}

/** The columns of the images to choose from. */
export const pickerColumns: readonly Column<PickerRow>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: (row) => row.name ?? row.id,
    cell: (row) => (
      <span className="image-name">
        {row.name ? <span className="name">{row.name}</span> : <span className="dim">(no name)</span>}
        <span className="mono faint cut">{row.id}</span>
      </span>
    ),
  },
  {
    id: 'standing',
    header: 'On the hosts',
    width: '140px',
    sortBy: (row) => (row.locked ? 2 : row.cachedOn + row.queuedOn > 0 ? 1 : 0),
    cell: (row) => <Standing row={row} />,
  },
  {
    id: 'format',
    header: 'Format',
    width: '80px',
    sortBy: (row) => row.image?.diskFormat ?? null,
    cell: (row) => <span className="dim">{row.image?.diskFormat ?? '–'}</span>,
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: '92px',
    descendingFirst: true,
    sortBy: (row) => row.sizeBytes,
    cell: (row) => (row.sizeBytes === null ? <span className="faint">–</span> : <Size bytes={row.sizeBytes} />),
  },
];
