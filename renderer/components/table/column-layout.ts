import { type ColumnChoices, minColumnWidth, orderColumns } from './column-choices.ts';
import type { Column } from './table-columns.ts';

/** The minimum width, in pixels, at which a column of text without its own width is readable. */
const minTextWidth = 130;

/** Whether a column is always shown: the first one identifies the row. */
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
  // First up to the width that a column asks for, then to the columns that take the remaining width.
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
