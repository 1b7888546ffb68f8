import type { HostId } from '../../../electron/contract/hosts.ts';
import type { GridColumn } from './columns.ts';
import { addSums, type ColumnSums, noSums } from './model.ts';

/** The sums of a column: of its host, or of all hosts of a folded group. */
export function sumsOfColumn(column: Pick<GridColumn, 'hosts'>, sums: ReadonlyMap<HostId, ColumnSums>): ColumnSums {
  return addSums(column.hosts.map(({ hostId }) => sums.get(hostId) ?? noSums));
}
