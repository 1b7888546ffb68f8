import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ColumnChoices } from '../../components/table/column-choices.ts';
import { naturalKey } from '../../components/table/table-sort.ts';
import { addColumnSums, type ColumnSums, type GridHost, noSums } from './coverage-rows.ts';

export type Grouping = 'none' | 'cloud' | 'region' | 'label';

/** How hosts are grouped unless the operator chooses: by region if a cloud has several. */
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
const leftColumns = ['name', 'size'] as const;
const rightColumns = ['missing', 'hosts', 'hits'] as const;
export type FixedColumn = (typeof leftColumns)[number] | (typeof rightColumns)[number];
export const fixedColumns: readonly FixedColumn[] = [...leftColumns, ...rightColumns];
const fixed: ReadonlySet<string> = new Set(fixedColumns);

export function isFixedColumn(id: string): id is FixedColumn {
  return fixed.has(id);
}

/**
 * Widths and heights in pixels, as in coverage-grid.module.css. The image column takes the remaining width, up to a
 * maximum.
 */
const fixedWidths: Readonly<Record<FixedColumn, number>> = { name: 216, size: 104, missing: 80, hosts: 76, hits: 116 };
const maxNameWidth = 460;
/** The columns that give their space to the hosts when there is little of it, first to last. */
const squeezedFirst: readonly FixedColumn[] = ['hits', 'hosts', 'size'];
/** This number of hosts is in view before the columns of facts take space. */
const minHostsInView = 6;
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
const maxNameHeights = { ordinary: 132, low: 120 };
/** The heights of the other heading rows. In a low grid the lines of the sums are closer together. */
const groupsHeight = 28;
const sumsHeights = { ordinary: 56, low: 44 };

/** The number of heading rows: groups (if any), names, sums. */
export function headingRowCount(grouped: boolean): number {
  return grouped ? 3 : 2;
}

/** The positions of the columns in pixels. A column index counts the host columns only, unless stated otherwise. */
export type GridLayout = {
  /** Whether host names are written vertically. */
  narrow: boolean;
  /** The heights of the host names and of the sums, and of all heading rows together. */
  namesHeight: number;
  sumsHeight: number;
  headHeight: number;
  /** The fixed columns that are shown before and after the hosts, and those hidden because the grid is too narrow. */
  leftColumns: readonly FixedColumn[];
  rightColumns: readonly FixedColumn[];
  squeezed: readonly FixedColumn[];
  fixedWidth: (column: FixedColumn) => number;
  /** The widths of the columns before and after the hosts. */
  left: number;
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

type LayoutOptions = {
  /** The width of the grid in pixels. */
  available: number;
  /** The chosen fixed columns and their widths. */
  choices: ColumnChoices;
  grouped: boolean;
  /** Whether the headings leave more of the height to the images. */
  low: boolean;
};

/**
 * Divides the width among the columns. Host columns shrink until all of them are visible; below a minimum width they scroll,
 * and columns of facts give way to them.
 */
export function computeLayout(
  columns: readonly Pick<GridColumn, 'id' | 'name' | 'folded'>[],
  { available, choices, grouped, low }: LayoutOptions,
): GridLayout {
  const folded = columns.filter((column) => column.folded).length;
  const hosts = columns.length - folded;
  const widthOf = (column: FixedColumn) => choices.widths[column] ?? fixedWidths[column];
  const { shown, squeezed } = fitFixedColumns(available, choices, Math.min(columns.length, minHostsInView));
  const taken = shown.reduce((sum, column) => sum + widthOf(column), 0);
  const forHosts = available - taken - folded * foldedWidth;
  const each = hosts === 0 ? minWideHost : Math.floor(forHosts / hosts);
  const narrow = each < minWideHost;
  const hostWidth = narrow ? Math.min(maxNarrowHost, Math.max(minNarrowHost, each)) : Math.min(maxWideHost, each);
  const longest = columns.reduce((most, { name }) => Math.max(most, name.length), 0);
  const hostsWidth = hosts * hostWidth + folded * foldedWidth;
  const spare = choices.widths['name'] === undefined ? Math.max(0, available - hostsWidth - taken) : 0;
  const fixedWidth = (column: FixedColumn) =>
    column === 'name' ? Math.max(widthOf(column), Math.min(maxNameWidth, widthOf(column) + spare)) : widthOf(column);
  const isShown = (column: FixedColumn) => shown.includes(column);
  const [left, right] = [leftColumns.filter(isShown), rightColumns.filter(isShown)];
  const sum = (of: readonly FixedColumn[]) => of.reduce((total, column) => total + fixedWidth(column), 0);
  const columnWidth = (index: number) => (columns[index]?.folded ? foldedWidth : hostWidth);
  const starts: number[] = [sum(left)];
  for (const index of columns.keys()) starts.push((starts[index] ?? 0) + columnWidth(index));
  const startOf = (index: number) => starts[index] ?? sum(left);
  const ids = [...left, ...columns.map(({ id }) => id), ...right];
  const indexes = new Map(ids.map((id, index) => [id as string, index]));
  const height = low ? 'low' : 'ordinary';
  const namesHeight = narrow
    ? Math.min(maxNameHeights[height], Math.ceil(longest * letterWidth) + namePadding)
    : horizontalNameHeight;
  return {
    narrow,
    namesHeight,
    sumsHeight: sumsHeights[height],
    headHeight: (grouped ? groupsHeight : 0) + namesHeight + sumsHeights[height],
    leftColumns: left,
    rightColumns: right,
    squeezed,
    fixedWidth,
    left: sum(left),
    right: sum(right),
    width: Math.max(available, sum(left) + hostsWidth + sum(right)),
    columnWidth,
    startOf,
    widthOf: (from, count) => startOf(from + count) - startOf(from),
    indexOf: (id) => indexes.get(id) ?? 0,
    idAt: (index) => ids[index],
    count: ids.length,
  };
}

/** The chosen fixed columns that leave enough of the width to a number of hosts, and those that do not. */
function fitFixedColumns(available: number, { off, widths }: ColumnChoices, hosts: number) {
  const squeezed: FixedColumn[] = [];
  let shown = fixedColumns.filter((column) => column === 'name' || !off.includes(column));
  for (const column of squeezedFirst) {
    const taken = shown.reduce((sum, each) => sum + (widths[each] ?? fixedWidths[each]), 0);
    if (available === 0 || available - taken >= hosts * minNarrowHost) break;
    if (!shown.includes(column)) continue;
    shown = shown.filter((each) => each !== column);
    squeezed.push(column);
  }
  return { shown, squeezed };
}

/** The sums of a column: those of its host, or of all hosts of a folded group. */
export function sumColumn(column: Pick<GridColumn, 'hosts'>, sums: ReadonlyMap<HostId, ColumnSums>): ColumnSums {
  return addColumnSums(column.hosts.map(({ hostId }) => sums.get(hostId) ?? noSums));
}
