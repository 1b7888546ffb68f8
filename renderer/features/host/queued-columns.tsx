import type { QueuedImage } from '../../../electron/contract/images.ts';
import { ImageName } from '../../components/image-name.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';

/** The columns of the table of queued images. */
export const queuedColumns: readonly Column<QueuedImage>[] = [
  {
    id: 'image',
    header: 'Image',
    className: 'wide',
    sortBy: (image) => image.description?.name || image.imageId,
    cell: (image) => <ImageName {...image} />,
  },
  {
    id: 'state',
    header: 'State',
    width: '118px',
    sortBy: (image) => (image.stalled ? 0 : 1),
    cell: (image) =>
      image.stalled ? (
        <Tag tone="warn" title={image.stalled}>
          stalled
        </Tag>
      ) : (
        <Tag tone="accent">waiting</Tag>
      ),
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: '96px',
    descendingFirst: true,
    sortBy: (image) => image.description?.catalogueSizeBytes ?? null,
    cell: ({ description }) =>
      description?.catalogueSizeBytes == null ? (
        <span className="faint">–</span>
      ) : (
        <Size bytes={description.catalogueSizeBytes} />
      ),
  },
  {
    id: 'since',
    header: 'Seen queued',
    align: 'end',
    width: '128px',
    sortBy: (image) => image.firstSeen,
    cell: (image) => <RelativeTime time={image.firstSeen} className="dim" />,
  },
];

/** What an export tells of a queued image. */
export const queuedExport: readonly ExportColumn<QueuedImage>[] = [
  { name: 'image_id', value: (image) => image.imageId },
  { name: 'name', value: (image) => image.description?.name ?? null },
  { name: 'standing', value: (image) => image.standing },
  { name: 'size_bytes', value: (image) => image.description?.catalogueSizeBytes ?? null },
  { name: 'first_seen_queued', value: (image) => new Date(image.firstSeen).toISOString() },
  { name: 'stalled', value: (image) => image.stalled },
];
