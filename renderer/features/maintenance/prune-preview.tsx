import { useMemo } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { PlannedTarget, PrunePreview } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { ImageLink } from '../../components/entity-link.tsx';
import { Meter } from '../../components/meter.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { type ImageRow, imageRows } from './maintenance-rows.ts';
import classes from './prune-preview.module.css';

const idOf = ({ id }: ImageRow) => id;
const nameOf = ({ image }: ImageRow) => image.imageName ?? image.imageId;

const columns: Column<ImageRow>[] = [
  {
    id: 'place',
    header: 'Order',
    width: 76,
    align: 'end',
    sortBy: ({ place }) => place,
    cell: ({ place }) => <span className="dim">{formatCount(place)}</span>,
  },
  {
    id: 'image',
    header: 'Image',
    sortBy: nameOf,
    cell: ({ image }) => <ImageLink imageId={image.imageId} name={image.imageName} />,
  },
  {
    id: 'accessed',
    header: 'Last accessed',
    width: 128,
    align: 'end',
    sortBy: ({ image }) => image.lastAccessed ?? 0,
    cell: ({ image }) => <RelativeTime time={image.lastAccessed} />,
  },
  {
    id: 'size',
    header: 'Size',
    width: 96,
    align: 'end',
    descendingFirst: true,
    sortBy: ({ image }) => image.sizeBytes,
    cell: ({ image }) => <Size bytes={image.sizeBytes} />,
  },
  {
    id: 'left',
    header: 'Remaining',
    width: 104,
    align: 'end',
    sortBy: ({ leftBytes }) => leftBytes,
    cell: ({ leftBytes }) => <Size bytes={leftBytes} className="dim" />,
  },
];

/** The images that a prune removes from a host, in the order of removal, and how full the cache is before and after. */
export function PrunePreviewPanel({ target, preview }: { target: PlannedTarget; preview: PrunePreview }) {
  const rows = useMemo(() => imageRows(target.hostId, preview), [target.hostId, preview]);
  const table = useTableState({ rows, idOf });
  return (
    <div className={classes.preview}>
      <PruneLevel preview={preview} />
      {rows.length > 0 ? (
        <DataTable label="Images to delete" {...table.props} columns={columns} nameOf={nameOf} />
      ) : null}
    </div>
  );
}

/** The size of the cache before and after a prune, as a share of its limit. */
function PruneLevel({ preview: { held, left, limitBytes, limitFrom } }: { preview: PrunePreview }) {
  const share = (bytes: number) =>
    `${Math.round((100 * bytes) / limitBytes)} % of the limit of ${formatSize(limitBytes)}`;
  return (
    <dl className={classes.level}>
      {[
        { name: 'Cached now', amount: held },
        { name: 'After prune', amount: left },
      ].map(({ name, amount }) => (
        <div key={name}>
          <dt className="dim">{name}</dt>
          <dd>
            <Meter value={amount.bytes} limit={limitBytes} large label={share(amount.bytes)} />
            <span>
              <b>
                <Size {...sizesOf(amount)} />
              </b>{' '}
              <span className="dim">
                of {formatSize(limitBytes)}, {limitFrom === 'stated' ? 'the limit set here' : 'its configured limit'},{' '}
                {plural(amount.images, 'image')}
              </span>
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
