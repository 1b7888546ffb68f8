import type { Sort } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import type { GridImage } from './model.ts';

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
