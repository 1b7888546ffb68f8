import type { Column } from './table-columns.ts';

/** The operator's choices for the columns of a table. */
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
/**
 * All columns in the chosen order. A column that the order does not name comes after its predecessor in the definition.
 */
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

/** Shows or hides a column. */
export function toggleColumn(choices: ColumnChoices, id: string): ColumnChoices {
  const off = choices.off.includes(id) ? choices.off.filter((each) => each !== id) : [...choices.off, id];
  return { ...choices, off };
}

/** Gives a column a width in pixels; null restores its own. */
export function resizeColumn(choices: ColumnChoices, id: string, width: number | null): ColumnChoices {
  const { [id]: _, ...others } = choices.widths;
  if (width === null) return { ...choices, widths: others };
  return { ...choices, widths: { ...others, [id]: Math.max(minColumnWidth, Math.round(width)) } };
}
