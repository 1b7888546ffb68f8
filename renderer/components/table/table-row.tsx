import { type MouseEvent, useEffect, useRef } from 'react';
import { formatCount } from '../../lib/format.ts';
import classes from './data-table.module.css';
import type { Column, Sort } from './table-columns.ts';

type Props<Row> = {
  row: Row;
  id: string;
  index: number;
  name: string;
  columns: readonly Column<Row>[];
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
  const { row, index, name, columns, chosen, locked, tabStop, opensOnClick, onChoose, onActivate, onOpen } = props;

  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (!(event.target instanceof Element) || event.target.closest('a, button, summary, pre')) return;
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
      {cellsOf(columns, row).map(({ column, span }) => (
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

type SortHeadingProps<Row> = { column: Column<Row>; sort: Sort | null; onSort: () => void };

/** The heading of a column. It is a button where the column can be sorted. */
export function SortHeading<Row>({ column, sort, onSort }: SortHeadingProps<Row>) {
  const way = sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th scope="col" data-align={column.align} aria-sort={column.sortBy ? (way ?? 'none') : undefined}>
      {column.sortBy ? (
        <button type="button" className={classes.sort} onClick={onSort}>
          {column.header}
          <span aria-hidden="true" className={classes.sortMark}>
            {way === 'descending' ? '↓' : way === 'ascending' ? '↑' : ''}
          </span>
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

type SelectAllProps = { state: 'all' | 'some' | 'none'; count: number; onToggle: () => void };

/** The checkbox in the heading: selects all rows shown, or none of them. */
export function SelectAll({ state, count, onToggle }: SelectAllProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = state === 'some';
  }, [state]);
  return (
    <th scope="col" className={classes.selectCell}>
      <input
        ref={box}
        type="checkbox"
        className="check"
        aria-label={`Select all ${formatCount(count)} shown`}
        checked={state === 'all'}
        disabled={count === 0}
        onChange={onToggle}
      />
    </th>
  );
}

/** The cells of a row with their spans, without the columns that a spanning cell covers. */
function cellsOf<Row>(columns: readonly Column<Row>[], row: Row): { column: Column<Row>; span: number }[] {
  const cells: { column: Column<Row>; span: number }[] = [];
  let covered = 0;
  for (const column of columns) {
    if (covered > 0) {
      covered -= 1;
      continue;
    }
    const span = column.span?.(row) ?? 1;
    covered = span - 1;
    cells.push({ column, span });
  }
  return cells;
}
