import { useMemo, useState } from 'react';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import type { Coverage, CoverageCell, CoverageHost, CoverageImage } from '../../../electron/contract/coverage.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import type { Sort } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-columns.ts';

/** A host as a column of the grid. */
export type GridHost = CoverageHost & {
  name: string;
  cloudId: string;
  cloud: string;
  labels: readonly string[];
  /** It has not given its first answer yet. */
  waiting: boolean;
  /** Where its letter is in the cells of an image. */
  at: number;
};

/** What counts of a host for the numbers of a row. */
export type HostPlace = Pick<GridHost, 'at' | 'reading'>;

/** How many hosts an image is on. Hosts that do not answer now count as unknown, whatever they listed before. */
export type Counts = {
  cached: number;
  queued: number;
  missing: number;
  unknown: number;
};

/** An image as a row of the grid, with what the catalogue and the golden sets tell beside. */
export type GridImage = {
  image: CoverageImage;
  counts: Counts;
  tags: readonly string[];
  properties: Readonly<Record<string, string>>;
  visibility: string | null;
  /** Golden sets that it is in: their ids. */
  golden: readonly string[];
};

/** What the catalogue tells of an image, as far as the grid wants it. */
export type Described = Pick<CatalogueImage, 'tags' | 'properties' | 'visibility'>;

/**
 * The hosts in the order of their letters, as they are at this moment: a host that failed since the answer was made is
 * stale at once, and one that listed the same again is of now. A host that is not in the console any more is left out.
 */
export function hostsOf(
  answer: readonly CoverageHost[],
  hosts: readonly HostSummary[],
  clouds: readonly Cloud[],
): GridHost[] {
  const byId = new Map(hosts.map((host) => [host.id, host]));
  const cloudNames = new Map(clouds.map(({ id, name }) => [id, name]));
  return answer.flatMap((told, at) => {
    const host = byId.get(told.hostId);
    if (!host) return [];
    const { name, cloudId, labels, failure, state } = host;
    const same = host.revision === told.revision;
    const failed = failure !== null && told.reading === 'current';
    return {
      ...told,
      ...(failed ? { reading: 'stale' as const, reason: failure.message } : {}),
      takenAt: same ? (host.refreshedAt ?? told.takenAt) : told.takenAt,
      name,
      cloudId,
      cloud: cloudNames.get(cloudId) ?? '',
      labels,
      waiting: state === 'waiting',
      at,
    };
  });
}

/** The letter of an image on a host. */
export function cellOf(image: CoverageImage, host: Pick<GridHost, 'at'>): CoverageCell {
  const letter = image.cells[host.at];
  return letter === 'c' || letter === 'q' || letter === 'm' || letter === '-' ? letter : '?';
}

export function countsOf(image: CoverageImage, hosts: readonly HostPlace[]): Counts {
  const counts: Counts = { cached: 0, queued: 0, missing: 0, unknown: 0 };
  for (const host of hosts) {
    const letter = image.cells[host.at];
    if (letter === '-') continue;
    if (host.reading !== 'current' || letter === '?') counts.unknown += 1;
    else if (letter === 'c') counts.cached += 1;
    else if (letter === 'q') counts.queued += 1;
    else if (letter === 'm') counts.missing += 1;
  }
  return counts;
}

const nothing: Described = { tags: [], properties: {}, visibility: null };
const none: readonly string[] = [];

/** The rows: what the hosts have, joined with the catalogues and the golden sets. */
export function imagesOf(
  { images }: Pick<Coverage, 'images'>,
  hosts: readonly HostPlace[],
  described: ReadonlyMap<ImageId, Described>,
  golden: ReadonlyMap<ImageId, readonly string[]>,
): GridImage[] {
  return images.map((image) => {
    const { tags, properties, visibility } = described.get(image.imageId) ?? nothing;
    return {
      image,
      counts: countsOf(image, hosts),
      tags,
      properties,
      visibility,
      golden: golden.get(image.imageId) ?? none,
    };
  });
}

/** What is cached, missing and held on a host, of some images. Sizes in bytes. */
export type ColumnSums = { cached: number; queued: number; missing: number; unknown: number; bytes: number };

/** The sums of every host over some images, in the order of the hosts. What a host that is down had is not counted. */
export function columnSums(images: readonly GridImage[], hosts: readonly GridHost[]): Map<HostId, ColumnSums> {
  const sums = hosts.map(() => ({ cached: 0, queued: 0, missing: 0, unknown: 0, bytes: 0 }));
  for (const { image } of images) {
    const { cells } = image;
    const size = image.sizeBytes ?? 0;
    for (const [place, sum] of sums.entries()) {
      const host = hosts[place];
      if (!host) continue;
      const letter = cells[host.at];
      if (letter === '-') continue;
      if (host.reading !== 'current' || letter === '?') sum.unknown += 1;
      else if (letter === 'c') {
        sum.cached += 1;
        sum.bytes += size;
      } else if (letter === 'q') sum.queued += 1;
      else if (letter === 'm') sum.missing += 1;
    }
  }
  return new Map(hosts.map((host, place) => [host.hostId, sums[place] ?? noSums]));
}

export const noSums: ColumnSums = { cached: 0, queued: 0, missing: 0, unknown: 0, bytes: 0 };

export function addSums(all: readonly ColumnSums[]): ColumnSums {
  const total = { ...noSums };
  for (const sums of all) {
    total.cached += sums.cached;
    total.queued += sums.queued;
    total.missing += sums.missing;
    total.unknown += sums.unknown;
    total.bytes += sums.bytes;
  }
  return total;
}

/** What the rows can be sorted by. */
export const sorts = ['name', 'size', 'missing', 'hosts', 'hits'] as const;
export type SortId = (typeof sorts)[number];

export function isSortId(id: string): id is SortId {
  return (sorts as readonly string[]).includes(id);
}

/** Null goes last, whichever way it is sorted. */
const values: Record<SortId, (row: GridImage) => string | number | null> = {
  name: ({ image }) => (image.name === null || image.name === '' ? null : naturalKey(image.name)),
  size: ({ image }) => image.sizeBytes,
  missing: ({ counts }) => counts.missing,
  hosts: ({ counts }) => counts.cached,
  hits: ({ image }) => image.hits,
};

/** The rows in the order of a sort; equal ones by name, then by id, so that the order is the same every time. */
export function sortImages(rows: readonly GridImage[], sort: Sort): GridImage[] {
  const value = values[isSortId(sort.id) ? sort.id : 'name'];
  const way = sort.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: value(row), name: naturalKey(row.image.name ?? '') }));
  keyed.sort((one, other) => {
    if (one.value !== other.value) {
      if (one.value === null) return 1;
      if (other.value === null) return -1;
      return one.value < other.value ? -way : way;
    }
    if (one.name !== other.name) return one.name < other.name ? -1 : 1;
    return one.row.image.imageId < other.row.image.imageId ? -1 : 1;
  });
  return keyed.map(({ row }) => row);
}

type Order = { key: string; rows: readonly GridImage[]; rank: ReadonlyMap<string, number> };

/**
 * Rows in their order, which is held while a pointer is over them: what is clicked on must not have changed places just
 * then. Rows that are new meanwhile come last. Another `key` (a sort, a filter) is an order of its own.
 */
export function useHeldOrder(rows: readonly GridImage[], key: string, held: boolean): readonly GridImage[] {
  const [order, keep] = useState<Order>(() => orderOf(key, rows));
  const holds = held && order.key === key;
  if (!holds && (order.key !== key || order.rows !== rows)) keep(orderOf(key, rows));
  return useMemo(() => (holds ? inOrder(rows, order.rank) : rows), [holds, rows, order]);
}

function orderOf(key: string, rows: readonly GridImage[]): Order {
  return { key, rows, rank: new Map(rows.map(({ image }, index) => [image.imageId, index])) };
}

/** The rows by rank; those that have none at the end, as they come. */
export function inOrder(rows: readonly GridImage[], rank: ReadonlyMap<string, number>): GridImage[] {
  const place = ({ image }: GridImage) => rank.get(image.imageId) ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((one, other) => {
    const [first, second] = [place(one), place(other)];
    return first === second ? 0 : first - second;
  });
}
