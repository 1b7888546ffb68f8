import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { ImagePlaces } from '../../../electron/contract/coverage.ts';
import { queries } from '../../bridge/queries.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { formatCount, plural } from '../../lib/format.ts';
import { type GridColumn, sumColumn } from './coverage-columns.ts';
import { type ColumnSums, cellState, type GridHost, type GridImage } from './coverage-rows.ts';
import { cellLabels, describeCounts, imageLabel } from './coverage-text.ts';
import { type CellPosition, imageRowKey } from './grid-navigation.ts';

type Props = {
  store: Readout;
  rows: readonly GridImage[];
  columns: readonly GridColumn[];
  sums: ReadonlyMap<string, ColumnSums>;
  setNames: ReadonlyMap<string, string>;
  /** The last answer: what is told of a cell is asked anew with each. */
  revision: number | undefined;
};

/** One line about the cell under the pointer, else about the one with the focus: what a cell has no room for. */
export function CellDetails({ store, rows, columns, sums, setNames, revision }: Props) {
  const place = usePlace(store);
  const row = place ? rows.find(({ image }) => imageRowKey(image.imageId) === place.row) : undefined;
  const column = place ? columns.find(({ id }) => id === place.column) : undefined;
  const [host] = column?.hosts ?? [];
  return (
    <div className="cg-readout">
      {row && column && host && !column.folded ? (
        <CellLine row={row} host={host} revision={revision} />
      ) : row ? (
        <ImageLine row={row} column={column} setNames={setNames} />
      ) : column ? (
        <ColumnLine column={column} sums={sumColumn(column, sums)} />
      ) : (
        <span className="faint">Point at a cell, or go there with the arrows, to read more of it here.</span>
      )}
    </div>
  );
}

function CellLine({ row, host, revision }: { row: GridImage; host: GridHost; revision: number | undefined }) {
  const { imageId } = row.image;
  const [asked] = useDebouncedValue(imageId, 120);
  const options = queries.coverage.places.queryOptions({ input: { imageId: asked } });
  const { data } = useQuery({ ...options, queryKey: [...options.queryKey, revision], gcTime: 30_000 });
  const place = asked === imageId ? data?.places.find(({ hostId }) => hostId === host.hostId) : undefined;
  const cell = cellState(row.image, host);
  return (
    <>
      <b className="cut">{imageLabel(row)}</b>
      <span className="nowrap">on {host.name}:</span>
      <span className="nowrap">
        {host.reading === 'stale' && cell !== '?' ? 'unknown now, was ' : ''}
        {cell === '-' ? whyNothing(row) : cellLabels[cell]}
      </span>
      <Record place={place} />
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

function Record({ place }: { place: ImagePlaces['places'][number] | undefined }): ReactNode {
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

function whyNothing({ image }: GridImage): string {
  if (image.standing === 'orphan') return 'not there, and Glance has the image no more';
  if (image.standing === 'notVisible') return 'not there, and this login may not see the image';
  if (image.status !== null && image.status !== 'active') return `nothing to cache, its status is ${image.status}`;
  return 'nothing to cache, this cloud’s catalogue does not have it';
}

type ImageProps = { row: GridImage; column: GridColumn | undefined; setNames: ReadonlyMap<string, string> };

function ImageLine({ row, column, setNames }: ImageProps) {
  const { image, tags, properties, visibility, golden } = row;
  const told = [
    image.status,
    visibility,
    ...tags,
    ...Object.entries(properties).map(([key, value]) => `${key}=${value}`),
  ].filter((part) => part !== null);
  return (
    <>
      <b className="cut">{imageLabel(row)}</b>
      {image.name ? <span className="mono faint nowrap">{image.imageId}</span> : null}
      <span className="nowrap">{describeCounts(column ? row.counts : row.counts)}</span>
      <span className="dim nowrap">
        {plural(image.hits, 'hit')}, last accessed <RelativeTime time={image.lastAccessed} />
      </span>
      {golden.length > 0 ? (
        <span className="ok cut">golden: {golden.map((id) => setNames.get(id) ?? id).join(', ')}</span>
      ) : null}
      <span className="dim cut">{told.join(', ')}</span>
    </>
  );
}

function ColumnLine({ column, sums }: { column: GridColumn; sums: ColumnSums }) {
  const [host] = column.hosts;
  return (
    <>
      <b className="cut">{column.name}</b>
      {column.folded ? <span className="nowrap">{plural(column.hosts.length, 'host')}</span> : null}
      <span className="nowrap">
        {formatCount(sums.cached)} cached, {formatCount(sums.missing)} missing, <Size bytes={sums.bytes} /> held
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

/**
 * What the pointer is on, and where the focus is. Kept beside the page, so that a moving pointer or focus draws one line
 * anew and not the page.
 */
export type Readout = {
  point: (place: CellPosition | undefined) => void;
  focus: (place: CellPosition) => void;
  subscribe: (listener: () => void) => () => void;
  /** What is to be told of: what the pointer is on, else what has the focus. */
  read: () => CellPosition | undefined;
};

export function createReadout(): Readout {
  let pointed: CellPosition | undefined;
  let focused: CellPosition | undefined;
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    point(place) {
      if (place?.row === pointed?.row && place?.column === pointed?.column) return;
      pointed = place;
      notify();
    },
    focus(place) {
      focused = place;
      notify();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => pointed ?? focused,
  };
}

export function usePlace(readout: Readout): CellPosition | undefined {
  return useSyncExternalStore(readout.subscribe, readout.read);
}
