import { useMemo } from 'react';

/** The text of a row that a filter searches: its fields, one per line, in lower case. Fields without a value are left out. */
function searchableText(fields: readonly (string | null | undefined)[]): string {
  return fields
    .filter((field) => field !== null && field !== undefined)
    .join('\n')
    .toLowerCase();
}

/** Reads a filter. Returns whether a searchable text contains every word of it; case does not matter. */
function textFilter(query: string): (searchable: string) => boolean {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (searchable) => words.every((word) => searchable.includes(word));
}

/** The rows that contain every word of the filter in one of their fields. The same array when the filter is blank. */
export function filterByText<Row>(
  rows: readonly Row[],
  query: string,
  fieldsOf: (row: Row) => readonly (string | null | undefined)[],
): readonly Row[] {
  if (query.trim() === '') return rows;
  const matches = textFilter(query);
  return rows.filter((row) => matches(searchableText(fieldsOf(row))));
}

/** `filterByText` as a hook: filters again when the rows or the filter change. Pass the same `fieldsOf` on every render. */
export function useTextFilter<Row>(
  rows: readonly Row[],
  query: string,
  fieldsOf: (row: Row) => readonly (string | null | undefined)[],
): readonly Row[] {
  return useMemo(() => filterByText(rows, query, fieldsOf), [rows, query, fieldsOf]);
}
