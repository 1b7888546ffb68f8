import type { HostId } from '../../../electron/contract/hosts.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import { addColumnSums, type ColumnSums, type GridHost, noSums } from './coverage-rows.ts';

export type Grouping = 'none' | 'cloud' | 'region' | 'label';

/** How hosts are grouped unless the operator chooses: by region where a cloud has several. */
export function defaultGrouping(hosts: readonly Pick<GridHost, 'region'>[]): Grouping {
  return hosts.some(({ region }) => region !== null) ? 'region' : 'none';
}

/** Whether a stored value is a grouping. */
export function isGrouping(value: unknown): value is Grouping {
  return value === 'none' || value === 'cloud' || value === 'region' || value === 'label';
}

/** Whether a stored value is a list of group ids. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** A column of the grid: a host, or a folded group of hosts. */
export type GridColumn = {
  id: string;
  name: string;
  hosts: readonly GridHost[];
  /** Whether the column is a folded group. */
  folded: boolean;
};

/** A group of hosts and its columns. */
export type ColumnGroup = {
  id: string;
  name: string;
  hosts: readonly GridHost[];
  folded: boolean;
  /** The index of its first column. */
  from: number;
  /** The number of its columns. */
  count: number;
};

const unlabelled = 'No label';

function groupOf(host: GridHost, grouping: Grouping, severalClouds: boolean): { id: string; name: string } {
  if (grouping === 'cloud') return { id: `cloud ${host.cloudId}`, name: host.cloud };
  if (grouping === 'region') {
    const name = severalClouds && host.region !== null ? `${host.cloud}, ${host.region}` : (host.region ?? host.cloud);
    return { id: `region ${host.imageServiceId}`, name };
  }
  const [label] = host.labels;
  return label === undefined ? { id: 'no label', name: unlabelled } : { id: `label ${label}`, name: label };
}

/**
 * Groups the hosts into columns. Groups are sorted by name, hosts without a label come last. A host belongs to the group of
 * its first label.
 *
 * @param folded the ids of the groups that are one column
 */
export function groupColumns(
  hosts: readonly GridHost[],
  grouping: Grouping,
  folded: readonly string[],
): { columns: GridColumn[]; groups: ColumnGroup[] } {
  if (grouping === 'none') return { columns: hosts.map(hostColumn), groups: [] };
  const found = new Map<string, { name: string; hosts: GridHost[] }>();
  const severalClouds = hosts.some(({ cloudId }) => cloudId !== hosts[0]?.cloudId);
  for (const host of hosts) {
    const { id, name } = groupOf(host, grouping, severalClouds);
    const group = found.get(id);
    if (group) group.hosts.push(host);
    else found.set(id, { name, hosts: [host] });
  }
  const last = (id: string) => (id === 'no label' ? 1 : 0);
  const sorted = [...found].sort(
    ([oneId, one], [otherId, other]) =>
      last(oneId) - last(otherId) || (naturalKey(one.name) < naturalKey(other.name) ? -1 : 1),
  );
  const columns: GridColumn[] = [];
  const groups: ColumnGroup[] = [];
  for (const [id, { name, hosts }] of sorted) {
    const isFolded = folded.includes(id);
    const from = columns.length;
    if (isFolded) columns.push({ id: groupColumnId(id), name, hosts, folded: true });
    else columns.push(...hosts.map(hostColumn));
    groups.push({ id, name, hosts, folded: isFolded, from, count: columns.length - from });
  }
  return { columns, groups };
}

export function hostColumnId(hostId: HostId): string {
  return `host ${hostId}`;
}

export function groupColumnId(groupId: string): string {
  return `group ${groupId}`;
}

function hostColumn(host: GridHost): GridColumn {
  return { id: hostColumnId(host.hostId), name: host.name, hosts: [host], folded: false };
}

/** The fixed columns before and after the host columns. They do not scroll with the hosts. */
export const fixedLeft = ['name', 'size'] as const;
export const fixedRight = ['missing', 'hosts', 'hits'] as const;
export type FixedColumn = (typeof fixedLeft)[number] | (typeof fixedRight)[number];
const fixed: ReadonlySet<string> = new Set([...fixedLeft, ...fixedRight]);

export function isFixedColumn(id: string): id is FixedColumn {
  return fixed.has(id);
}

/** Widths and heights in pixels, as in coverage-grid.module.css. */
const sizeWidth = 104;
const rightWidth = 80 + 76 + 116;
const minNameWidth = 216;
const maxNameWidth = 460;
const foldedWidth = 84;
/** From this column width on, host names are written horizontally. */
const minWideHost = 84;
const maxWideHost = 132;
const minNarrowHost = 32;
const maxNarrowHost = 52;
const horizontalNameHeight = 36;
/** For vertical names: the width of a letter, the space around the name, and the height at which it is cut. */
const letterWidth = 6.6;
const namePadding = 30;
const maxNameHeight = 132;

/** The number of heading rows: groups (if any), names, sums. */
export function headingRowCount(grouped: boolean): number {
  return grouped ? 3 : 2;
}

/** The positions of the columns in pixels. A column index counts the host columns only, unless said otherwise. */
export type GridLayout = {
  /** Whether host names are written vertically. */
  narrow: boolean;
  /** The height of the host names. */
  namesHeight: number;
  left: number;
  nameWidth: number;
  right: number;
  width: number;
  columnWidth: (index: number) => number;
  startOf: (index: number) => number;
  widthOf: (from: number, count: number) => number;
  /** The index of a column among all columns of the grid, fixed ones included. */
  indexOf: (id: string) => number;
  /** The id of the column at such an index. */
  idAt: (index: number) => string | undefined;
  count: number;
};

/**
 * Divides the width among the columns. Host columns shrink until all of them are visible; below a minimum width they scroll.
 *
 * @param available the width of the grid in pixels
 */
export function computeLayout(
  columns: readonly Pick<GridColumn, 'id' | 'name' | 'folded'>[],
  available: number,
): GridLayout {
  const folded = columns.filter((column) => column.folded).length;
  const hosts = columns.length - folded;
  const forHosts = available - minNameWidth - sizeWidth - rightWidth - folded * foldedWidth;
  const each = hosts === 0 ? minWideHost : Math.floor(forHosts / hosts);
  const narrow = each < minWideHost;
  const hostWidth = narrow ? Math.min(maxNarrowHost, Math.max(minNarrowHost, each)) : Math.min(maxWideHost, each);
  const longest = columns.reduce((most, { name }) => Math.max(most, name.length), 0);
  const hostsWidth = hosts * hostWidth + folded * foldedWidth;
  const spare = available - hostsWidth - minNameWidth - sizeWidth - rightWidth;
  const nameWidth = Math.max(minNameWidth, Math.min(maxNameWidth, minNameWidth + spare));
  const left = nameWidth + sizeWidth;
  const columnWidth = (index: number) => (columns[index]?.folded ? foldedWidth : hostWidth);
  const starts: number[] = [left];
  for (const index of columns.keys()) starts.push((starts[index] ?? left) + columnWidth(index));
  const startOf = (index: number) => starts[index] ?? left;
  const ids = [...fixedLeft, ...columns.map(({ id }) => id), ...fixedRight];
  const indexes = new Map(ids.map((id, index) => [id as string, index]));
  return {
    narrow,
    namesHeight: narrow
      ? Math.min(maxNameHeight, Math.ceil(longest * letterWidth) + namePadding)
      : horizontalNameHeight,
    left,
    nameWidth,
    right: rightWidth,
    width: Math.max(available, left + hostsWidth + rightWidth),
    columnWidth,
    startOf,
    widthOf: (from, count) => startOf(from + count) - startOf(from),
    indexOf: (id) => indexes.get(id) ?? 0,
    idAt: (index) => ids[index],
    count: ids.length,
  };
}

/** The sums of a column: those of its host, or of all hosts of a folded group. */
export function sumColumn(column: Pick<GridColumn, 'hosts'>, sums: ReadonlyMap<HostId, ColumnSums>): ColumnSums {
  return addColumnSums(column.hosts.map(({ hostId }) => sums.get(hostId) ?? noSums));
}
