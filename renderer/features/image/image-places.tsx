import { useDeferredValue, useMemo, useState } from 'react';
import type { CoverageCell } from '../../../electron/contract/coverage.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { keepOnly, nothingSelected, useSelectionState } from '../../components/table/row-selection.ts';
import { isSort, type Sort } from '../../components/table/table-columns.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { placeColumns, placeExport } from './place-columns.tsx';
import { cellWords } from './place-words.ts';
import type { Place } from './use-image.ts';
import type { PlaceActions } from './use-place-actions.ts';

type Props = { imageId: ImageId; name: string; places: readonly Place[]; loading: boolean; actions: PlaceActions };

const byState: Sort = { id: 'state', descending: false };
const idOf = ({ host }: Place) => host.id;
const nameOf = ({ host }: Place) => host.name;
const cells: readonly CoverageCell[] = ['c', 'q', 'm', '-', '?'];

/** Where an image is, host by host. Chosen hosts can be given it, or be rid of it. */
export function ImagePlaces({ imageId, name, places, loading, actions }: Props) {
  const [sort, setSort] = usePersistentState<Sort>('image.sort', byState, isSort);
  const [active, setActive] = usePersistentState(`image.${imageId}.active`, '', isString);
  const [kept, setSelection] = useSelectionState(`image.${imageId}`);
  const [filter, setFilter] = useState('');
  const [cell, setCell] = useState<CoverageCell>();
  const text = useDeferredValue(filter);
  const shown = useMemo(() => filterPlaces(places, text, cell), [places, text, cell]);
  const byId = useMemo(() => new Map(places.map((place) => [idOf(place), place])), [places]);
  const selection = useMemo(() => keepOnly(kept, (id) => byId.has(id)), [kept, byId]);
  const chosen = useMemo(() => [...selection.ids].flatMap((id) => byId.get(id) ?? []), [selection, byId]);
  const queue = actions.queue(chosen);
  const remove = actions.remove(chosen);
  return (
    <>
      <div className="toolbar">
        <FilterField label="Filter hosts" value={filter} onChange={setFilter} />
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
        <ExportMenu what={`${name} hosts`} columns={placeExport} shown={shown} chosen={chosen} />
      </div>
      {chosen.length > 0 ? (
        <div className="selection-bar">
          <b>{formatCount(chosen.length)} selected</b>
          <span className="grow" />
          <Button kind="quiet" onClick={() => setSelection(nothingSelected)}>
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
        label="Hosts of this image"
        rows={shown}
        columns={placeColumns}
        idOf={idOf}
        nameOf={nameOf}
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelect={setSelection}
        active={active}
        onActive={setActive}
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
                    setFilter('');
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

/** The places on hosts that hold every word of a text in name, address or labels, and where the image stands so. */
function filterPlaces(places: readonly Place[], text: string, cell: CoverageCell | undefined): readonly Place[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return places.filter((place) => {
    const { name, address, labels } = place.host;
    const all = [name, address, ...labels].join('\n').toLowerCase();
    return (cell === undefined || place.cell === cell) && words.every((word) => all.includes(word));
  });
}
