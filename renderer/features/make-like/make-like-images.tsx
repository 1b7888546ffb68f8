import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { type Amount, addAmount } from '../../../electron/contract/operations.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import { queries } from '../../bridge/queries.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { TableSearch } from '../../components/filter-field.tsx';
import { Meter } from '../../components/meter.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { HiddenCount } from '../../components/selection-bar.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { RowSelection } from '../../components/table/row-selection.ts';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import classes from './make-like.module.css';
import { type HostCapacity, imagesThatFit, type LikeRow, likeRowFields } from './make-like-rows.ts';

type Props = {
  rows: readonly LikeRow[];
  from: HostSummary;
  /** Bytes until the limit of the host that gets the images; null if it has no stated limit. */
  left: number | null;
  selection: RowSelection;
  onSelect: (selection: RowSelection) => void;
};

const idOf = ({ id }: LikeRow) => id;
const mostHitsFirst: Sort = { id: 'hits', descending: true };
const nameOf = ({ id, name }: LikeRow) => name ?? id;
const never = <span className="faint">never</span>;

const columns: readonly Column<LikeRow>[] = [
  {
    id: 'name',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ id, name }) => (
      <span className="image-name">
        {name ? <MiddleTruncate text={name} className="name" /> : <span className="dim">(no name)</span>}
        <span className="mono faint cut">{id}</span>
      </span>
    ),
  },
  {
    id: 'hits',
    header: 'Hits there',
    width: 116,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ hits }) => hits,
    cell: ({ hits }) => <span className={hits === 0 ? 'faint' : undefined}>{formatCount(hits)}</span>,
  },
  {
    id: 'accessed',
    header: 'Last read there',
    width: 130,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ lastAccessed }) => lastAccessed,
    cell: ({ lastAccessed }) => (lastAccessed === null ? never : <RelativeTime time={lastAccessed} className="dim" />),
  },
  {
    id: 'size',
    header: 'Size',
    width: 92,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
  },
];

/** The images to choose from, with buttons that select all of them or those that fit within the limit. */
export function MakeLikeImages({ rows, from, left, selection, onSelect }: Props) {
  const table = useTableState({ rows, idOf, defaultSort: mostHitsFirst, fieldsOf: likeRowFields });
  const fits = useMemo(() => (left === null ? undefined : imagesThatFit(rows, left)), [rows, left]);
  return (
    <div className={classes.images}>
      <TableSearch label="Search these images" value={table.filter} onChange={table.setFilter}>
        <Button onClick={() => onSelect({ ids: new Set(rows.map(idOf)), anchor: null })}>
          All {formatCount(rows.length)}
        </Button>
        <Button
          whyNot={fits ? undefined : unknownLimit}
          title={left === null ? undefined : fitTitle(left)}
          onClick={() => onSelect({ ids: fits ?? new Set(), anchor: null })}
        >
          Only what fits{fits ? ` ${formatCount(fits.size)}` : ''}
        </Button>
        <HiddenCount rows={table.shown} idOf={idOf} selection={selection} />
      </TableSearch>
      <DataTable
        label={`What ${from.name} has and the other lacks`}
        {...table.props}
        columns={columns}
        nameOf={nameOf}
        selection={selection}
        onSelect={onSelect}
        selectsOnClick
        empty={<EmptyState title="No matching images" />}
      />
    </div>
  );
}

const unknownLimit = {
  reason: 'The host’s limit is not set.',
  remedy: 'Set it in Settings.',
};

function fitTitle(left: number): string {
  return left <= 0
    ? 'The host is at its limit already'
    : `The most read ones that are within ${formatSize(left)} together`;
}

type EstimateProps = { to: HostSummary; capacity: HostCapacity | undefined; picked: Amount };

/** The size to fetch, the size of the cache before and after, and whether it stays within the limit. */
export function MakeLikeEstimate({ to, capacity, picked }: EstimateProps) {
  const { images, bytes } = picked;
  // Shows what was read over ssh earlier. This query does not read it.
  const disk = useQuery(queries.hosts.disk.queryOptions({ input: { id: to.id }, enabled: false }));
  const freeBytes = disk.data?.listing.freeBytes ?? null;
  return (
    <dl className={classes.estimate} aria-label="Summary">
      <div>
        <dt>To be fetched</dt>
        <dd>
          <b>
            <Size {...sizesOf(picked)} />
          </b>
          <span className="dim">{plural(images, 'image')}</span>
        </dd>
      </div>
      <div>
        <dt>On {to.name} now</dt>
        <dd>
          {capacity ? (
            <>
              <b>
                <Size {...sizesOf(capacity.cached)} />
              </b>
              <span className="dim">
                {plural(capacity.cached.images, 'image')}
                {queuedText(capacity.queued)}
              </span>
            </>
          ) : (
            <span className="dim">not known</span>
          )}
        </dd>
      </div>
      <div className={classes.then}>
        <dt>Then</dt>
        <dd>{capacity ? <Then capacity={capacity} picked={picked} /> : <span className="dim">not known</span>}</dd>
      </div>
      {freeBytes === null ? null : (
        <div>
          <dt>Free on its disk</dt>
          <dd>
            <b className={freeBytes < bytes ? 'bad' : undefined}>
              <Size bytes={freeBytes} />
            </b>
            <span className="dim">
              {freeBytes < bytes ? 'too little, ' : ''}read <RelativeTime time={disk.dataUpdatedAt} />
            </span>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Then({ capacity, picked }: { capacity: HostCapacity; picked: Amount }) {
  const { limitBytes } = capacity;
  const sum: Amount = { images: 0, bytes: 0 };
  for (const part of [capacity.cached, capacity.queued, picked]) addAmount(sum, part);
  const then = sum.bytes;
  if (limitBytes === null) {
    return (
      <>
        <b>
          <Size {...sizesOf(sum)} />
        </b>
        <span className="dim">Its limit is not set, so the console cannot check it.</span>
      </>
    );
  }
  const left = limitBytes - then;
  const label = `${Math.round((100 * then) / limitBytes)} % of its limit of ${formatSize(limitBytes)}`;
  return (
    <>
      <b>
        <Size {...sizesOf(sum)} /> of {formatSize(limitBytes)}
      </b>
      <Meter value={then} limit={limitBytes} label={label} />
      {left >= 0 ? (
        <span className="dim">
          {sum.unsized ? 'May be within limit, with at most' : 'Within limit, with'} {formatSize(left)} to spare.
        </span>
      ) : (
        <span className="warn">
          {formatSizeSum({ bytes: -left, unsized: sum.unsized })} over its limit. Its next prune deletes the least
          recently accessed images.
        </span>
      )}
    </>
  );
}

/** The queued images of the host, which are fetched too. */
function queuedText(queued: Amount): string {
  return queued.images === 0 ? '' : `, ${queued.images} more queued, ${formatSizeSum(queued)}`;
}
