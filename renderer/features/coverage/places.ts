import type { ImageId } from '../../../electron/contract/images.ts';
import type { ColumnGroup, GridColumn } from './columns.ts';
import { isFixed } from './layout.ts';
import type { GridImage } from './model.ts';
import type { Block } from './selection.ts';

/** A cell of the grid by the keys of its row and its column, which stay what they are when the order changes. */
export type Focus = { row: string; column: string };

export const groupsRow = '@groups';
export const headRow = '@head';
export const sumsRow = '@sums';

/** The keys of the rows of headings. */
export function rowKeys(grouped: boolean): readonly string[] {
  return grouped ? [groupsRow, headRow, sumsRow] : [headRow, sumsRow];
}

export function keyOfRow(imageId: ImageId): string {
  return `image ${imageId}`;
}

/** The group of hosts that a column belongs to. */
export function groupAt(groups: readonly ColumnGroup[], place: number): ColumnGroup | undefined {
  return groups.find(({ from, count }) => place >= from && place < from + count);
}

/**
 * A place as its row has it: in the row of groups a group is told by the first of its columns, and the columns after the
 * hosts have nothing.
 */
export function settled({ row, column }: Focus, columns: readonly GridColumn[], groups: readonly ColumnGroup[]): Focus {
  if (row !== groupsRow || column === 'name') return { row, column };
  const place = columns.findIndex(({ id }) => id === column);
  const group = place >= 0 ? groupAt(groups, place) : column === 'size' ? undefined : groups.at(-1);
  return { row, column: columns[group?.from ?? -1]?.id ?? 'name' };
}

/** The next of the groups, or the one before; the place itself where there is none, or where it is in no group. */
export function besideGroup(
  { row, column }: Focus,
  by: 'left' | 'right',
  columns: readonly GridColumn[],
  groups: readonly ColumnGroup[],
): Focus {
  const group = groupAt(
    groups,
    columns.findIndex(({ id }) => id === column),
  );
  const at = group ? groups.indexOf(group) : -1;
  const next = by === 'right' ? groups[at + 1] : groups[at - 1];
  if (next) return { row, column: columns[next.from]?.id ?? column };
  return { row, column: by === 'left' ? 'name' : column };
}

type Shown = { rows: readonly GridImage[]; columns: readonly GridColumn[]; groups: readonly ColumnGroup[] };

/**
 * The cells between two places. A heading stands for its whole column, the name of an image (or any other of the columns
 * that are no host's) for its whole row, and where both meet for all.
 */
export function blockOf(from: Focus, to: Focus, { rows, columns, groups }: Shown): Block {
  const place = (key: string) => rows.findIndex(({ image }) => keyOfRow(image.imageId) === key);
  const [one, other] = [place(from.row), place(to.row)];
  const images = (one < 0 || other < 0 ? rows : rows.slice(Math.min(one, other), Math.max(one, other) + 1)).map(
    ({ image }) => image.imageId,
  );
  const spans = [from, to].map(({ row, column }) => {
    const at = isFixed(column) ? -1 : columns.findIndex(({ id }) => id === column);
    const group = row === groupsRow ? groupAt(groups, at) : undefined;
    if (group) return { from: group.from, to: group.from + group.count - 1 };
    return at < 0 ? undefined : { from: at, to: at };
  });
  const [begin, end] = spans;
  const taken = begin && end ? columns.slice(Math.min(begin.from, end.from), Math.max(begin.to, end.to) + 1) : columns;
  return { images, hosts: taken.flatMap(({ hosts }) => hosts.map(({ hostId }) => hostId)) };
}
