import type { CloudId } from '../../../electron/contract/clouds.ts';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { ImageServiceId } from '../../../electron/contract/images.ts';
import type { WasteConditions, WasteRow } from '../../../electron/contract/waste.ts';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { ImageName } from '../../components/image-name.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag, type Tone } from '../../components/tag.tsx';
import type { ExportColumn } from '../../lib/csv.ts';
import { exportedBytes } from '../../lib/format.ts';
import classes from './waste.module.css';
import { type ReasonTag, reasonTags } from './waste-text.ts';

const tones: Partial<Record<ReasonTag['key'], Tone>> = { orphan: 'bad', neverHit: 'warn', idle: 'warn', golden: 'ok' };

type RegionNames = Readonly<Record<ImageServiceId, string>>;

/** The columns of the list. The conditions decide which reasons are shown; the region is shown where a cloud has several. */
export function wasteColumns(conditions: WasteConditions, regions: RegionNames): readonly Column<WasteRow>[] {
  const columns: readonly Column<WasteRow>[] = [
    {
      id: 'image',
      header: 'Image',
      minWidth: 170,
      priority: 'always',
      sortBy: ({ description, imageId }) => description?.name || imageId,
      cell: (row) => <ImageName {...row} />,
    },
    {
      id: 'why',
      header: 'Why',
      minWidth: 190,
      priority: 'always',
      width: 184,
      sortBy: (row) =>
        reasonTags(row, conditions)
          .map(({ key }) => key)
          .join() || null,
      cell: (row) => (
        <span className={classes.reasons}>
          {reasonTags(row, conditions).map(({ key, text, title }) => (
            <Tag key={key} tone={tones[key] ?? 'plain'} title={title}>
              {text}
            </Tag>
          ))}
        </span>
      ),
    },
    {
      id: 'hosts',
      header: 'Hosts',
      width: 90,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ hosts }) => hosts,
      cell: ({ hosts, cachedOn }) => (
        <span title={`${formatCount(hosts)} of the ${formatCount(cachedOn)} hosts that have it cached`}>
          {formatCount(hosts)} <span className="faint">of {formatCount(cachedOn)}</span>
        </span>
      ),
    },
    {
      id: 'size',
      header: 'Size',
      width: 96,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ bytes }) => bytes,
      cell: ({ bytes, unsized }) => <Size bytes={bytes} unsized={unsized} />,
    },
    {
      id: 'hits',
      header: 'Hits',
      width: 110,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ hits }) => hits,
      cell: ({ hits }) => <span className={hits === 0 ? 'faint' : undefined}>{formatCount(hits)}</span>,
    },
    {
      id: 'used',
      header: 'Last accessed',
      width: 130,
      priority: 'low',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ lastUsed }) => lastUsed,
      cell: ({ lastUsed }) => <RelativeTime time={lastUsed} className="dim" />,
    },
  ];
  const hasRegions = Object.keys(regions).length > 0;
  return hasRegions ? withRegion(columns, ({ imageServiceId }) => regions[imageServiceId] ?? '') : columns;
}

/** The columns of the exported list. Sizes are in bytes, times in ISO 8601. */
export function wasteExport(
  conditions: WasteConditions,
  clouds: ReadonlyMap<CloudId, string>,
  regions: RegionNames,
): readonly ExportColumn<WasteRow>[] {
  return [
    { name: 'image_id', value: ({ imageId }) => imageId },
    { name: 'name', value: ({ description }) => description?.name ?? null },
    { name: 'cloud', value: ({ cloudId }) => clouds.get(cloudId) ?? cloudId },
    { name: 'region', value: ({ imageServiceId }) => regions[imageServiceId] ?? null },
    { name: 'catalog_status', value: ({ catalogStatus }) => catalogStatus },
    {
      name: 'why',
      value: (row) =>
        reasonTags(row, conditions)
          .map(({ text }) => text)
          .join('; '),
    },
    { name: 'hosts', value: ({ hosts }) => hosts },
    { name: 'cached_on', value: ({ cachedOn }) => cachedOn },
    { name: 'bytes', value: (row) => exportedBytes(row) },
    { name: 'copies_of_unknown_size', value: ({ unsized }) => unsized },
    { name: 'hits', value: ({ hits }) => hits },
    {
      name: 'last_accessed',
      value: ({ lastUsed }) =>
        lastUsed === null || Number.isNaN(new Date(lastUsed).getTime()) ? null : new Date(lastUsed).toISOString(),
    },
  ];
}
