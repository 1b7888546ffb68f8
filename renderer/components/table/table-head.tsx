import { useEffect, useRef, useState } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import { placeColumn, resizeColumn } from './column-choices.ts';
import { onColumnKey } from './columns-menu.tsx';
import classes from './data-table.module.css';
import { ResizeHandle } from './resize-handle.tsx';
import type { Column } from './table-columns.ts';
import type { Sort } from './table-sort.ts';
import type { TableColumns } from './use-column-layout.ts';

type HeadingProps<Row> = {
  column: Column<Row>;
  width: number;
  sort: Sort | null;
  onSort: () => void;
  columns: readonly Column<Row>[];
  state: TableColumns<Row>;
  onMenu: () => void;
};

/** The drag type of a dragged heading. */
const dragType = 'application/x-table-column';

/** The heading of a column. It is a button where the column can be sorted. */
export function TableHeading<Row>({ column, width, sort, onSort, columns, state, onMenu }: HeadingProps<Row>) {
  const { choices, onChoices } = state;
  const [target, setTarget] = useState(false);
  const resizing = useRef(false);
  const way = sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th
      scope="col"
      data-align={column.align}
      data-drop={target || undefined}
      aria-sort={column.sortBy ? (way ?? 'none') : undefined}
      title={column.header}
      draggable
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu();
      }}
      onKeyDown={(event) => onColumnKey(event, state, columns, column.id)}
      onDragStart={(event) => {
        if (resizing.current) event.preventDefault();
        else event.dataTransfer.setData(dragType, column.id);
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        setTarget(true);
      }}
      onDragLeave={() => setTarget(false)}
      onDrop={(event) => {
        event.preventDefault();
        setTarget(false);
        onChoices(placeColumn(columns, choices, event.dataTransfer.getData(dragType), column.id));
      }}
    >
      {column.sortBy ? (
        <button type="button" className={classes.sort} onClick={onSort}>
          <span className={classes.heading}>{column.header}</span>
          <span aria-hidden="true" className={classes.sortMark}>
            {way === 'descending' ? '↓' : way === 'ascending' ? '↑' : ''}
          </span>
        </button>
      ) : (
        <span className={classes.heading}>{column.header}</span>
      )}
      <ResizeHandle
        width={width}
        onActive={(active) => {
          resizing.current = active;
        }}
        onWidth={(to) => onChoices(resizeColumn(choices, column.id, to))}
      />
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
