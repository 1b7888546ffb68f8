import type { ReactNode } from 'react';

/** The value that a column sorts by; null goes last, whichever way it is sorted. */
export type SortValue = string | number | null;

/** A column of a table. */
export type Column<Row> = {
  id: string;
  header: string;
  /** Numbers stand at the end, in tabular figures. */
  align?: 'end';
  /** A CSS width; columns without one share what is left. */
  width?: string;
  /** Depends on the row alone: rows are sorted again when they or the sort change, not when the columns do. */
  sortBy?: (row: Row) => SortValue;
  /** Large things first, on the first click. */
  descendingFirst?: boolean;
  cell: (row: Row) => ReactNode;
  /** How many columns the cell takes on this row; 1 when left out. */
  span?: (row: Row) => number;
  className?: string;
};

export type Sort = { id: string; descending: boolean };

/** Whether something kept from another time is a sort. */
export function isSort(value: unknown): value is Sort {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'descending' in value &&
    typeof value.descending === 'boolean'
  );
}

/** The next sort when a heading is chosen: its better way first, then the other, and so on. */
export function nextSort(sort: Sort | null, id: string, descendingFirst: boolean): Sort {
  return sort?.id === id ? { id, descending: !sort.descending } : { id, descending: descendingFirst };
}

/**
 * A text to compare by, so that `glance-2` comes before `glance-10` and case does not matter. Compared with `<`, which
 * on 100,000 rows is many times faster than a collator.
 */
export function naturalKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

/** Returns the rows in the order of a column: numbers by value, names in natural order, rows without a value last. */
export function sortRows<Row>(
  rows: readonly Row[],
  sortBy: (row: Row) => SortValue,
  descending: boolean,
): readonly Row[] {
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
}
