import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage, QueuedImage } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { imageTitle } from '../../components/image-name.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { keepOnly, nothingSelected, useSelectionState } from '../../components/table/row-selection.ts';
import { type Column, isSort, type Sort } from '../../components/table/table-columns.ts';
import type { ExportColumn } from '../../lib/csv.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { ActiveFacts, ImageDetails } from './image-details.tsx';
import { filterByText } from './image-filter.ts';

type Image = CachedImage | QueuedImage;

type Props<I extends Image> = {
  host: HostSummary;
  from: 'cache' | 'queue';
  label: string;
  images: readonly I[];
  /** The images that the quick filters leave. */
  left: readonly I[];
  chips?: ReactNode;
  columns: readonly Column<I>[];
  exported: readonly ExportColumn<I>[];
  firstSort: Sort;
  measured?: boolean;
  /** What the chosen ones come to, for the selection's bar. */
  sumOf: (chosen: readonly I[]) => string;
  more?: (chosen: readonly I[]) => ReactNode;
  empty: ReactNode;
  onShowAll: () => void;
};

const idOf = (image: Image) => image.imageId;
const nameOf = (image: Image) => imageTitle(image.imageId, image.description);

/** A table of a host's images, with what filters, chooses, exports and deletes them. */
export function ImageTab<I extends Image>(props: Props<I>) {
  const { whyNot } = useWhyNot();
  const { host, from, label } = props;
  const [sort, setSort] = usePersistentState<Sort>(`host.${from}.sort`, props.firstSort, isSort);
  const [filter, setFilter] = usePersistentState(`host.${host.id}.${from}.filter`, '', isString);
  const [active, setActive] = usePersistentState(`host.${host.id}.${from}.active`, '', isString);
  const [kept, setSelection] = useSelectionState(`host.${host.id}.${from}`);
  const [opened, setOpened] = useState<I>();
  const text = useDeferredValue(filter);
  const { images } = props;
  const shown = useMemo(() => filterByText(props.left, text), [props.left, text]);
  const byId = useMemo(() => new Map(images.map((image) => [image.imageId, image])), [images]);
  const selection = useMemo(() => keepOnly(kept, (id) => byId.has(id)), [kept, byId]);
  const chosen = useMemo(() => [...selection.ids].flatMap((id) => byId.get(id) ?? []), [selection, byId]);
  const cannotDelete = whyNot(host, 'delete');
  const remove = () =>
    openDialog({ kind: 'delete', from, targets: chosen.map(({ imageId }) => ({ hostId: host.id, imageId })) });
  const showAll = () => {
    setFilter('');
    props.onShowAll();
  };
  useShortcuts(
    'Selection',
    chosen.length > 0 && !cannotDelete
      ? [
          { keys: 'Delete', label: 'Delete…', run: remove },
          { keys: 'mod+c', label: 'Copy the rows' },
        ]
      : [],
  );

  if (images.length === 0) return <div className="panel">{props.empty}</div>;
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter images" value={filter} onChange={setFilter} />
        {props.chips}
        {shown.length < images.length ? (
          <span className="dim">
            {formatCount(shown.length)} of {plural(images.length, 'image')}
          </span>
        ) : null}
        <span className="grow" />
        <ExportMenu
          what={`${host.name} ${label.toLowerCase()}`}
          columns={props.exported}
          shown={shown}
          chosen={chosen}
        />
      </div>
      {chosen.length > 0 ? (
        <div className="selection-bar">
          <b>{formatCount(chosen.length)} selected</b>
          <span className="dim">{props.sumOf(chosen)}</span>
          <span className="grow" />
          <Button kind="quiet" onClick={() => setSelection(nothingSelected)}>
            Deselect
          </Button>
          {props.more?.(chosen)}
          <Button kind="danger" whyNot={cannotDelete} onClick={remove}>
            Delete…
          </Button>
        </div>
      ) : null}
      <DataTable
        label={label}
        rows={shown}
        columns={props.columns}
        idOf={idOf}
        nameOf={nameOf}
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelect={setSelection}
        active={active}
        onActive={setActive}
        onOpen={setOpened}
        measured={props.measured ?? false}
        minWidth={820}
        empty={
          <div className="empty">
            <h2>No image is like that</h2>
            <p>The filter looks at names, ids, statuses, formats, owners and standings.</p>
            <div className="row">
              <Button onClick={showAll}>Show all {plural(images.length, 'image')}</Button>
            </div>
          </div>
        }
      />
      <div className="table-status">
        <ActiveFacts image={byId.get(active)} />
      </div>
      <ImageDetails host={host} image={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
