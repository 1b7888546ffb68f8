import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { QueuedImage } from '../../../electron/contract/images.ts';
import { amountOf } from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { ImageName } from '../../components/image-name.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { HostImageTable } from './host-image-table.tsx';
import { StalledQueue } from './stalled-queue.tsx';

const oldestFirst: Sort = { id: 'since', descending: false };
const nothing = () => {};

/** The tab with the queued images of a host. */
export function QueuedTab({ host, images }: { host: HostSummary; images: readonly QueuedImage[] }) {
  const { whyNot } = useWhyNot();
  const stalled = images.filter((image) => image.stalled !== null);
  return (
    <>
      {stalled.length > 0 ? (
        <StalledQueue host={host} stalled={stalled} />
      ) : images.length > 0 && host.capabilities?.fetch === 'periodic' ? (
        <Notice
          actions={
            <Button
              whyNot={whyNot(host, 'prefetch')}
              onClick={() => openDialog({ kind: 'prefetch', hostIds: [host.id] })}
            >
              Prefetch…
            </Button>
          }
        >
          <span className="dim">A job on the host fetches queued images, by default every 5 minutes.</span>
        </Notice>
      ) : null}
      <HostImageTable
        host={host}
        from="queue"
        label="Queued images"
        images={images}
        left={images}
        columns={queuedColumns}
        exported={queuedExport}
        firstSort={oldestFirst}
        measured
        sumOf={(chosen) => {
          const sizes = chosen.map(({ description }) => ({ sizeBytes: description?.catalogueSizeBytes ?? null }));
          return `${formatSizeSum(amountOf(sizes))} would not be fetched`;
        }}
        more={(chosen) => <Unstick host={host} images={chosen} />}
        onShowAll={nothing}
        empty={<EmptyState title="No queued images">All requested images are cached, or failed.</EmptyState>}
      />
    </>
  );
}

/** The actions on selected queued images: each makes the host fetch them. */
function Unstick({ host, images }: { host: HostSummary; images: readonly QueuedImage[] }) {
  const { whyNot } = useWhyNot();
  const targets = images.map(({ imageId }) => ({ hostId: host.id, imageId }));
  const living = images.every(({ stalled }) => stalled === null)
    ? {
        reason: 'None of these is stalled. They may be in progress, and two fetches would write one file.',
        remedy: 'Wait, or delete them from the queue.',
      }
    : undefined;
  return (
    <>
      <Button
        whyNot={whyNot(host, 'queue') ?? living}
        onClick={() => openDialog({ kind: 'action', action: { kind: 'queue', targets, anew: true } })}
      >
        Requeue…
      </Button>
      <Button
        whyNot={whyNot(host, 'prefetch')}
        onClick={() => openDialog({ kind: 'prefetch', hostIds: [host.id], only: targets })}
      >
        Prefetch…
      </Button>
    </>
  );
}

/** The columns of the table of queued images. */
const queuedColumns: readonly Column<QueuedImage>[] = [
  {
    id: 'image',
    header: 'Image',
    minWidth: 180,
    priority: 'always',
    className: 'wide',
    sortBy: (image) => image.description?.name || image.imageId,
    cell: (image) => <ImageName {...image} />,
  },
  {
    id: 'state',
    header: 'State',
    minWidth: 104,
    priority: 'always',
    width: 118,
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
    width: 96,
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
    header: 'Queued since',
    align: 'end',
    width: 140,
    sortBy: (image) => image.firstSeen,
    cell: (image) => <RelativeTime time={image.firstSeen} className="dim" />,
  },
];

/** The columns of an export of queued images. */
const queuedExport: readonly ExportColumn<QueuedImage>[] = [
  { name: 'image_id', value: (image) => image.imageId },
  { name: 'name', value: (image) => image.description?.name ?? null },
  { name: 'catalog_status', value: (image) => image.catalogStatus },
  { name: 'size_bytes', value: (image) => image.description?.catalogueSizeBytes ?? null },
  { name: 'first_seen_queued', value: (image) => new Date(image.firstSeen).toISOString() },
  { name: 'stalled', value: (image) => image.stalled },
];
