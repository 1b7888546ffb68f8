import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { createStore, type StoreApi, useStore } from 'zustand';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { ImagePlaces } from '../../../electron/contract/coverage.ts';
import { queries } from '../../bridge/queries.ts';
import { HostNameLink } from '../../components/entity-link.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { imagePath } from '../../lib/routes.ts';
import { type GridColumn, sumColumn } from './coverage-columns.ts';
import { type ColumnSums, cellState, type GridHost, type GridImage } from './coverage-rows.ts';
import classes from './coverage-tab.module.css';
import { cellLabels, describeCounts, imageLabel } from './coverage-text.ts';
import { type CellPosition, imageRowKey } from './grid-navigation.ts';

/**
 * The cell under the pointer and the cell with the focus. They are in a separate store, so that a moving pointer
 * renders one line and not the grid.
 */
export type InspectedCell = { hovered: CellPosition | undefined; focused: CellPosition | undefined };

export function createInspectedCell(): StoreApi<InspectedCell> {
  return createStore(() => ({ hovered: undefined, focused: undefined }));
}

type Props = {
  inspected: StoreApi<InspectedCell>;
  rows: readonly GridImage[];
  columns: readonly GridColumn[];
  sums: ReadonlyMap<string, ColumnSums>;
  setNames: ReadonlyMap<string, string>;
};

/** One line of details about the cell under the pointer, or else about the cell with the focus. */
export function CellDetails({ inspected, rows, columns, sums, setNames }: Props) {
  const place = useStore(inspected, ({ hovered, focused }) => hovered ?? focused);
  const row = place ? rows.find(({ image }) => imageRowKey(image.imageId) === place.row) : undefined;
  const column = place ? columns.find(({ id }) => id === place.column) : undefined;
  const [host] = column?.hosts ?? [];
  return (
    <div className={classes.details}>
      {row && column && host && !column.folded ? (
        <CellLine row={row} host={host} />
      ) : row ? (
        <ImageLine row={row} setNames={setNames} />
      ) : column ? (
        <ColumnLine column={column} sums={sumColumn(column, sums)} />
      ) : (
        <span className="faint">Point at a cell or move to it with the arrow keys to see its details here.</span>
      )}
    </div>
  );
}

function CellLine({ row, host }: { row: GridImage; host: GridHost }) {
  const { imageId } = row.image;
  const [asked] = useDebouncedValue(imageId, 120);
  const { data } = useQuery(queries.coverage.places.queryOptions({ input: { imageId: asked }, gcTime: 30_000 }));
  const place = asked === imageId ? data?.places.find(({ hostId }) => hostId === host.hostId) : undefined;
  const cell = cellState(row.image, host);
  return (
    <>
      <RowLink row={row} />
      <span className="nowrap">
        on <HostNameLink hostId={host.hostId} name={host.name} className="strong" />:
      </span>
      <span className="nowrap">
        {host.reading === 'stale' && cell !== '?' ? 'unknown, was ' : ''}
        {cell === '-' ? nothingReason(row) : cellLabels[cell]}
      </span>
      <CacheRecord place={place} />
      <span className="dim nowrap">
        {host.takenAt === null ? null : (
          <>
            as of <RelativeTime time={host.takenAt} />
          </>
        )}
      </span>
      {host.reason === null ? null : (
        <span className="dim cut" title={host.reason}>
          {host.reason}
        </span>
      )}
    </>
  );
}

function RowLink({ row }: { row: GridImage }) {
  const { imageId } = row.image;
  return (
    <Link href={imagePath(imageId)} className="entity-link strong cut" data-image-id={imageId}>
      {imageLabel(row)}
    </Link>
  );
}

function CacheRecord({ place }: { place: ImagePlaces['places'][number] | undefined }): ReactNode {
  if (place?.cached) {
    const { sizeBytes, hits, lastAccessed } = place.cached;
    return (
      <span className="dim nowrap">
        <Size bytes={sizeBytes} />, {plural(hits, 'hit')}, last accessed <RelativeTime time={lastAccessed} />
      </span>
    );
  }
  if (!place?.queued) return null;
  const { firstSeen, stalled } = place.queued;
  return (
    <span className={stalled ? 'warn cut' : 'dim nowrap'} title={stalled ?? undefined}>
      since <RelativeTime time={firstSeen} />
      {stalled ? `, stalled: ${stalled}` : ''}
    </span>
  );
}

function nothingReason({ image }: GridImage): string {
  if (image.catalogStatus === 'orphan') return 'not cached; deleted from Glance';
  if (image.catalogStatus === 'notVisible') return 'not cached; not visible to this login';
  if (image.status !== null && image.status !== 'active') return `nothing to cache: status is ${image.status}`;
  return 'nothing to cache: not in the image service of this host';
}

function ImageLine({ row, setNames }: { row: GridImage; setNames: ReadonlyMap<string, string> }) {
  const { image, tags, properties, visibility, golden } = row;
  const facts = [
    image.status,
    visibility,
    ...tags,
    ...Object.entries(properties).map(([key, value]) => `${key}=${value}`),
  ].filter((part) => part !== null);
  return (
    <>
      <RowLink row={row} />
      {image.name ? <span className="mono faint nowrap">{image.imageId}</span> : null}
      <span className="nowrap">{describeCounts(row.counts)}</span>
      <span className="dim nowrap">
        {plural(image.hits, 'hit')}, last accessed <RelativeTime time={image.lastAccessed} />
      </span>
      {golden.length > 0 ? (
        <span className="ok cut">golden: {golden.map((id) => setNames.get(id) ?? id).join(', ')}</span>
      ) : null}
      <span className="dim cut">{facts.join(', ')}</span>
    </>
  );
}

function ColumnLine({ column, sums }: { column: GridColumn; sums: ColumnSums }) {
  const [host] = column.hosts;
  return (
    <>
      {host && !column.folded ? (
        <HostNameLink hostId={host.hostId} name={host.name} className="strong" />
      ) : (
        <b className="cut">{column.name}</b>
      )}
      {column.folded ? <span className="nowrap">{plural(column.hosts.length, 'host')}</span> : null}
      <span className="nowrap">
        {formatCount(sums.cached)} cached, {formatCount(sums.missing)} missing,{' '}
        <Size bytes={sums.bytes} unsized={sums.unsized} />
      </span>
      {host && !column.folded ? (
        <>
          <span className="dim nowrap">
            {[host.cloud, ...host.labels].join(', ')}
            {host.takenAt === null ? null : (
              <>
                , as of <RelativeTime time={host.takenAt} />
              </>
            )}
          </span>
          {host.reason === null ? null : (
            <span className="bad cut" title={host.reason}>
              {host.reason}
            </span>
          )}
        </>
      ) : null}
    </>
  );
}
