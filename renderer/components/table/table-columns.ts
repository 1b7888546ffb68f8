import type { ReactNode } from 'react';

/** The value that a column sorts by. Null is last in both directions. */
export type SortValue = string | number | null;

/** A column of a table. */
export type Column<Row> = {
  id: string;
  header: string;
  /** Numbers are aligned at the end. */
  align?: 'end';
  /** A CSS width. Columns without one share the rest. */
  width?: string;
  /** Depends on the row alone: rows are sorted again when they or the sort change, not when the columns do. */
  sortBy?: (row: Row) => SortValue;
  /** The first click sorts in descending order. */
  descendingFirst?: boolean;
  cell: (row: Row) => ReactNode;
  /** How many columns the cell spans in this row; 1 by default. */
  span?: (row: Row) => number;
  className?: string;
};

export type Sort = { id: string; descending: boolean };

/** Whether a stored value is a sort. */
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

/** The sort after a click on a heading: the column's preferred direction first, then the other. */
export function nextSort(sort: Sort | null, id: string, descendingFirst: boolean): Sort {
  return sort?.id === id ? { id, descending: !sort.descending } : { id, descending: descendingFirst };
}

/**
 * The sort key of a name: `glance-2` sorts before `glance-10`, and case does not matter. Keys are compared with `<`,
 * which is many times faster than a collator on 100,000 rows.
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
