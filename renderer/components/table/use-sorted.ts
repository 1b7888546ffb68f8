import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  type Row as TableRow,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Column, Sort } from './columns.ts';
import { naturalKey } from './natural-key.ts';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;

function byValue<Row extends object>(a: TableRow<Features, Row>, b: TableRow<Features, Row>, columnId: string): number {
  const left = a.getValue<string | number>(columnId);
  const right = b.getValue<string | number>(columnId);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The rows in the order of a sort, by value: numbers as numbers, names naturally, nothing at the end. */
export function useSorted<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const definitions = useMemo(
    () =>
      columns.flatMap<ColumnDef<Features, Row>>(({ id, sortBy }) =>
        sortBy
          ? {
              id,
              accessorFn: (row) => {
                const value = sortBy(row);
                return typeof value === 'string' ? naturalKey(value) : (value ?? undefined);
              },
              sortFn: byValue,
              sortUndefined: 'last',
            }
          : [],
      ),
    [columns],
  );
  const sorting = useMemo<SortingState>(
    () => (sort && definitions.some(({ id }) => id === sort.id) ? [{ id: sort.id, desc: sort.descending }] : []),
    [sort, definitions],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable<Features, Row>({ features, columns: definitions, data, state: { sorting } });
  const model = table.getRowModel();
  return useMemo(() => model.rows.map(({ original }) => original), [model]);
}
