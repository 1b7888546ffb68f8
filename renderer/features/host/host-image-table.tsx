import { type ReactNode, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage, QueuedImage } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { imageTitle } from '../../components/image-name.tsx';
import { SelectionBar } from '../../components/selection-bar.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useSelectionScope } from '../../components/table/use-selection-scope.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import type { ExportColumn } from '../../lib/csv.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { ActiveFacts, ImageDetails } from './host-image-details.tsx';
import { searchFields } from './host-image-filter.ts';

type Image = CachedImage | QueuedImage;

type Props<I extends Image> = {
  host: HostSummary;
  from: 'cache' | 'queue';
  label: string;
  images: readonly I[];
  /** The images that match the quick filters. */
  left: readonly I[];
  chips?: ReactNode;
  columns: readonly Column<I>[];
  exported: readonly ExportColumn<I>[];
  firstSort: Sort;
  measured?: boolean;
  /** The sum of the selected images, for the selection bar. */
  sumOf: (chosen: readonly I[]) => string;
  more?: (chosen: readonly I[]) => ReactNode;
  empty: ReactNode;
  onShowAll: () => void;
};

const idOf = (image: Image) => image.imageId;
const nameOf = (image: Image) => imageTitle(image.imageId, image.description);

/** A table of a host's images with its filters, its selection bar and its export. */
export function HostImageTable<I extends Image>(props: Props<I>) {
  const { whyNot } = useWhyNot();
  const { host, from, label } = props;
  const { images } = props;
  const table = useTableState<I>({
    rows: props.left,
    allRows: images,
    idOf,
    name: `host.${host.id}.${from}`,
    sortName: `host.${from}`,
    defaultSort: props.firstSort,
    fieldsOf: searchFields,
  });
  const { shown } = table;
  const scope = useSelectionScope(table);
  const { rows: selected } = scope;
  const [opened, setOpened] = useState<I>();
  const active = images.find(({ imageId }) => imageId === table.props.active);
  const cannotDelete = scope.whyNot ?? whyNot(host, 'delete');
  const remove = () =>
    openDialog({ kind: 'delete', from, targets: selected.map(({ imageId }) => ({ hostId: host.id, imageId })) });
  const showAll = () => {
    table.setFilter('');
    props.onShowAll();
  };
  useShortcuts(
    'Selection',
    selected.length > 0 && !cannotDelete
      ? [
          { keys: 'Delete', label: 'Delete…', run: remove },
          { keys: 'mod+c', label: 'Copy rows' },
        ]
      : [],
  );

  if (images.length === 0) return <div className="panel">{props.empty}</div>;
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter images" value={table.filter} onChange={table.setFilter} />
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
          chosen={selected}
        />
      </div>
      <DataTable
        label={label}
        {...table.props}
        {...table.selectProps}
        columns={props.columns}
        nameOf={nameOf}
        onOpen={setOpened}
        measured={props.measured ?? false}
        empty={
          <div className="empty">
            <h2>No matching images</h2>
            <p>The filter matches names, IDs, statuses, formats and owners.</p>
            <div className="row">
              <Button onClick={showAll}>Show all {plural(images.length, 'image')}</Button>
            </div>
          </div>
        }
      />
      <SelectionBar
        scope={scope}
        what={formatCount(selected.length)}
        sum={props.sumOf(selected)}
        onDeselect={table.deselect}
      >
        {selected.length > 0 ? props.more?.(selected) : null}
        <Button kind="danger" whyNot={cannotDelete} onClick={remove}>
          Delete…
        </Button>
      </SelectionBar>
      <div className="table-status">
        <ActiveFacts image={active} />
      </div>
      {opened ? <ImageDetails host={host} image={opened} onClose={() => setOpened(undefined)} /> : null}
    </>
  );
}
