import { useQueries } from '@tanstack/react-query';
import { type ClipboardEvent, useDeferredValue, useMemo, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostImages } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { toDisplayError } from '../../bridge/display-error.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { TableSearch } from '../../components/filter-field.tsx';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Notice } from '../../components/notice.tsx';
import { HiddenCount } from '../../components/selection-bar.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { RowSelection } from '../../components/table/row-selection.ts';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import { findImageIds } from '../../lib/image-ids.ts';
import { notify } from '../../lib/notify.ts';
import classes from './image-picker.module.css';
import { filterPickerRows, type PickerRow, pickerRows } from './image-picker-rows.ts';
import { isImageList } from './pasted-list.tsx';
import type { ImagesOfHosts } from './use-images-of-hosts.ts';

function Standing({ row }: { row: PickerRow }) {
  const { image, cachedOn, queuedOn, hosts, locked } = row;
  if (image && image.status !== 'active') return <Tag title={locked ?? ''}>{image.status}</Tag>;
  if (!image) return <Tag title="Not in the catalog. The host checks whether it exists.">not in the catalog</Tag>;
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

const pickerColumns: readonly Column<PickerRow>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: (row) => row.name ?? row.id,
    cell: (row) => (
      <span className="image-name">
        {row.name ? <MiddleTruncate text={row.name} className="name" /> : <span className="dim">(no name)</span>}
        <span className="mono faint cut">{row.id}</span>
      </span>
    ),
  },
  {
    id: 'standing',
    header: 'On the hosts',
    width: 140,
    sortBy: (row) => (row.locked ? 2 : row.cachedOn + row.queuedOn > 0 ? 1 : 0),
    cell: (row) => <Standing row={row} />,
  },
  {
    id: 'format',
    header: 'Format',
    width: 100,
    sortBy: (row) => row.image?.diskFormat ?? null,
    cell: (row) => <span className="dim">{row.image?.diskFormat ?? '–'}</span>,
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: 92,
    descendingFirst: true,
    sortBy: (row) => row.sizeBytes,
    cell: (row) => (row.sizeBytes === null ? <span className="faint">–</span> : <Size bytes={row.sizeBytes} />),
  },
];

const regionalColumns = withRegion(pickerColumns, ({ region }) => region);

type Props = {
  images: ImagesOfHosts;
  hostIds: readonly HostId[];
  /** Ids that are offered even if the catalogue does not have them. */
  given: readonly ImageId[];
  selection: RowSelection;
  onSelect: (selection: RowSelection) => void;
  /** Called when a list of names, or of names and ids, is pasted into the search. */
  onList: (text: string) => void;
};

const availableFirst: Sort = { id: 'standing', descending: false };
const idOf = (row: PickerRow) => row.id;
const nameOf = (row: PickerRow) => row.name ?? row.id;
const lockedOf = (row: PickerRow) => row.locked;
const toneOf = (row: PickerRow) => (row.locked ? 'locked' : undefined);

/** The images of the hosts’ image services to choose from, found by name or id. Ids that are pasted into the search are selected. */
export function ImagePicker({ images, hostIds, given, selection, onSelect, onList }: Props) {
  const [search, setSearch] = useState('');
  const [pasted, setPasted] = useState<readonly ImageId[]>(given);
  const [onlyChosen, setOnlyChosen] = useState(false);
  const text = useDeferredValue(search);
  const { catalogue } = images;
  const known = useQueries({
    queries: hostIds.map((id) => queries.hosts.images.queryOptions({ input: { id }, structuralSharing: false })),
    combine: (results): HostImages[] => results.flatMap(({ data }) => data ?? []),
  });
  const rows = useMemo(
    () => pickerRows(images.catalogue.images, pasted, hostIds, known, images),
    [images, pasted, hostIds, known],
  );
  const shown = useMemo(() => {
    const found = filterPickerRows(rows, text);
    return onlyChosen ? found.filter(({ id }) => selection.ids.has(id)) : found;
  }, [rows, text, onlyChosen, selection]);
  const table = useTableState({ rows: shown, idOf, defaultSort: availableFirst });

  const onPaste = (event: ClipboardEvent) => {
    const pastedText = event.clipboardData.getData('text');
    const ids = findImageIds(pastedText);
    if (ids.length < 2 && !isImageList(pastedText)) return;
    event.preventDefault();
    if (ids.length < 2) {
      onList(pastedText);
      return;
    }
    setPasted((before) => [...new Set([...before, ...ids])]);
    const known = new Map(rows.map((row) => [row.id, row]));
    const free = ids.filter((id) => known.get(id)?.locked === undefined);
    onSelect({ ids: new Set([...selection.ids, ...free]), anchor: null });
    const locked = ids.length - free.length;
    notify(`${plural(free.length, 'id')} selected${locked > 0 ? `, ${formatCount(locked)} cannot be queued` : ''}`);
  };

  const failure = catalogue.error ? toDisplayError(catalogue.error) : catalogue.failure;
  return (
    <div className={classes.picker}>
      {failure ? (
        <Notice tone="warn" actions={<Button onClick={() => void catalogue.refetch()}>Try again</Button>}>
          <FailureText failure={failure} />
          <span className="dim">You can still paste IDs into the search.</span>
        </Notice>
      ) : null}
      <TableSearch
        label="Search images"
        placeholder="Search by name or ID, or paste a list"
        value={search}
        onChange={setSearch}
        onPaste={onPaste}
      >
        <button
          type="button"
          className="chip"
          aria-pressed={onlyChosen}
          disabled={selection.ids.size === 0 && !onlyChosen}
          onClick={() => setOnlyChosen(!onlyChosen)}
        >
          Chosen <b>{formatCount(selection.ids.size)}</b>
        </button>
        <HiddenCount rows={shown} idOf={idOf} selection={selection} />
      </TableSearch>
      <DataTable
        label="Images to queue"
        {...table.props}
        columns={images.severalRegions ? regionalColumns : pickerColumns}
        nameOf={nameOf}
        selection={selection}
        onSelect={onSelect}
        lockedOf={lockedOf}
        toneOf={toneOf}
        selectsOnClick
        empty={
          catalogue.isPending ? (
            <EmptyState title="Loading images">Glance lists a thousand images per request.</EmptyState>
          ) : (
            <EmptyState title={search === '' ? 'No images in Glance' : 'No matching images'} />
          )
        }
      />
    </div>
  );
}
