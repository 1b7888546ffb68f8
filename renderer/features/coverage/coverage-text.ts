import { formatCount } from '../../../electron/contract/counts.ts';
import type { CoverageCell } from '../../../electron/contract/coverage.ts';
import type { ExportColumn } from '../../lib/csv.ts';
import { formatRelative } from '../../lib/format.ts';
import { type CellCounts, cellState, type GridHost, type GridImage } from './coverage-rows.ts';

export const cellLabels: Record<CoverageCell, string> = {
  c: 'cached',
  q: 'queued',
  m: 'missing',
  '-': 'nothing to cache',
  '?': 'unknown',
};

/** The name of an image, or its id if it has none. */
export function imageLabel({ image }: Pick<GridImage, 'image'>): string {
  return image.name || image.imageId;
}

/** The state of an image on a host with the age of that reading. A host that does not answer is described in the past. */
export function describeCell(cell: CoverageCell, host: GridHost, now: number): string {
  if (cell === '?' || host.takenAt === null) return 'unknown';
  const when = formatRelative(host.takenAt, Math.max(now, host.takenAt));
  if (host.reading !== 'current') return `unknown, was ${cellLabels[cell]} ${when}`;
  return `${cellLabels[cell]}, as of ${when}`;
}

/** `cached on 4 of 5 hosts, missing on 1`. */
export function describeCounts({ cached, queued, missing, unknown }: CellCounts): string {
  const of = cached + queued + missing;
  return [
    of > 0 ? `cached on ${formatCount(cached)} of ${formatCount(of)}` : '',
    queued > 0 ? `queued on ${formatCount(queued)}` : '',
    missing > 0 ? `missing on ${formatCount(missing)}` : '',
    unknown > 0 ? `unknown on ${formatCount(unknown)}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const prefixes = ['', 'K', 'M', 'G', 'T', 'P'] as const;

/** A size for a narrow column in binary units: `31T`. */
export function shortSize(bytes: number): string {
  let value = bytes;
  let prefix = 0;
  while (value >= 999.5 && prefix < prefixes.length - 1) {
    value /= 1024;
    prefix += 1;
  }
  const digits = prefix === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)}${prefixes[prefix]}`;
}

/** A sum of sizes for a narrow column, without the `unsized` ones: `31T`, `≥31T`, or `?` if no size is known. */
export function shortSizeSum({ bytes, unsized }: { bytes: number; unsized: number }): string {
  if (unsized === 0) return shortSize(bytes);
  return bytes === 0 ? '?' : `≥${shortSize(bytes)}`;
}

/** A count in at most five characters: `9999`, `12.3k`, `123k`. */
export function shortCount(count: number): string {
  if (count < 10_000) return String(count);
  const thousands = count / 1_000;
  if (thousands < 99.95) return `${thousands.toFixed(1)}k`;
  return thousands < 9_999.5 ? `${Math.round(thousands)}k` : `${Math.round(thousands / 1_000)}M`;
}

/** The columns of the exported grid: one row per image, one column per host. Hosts that do not answer are marked as unknown. */
export function coverageExport(
  hosts: readonly GridHost[],
  setNames: ReadonlyMap<string, string>,
): ExportColumn<GridImage>[] {
  const names = new Map<string, number>();
  for (const { name } of hosts) names.set(name, (names.get(name) ?? 0) + 1);
  return [
    { name: 'image_id', value: ({ image }) => image.imageId },
    { name: 'name', value: ({ image }) => image.name },
    { name: 'catalog_status', value: ({ image }) => image.catalogStatus },
    { name: 'status', value: ({ image }) => image.status },
    { name: 'visibility', value: ({ visibility }) => visibility },
    { name: 'tags', value: ({ tags }) => tags.join(' ') },
    { name: 'golden_sets', value: ({ golden }) => golden.map((id) => setNames.get(id) ?? id).join(', ') },
    { name: 'size_bytes', value: ({ image }) => image.sizeBytes },
    { name: 'hits', value: ({ image }) => image.hits },
    {
      name: 'last_accessed',
      value: ({ image }) => (image.lastAccessed === null ? null : new Date(image.lastAccessed).toISOString()),
    },
    { name: 'cached_on', value: ({ counts }) => counts.cached },
    { name: 'queued_on', value: ({ counts }) => counts.queued },
    { name: 'missing_on', value: ({ counts }) => counts.missing },
    { name: 'unknown_on', value: ({ counts }) => counts.unknown },
    ...hosts.map((host) => ({
      name: (names.get(host.name) ?? 0) > 1 ? `${host.name} (${host.cloud} ${host.hostId})` : host.name,
      value: ({ image }: GridImage) => {
        const cell = cellState(image, host);
        if (host.reading === 'current' || cell === '?' || cell === '-') return cellLabels[cell];
        return `unknown, was ${cellLabels[cell]}`;
      },
    })),
  ];
}
