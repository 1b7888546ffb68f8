import type { ReactNode } from 'react';
import type { UrlFormat } from '../../lib/url-state.ts';

/** The value that a column sorts by. Null is last in both directions. */
export type SortValue = string | number | null;

/** A column of a table. */
export type Column<Row> = {
  id: string;
  header: string;
  /** Numbers are aligned at the end. */
  align?: 'end';
  /** Pixels. Columns without a width share the rest. */
  width?: number;
  /** The narrowest that the column is readable, in pixels; its width by default. */
  minWidth?: number;
  /**
   * Where space is short, columns of low priority are hidden first, and those that are always shown never. Those of the
   * lowest are shown only where the others have their whole width.
   */
  priority?: 'always' | 'low' | 'lowest';
  /** Depends on the row alone: rows are sorted again when they or the sort change, not when the columns do. */
  sortBy?: (row: Row) => SortValue;
  /** The first click sorts in descending order. */
  descendingFirst?: boolean;
  cell: (row: Row) => ReactNode;
  /** How many columns, in the order of their definition, the cell spans in this row; 1 by default. */
  span?: (row: Row) => number;
  className?: string;
};

export type Sort = { id: string; descending: boolean };

/** A sort in one parameter of the address: the column's id, with `-` before it where the order is descending. */
export function urlSort(param: string): UrlFormat<Sort | null> {
  return {
    read: (params) => {
      const text = params.get(param);
      if (text === null) return undefined;
      const id = text.replace(/^-/, '');
      return id === '' ? null : { id, descending: text !== id };
    },
    write: (params, sort) => params.set(param, sort ? `${sort.descending ? '-' : ''}${sort.id}` : ''),
  };
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
