import { useMemo, useState } from 'react';
import type { CoverageCell } from '../../../electron/contract/coverage.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Sort } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { placeColumns, placeExport } from './place-columns.tsx';
import { cellWords } from './place-words.ts';
import type { Place } from './use-image.ts';
import type { PlaceActions } from './use-place-actions.ts';

type Props = { imageId: ImageId; name: string; places: readonly Place[]; loading: boolean; actions: PlaceActions };

const byState: Sort = { id: 'state', descending: false };
const idOf = ({ host }: Place) => host.id;
const nameOf = ({ host }: Place) => host.name;
const fieldsOf = ({ host }: Place) => [host.name, host.address, ...host.labels];
const cells: readonly CoverageCell[] = ['c', 'q', 'm', '-', '?'];

/** Where an image is, host by host. Chosen hosts can be given it, or be rid of it. */
export function ImagePlaces({ imageId, name, places, loading, actions }: Props) {
  const [cell, setCell] = useState<CoverageCell>();
  const table = useTableState({
    name: `image.${imageId}`,
    sortName: 'image',
    rows: useMemo(() => (cell === undefined ? places : places.filter((place) => place.cell === cell)), [places, cell]),
    allRows: places,
    idOf,
    defaultSort: byState,
    fieldsOf,
  });
  const chosen = table.selected;
  const queue = actions.queue(chosen);
  const remove = actions.remove(chosen);
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter hosts" value={table.filter} onChange={table.setFilter} />
        {cells.map((one) => {
          const count = places.filter((place) => place.cell === one).length;
          if (count === 0 && one !== cell) return null;
          return (
            <button
              key={one}
              type="button"
              className="chip"
              aria-pressed={one === cell}
              onClick={() => setCell(one === cell ? undefined : one)}
            >
              {cellWords[one].text} <b>{formatCount(count)}</b>
            </button>
          );
        })}
        <span className="grow" />
        <ExportMenu what={`${name} hosts`} columns={placeExport} shown={table.shown} chosen={chosen} />
      </div>
      {chosen.length > 0 ? (
        <div className="selection-bar">
          <b>{formatCount(chosen.length)} selected</b>
          <span className="grow" />
          <Button kind="quiet" onClick={table.deselect}>
            Deselect
          </Button>
          <Button disabled={queue.count === 0} whyNot={queue.whyNot} onClick={queue.run}>
            Queue on {plural(queue.count, 'host')}…
          </Button>
          <Button kind="danger" disabled={remove.count === 0} whyNot={remove.whyNot} onClick={remove.run}>
            Delete from {plural(remove.count, 'host')}…
          </Button>
        </div>
      ) : null}
      <DataTable
        {...table.props}
        {...table.selectProps}
        label="Hosts of this image"
        columns={placeColumns}
        nameOf={nameOf}
        minWidth={780}
        empty={
          loading ? (
            <EmptyState title="Looking where it is" />
          ) : places.length > 0 ? (
            <EmptyState
              title="No host is like that"
              actions={
                <Button
                  onClick={() => {
                    table.setFilter('');
                    setCell(undefined);
                  }}
                >
                  Show all hosts
                </Button>
              }
            />
          ) : (
            <EmptyState title="No host is known to have it">
              No host lists this image, and no image catalogue of these clouds has it.
            </EmptyState>
          )
        }
      />
    </>
  );
}
