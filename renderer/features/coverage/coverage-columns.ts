import type { HostId } from '../../../electron/contract/hosts.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import { addColumnSums, type ColumnSums, type GridHost, noSums } from './coverage-rows.ts';

export type Grouping = 'none' | 'cloud' | 'label';

/** Whether something kept from another time is a grouping. */
export function isGrouping(value: unknown): value is Grouping {
  return value === 'none' || value === 'cloud' || value === 'label';
}

/** Groups that are folded into one column, by their ids. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** A column of the grid: a host, or a folded group of hosts. */
export type GridColumn = {
  id: string;
  name: string;
  hosts: readonly GridHost[];
  /** A folded group. */
  folded: boolean;
};

/** Hosts that stand together, and which columns they have. */
export type ColumnGroup = {
  id: string;
  name: string;
  hosts: readonly GridHost[];
  folded: boolean;
  /** Its first column, and how many it has. */
  from: number;
  count: number;
};

const unlabelled = 'No label';

function groupOf(host: GridHost, grouping: Grouping): { id: string; name: string } {
  if (grouping === 'cloud') return { id: `cloud ${host.cloudId}`, name: host.cloud };
  const [label] = host.labels;
  return label === undefined ? { id: 'no label', name: unlabelled } : { id: `label ${label}`, name: label };
}

/** The columns in their order; groups by name, what has no label last. A host stands under the first of its labels. */
export function groupColumns(
  hosts: readonly GridHost[],
  grouping: Grouping,
  folded: readonly string[],
): { columns: GridColumn[]; groups: ColumnGroup[] } {
  if (grouping === 'none') return { columns: hosts.map(hostColumn), groups: [] };
  const found = new Map<string, { name: string; hosts: GridHost[] }>();
  for (const host of hosts) {
    const { id, name } = groupOf(host, grouping);
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

/** The columns beside those of the hosts: two before them, three after. They stay where they are when hosts are scrolled. */
export const fixedLeft = ['name', 'size'] as const;
export const fixedRight = ['missing', 'hosts', 'hits'] as const;
export type FixedColumn = (typeof fixedLeft)[number] | (typeof fixedRight)[number];
const fixed: ReadonlySet<string> = new Set([...fixedLeft, ...fixedRight]);

export function isFixedColumn(id: string): id is FixedColumn {
  return fixed.has(id);
}

/** Pixels; as in grid.css. */
const sizeWidth = 84;
const rightWidth = 80 + 76 + 84;
const minNameWidth = 216;
const maxNameWidth = 460;
const foldedWidth = 84;
/** From this on a host's name stands upright above its column. */
const minWideHost = 84;
const maxWideHost = 132;
const minNarrowHost = 30;
const maxNarrowHost = 52;
const horizontalNameHeight = 36;
/** Of a name that lies on its side: of one letter, of what is around, and where it is cut. */
const letterWidth = 6.6;
const namePadding = 30;
const maxNameHeight = 132;

/** Rows of headings: groups where there are any, names, sums. */
export function headingRowCount(grouped: boolean): number {
  return grouped ? 3 : 2;
}

/** Where everything stands, in pixels. Columns are told by their places among those of the hosts. */
export type GridLayout = {
  /** Names of hosts lie on their side. */
  narrow: boolean;
  /** How high the names of the hosts are. */
  namesHeight: number;
  left: number;
  nameWidth: number;
  right: number;
  width: number;
  columnWidth: (place: number) => number;
  startOf: (place: number) => number;
  widthOf: (from: number, count: number) => number;
  /** The place of a column among all of the grid, from 0. */
  indexOf: (id: string) => number;
  /** The id of the column at such a place. */
  idAt: (index: number) => string | undefined;
  count: number;
};

/** Shares the room out: hosts get as much as lets them all be seen, down to a width; from there on they scroll. */
export function computeLayout(
  columns: readonly Pick<GridColumn, 'id' | 'name' | 'folded'>[],
  room: number,
): GridLayout {
  const folded = columns.filter((column) => column.folded).length;
  const hosts = columns.length - folded;
  const forHosts = room - minNameWidth - sizeWidth - rightWidth - folded * foldedWidth;
  const each = hosts === 0 ? minWideHost : Math.floor(forHosts / hosts);
  const narrow = each < minWideHost;
  const hostWidth = narrow ? Math.min(maxNarrowHost, Math.max(minNarrowHost, each)) : Math.min(maxWideHost, each);
  const longest = columns.reduce((most, { name }) => Math.max(most, name.length), 0);
  const middle = hosts * hostWidth + folded * foldedWidth;
  const spare = room - middle - minNameWidth - sizeWidth - rightWidth;
  const nameWidth = Math.max(minNameWidth, Math.min(maxNameWidth, minNameWidth + spare));
  const left = nameWidth + sizeWidth;
  const columnWidth = (place: number) => (columns[place]?.folded ? foldedWidth : hostWidth);
  const starts: number[] = [left];
  for (const place of columns.keys()) starts.push((starts[place] ?? left) + columnWidth(place));
  const startOf = (place: number) => starts[place] ?? left;
  const places = new Map(columns.map(({ id }, place) => [id, place + fixedLeft.length]));
  for (const [place, id] of fixedLeft.entries()) places.set(id, place);
  for (const [place, id] of fixedRight.entries()) places.set(id, fixedLeft.length + columns.length + place);
  const ids = [...fixedLeft, ...columns.map(({ id }) => id), ...fixedRight];
  return {
    narrow,
    namesHeight: narrow
      ? Math.min(maxNameHeight, Math.ceil(longest * letterWidth) + namePadding)
      : horizontalNameHeight,
    left,
    nameWidth,
    right: rightWidth,
    width: Math.max(room, left + middle + rightWidth),
    columnWidth,
    startOf,
    widthOf: (from, count) => startOf(from + count) - startOf(from),
    indexOf: (id) => places.get(id) ?? 0,
    idAt: (index) => ids[index],
    count: ids.length,
  };
}

/** The sums of a column: of its host, or of all hosts of a folded group. */
export function sumColumn(column: Pick<GridColumn, 'hosts'>, sums: ReadonlyMap<HostId, ColumnSums>): ColumnSums {
  return addColumnSums(column.hosts.map(({ hostId }) => sums.get(hostId) ?? noSums));
}
