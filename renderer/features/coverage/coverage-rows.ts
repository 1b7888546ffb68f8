import { useMemo, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { Coverage, CoverageCell, CoverageHost, CoverageImage } from '../../../electron/contract/coverage.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { CatalogueImage, ImageId, ImageServiceId } from '../../../electron/contract/images.ts';
import { regionNames } from '../../components/hosts/regions.ts';
import { naturalKey, type Sort } from '../../components/table/table-sort.ts';

/** A host as a column of the grid. */
export type GridHost = CoverageHost & {
  name: string;
  cloudId: string;
  cloud: string;
  imageServiceId: ImageServiceId;
  /** The name of its region; null if its cloud has only one. */
  region: string | null;
  labels: readonly string[];
  /** The host has not answered since the console started. */
  waiting: boolean;
  /** The index of the host's letter in `CoverageImage.cells`. */
  cellIndex: number;
};

/** The host fields that the numbers of a row depend on. */
export type HostReading = Pick<GridHost, 'cellIndex' | 'reading'>;

/** On how many hosts an image is in each state. A host that does not answer counts as unknown, whatever it listed before. */
export type CellCounts = { cached: number; queued: number; missing: number; unknown: number };

/** An image as a row of the grid, with its catalogue entry and golden sets. */
export type GridImage = {
  image: CoverageImage;
  counts: CellCounts;
  tags: readonly string[];
  properties: Readonly<Record<string, string>>;
  visibility: string | null;
  /** The ids of the golden sets that the image is in. */
  golden: readonly string[];
};

/** The catalogue fields that the grid shows and filters by. */
export type CatalogueDetails = Pick<CatalogueImage, 'tags' | 'properties' | 'visibility'>;

/** The host fields of the live state that the grid shows. */
export type HostFacts = Pick<
  HostSummary,
  'id' | 'name' | 'cloudId' | 'region' | 'imageServiceId' | 'labels' | 'state' | 'failure' | 'revision'
>;

/**
 * Joins the hosts of a coverage answer with the live state. A host that failed after the answer was made is stale at
 * once. A host that was removed is left out.
 *
 * @param refreshedAt when each host was last read, in epoch milliseconds; used for hosts whose images are as in the answer
 */
export function joinHosts(
  answer: readonly CoverageHost[],
  hosts: readonly HostFacts[],
  clouds: readonly Pick<Cloud, 'id' | 'name'>[],
  refreshedAt: Readonly<Record<HostId, number | null>>,
): GridHost[] {
  const byId = new Map(hosts.map((host) => [host.id, host]));
  const cloudNames = new Map(clouds.map(({ id, name }) => [id, name]));
  const regions = regionNames(hosts);
  return answer.flatMap((answered, cellIndex) => {
    const host = byId.get(answered.hostId);
    if (!host) return [];
    const { name, cloudId, labels, failure, state } = host;
    const unchanged = host.revision === answered.revision;
    const failed = failure !== null && answered.reading === 'current';
    return {
      ...answered,
      ...(failed ? { reading: 'stale' as const, reason: failure.message } : {}),
      takenAt: unchanged ? (refreshedAt[host.id] ?? answered.takenAt) : answered.takenAt,
      name,
      cloudId,
      cloud: cloudNames.get(cloudId) ?? '',
      imageServiceId: host.imageServiceId,
      region: regions.get(host.id) ?? null,
      labels,
      waiting: state === 'waiting',
      cellIndex,
    };
  });
}

/** What the host last listed about an image. */
export function cellState(image: CoverageImage, host: Pick<GridHost, 'cellIndex'>): CoverageCell {
  const letter = image.cells[host.cellIndex];
  return letter === 'c' || letter === 'q' || letter === 'm' || letter === '-' ? letter : '?';
}

const countedAs = { c: 'cached', q: 'queued', m: 'missing', '?': 'unknown' } as const;

/**
 * The state of a cell in every sum: what a host listed counts only while it answers. Undefined if the host has nothing
 * to cache.
 */
export function countedState(image: CoverageImage, host: HostReading): keyof CellCounts | undefined {
  const cell = cellState(image, host);
  if (cell === '-') return undefined;
  return host.reading === 'current' ? countedAs[cell] : 'unknown';
}

export function countCells(image: CoverageImage, hosts: readonly HostReading[]): CellCounts {
  const counts: CellCounts = { cached: 0, queued: 0, missing: 0, unknown: 0 };
  for (const host of hosts) {
    const state = countedState(image, host);
    if (state) counts[state] += 1;
  }
  return counts;
}

const noDetails: CatalogueDetails = { tags: [], properties: {}, visibility: null };
const none: readonly string[] = [];

/** The rows of the grid: a coverage answer joined with the catalogues and the golden sets. */
export function buildRows(
  { images }: Pick<Coverage, 'images'>,
  hosts: readonly HostReading[],
  details: ReadonlyMap<ImageId, CatalogueDetails>,
  golden: ReadonlyMap<ImageId, readonly string[]>,
): GridImage[] {
  return images.map((image) => {
    const { tags, properties, visibility } = details.get(image.imageId) ?? noDetails;
    const sets = golden.get(image.imageId) ?? none;
    return { image, counts: countCells(image, hosts), tags, properties, visibility, golden: sets };
  });
}

/** The images of a column by state, and the bytes that the cached ones take, without the `unsized` ones. */
export type ColumnSums = CellCounts & { bytes: number; unsized: number };

export const noSums: ColumnSums = { cached: 0, queued: 0, missing: 0, unknown: 0, bytes: 0, unsized: 0 };

/** The sums of each host over some images. */
export function sumColumns(images: readonly GridImage[], hosts: readonly GridHost[]): Map<HostId, ColumnSums> {
  return new Map(
    hosts.map((host) => {
      const sums = { ...noSums };
      for (const { image } of images) {
        const state = countedState(image, host);
        if (!state) continue;
        sums[state] += 1;
        if (state !== 'cached') continue;
        if (image.sizeBytes === null) sums.unsized += 1;
        else sums.bytes += image.sizeBytes;
      }
      return [host.hostId, sums];
    }),
  );
}

export function addColumnSums(all: readonly ColumnSums[]): ColumnSums {
  const total = { ...noSums };
  for (const sums of all) {
    total.cached += sums.cached;
    total.queued += sums.queued;
    total.missing += sums.missing;
    total.unknown += sums.unknown;
    total.bytes += sums.bytes;
    total.unsized += sums.unsized;
  }
  return total;
}

/** A value to sort by; rows with null come last in both directions. */
const sortValues: Record<string, (row: GridImage) => string | number | null> = {
  name: ({ image }) => (image.name === null || image.name === '' ? null : naturalKey(image.name)),
  size: ({ image }) => image.sizeBytes,
  missing: ({ counts }) => counts.missing,
  hosts: ({ counts }) => counts.cached,
  hits: ({ image }) => image.hits,
};
const byName = sortValues['name'] ?? (() => null);

/** The rows in the order of a sort. Rows with equal values are ordered by name, then by id. */
export function sortRows(rows: readonly GridImage[], sort: Sort): GridImage[] {
  const value = sortValues[sort.id] ?? byName;
  const sign = sort.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: value(row), name: naturalKey(row.image.name ?? '') }));
  keyed.sort((one, other) => {
    if (one.value !== other.value) {
      if (one.value === null) return 1;
      if (other.value === null) return -1;
      return one.value < other.value ? -sign : sign;
    }
    if (one.name !== other.name) return one.name < other.name ? -1 : 1;
    return one.row.image.imageId < other.row.image.imageId ? -1 : 1;
  });
  return keyed.map(({ row }) => row);
}

type Order = { criteria: readonly object[]; rows: readonly GridImage[]; rank: ReadonlyMap<string, number> };

/**
 * Keeps the order of the rows while the pointer is over the grid, so that a click hits the row that the operator aimed
 * at. New rows come last during that time. Other `criteria` (the sort and the filter, compared by identity) start a new
 * order.
 */
export function useStableOrder(
  rows: readonly GridImage[],
  criteria: readonly object[],
  frozen: boolean,
): readonly GridImage[] {
  const [order, setOrder] = useState<Order>(() => orderOf(criteria, rows));
  const same = criteria.every((criterion, index) => criterion === order.criteria[index]);
  const keeps = frozen && same;
  if (!keeps && !(same && order.rows === rows)) setOrder(orderOf(criteria, rows));
  return useMemo(() => (keeps ? restoreOrder(rows, order.rank) : rows), [keeps, rows, order]);
}

function orderOf(criteria: readonly object[], rows: readonly GridImage[]): Order {
  return { criteria, rows, rank: new Map(rows.map(({ image }, index) => [image.imageId, index])) };
}

/** The rows by rank. Rows without a rank come last, in their own order. */
export function restoreOrder(rows: readonly GridImage[], rank: ReadonlyMap<string, number>): GridImage[] {
  const rankOf = ({ image }: GridImage) => rank.get(image.imageId) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((one, other) => {
    const [first, second] = [rankOf(one), rankOf(other)];
    return first === second ? 0 : first - second;
  });
}
