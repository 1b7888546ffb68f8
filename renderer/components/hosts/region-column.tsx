import type { Column } from '../table/table-columns.ts';

/** Puts a column with the region of each row behind the first column. */
export function withRegion<Row>(
  [first, ...others]: readonly Column<Row>[],
  regionOf: (row: Row) => string,
): readonly Column<Row>[] {
  const region: Column<Row> = {
    id: 'region',
    header: 'Region',
    width: 120,
    minWidth: 96,
    sortBy: regionOf,
    cell: (row) => (
      <span className="dim cut" title={regionOf(row)}>
        {regionOf(row)}
      </span>
    ),
  };
  return first ? [first, region, ...others] : [region];
}
