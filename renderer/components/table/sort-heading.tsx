import type { Column, Sort } from './columns.ts';

type Props<Row> = { column: Column<Row>; sort: Sort | null; onSort: () => void };

/** A column's heading; a button where the column can be sorted. */
export function SortHeading<Row>({ column, sort, onSort }: Props<Row>) {
  const way = sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" data-align={column.align} aria-sort={column.sortBy ? (way ?? 'none') : undefined}>
      {column.sortBy ? (
        <button type="button" className="sort" onClick={onSort}>
          {column.header}
          <span aria-hidden="true" className="sort-mark">
            {way === 'descending' ? '↓' : way === 'ascending' ? '↑' : ''}
          </span>
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}
