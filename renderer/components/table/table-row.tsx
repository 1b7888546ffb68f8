import type { MouseEvent } from 'react';
import classes from './data-table.module.css';
import type { Column } from './table-columns.ts';

type Props<Row> = {
  row: Row;
  id: string;
  index: number;
  name: string;
  /** The columns that are shown, in their order, and all in the order of their definition. */
  columns: readonly Column<Row>[];
  defined: readonly Column<Row>[];
  /** Undefined in a table without selection. */
  chosen: boolean | undefined;
  locked: string | undefined;
  tabStop: boolean;
  active: boolean;
  tone: string | undefined;
  measure: ((element: Element | null) => void) | undefined;
  opensOnClick: boolean;
  selectsOnClick: boolean;
  onFocus: () => void;
  onChoose: (range: boolean) => void;
  onActivate: () => void;
  onOpen: (() => void) | undefined;
};

/** A row. Its checkbox takes the keyboard focus; one checkbox of the table is in the tab order. */
export function TableRow<Row>(props: Props<Row>) {
  const { row, index, name, columns, defined, chosen, locked, tabStop, opensOnClick, onChoose, onActivate, onOpen } =
    props;

  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof Element) || event.target.closest('a, button, label, [role="switch"], summary, pre'))
      return;
    if (window.getSelection()?.isCollapsed === false && !event.shiftKey) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey;
    if (props.selectsOnClick || event.target.closest('[data-select-cell]')) onChoose(event.shiftKey);
    else if (chosen !== undefined && !plain) onChoose(event.shiftKey);
    else if (opensOnClick) onOpen?.();
    else onActivate();
  };

  return (
    <tr
      ref={props.measure}
      data-index={index}
      data-chosen={chosen || undefined}
      data-active={props.active || undefined}
      data-tone={props.tone}
      data-opens={opensOnClick || props.selectsOnClick || undefined}
      aria-rowindex={index + 2}
      onClick={onClick}
      onDoubleClick={opensOnClick ? undefined : onOpen}
      onMouseDown={(event) => {
        if (event.shiftKey) event.preventDefault();
      }}
      onFocus={props.onFocus}
    >
      {chosen === undefined ? null : (
        <td className={classes.selectCell} data-select-cell>
          <input
            type="checkbox"
            className="check"
            data-row-focus
            aria-label={`Select ${name}`}
            aria-disabled={locked !== undefined || undefined}
            title={locked}
            checked={chosen}
            tabIndex={tabStop ? 0 : -1}
            readOnly
          />
        </td>
      )}
      {cellsOf(columns, defined, row).map(({ column, span }) => (
        <td
          key={column.id}
          data-align={span > 1 ? undefined : column.align}
          className={column.className}
          colSpan={span > 1 ? span : undefined}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/**
 * The cells of a row with their spans, without the columns that a spanning cell covers: those that it covers in the order of
 * their definition, as far as they are shown right after it.
 */
function cellsOf<Row>(
  columns: readonly Column<Row>[],
  defined: readonly Column<Row>[],
  row: Row,
): { column: Column<Row>; span: number }[] {
  const cells: { column: Column<Row>; span: number }[] = [];
  let covered: readonly Column<Row>[] = [];
  for (const column of columns) {
    const last = cells.at(-1);
    if (last && covered.includes(column)) {
      last.span += 1;
      continue;
    }
    const span = column.span?.(row) ?? 1;
    const at = defined.indexOf(column);
    covered = span > 1 ? defined.slice(at + 1, at + span) : [];
    cells.push({ column, span: 1 });
  }
  return cells;
}
