import { useMemo } from 'react';
import type { ImageId } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { isSort, type Sort } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { isText, useKept, useKeptSelection } from '../../components/table/kept.ts';
import { keepOnly, nothingSelected } from '../../components/table/selection.ts';
import { formatCount } from '../../format/numbers.ts';
import { placeColumns, placeExport } from './place-columns.tsx';
import type { Place } from './use-image.ts';
import type { PlaceActions } from './use-place-actions.ts';

type Props = { imageId: ImageId; name: string; places: readonly Place[]; loading: boolean; actions: PlaceActions };

const byState: Sort = { id: 'state', descending: false };
const idOf = ({ host }: Place) => host.id;
const nameOf = ({ host }: Place) => host.name;

/** Where an image is, host by host. Chosen hosts can be given it, or be rid of it. */
export function ImagePlaces({ imageId, name, places, loading, actions }: Props) {
  const [sort, setSort] = useKept<Sort>('image.sort', byState, isSort);
  const [active, setActive] = useKept(`image.${imageId}.active`, '', isText);
  const [kept, setSelection] = useKeptSelection(`image.${imageId}`);
  const byId = useMemo(() => new Map(places.map((place) => [idOf(place), place])), [places]);
  const selection = useMemo(() => keepOnly(kept, (id) => byId.has(id)), [kept, byId]);
  const chosen = useMemo(() => [...selection.ids].flatMap((id) => byId.get(id) ?? []), [selection, byId]);
  const queue = actions.queue(chosen);
  const remove = actions.remove(chosen);
  return (
    <>
      {chosen.length > 0 ? (
        <div className="selection-bar">
          <b>{formatCount(chosen.length)} selected</b>
          <span className="grow" />
          <Button kind="quiet" onClick={() => setSelection(nothingSelected)}>
            Deselect
          </Button>
          <Button disabled={queue.count === 0} whyNot={queue.whyNot} onClick={queue.run}>
            Queue on {formatCount(queue.count)}…
          </Button>
          <Button kind="danger" disabled={remove.count === 0} whyNot={remove.whyNot} onClick={remove.run}>
            Delete from {formatCount(remove.count)}…
          </Button>
        </div>
      ) : (
        <div className="toolbar">
          <span className="grow" />
          <ExportMenu what={`${name} hosts`} columns={placeExport} shown={places} chosen={chosen} />
        </div>
      )}
      <DataTable
        label="Hosts of this image"
        rows={places}
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
