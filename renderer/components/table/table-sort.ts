import type { UrlFormat } from '../../lib/url-state.ts';

/** The value that a column sorts by. Null is last in both directions. */
export type SortValue = string | number | null;

export type Sort = { id: string; descending: boolean };

/** A sort in one parameter of the address: the column's id, with `-` before it if the order is descending. */
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
