import type { ImageId } from '../../../electron/contract/images.ts';
import { type ColumnGroup, type GridColumn, isFixedColumn } from './coverage-columns.ts';
import type { GridImage } from './coverage-rows.ts';
import type { CellRange } from './coverage-selection.ts';

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** A command of the keyboard to the grid. */
export type GridCommand =
  | { do: 'move'; by: Movement; extend: boolean }
  | { do: 'select'; what: 'cell' | 'row' | 'column' }
  | { do: 'selectAll' }
  | { do: 'deselect' }
  | { do: 'activate' };

export type Movement =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageUp'
  | 'pageDown'
  | 'rowStart'
  | 'rowEnd'
  | 'first'
  | 'last'
  | 'top'
  | 'bottom';

const arrows: Readonly<Record<string, [plain: Movement, far: Movement]>> = {
  ArrowUp: ['up', 'top'],
  ArrowDown: ['down', 'bottom'],
  ArrowLeft: ['left', 'rowStart'],
  ArrowRight: ['right', 'rowEnd'],
  Home: ['rowStart', 'first'],
  End: ['rowEnd', 'last'],
};

/** The command of a key, as the ARIA authoring practices define it for data grids; undefined for other keys. */
export function commandForKey(press: Press): GridCommand | undefined {
  const { key, shiftKey } = press;
  const mod = press.ctrlKey || press.metaKey;
  if (press.altKey) return undefined;
  if (key === ' ') return { do: 'select', what: mod ? 'column' : shiftKey ? 'row' : 'cell' };
  if (mod && key.toLowerCase() === 'a') return shiftKey ? undefined : { do: 'selectAll' };
  const arrow = arrows[key];
  if (arrow) return { do: 'move', by: arrow[mod ? 1 : 0], extend: shiftKey };
  if (mod) return undefined;
  if (key === 'PageUp' || key === 'PageDown') {
    return { do: 'move', by: key === 'PageUp' ? 'pageUp' : 'pageDown', extend: shiftKey };
  }
  if (key === 'j' || key === 'k') return { do: 'move', by: key === 'j' ? 'down' : 'up', extend: false };
  if (key === 'Escape') return { do: 'deselect' };
  return key === 'Enter' ? { do: 'activate' } : undefined;
}

export type CellIndex = { row: number; column: number };
/** The number of rows and columns, all headings included. The first `head` rows are headings; `page` rows are visible. */
export type GridSize = { rows: number; columns: number; head: number; page: number };

/** The cell that a movement leads to. Page Up and the first Ctrl+Up stop at the first image, below the headings. */
export function moveBy({ row, column }: CellIndex, by: Movement, { rows, columns, head, page }: GridSize): CellIndex {
  const lastRow = rows - 1;
  const lastColumn = columns - 1;
  const first = Math.min(head, lastRow);
  switch (by) {
    case 'up':
      return { row: Math.max(0, row - 1), column };
    case 'down':
      return { row: Math.min(lastRow, row + 1), column };
    case 'left':
      return { row, column: Math.max(0, column - 1) };
    case 'right':
      return { row, column: Math.min(lastColumn, column + 1) };
    case 'pageUp':
      return { row: row < head ? row : Math.max(first, row - page), column };
    case 'pageDown':
      return { row: Math.min(lastRow, Math.max(row, head - 1) + page), column };
    case 'rowStart':
      return { row, column: 0 };
    case 'rowEnd':
      return { row, column: lastColumn };
    case 'first':
      return { row: first, column: 0 };
    case 'last':
      return { row: lastRow, column: lastColumn };
    case 'top':
      return { row: row <= first ? 0 : first, column };
    case 'bottom':
      return { row: lastRow, column };
  }
}

/** A cell by the keys of its row and column. Keys, unlike indexes, stay the same when the order changes. */
export type CellPosition = { row: string; column: string };

/** The position of the cell that an element of the grid is in. */
export function cellAt(target: EventTarget | null): CellPosition | undefined {
  const cell = target instanceof HTMLElement || target instanceof SVGElement ? target.closest('[data-col]') : null;
  const row = cell?.getAttribute('data-row') ?? undefined;
  const column = cell?.getAttribute('data-col') ?? undefined;
  return row === undefined || column === undefined ? undefined : { row, column };
}

/** Whether a click extends a selection or adds to it. */
export function hasModifier(event: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): boolean {
  return event.shiftKey || event.ctrlKey || event.metaKey;
}

export const groupsRow = '@groups';
export const headRow = '@head';
export const sumsRow = '@sums';

/** The keys of the heading rows. */
export function headingRowKeys(grouped: boolean): readonly string[] {
  return grouped ? [groupsRow, headRow, sumsRow] : [headRow, sumsRow];
}

/** The key of the row of an image. */
export function imageRowKey(imageId: ImageId): string {
  return `image ${imageId}`;
}

/** The group that a host column belongs to. */
export function groupOfColumn(groups: readonly ColumnGroup[], index: number): ColumnGroup | undefined {
  return groups.find(({ from, count }) => index >= from && index < from + count);
}

/** In the row of groups, moves a position to the first column of its group. Other rows: the position itself. */
export function snapToGroup(
  { row, column }: CellPosition,
  columns: readonly GridColumn[],
  groups: readonly ColumnGroup[],
): CellPosition {
  if (row !== groupsRow || column === 'name') return { row, column };
  const index = columns.findIndex(({ id }) => id === column);
  const group = index >= 0 ? groupOfColumn(groups, index) : column === 'size' ? undefined : groups.at(-1);
  return { row, column: columns[group?.from ?? -1]?.id ?? 'name' };
}

/** The group to the left or right of a position in the row of groups. */
export function adjacentGroup(
  { row, column }: CellPosition,
  by: 'left' | 'right',
  columns: readonly GridColumn[],
  groups: readonly ColumnGroup[],
): CellPosition {
  const group = groupOfColumn(
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
 * The cells between two positions. A heading stands for its column, a fixed column for the whole row, and where both meet
 * for all cells.
 */
export function rangeBetween(from: CellPosition, to: CellPosition, { rows, columns, groups }: Shown): CellRange {
  const indexOf = (key: string) => rows.findIndex(({ image }) => imageRowKey(image.imageId) === key);
  const [one, other] = [indexOf(from.row), indexOf(to.row)];
  const images = (one < 0 || other < 0 ? rows : rows.slice(Math.min(one, other), Math.max(one, other) + 1)).map(
    ({ image }) => image.imageId,
  );
  const spans = [from, to].map(({ row, column }) => {
    const at = isFixedColumn(column) ? -1 : columns.findIndex(({ id }) => id === column);
    const group = row === groupsRow ? groupOfColumn(groups, at) : undefined;
    if (group) return { from: group.from, to: group.from + group.count - 1 };
    return at < 0 ? undefined : { from: at, to: at };
  });
  const [begin, end] = spans;
  const taken = begin && end ? columns.slice(Math.min(begin.from, end.from), Math.max(begin.to, end.to) + 1) : columns;
  return { images, hosts: taken.flatMap(({ hosts }) => hosts.map(({ hostId }) => hostId)) };
}

/** The ARIA roles of the cells. A table element cannot be virtual in both directions, so the grid is made of divs. */
export type CellRole = 'gridcell' | 'columnheader' | 'rowheader';

/** ARIA attributes of a cell. */
export type CellAria = {
  'aria-label'?: string;
  'aria-selected'?: boolean;
  'aria-sort'?: 'ascending' | 'descending' | 'none';
  'aria-expanded'?: boolean;
  'aria-colspan'?: number;
};

export const rowGroupAttributes = { role: 'rowgroup' } as const;

export function rowAttributes(index: number) {
  return { role: 'row', 'aria-rowindex': index } as const;
}

export function gridAttributes(label: string, rows: number, columns: number) {
  return {
    role: 'grid',
    'aria-label': label,
    'aria-multiselectable': true,
    'aria-rowcount': rows,
    'aria-colcount': columns,
  } as const;
}
