import { useMemo, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { CoverageCell } from '../../../electron/contract/coverage.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { HostLink } from '../../components/hosts/host-link.tsx';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { useServiceNames } from '../../components/hosts/regions.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { SelectionBar } from '../../components/selection-bar.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useSelectionScope } from '../../components/table/use-selection-scope.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import classes from './image.module.css';
import { cellLabels } from './image-place-texts.ts';
import type { Place, PlaceActions } from './use-image.ts';

type Props = { imageId: ImageId; name: string; places: readonly Place[]; loading: boolean; actions: PlaceActions };

const byState: Sort = { id: 'state', descending: false };
const idOf = ({ host }: Place) => host.id;
const nameOf = ({ host }: Place) => host.name;
const fieldsOf = ({ host }: Place) => [host.name, host.address, ...host.labels];
const cells: readonly CoverageCell[] = ['c', 'q', 'm', '-', '?'];

/** The hosts of an image. It can be queued on the selected hosts, or deleted from them. */
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
  const regions = useServiceNames();
  const inSeveral = new Set(places.map(({ host }) => host.imageServiceId)).size > 1;
  const columns = useMemo(
    () => (inSeveral ? withRegion(placeColumns, ({ host }) => regions[host.imageServiceId] ?? '') : placeColumns),
    [inSeveral, regions],
  );
  const scope = useSelectionScope(table);
  const { rows: chosen } = scope;
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
              {cellLabels[one].text} <b>{formatCount(count)}</b>
            </button>
          );
        })}
        <span className="grow" />
        <ExportMenu what={`${name} hosts`} columns={placeExport} shown={table.shown} chosen={chosen} />
      </div>
      <DataTable
        {...table.props}
        {...table.selectProps}
        label="Hosts"
        columns={columns}
        nameOf={nameOf}
        empty={
          loading ? (
            <EmptyState title="Finding hosts" />
          ) : places.length > 0 ? (
            <EmptyState
              title="No matching hosts"
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
            <EmptyState title="No host has this image">
              No host lists this image, and no image service has it.
            </EmptyState>
          )
        }
      />
      <SelectionBar scope={scope} what={plural(chosen.length, 'host')} onDeselect={table.deselect}>
        <Button disabled={queue.count === 0} whyNot={scope.whyNot ?? queue.whyNot} onClick={queue.run}>
          Queue on {plural(queue.count, 'host')}…
        </Button>
        <Button kind="danger" disabled={remove.count === 0} whyNot={scope.whyNot ?? remove.whyNot} onClick={remove.run}>
          Delete from {plural(remove.count, 'host')}…
        </Button>
      </SelectionBar>
    </>
  );
}

const order = { c: 0, q: 1, m: 2, '-': 3, '?': 4 } as const;
const nothing = <span className="faint">–</span>;

const placeColumns: readonly Column<Place>[] = [
  {
    id: 'host',
    header: 'Host',
    sortBy: ({ host }) => host.name,
    cell: ({ host }) => <HostLink host={host} />,
  },
  {
    id: 'state',
    header: 'State',
    minWidth: 110,
    priority: 'always',
    width: 150,
    sortBy: ({ cell }) => order[cell],
    cell: ({ cell, queued, reading, reason }) => (
      <span className={classes.state}>
        <Tag tone={cellLabels[cell].tone} {...(reason === null ? {} : { title: reason })}>
          {cellLabels[cell].text}
        </Tag>
        {queued?.stalled ? (
          <Tag tone="warn" title={queued.stalled}>
            stalled
          </Tag>
        ) : null}
        {reading === 'stale' ? (
          <Tag tone="warn" title={reason ?? ''}>
            as last seen
          </Tag>
        ) : null}
      </span>
    ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: 96,
    descendingFirst: true,
    sortBy: ({ cached }) => cached?.sizeBytes ?? null,
    cell: ({ cached }) => (cached ? <Size bytes={cached.sizeBytes} /> : nothing),
  },
  {
    id: 'hits',
    header: 'Hits',
    width: 104,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ cached }) => cached?.hits ?? null,
    cell: ({ cached }) => (cached ? formatCount(cached.hits) : nothing),
  },
  {
    id: 'accessed',
    header: 'Last accessed',
    width: 130,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ cached }) => cached?.lastAccessed ?? null,
    cell: ({ cached }) => (cached ? <RelativeTime time={cached.lastAccessed} className="dim" /> : nothing),
  },
  {
    id: 'since',
    header: 'Cached',
    priority: 'low',
    align: 'end',
    width: 104,
    descendingFirst: true,
    sortBy: ({ cached, queued }) => cached?.lastModified ?? queued?.firstSeen ?? null,
    cell: ({ cached, queued }) =>
      cached || queued ? (
        <RelativeTime time={cached?.lastModified ?? queued?.firstSeen ?? null} className="dim" />
      ) : (
        nothing
      ),
  },
  {
    id: 'asOf',
    header: 'Refreshed',
    priority: 'low',
    align: 'end',
    width: 104,
    descendingFirst: true,
    sortBy: ({ takenAt }) => takenAt,
    cell: ({ takenAt }) => <RelativeTime time={takenAt} className="dim" />,
  },
];

const iso = (time: number | null | undefined) =>
  time === null || time === undefined || Number.isNaN(new Date(time).getTime()) ? null : new Date(time).toISOString();

/** The columns of an export. Sizes are bytes, times ISO 8601. */
const placeExport: readonly ExportColumn<Place>[] = [
  { name: 'host', value: ({ host }) => host.name },
  { name: 'address', value: ({ host }) => host.address },
  { name: 'state', value: ({ cell }) => cellLabels[cell].text },
  { name: 'size_bytes', value: ({ cached }) => cached?.sizeBytes ?? null },
  { name: 'hits', value: ({ cached }) => cached?.hits ?? null },
  { name: 'last_accessed', value: ({ cached }) => iso(cached?.lastAccessed) },
  { name: 'cached_at', value: ({ cached }) => iso(cached?.lastModified) },
  { name: 'seen_queued', value: ({ queued }) => iso(queued?.firstSeen) },
  { name: 'as_of', value: ({ takenAt }) => iso(takenAt) },
];
