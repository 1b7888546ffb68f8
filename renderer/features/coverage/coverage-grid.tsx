import { useElementSize } from '@mantine/hooks';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { StoreApi } from 'zustand';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { useSmallWindow } from '../../components/folded-controls.tsx';
import { useNow } from '../../components/relative-time.tsx';
import { type ColumnChoices, resizeColumn } from '../../components/table/column-choices.ts';
import { widthStep } from '../../components/table/columns-menu.tsx';
import { nextSort, type Sort } from '../../components/table/table-sort.ts';
import { useStable } from '../../lib/deep-equal.ts';
import type { InspectedCell } from './cell-details.tsx';
import {
  type ColumnGroup,
  computeLayout,
  type FixedColumn,
  type GridColumn,
  groupColumnId,
  headingRowCount,
  hostColumnId,
  isFixedColumn,
} from './coverage-columns.ts';
import classes from './coverage-grid.module.css';
import { GridHead } from './coverage-grid-head.tsx';
import { GridRow } from './coverage-grid-row.tsx';
import type { ColumnSums, GridImage } from './coverage-rows.ts';
import {
  type CellRange,
  type CellSelection,
  emptySelection,
  extendRange,
  selectOnly,
  toggleRange,
} from './coverage-selection.ts';
import {
  adjacentGroup,
  type CellPosition,
  cellAt,
  commandForKey,
  type GridCommand,
  gridAttributes,
  groupOfColumn,
  groupsRow,
  hasModifier,
  headingRowKeys,
  headRow,
  imageRowKey,
  moveBy,
  rangeBetween,
  rowGroupAttributes,
  snapToGroup,
  sumsRow,
} from './grid-navigation.ts';
import { ageInterval } from './use-coverage.ts';

type Props = {
  rows: readonly GridImage[];
  columns: readonly GridColumn[];
  groups: readonly ColumnGroup[];
  sums: ReadonlyMap<HostId, ColumnSums>;
  sort: Sort;
  onSort: (sort: Sort) => void;
  selection: CellSelection;
  onSelect: (change: (before: CellSelection) => CellSelection) => void;
  onFold: (groupId: string) => void;
  choices: ColumnChoices;
  onChoices: (choices: ColumnChoices) => void;
  /** Called with the columns that are hidden because the grid is too narrow. */
  onSqueezed: (columns: readonly FixedColumn[]) => void;
  onOpenHost: (hostId: HostId) => void;
  onOpenImage: (imageId: ImageId) => void;
  inspected: StoreApi<InspectedCell>;
  empty: ReactNode;
};

/** The grid of images by hosts: virtual in both directions, with one tab stop and the keys of a spreadsheet. */
export function CoverageGrid(props: Props) {
  const { rows, columns, groups, sums, sort, onSort, selection, onSelect, inspected } = props;
  const [focus, setFocus] = useState<CellPosition | null>(null);
  const focusOn = (position: CellPosition) => {
    setFocus(position);
    inspected.setState({ focused: position });
  };
  const density = useConsolePart((state) => state.preferences.density);
  const rowHeight = density === 'comfortable' ? 38 : 30;
  const { ref: sizeRef, width: available } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const shape = useStable(columns.map(({ id, name, folded }) => ({ id, name, folded })));
  const grouped = groups.length > 0;
  const low = useSmallWindow();
  const { choices, onChoices, onSqueezed } = props;
  const layout = useMemo(
    () => computeLayout(shape, { available, choices, grouped, low }),
    [shape, available, choices, grouped, low],
  );
  const { headHeight } = layout;
  const squeezed = useStable(layout.squeezed);
  useEffect(() => onSqueezed(squeezed), [squeezed, onSqueezed]);
  const head = useMemo(() => headingRowKeys(grouped), [grouped]);
  const indexOfRow = useMemo(
    () => new Map(rows.map(({ image }, index) => [imageRowKey(image.imageId), index])),
    [rows],
  );
  const now = useNow((time) => Math.ceil(time / ageInterval)) * ageInterval;

  // The index of a row, headings included. Without a focus yet, the first image is the tab stop.
  const rowIndexOf = (key: string) => {
    const heading = head.indexOf(key);
    return heading >= 0 ? heading : head.length + (indexOfRow.get(key) ?? -1);
  };
  const first = rows[0];
  const current: CellPosition =
    focus !== null && (head.includes(focus.row) || indexOfRow.has(focus.row))
      ? snapToGroup({ row: focus.row, column: layout.idAt(layout.indexOf(focus.column)) ?? 'name' }, columns, groups)
      : { row: first ? imageRowKey(first.image.imageId) : headRow, column: 'name' };
  const focusRow = rowIndexOf(current.row) - head.length;
  const focusColumn = layout.indexOf(current.column) - layout.leftColumns.length;

  const withFocus = (at: number) => (range: Range) => {
    const shown = defaultRangeExtractor(range);
    if (at < 0 || at >= range.count || shown.includes(at)) return shown;
    return [...shown, at].sort((one, other) => one - other);
  };
  const vertical = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    paddingStart: headHeight,
    scrollPaddingStart: headHeight,
    rangeExtractor: withFocus(focusRow),
  });
  const horizontal = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: layout.columnWidth,
    overscan: 4,
    paddingStart: layout.left,
    paddingEnd: layout.right,
    scrollPaddingStart: layout.left,
    scrollPaddingEnd: layout.right,
    rangeExtractor: withFocus(focusColumn),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new width or density invalidates all measured sizes
  useLayoutEffect(() => {
    vertical.measure();
    horizontal.measure();
  }, [rowHeight, headHeight, layout, vertical, horizontal]);

  /** The cell to focus as soon as it is rendered. */
  const pendingFocus = useRef<CellPosition | null>(null);
  useEffect(() => {
    const { row, column } = pendingFocus.current ?? {};
    const cell = row && scroller.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]');
    if (!cell || cell.dataset['row'] !== row || cell.dataset['col'] !== column) return;
    pendingFocus.current = null;
    cell.focus({ preventScroll: true });
  });

  /** Where the current range began. Every other kind of selection ends the range. */
  const anchor = useRef<CellPosition | null>(null);
  const shownCells = { rows, columns, groups };
  const moveTo = (next: CellPosition) => {
    pendingFocus.current = next;
    const row = indexOfRow.get(next.row);
    if (row !== undefined) vertical.scrollToIndex(row, { align: 'auto' });
    const column = layout.indexOf(next.column) - layout.leftColumns.length;
    if (!isFixedColumn(next.column)) horizontal.scrollToIndex(Math.max(0, column), { align: 'auto' });
    focusOn(next);
  };
  const selectTo = (to: CellPosition) => {
    anchor.current ??= current;
    const range = rangeBetween(anchor.current, to, shownCells);
    onSelect((before) => extendRange(before, range));
  };
  const toggleAt = (range: CellRange, from: CellPosition) => {
    anchor.current = from;
    onSelect((before) => toggleRange(before, range));
  };
  /** Folds a group of hosts into one column, or unfolds it. The focus follows. */
  const fold = (group: ColumnGroup) => {
    const [host] = group.hosts;
    const column = group.folded ? hostColumnId(host?.hostId ?? '') : groupColumnId(group.id);
    props.onFold(group.id);
    pendingFocus.current = { row: current.row, column };
    focusOn(pendingFocus.current);
  };
  const activate = (position: CellPosition) => {
    if (position.row === groupsRow) {
      const group = groupOfColumn(groups, layout.indexOf(position.column) - layout.leftColumns.length);
      if (group && !isFixedColumn(position.column)) fold(group);
    } else if (position.row === headRow && isFixedColumn(position.column))
      onSort(nextSort(sort, position.column, position.column !== 'name'));
    else if (position.row === headRow) {
      const column = columns.find(({ id }) => id === position.column);
      const [host] = column?.hosts ?? [];
      const group = column?.folded ? groupOfColumn(groups, columns.indexOf(column)) : undefined;
      if (group) fold(group);
      else if (host) props.onOpenHost(host.hostId);
    } else if (position.row === sumsRow || isFixedColumn(position.column)) {
      const row = rows[indexOfRow.get(position.row) ?? -1];
      if (row) props.onOpenImage(row.image.imageId);
    } else toggleAt(rangeBetween(position, position, shownCells), position);
  };

  const execute = (command: GridCommand) => {
    switch (command.do) {
      case 'move': {
        const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
        const size = { rows: head.length + rows.length, columns: layout.count, head: head.length, page };
        const to = moveBy({ row: rowIndexOf(current.row), column: layout.indexOf(current.column) }, command.by, size);
        const key = head[to.row] ?? imageRowKey(rows[to.row - head.length]?.image.imageId ?? '');
        const sideways = current.row === groupsRow && (command.by === 'left' || command.by === 'right');
        const next = sideways
          ? adjacentGroup(current, command.by === 'left' ? 'left' : 'right', columns, groups)
          : snapToGroup({ row: key, column: layout.idAt(to.column) ?? 'name' }, columns, groups);
        if (command.extend) selectTo(next);
        moveTo(next);
        return;
      }
      case 'select': {
        const from =
          command.what === 'row'
            ? { row: current.row, column: 'name' }
            : command.what === 'column'
              ? { row: headRow, column: current.column }
              : current;
        toggleAt(rangeBetween(from, from, shownCells), from);
        return;
      }
      case 'selectAll':
        anchor.current = null;
        onSelect(() =>
          selectOnly(rangeBetween({ row: headRow, column: 'name' }, { row: headRow, column: 'name' }, shownCells)),
        );
        return;
      case 'deselect':
        anchor.current = null;
        onSelect(() => emptySelection);
        return;
      case 'activate':
        activate(current);
        return;
    }
  };
  const resize = (column: FixedColumn, width: number | null) => onChoices(resizeColumn(choices, column, width));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const wider = { ArrowLeft: -widthStep, ArrowRight: widthStep }[event.key];
    if (wider !== undefined && event.shiftKey && current.row === headRow && isFixedColumn(current.column)) {
      event.preventDefault();
      event.stopPropagation();
      resize(current.column, layout.fixedWidth(current.column) + wider);
      return;
    }
    const command = commandForKey(event);
    if (!command || (command.do === 'deselect' && selection.cells.size === 0)) return;
    event.preventDefault();
    event.stopPropagation();
    execute(command);
  };

  const hover = (position: CellPosition | undefined) => {
    const { hovered } = inspected.getState();
    if (position?.row !== hovered?.row || position?.column !== hovered?.column)
      inspected.setState({ hovered: position });
  };
  const dragging = useRef(false);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const position = cellAt(event.target);
    if (!position || event.button !== 0) return;
    // A plain click on a name follows its link.
    if (event.target instanceof Element && event.target.closest('a') && !hasModifier(event)) {
      focusOn(position);
      return;
    }
    // Otherwise the browser moves the focus and selects text.
    event.preventDefault();
    pendingFocus.current = position;
    focusOn(position);
    const heading = position.row === headRow && isFixedColumn(position.column);
    const onMarker = event.target instanceof Element && event.target.closest('[data-fold]') !== null;
    if (heading || onMarker) {
      activate(position);
      return;
    }
    if (event.shiftKey) selectTo(position);
    else if (event.ctrlKey || event.metaKey) toggleAt(rangeBetween(position, position, shownCells), position);
    else {
      anchor.current = position;
      onSelect(() => selectOnly(rangeBetween(position, position, shownCells)));
    }
    dragging.current = true;
  };
  const onPointerOver = (event: PointerEvent<HTMLElement>) => {
    const position = cellAt(event.target);
    hover(position);
    if (!dragging.current || (event.buttons & 1) === 0) {
      dragging.current = false;
      return;
    }
    if (position && (position.row !== current.row || position.column !== current.column)) {
      selectTo(position);
      focusOn(position);
    }
  };

  const items = horizontal.getVirtualItems();
  const headFocus = head.includes(current.row) ? current : undefined;
  const frame = {
    '--left-columns': `${layout.left}px`,
    '--names-height': `${layout.namesHeight}px`,
    '--sums-height': `${layout.sumsHeight}px`,
    '--row-height': `${rowHeight}px`,
  };
  return (
    <div className={classes.frame} data-empty={rows.length === 0 || undefined} style={frame} ref={sizeRef}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is the grid, whose role comes with its counts */}
      <div
        className={classes.scroller}
        ref={scroller}
        {...gridAttributes('Coverage', headingRowCount(grouped) + rows.length, layout.count)}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onClickCapture={(event) => {
          // With a modifier, a click on a name selects.
          if (hasModifier(event) && event.target instanceof Element && event.target.closest('a'))
            event.preventDefault();
        }}
        onDragStart={(event) => event.preventDefault()}
        onDoubleClick={(event) => {
          const position = cellAt(event.target);
          const opens =
            position && (position.row === headRow ? !isFixedColumn(position.column) : position.column === 'name');
          if (opens) activate(position);
        }}
        onPointerOver={onPointerOver}
        onPointerLeave={() => hover(undefined)}
        onPointerUp={() => {
          dragging.current = false;
        }}
        onFocus={(event) => {
          const position = cellAt(event.target);
          if (position && (position.row !== current.row || position.column !== current.column)) focusOn(position);
        }}
        data-narrow={layout.narrow || undefined}
      >
        <GridHead
          layout={layout}
          columns={columns}
          groups={groups}
          items={items}
          sort={sort}
          sums={sums}
          rows={rows}
          focus={headFocus}
          onWidth={resize}
        />
        <div
          {...rowGroupAttributes}
          className={classes.body}
          style={{ height: vertical.getTotalSize() - headHeight, width: layout.width }}
        >
          {vertical.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const key = imageRowKey(row.image.imageId);
            return (
              <GridRow
                key={key}
                row={row}
                rowKey={key}
                index={head.length + item.index + 1}
                top={item.start - headHeight}
                layout={layout}
                columns={columns}
                items={items}
                focus={current.row === key ? current.column : undefined}
                selected={selection.cells.get(row.image.imageId)}
                now={now}
              />
            );
          })}
        </div>
      </div>
      {rows.length === 0 ? props.empty : null}
    </div>
  );
}
