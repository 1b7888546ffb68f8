import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useConsolePart } from '../../bridge/console-state.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import type { ColumnChoices } from './column-choices.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import classes from './data-table.module.css';
import { extendTo, nothingSelected, type RowSelection, stateOfAll, toggle, toggleAll } from './row-selection.ts';
import type { Column } from './table-columns.ts';
import { SelectAll, TableHeading } from './table-head.tsx';
import { type TableCommand, tableCommandOf, targetIndex } from './table-keyboard.ts';
import { TableRow } from './table-row.tsx';
import { nextSort, type Sort, sortRows } from './table-sort.ts';
import { useColumnLayout } from './use-column-layout.ts';
import { usePageScroll } from './use-page-scroll.ts';

export type DataTableProps<Row extends object> = {
  /** The accessible name of the table. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  idOf: (row: Row) => string;
  /** The name of a row, for the label of its checkbox. */
  nameOf: (row: Row) => string;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
  choices: ColumnChoices;
  onChoices: (choices: ColumnChoices) => void;
  selection?: RowSelection;
  onSelect?: (selection: RowSelection) => void;
  /** The reason why a row cannot be selected; undefined if it can. */
  lockedOf?: (row: Row) => string | undefined;
  active: string | null;
  onActive: (id: string) => void;
  onOpen?: (row: Row) => void;
  /** A click anywhere on a row opens it. */
  opensOnClick?: boolean;
  /** A click anywhere on a row selects it, as its checkbox does. */
  selectsOnClick?: boolean;
  /** Rows that are taller than one line are measured. */
  measured?: boolean;
  /** Shown below the headings if there are no rows. */
  empty?: ReactNode;
  toneOf?: (row: Row) => string | undefined;
  /** For the place of the table on its page. */
  className?: string | undefined;
};

/** The height of the sticky headings in pixels, as in data-table.module.css. */
const headHeight = 35;
/** Pixels: the column of the checkboxes, and the button of the columns at the end, as in data-table.module.css. */
const selectWidth = 42;
const menuWidth = 22;

/** A virtual table: it sorts by value, selects rows by mouse and keyboard, and stays fast with 100,000 rows. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, idOf, nameOf, sort, onSort, selection, onSelect, lockedOf, active, onActive, onOpen } = props;
  const rows = useSorted(props.rows, columns, sort);
  const order = useMemo(() => rows.map(idOf), [rows, idOf]);
  const choosable = useMemo(
    () => (lockedOf ? rows.filter((row) => lockedOf(row) === undefined).map(idOf) : order),
    [rows, order, lockedOf, idOf],
  );
  const density = useConsolePart((state) => state.preferences.density);
  const rowHeight = density === 'comfortable' ? 42 : 34;
  const scroller = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState(false);
  const { choices, onChoices } = props;
  const taken = menuWidth + (onSelect ? selectWidth : 0);
  const state = useColumnLayout(scroller, { columns, choices, onChoices, taken });
  const shownColumns = useMemo(() => state.layout.visible.map(({ column }) => column), [state.layout]);
  const frame = useRef<HTMLDivElement>(null);
  const [needs, setNeeds] = useState(0);
  const { page, top } = usePageScroll(frame, { row: rowHeight, head: headHeight, needs });
  const margin = top + headHeight;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => page ?? scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: margin,
    scrollPaddingStart: headHeight,
    getItemKey: useCallback((index: number) => order[index] ?? index, [order]),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new density makes all measured heights wrong
  useLayoutEffect(() => virtual.measure(), [rowHeight, virtual]);
  const height = rows.length === 0 ? 0 : virtual.getTotalSize() + headHeight + 2;
  useLayoutEffect(() => setNeeds(height), [height]);

  const activeIndex = active === null ? -1 : order.indexOf(active);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`tr[data-index="${wanted.current}"] [data-row-focus]`);
    if (!row) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const moveTo = (index: number) => {
    const id = order[index];
    if (id === undefined) return;
    wanted.current = index;
    virtual.scrollToIndex(index, { align: 'auto' });
    onActive(id);
  };
  const select = (change: (selection: RowSelection) => RowSelection) => {
    if (onSelect && selection) onSelect(change(selection));
  };
  const extend = (id: string, from: string | null) =>
    select((before) => {
      const begun = before.anchor === null && from !== null ? toggle(before, from) : before;
      return extendTo(begun, choosable, id);
    });

  const obey = (command: TableCommand) => {
    const current = rows[activeIndex];
    switch (command.do) {
      case 'move': {
        const height = (page ?? scroller.current)?.clientHeight ?? 0;
        const screen = Math.max(1, Math.floor(height / rowHeight) - 2);
        const index = targetIndex(command.by, activeIndex, rows.length, screen);
        const id = order[index];
        if (id === undefined) return;
        if (command.extend) extend(id, active);
        moveTo(index);
        return;
      }
      case 'toggle':
        if (current && !lockedOf?.(current)) select((before) => toggle(before, idOf(current)));
        return;
      case 'all':
        select((before) => (stateOfAll(before, choosable) === 'all' ? before : toggleAll(before, choosable)));
        return;
      case 'none':
        select(() => nothingSelected);
        return;
      case 'open':
        if (current) onOpen?.(current);
        return;
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const onRow = event.target instanceof HTMLElement && event.target.closest('tbody') !== null;
    const command = onRow ? tableCommandOf(event) : undefined;
    if (!command || (command.do === 'none' && (selection?.ids.size ?? 0) === 0)) return;
    if (command.do === 'open' && event.target instanceof HTMLElement && event.target.closest('a, button')) return;
    event.preventDefault();
    event.stopPropagation();
    obey(command);
  };

  const step = (by: 1 | -1) => () => obey({ do: 'move', by: activeIndex < 0 ? 'first' : by, extend: false });
  useShortcuts(label, [
    { keys: 'j', label: 'Next row', run: step(1) },
    { keys: 'k', label: 'Previous row', run: step(-1) },
    ...(onSelect
      ? [
          { keys: 'Space', label: 'Select row' },
          { keys: 'shift+ArrowDown', label: 'Select range' },
          { keys: 'mod+a', label: 'Select all shown', run: () => obey({ do: 'all' }) },
        ]
      : []),
    ...(onOpen ? [{ keys: 'Enter', label: 'Open row' }] : []),
  ]);

  // The height of all rows, so that a table of two rows is no taller than that.
  const style = {
    '--table-needs': rows.length === 0 ? '100vh' : `${height}px`,
    '--scroll-bar': `${state.scrollBar}px`,
  } as CSSProperties;
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? margin) - margin;
  const after = virtual.getTotalSize() + margin - (items.at(-1)?.end ?? margin);
  const width = shownColumns.length + (onSelect ? 1 : 0);
  const last = state.layout.visible.at(-1)?.column;
  const tabStop = activeIndex >= 0 ? activeIndex : 0;
  return (
    <div
      ref={frame}
      className={`${classes.frame} ${props.className ?? ''}`}
      style={style}
      data-with-page={page ? true : undefined}
    >
      <ColumnsMenu columns={columns} state={state} opened={menu} onOpened={setMenu} />
      {/* Focusable by the browser itself when it scrolls; its rows carry the keyboard. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys bubble here from the row that has the focus */}
      <div className={classes.scroller} ref={scroller} onKeyDown={onKeyDown}>
        <table aria-label={label} aria-rowcount={rows.length + 1} className={classes.table}>
          <colgroup>
            {onSelect ? <col className={classes.selectColumn} /> : null}
            {state.layout.visible.map(({ column, width }) => (
              <col key={column.id} style={{ width: column === last ? width + menuWidth : width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {onSelect && selection ? (
                <SelectAll
                  state={stateOfAll(selection, choosable)}
                  count={choosable.length}
                  onToggle={() => select((current) => toggleAll(current, choosable))}
                />
              ) : null}
              {state.layout.visible.map(({ column, width }) => (
                <TableHeading
                  key={column.id}
                  column={column}
                  width={width}
                  sort={sort}
                  onSort={() => onSort(nextSort(sort, column.id, column.descendingFirst ?? false))}
                  columns={columns}
                  state={state}
                  onMenu={() => setMenu(true)}
                />
              ))}
            </tr>
          </thead>
          {before > 0 ? <Spacer height={before} width={width} /> : null}
          <tbody>
            {items.map((item) => {
              const row = rows[item.index];
              const id = order[item.index];
              if (!row || id === undefined) return null;
              const locked = lockedOf?.(row);
              return (
                <TableRow
                  key={id}
                  row={row}
                  id={id}
                  index={item.index}
                  name={nameOf(row)}
                  columns={shownColumns}
                  defined={columns}
                  chosen={onSelect ? (selection?.ids.has(id) ?? false) : undefined}
                  locked={locked}
                  tabStop={item.index === tabStop}
                  active={item.index === activeIndex}
                  tone={props.toneOf?.(row)}
                  measure={props.measured ? virtual.measureElement : undefined}
                  opensOnClick={props.opensOnClick ?? false}
                  selectsOnClick={props.selectsOnClick ?? false}
                  onFocus={() => onActive(id)}
                  onChoose={(range) => {
                    if (locked !== undefined) return;
                    if (range) extend(id, active);
                    else select((current) => toggle(current, id));
                    wanted.current = item.index;
                    onActive(id);
                  }}
                  onActivate={() => {
                    wanted.current = item.index;
                    onActive(id);
                  }}
                  onOpen={onOpen ? () => onOpen(row) : undefined}
                />
              );
            })}
          </tbody>
          {after > 0 ? <Spacer height={after} width={width} /> : null}
        </table>
        {rows.length === 0 ? props.empty : null}
      </div>
    </div>
  );
}

function Spacer({ height, width }: { height: number; width: number }) {
  return (
    <tbody aria-hidden="true">
      <tr className={classes.spacer}>
        <td colSpan={width} style={{ height }} />
      </tr>
    </tbody>
  );
}

/** The rows in the order of `sort`. A column is known by its id, so new column objects do not sort the rows again. */
function useSorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | null): readonly Row[] {
  const sortBy = sort ? columns.find(({ id }) => id === sort.id)?.sortBy : undefined;
  const id = sortBy && sort?.id;
  const descending = sort?.descending ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the id stands for sortBy
  return useMemo(() => (sortBy ? sortRows(rows, sortBy, descending) : rows), [rows, id, descending]);
}
