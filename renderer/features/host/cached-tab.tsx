import { useMemo } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { isIdle, maxDays } from '../../../electron/contract/images.ts';
import { amountOf } from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { NumberField, wholeNumber } from '../../components/forms/number-field.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { ImageName } from '../../components/image-name.tsx';
import { RelativeTime, useNow } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { Tag } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { type UrlFormat, useUrlState } from '../../lib/url-state.ts';
import { useWhyNotLike } from '../make-like/make-like-hosts.tsx';
import classes from './host.module.css';
import { areChips, type Chip, countChips, filterByChips, idleDays, isDays } from './host-image-filter.ts';
import { HostImageTable } from './host-image-table.tsx';

const readDays = wholeNumber(1, maxDays);

const none: never[] = [];
const noChips: readonly Chip[] = [];
const chipsFormat: UrlFormat<readonly Chip[]> = {
  read: (params) => {
    const chips = params.get('chips')?.split(',');
    return areChips(chips) ? chips : undefined;
  },
  write: (params, chips) => {
    if (chips.length === 0) params.delete('chips');
    else params.set('chips', chips.join(','));
  },
};
const daysFormat: UrlFormat<number> = {
  read: (params) => {
    const days = Number(params.get('days') ?? Number.NaN);
    return isDays(days) ? days : undefined;
  },
  write: (params, days) => params.set('days', `${days}`),
};
const bySize: Sort = { id: 'size', descending: true };
const chipNames: readonly [Chip, string][] = [
  ['orphan', 'Orphans'],
  ['neverHit', 'Never hit'],
  ['idle', 'Idle over'],
];

/** The tab with the cached images of a host. */
export function CachedTab({ host, images }: { host: HostSummary; images: readonly CachedImage[] }) {
  const { whyNone } = useWhyNot();
  const { takes } = useWhyNotLike();
  const [chips, setChips] = useUrlState('chips', noChips, chipsFormat);
  const [days, setDays] = useUrlState('days', idleDays, daysFormat, { remember: 'host.idleDays' });
  const hour = useNow((now) => Math.floor(now / 3_600_000)) * 3_600_000;
  const counts = useMemo(() => countChips(images, hour, days), [images, hour, days]);
  const left = useMemo(() => filterByChips(images, chips, hour, days), [images, chips, hour, days]);
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const others = hosts.filter(({ id, cloudId }) => id !== host.id && cloudId === host.cloudId);
  const flip = (chip: Chip) =>
    setChips((before) => (before.includes(chip) ? before.filter((each) => each !== chip) : [...before, chip]));
  return (
    <HostImageTable
      host={host}
      from="cache"
      label="Cached images"
      images={images}
      left={left}
      columns={cachedColumns}
      exported={cachedExport}
      firstSort={bySize}
      sumOf={(chosen) => `${formatSizeSum(amountOf(chosen))} would be freed`}
      more={(chosen) => (
        <Button
          whyNot={whyNone(others, 'queue')}
          onClick={() =>
            openDialog({
              kind: 'queue',
              hostIds: others.map(({ id }) => id),
              chosen: [],
              imageIds: chosen.map(({ imageId }) => imageId),
            })
          }
        >
          Queue on other hosts…
        </Button>
      )}
      chips={
        <>
          {chipNames.map(([chip, name]) => (
            <button
              key={chip}
              type="button"
              className="chip"
              aria-pressed={chips.includes(chip)}
              // The number of days can be changed only while the filter is on.
              disabled={counts[chip] === 0 && chip !== 'idle' && !chips.includes(chip)}
              onClick={() => flip(chip)}
            >
              {chip === 'idle' ? `${name} ${formatCount(days)} d` : name} <b>{formatCount(counts[chip])}</b>
            </button>
          ))}
          {chips.includes('idle') ? (
            <span className={classes.idleFilter}>
              <NumberField aria-label="Days without a read" value={days} read={readDays} onChange={setDays} />
              <span className="dim">days</span>
            </span>
          ) : null}
        </>
      }
      onShowAll={() => setChips(noChips)}
      empty={
        <EmptyState
          title="No cached images"
          actions={
            <Button whyNot={takes(host)} onClick={() => openDialog({ kind: 'like', hostId: host.id })}>
              Make like another host…
            </Button>
          }
        >
          Images are cached when a client downloads them through this host, or when they are queued.
        </EmptyState>
      }
    />
  );
}

function Tags({ image }: { image: CachedImage }) {
  const idle = useNow((now) => isIdle(image, now, idleDays));
  const { catalogStatus, description } = image;
  if (catalogStatus === 'orphan') {
    return (
      <Tag tone="bad" title="Deleted from Glance: this image can no longer be downloaded.">
        orphan
      </Tag>
    );
  }
  if (catalogStatus === 'notVisible') {
    return (
      <Tag title="This login cannot see the image, so the console cannot tell whether Glance still has it.">
        not visible
      </Tag>
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
    <Tag tone="warn" title="Not requested for 30 days or longer.">
      cold
    </Tag>
  );
}

const rank = { orphan: 0, notVisible: 1, unchecked: 2, known: 3 } as const;

/** The columns of the table of cached images. */
const cachedColumns: readonly Column<CachedImage>[] = [
  {
    id: 'image',
    header: 'Image',
    minWidth: 180,
    priority: 'always',
    sortBy: (image) => image.description?.name || image.imageId,
    cell: (image) => <ImageName {...image} />,
  },
  {
    id: 'standing',
    header: 'Status',
    width: 118,
    minWidth: 104,
    sortBy: (image) => rank[image.catalogStatus],
    cell: (image) => <Tags image={image} />,
  },
  {
    id: 'size',
    header: 'Size',
    width: 104,
    align: 'end',
    descendingFirst: true,
    sortBy: (image) => image.sizeBytes,
    cell: (image) => <Size bytes={image.sizeBytes} />,
  },
  {
    id: 'hits',
    header: 'Hits',
    width: 108,
    align: 'end',
    descendingFirst: true,
    sortBy: (image) => image.hits,
    cell: (image) => <span className={image.hits === 0 ? 'faint' : undefined}>{formatCount(image.hits)}</span>,
  },
  {
    id: 'accessed',
    header: 'Last accessed',
    width: 130,
    align: 'end',
    descendingFirst: true,
    sortBy: (image) => image.lastAccessed,
    cell: (image) => <RelativeTime time={image.lastAccessed} className="dim" />,
  },
  {
    id: 'cached',
    header: 'Cached',
    width: 110,
    priority: 'low',
    align: 'end',
    descendingFirst: true,
    sortBy: (image) => image.lastModified,
    cell: (image) => <RelativeTime time={image.lastModified} className="dim" />,
  },
];

const iso = (time: number | null) =>
  time === null || Number.isNaN(new Date(time).getTime()) ? null : new Date(time).toISOString();

/** The columns of an export of cached images. Sizes are bytes, times ISO 8601. */
const cachedExport: readonly ExportColumn<CachedImage>[] = [
  { name: 'image_id', value: (image) => image.imageId },
  { name: 'name', value: (image) => image.description?.name ?? null },
  { name: 'catalog_status', value: (image) => image.catalogStatus },
  { name: 'status', value: (image) => image.description?.status ?? null },
  { name: 'size_bytes', value: (image) => image.sizeBytes },
  { name: 'hits', value: (image) => image.hits },
  { name: 'last_accessed', value: (image) => iso(image.lastAccessed) },
  { name: 'cached_at', value: (image) => iso(image.lastModified) },
  { name: 'disk_format', value: (image) => image.description?.diskFormat ?? null },
  { name: 'owner', value: (image) => image.description?.owner ?? null },
  { name: 'visibility', value: (image) => image.description?.visibility ?? null },
];
