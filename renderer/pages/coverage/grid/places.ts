import type { ImageId } from '../../../../electron/contract/images.ts';
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
    const group = row === groupsRow ? groups.find(({ id }) => `group ${id}` === column) : undefined;
    if (group) return { from: group.from, to: group.from + group.count - 1 };
    const at = isFixed(column) ? -1 : columns.findIndex(({ id }) => id === column);
    return at < 0 ? undefined : { from: at, to: at };
  });
  const [begin, end] = spans;
  const taken = begin && end ? columns.slice(Math.min(begin.from, end.from), Math.max(begin.to, end.to) + 1) : columns;
  return { images, hosts: taken.flatMap(({ hosts }) => hosts.map(({ hostId }) => hostId)) };
}
