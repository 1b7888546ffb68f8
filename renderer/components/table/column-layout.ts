import type { Column } from './table-columns.ts';

/** What the operator has chosen of a table's columns. */
export type ColumnChoices = {
  /** Ids in the order of the columns. Columns that are not named keep their place. */
  order: readonly string[];
  /** Ids of the columns that are not shown. */
  off: readonly string[];
  /** The chosen widths in pixels. */
  widths: Readonly<Record<string, number>>;
};

export const noChoices: ColumnChoices = { order: [], off: [], widths: {} };

/** Whether a stored value is a choice of columns. */
export function isColumnChoices(value: unknown): value is ColumnChoices {
  if (typeof value !== 'object' || value === null) return false;
  const { order, off, widths } = value as Record<string, unknown>;
  const areIds = (list: unknown) => Array.isArray(list) && list.every((id) => typeof id === 'string');
  if (!areIds(order) || !areIds(off) || typeof widths !== 'object' || widths === null) return false;
  return Object.values(widths).every((width) => typeof width === 'number' && width >= minColumnWidth);
}

/** No column is made narrower than this, in pixels. */
export const minColumnWidth = 48;
/** The narrowest that a column of text without a width of its own is readable, in pixels. */
const minTextWidth = 130;

/** All columns in the chosen order. A column that the order does not name follows the one that it is defined after. */
export function orderColumns<Row>(columns: readonly Column<Row>[], order: readonly string[]): readonly Column<Row>[] {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const ordered = order.flatMap((id) => byId.get(id) ?? []);
  if (ordered.length === 0) return columns;
  for (const [index, column] of columns.entries()) {
    if (order.includes(column.id)) continue;
    const before = columns[index - 1];
    ordered.splice(before ? ordered.indexOf(before) + 1 : 0, 0, column);
  }
  return ordered;
}

/** Whether a column is always shown: the first one says which row it is. */
export function isAlwaysShown<Row>(columns: readonly Column<Row>[], column: Column<Row>): boolean {
  return column.priority === 'always' || column === columns[0];
}

type Placed<Row> = { column: Column<Row>; width: number };
export type ColumnLayout<Row> = {
  visible: readonly Placed<Row>[];
  /** The columns that are chosen, and hidden because the table is too narrow. */
  squeezed: readonly Column<Row>[];
};

/**
 * The columns that fit, with their widths in pixels. Where there is not enough space for the least width of each, columns
 * of low priority are hidden first, from the end; those that are always shown never. A column of the lowest priority takes
 * no space that another could use.
 *
 * @param available the width of the table in pixels
 */
export function layOutColumns<Row>(
  columns: readonly Column<Row>[],
  choices: ColumnChoices,
  available: number,
): ColumnLayout<Row> {
  const chosen = orderColumns(columns, choices.order).filter(
    (column) => isAlwaysShown(columns, column) || !choices.off.includes(column.id),
  );
  const fixed = (column: Column<Row>) => choices.widths[column.id];
  const least = (column: Column<Row>) => fixed(column) ?? column.minWidth ?? column.width ?? minTextWidth;
  const whole = (column: Column<Row>) => Math.max(least(column), fixed(column) ?? column.width ?? 0);
  const sum = (of: readonly Column<Row>[], widthOf = least) => of.reduce((total, column) => total + widthOf(column), 0);

  let visible = chosen;
  for (const priority of ['lowest', 'low', undefined] as const) {
    while (sum(visible, priority === 'lowest' ? whole : least) > available) {
      const last = visible.findLast((column) => column.priority === priority && !isAlwaysShown(columns, column));
      if (!last) break;
      visible = visible.filter((column) => column !== last);
    }
  }

  const widths = new Map(visible.map((column) => [column, least(column)]));
  let rest = available - sum(visible);
  // First up to the width that a column asks for, then to the columns that take what is left.
  for (const column of visible) {
    const more = Math.min(rest, (fixed(column) ?? column.width ?? 0) - least(column));
    if (more <= 0) continue;
    widths.set(column, least(column) + more);
    rest -= more;
  }
  const free = visible.filter((column) => fixed(column) === undefined);
  const growing = free.filter(({ width }) => width === undefined);
  const takers = growing.length > 0 ? growing : free.length > 0 ? free : visible.slice(-1);
  for (const column of takers) widths.set(column, (widths.get(column) ?? 0) + rest / takers.length);
  return {
    visible: visible.map((column) => ({ column, width: Math.max(minColumnWidth, widths.get(column) ?? 0) })),
    squeezed: chosen.filter((column) => !visible.includes(column)),
  };
}

/** Moves a column to the place of another one. */
export function placeColumn<Row>(
  columns: readonly Column<Row>[],
  choices: ColumnChoices,
  id: string,
  target: string,
): ColumnChoices {
  const order = orderColumns(columns, choices.order).map((column) => column.id);
  const [from, to] = [order.indexOf(id), order.indexOf(target)];
  if (from < 0 || to < 0) return choices;
  order.splice(from, 1);
  order.splice(to, 0, id);
  return { ...choices, order };
}

/** Shows a column, or does not show it any more. */
export function toggleColumn(choices: ColumnChoices, id: string): ColumnChoices {
  const off = choices.off.includes(id) ? choices.off.filter((each) => each !== id) : [...choices.off, id];
  return { ...choices, off };
}

/** Gives a column a width in pixels; null gives it back its own. */
export function resizeColumn(choices: ColumnChoices, id: string, width: number | null): ColumnChoices {
  const { [id]: _, ...others } = choices.widths;
  if (width === null) return { ...choices, widths: others };
  return { ...choices, widths: { ...others, [id]: Math.max(minColumnWidth, Math.round(width)) } };
}
