import type { HostId } from '../../../electron/contract/hosts.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import type { GridHost } from './model.ts';

export type Grouping = 'none' | 'cloud' | 'label';

/** Whether something kept from another time is a grouping. */
export function isGrouping(value: unknown): value is Grouping {
  return value === 'none' || value === 'cloud' || value === 'label';
}

/** Groups that are folded into one column, by their ids. */
export function isFolded(value: unknown): value is readonly string[] {
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
export function columnsOf(
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
