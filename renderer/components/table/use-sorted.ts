import { useMemo } from 'react';
import type { Column, Sort } from './table-columns.ts';
import { naturalKey } from './table-columns.ts';

/** Returns the rows in the order of `sort`: numbers by value, names in natural order, rows without a value last. */
export function useSorted<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const sortBy = sort ? columns.find(({ id }) => id === sort.id)?.sortBy : undefined;
  const descending = sort?.descending ?? false;
  return useMemo(() => {
    if (!sortBy) return rows;
    const keyed = rows.map((row) => {
      const value = sortBy(row);
      return { row, key: typeof value === 'string' ? naturalKey(value) : value };
    });
    const direction = descending ? -1 : 1;
    keyed.sort(({ key: a }, { key: b }) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      return a < b ? -direction : a > b ? direction : 0;
    });
    return keyed.map(({ row }) => row);
  }, [rows, sortBy, descending]);
}
