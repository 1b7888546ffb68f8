import type { CachedImage } from '../../../electron/contract/images.ts';
import { isIdle } from '../../../electron/contract/images.ts';
import { ImageName } from '../../components/image-name.tsx';
import { RelativeTime, useNow } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatCount } from '../../lib/format.ts';
import { idleDays } from './image-filter.ts';

function Tags({ image }: { image: CachedImage }) {
  const idle = useNow((now) => isIdle(image, now, idleDays));
  const { standing, description } = image;
  if (standing === 'orphan') {
    return (
      <Tag tone="bad" title="Glance itself no longer has this image: nobody can ask for it any more.">
        orphan
      </Tag>
    );
  }
  if (standing === 'notVisible') {
    return (
      <Tag title="This login may not see the image, so it cannot be told whether Glance still has it.">not visible</Tag>
    );
  }
  if (description && description.status !== 'active') {
    return (
      <Tag tone="warn" title={`The image is ${description.status}: Glance does not serve it from the cache.`}>
        {description.status}
      </Tag>
    );
  }
  if (!idle) return null;
  return (
    <Tag tone="warn" title="Nobody asked for it in 30 days or longer.">
      cold
    </Tag>
  );
}

const rank = { orphan: 0, notVisible: 1, unchecked: 2, known: 3 } as const;

/** The columns of the table of cached images. */
export const cachedColumns: readonly Column<CachedImage>[] = [
  {
    id: 'image',
    header: 'Image',
    sortBy: (image) => image.description?.name || image.imageId,
    cell: (image) => <ImageName {...image} />,
  },
  {
    id: 'standing',
    header: 'Standing',
    width: '118px',
    sortBy: (image) => rank[image.standing],
    cell: (image) => <Tags image={image} />,
  },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    width: '96px',
    descendingFirst: true,
    sortBy: (image) => image.sizeBytes,
    cell: (image) => <Size bytes={image.sizeBytes} />,
  },
  {
    id: 'hits',
    header: 'Hits',
    align: 'end',
    width: '84px',
    descendingFirst: true,
    sortBy: (image) => image.hits,
    cell: (image) => <span className={image.hits === 0 ? 'faint' : undefined}>{formatCount(image.hits)}</span>,
  },
  {
    id: 'accessed',
    header: 'Last accessed',
    align: 'end',
    width: '128px',
    descendingFirst: true,
    sortBy: (image) => image.lastAccessed,
    cell: (image) => <RelativeTime time={image.lastAccessed} className="dim" />,
  },
  {
    id: 'cached',
    header: 'Cached',
    align: 'end',
    width: '104px',
    descendingFirst: true,
    sortBy: (image) => image.lastModified,
    cell: (image) => <RelativeTime time={image.lastModified} className="dim" />,
  },
];

const iso = (time: number | null) =>
  time === null || Number.isNaN(new Date(time).getTime()) ? null : new Date(time).toISOString();

/** What an export tells of a cached image. Sizes are bytes, times ISO 8601. */
export const cachedExport: readonly ExportColumn<CachedImage>[] = [
  { name: 'image_id', value: (image) => image.imageId },
  { name: 'name', value: (image) => image.description?.name ?? null },
  { name: 'standing', value: (image) => image.standing },
  { name: 'status', value: (image) => image.description?.status ?? null },
  { name: 'size_bytes', value: (image) => image.sizeBytes },
  { name: 'hits', value: (image) => image.hits },
  { name: 'last_accessed', value: (image) => iso(image.lastAccessed) },
  { name: 'cached_at', value: (image) => iso(image.lastModified) },
  { name: 'disk_format', value: (image) => image.description?.diskFormat ?? null },
  { name: 'owner', value: (image) => image.description?.owner ?? null },
  { name: 'visibility', value: (image) => image.description?.visibility ?? null },
];
