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
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { nextSort, type Sort } from '../../components/table/table-columns.ts';
import { useNow } from '../../components/use-now.ts';
import { type ColumnGroup, type GridColumn, groupColumnId, hostColumnId } from './coverage-columns.ts';
import { ageInterval, useStable } from './use-coverage.ts';
import './grid.css';
import type { Readout } from './cell-details.tsx';
import { computeLayout, fixedLeft, headingRowCount, isFixedColumn } from './coverage-columns.ts';
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
  commandForKey,
  type GridCommand,
  gridAttributes,
  groupOfColumn,
  groupsRow,
  headingRowKeys,
  headRow,
  imageRowKey,
  moveBy,
  rangeBetween,
  rowGroupAttributes,
  snapToGroup,
  sumsRow,
} from './grid-navigation.ts';

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
  onOpenHost: (hostId: HostId) => void;
  onOpenImage: (imageId: ImageId) => void;
  readout: Readout;
  empty: ReactNode;
};

/** Pixels, as in grid.css. */
const headHeights = { groups: 28, sums: 56 };

/** Images by hosts: virtual both ways, one tab stop, keys as in a spreadsheet. */
export function CoverageGrid(props: Props) {
  const { rows, columns, groups, sums, sort, onSort, selection, onSelect, readout } = props;
  const [focus, setFocus] = useState<CellPosition | null>(null);
  const onFocus = (place: CellPosition) => {
    setFocus(place);
    readout.focus(place);
  };
  const density = useConsolePart((state) => state.preferences.density);
  const rowHeight = density === 'comfortable' ? 38 : 30;
  const { ref: sizeRef, width: room } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const shape = useStable(columns.map(({ id, name, folded }) => ({ id, name, folded })));
  const layout = useMemo(() => computeLayout(shape, room), [shape, room]);
  const grouped = groups.length > 0;
  const headHeight = (grouped ? headHeights.groups : 0) + layout.namesHeight + headHeights.sums;
  const head = useMemo(() => headingRowKeys(grouped), [grouped]);
  const indexOfRow = useMemo(
    () => new Map(rows.map(({ image }, index) => [imageRowKey(image.imageId), index])),
    [rows],
  );
  // The end of the step: an age is told rather too old than too young.
  const now = useNow((time) => Math.ceil(time / ageInterval)) * ageInterval;

  // Where the focus is, among all rows and columns, the headings counted; the first image where it was nowhere yet.
  const rowAt = (key: string) => {
    const heading = head.indexOf(key);
    return heading >= 0 ? heading : head.length + (indexOfRow.get(key) ?? -1);
  };
  const first = rows[0];
  const current: CellPosition =
    focus !== null && (head.includes(focus.row) || indexOfRow.has(focus.row))
      ? snapToGroup({ row: focus.row, column: layout.idAt(layout.indexOf(focus.column)) ?? 'name' }, columns, groups)
      : { row: first ? imageRowKey(first.image.imageId) : headRow, column: 'name' };
  const focusRow = rowAt(current.row) - head.length;
  const focusColumn = layout.indexOf(current.column) - fixedLeft.length;

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
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width or density makes every measure false
  useLayoutEffect(() => {
    vertical.measure();
    horizontal.measure();
  }, [rowHeight, headHeight, layout, vertical, horizontal]);

  /** The cell that is to have the focus as soon as it is drawn. */
  const wanted = useRef<CellPosition | null>(null);
  useEffect(() => {
    const { row, column } = wanted.current ?? {};
    const cell = row && scroller.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]');
    if (!cell || cell.dataset['row'] !== row || cell.dataset['col'] !== column) return;
    wanted.current = null;
    cell.focus({ preventScroll: true });
  });

  /** Where a range began: kept here, for it ends with every other choice. */
  const anchor = useRef<CellPosition | null>(null);
  const blocks = { rows, columns, groups };
  const moveTo = (next: CellPosition) => {
    wanted.current = next;
    const row = indexOfRow.get(next.row);
    if (row !== undefined) vertical.scrollToIndex(row, { align: 'auto' });
    const column = layout.indexOf(next.column) - fixedLeft.length;
    if (!isFixedColumn(next.column)) horizontal.scrollToIndex(Math.max(0, column), { align: 'auto' });
    onFocus(next);
  };
  const chooseTo = (to: CellPosition) => {
    anchor.current ??= current;
    const block = rangeBetween(anchor.current, to, blocks);
    onSelect((before) => extendRange(before, block));
  };
  const flip = (block: CellRange, from: CellPosition) => {
    anchor.current = from;
    onSelect((before) => toggleRange(before, block));
  };
  /** Folds a group of hosts into one column, or unfolds it; the focus stays with it. */
  const fold = (group: ColumnGroup) => {
    const [host] = group.hosts;
    const column = group.folded ? hostColumnId(host?.hostId ?? '') : groupColumnId(group.id);
    props.onFold(group.id);
    wanted.current = { row: current.row, column };
    onFocus(wanted.current);
  };
  const act = (place: CellPosition) => {
    if (place.row === groupsRow) {
      const group = groupOfColumn(groups, layout.indexOf(place.column) - fixedLeft.length);
      if (group && !isFixedColumn(place.column)) fold(group);
    } else if (place.row === headRow && isFixedColumn(place.column))
      onSort(nextSort(sort, place.column, place.column !== 'name'));
    else if (place.row === headRow) {
      const column = columns.find(({ id }) => id === place.column);
      const [host] = column?.hosts ?? [];
      const group = column?.folded ? groupOfColumn(groups, columns.indexOf(column)) : undefined;
      if (group) fold(group);
      else if (host) props.onOpenHost(host.hostId);
    } else if (place.row === sumsRow || isFixedColumn(place.column)) {
      const row = rows[indexOfRow.get(place.row) ?? -1];
      if (row) props.onOpenImage(row.image.imageId);
    } else flip(rangeBetween(place, place, blocks), place);
  };

  const obey = (command: GridCommand) => {
    switch (command.do) {
      case 'move': {
        const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
        const extent = { rows: head.length + rows.length, columns: layout.count, head: head.length, page };
        const to = moveBy({ row: rowAt(current.row), column: layout.indexOf(current.column) }, command.by, extent);
        const key = head[to.row] ?? imageRowKey(rows[to.row - head.length]?.image.imageId ?? '');
        const sideways = current.row === groupsRow && (command.by === 'left' || command.by === 'right');
        const next = sideways
          ? adjacentGroup(current, command.by === 'left' ? 'left' : 'right', columns, groups)
          : snapToGroup({ row: key, column: layout.idAt(to.column) ?? 'name' }, columns, groups);
        if (command.extend) chooseTo(next);
        moveTo(next);
        return;
      }
      case 'choose': {
        const from =
          command.what === 'row'
            ? { row: current.row, column: 'name' }
            : command.what === 'column'
              ? { row: headRow, column: current.column }
              : current;
        flip(rangeBetween(from, from, blocks), from);
        return;
      }
      case 'all':
        anchor.current = null;
        onSelect(() =>
          selectOnly(rangeBetween({ row: headRow, column: 'name' }, { row: headRow, column: 'name' }, blocks)),
        );
        return;
      case 'none':
        anchor.current = null;
        onSelect(() => emptySelection);
        return;
      case 'act':
        act(current);
        return;
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const command = commandForKey(event);
    if (!command || (command.do === 'none' && selection.cells.size === 0)) return;
    event.preventDefault();
    event.stopPropagation();
    obey(command);
  };

  const placeOf = (target: EventTarget | null): CellPosition | undefined => {
    const cell = target instanceof HTMLElement || target instanceof SVGElement ? target.closest('[data-col]') : null;
    const row = cell?.getAttribute('data-row') ?? undefined;
    const col = cell?.getAttribute('data-col') ?? undefined;
    return row === undefined || col === undefined ? undefined : { row, column: col };
  };
  const dragging = useRef(false);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const place = placeOf(event.target);
    if (!place || event.button !== 0) return;
    // The browser's own focus and its selection of text would come between.
    event.preventDefault();
    wanted.current = place;
    onFocus(place);
    const heading = place.row === headRow && isFixedColumn(place.column);
    const fold = event.target instanceof Element && event.target.closest('[data-fold]') !== null;
    if (heading || fold) {
      act(place);
      return;
    }
    if (event.shiftKey) chooseTo(place);
    else if (event.ctrlKey || event.metaKey) flip(rangeBetween(place, place, blocks), place);
    else {
      anchor.current = place;
      onSelect(() => selectOnly(rangeBetween(place, place, blocks)));
    }
    dragging.current = true;
  };
  const onPointerOver = (event: PointerEvent<HTMLElement>) => {
    const place = placeOf(event.target);
    readout.point(place);
    if (!dragging.current || (event.buttons & 1) === 0) {
      dragging.current = false;
      return;
    }
    if (place && (place.row !== current.row || place.column !== current.column)) {
      chooseTo(place);
      onFocus(place);
    }
  };

  const items = horizontal.getVirtualItems();
  const bytes = useMemo(() => rows.reduce((sum, { image }) => sum + (image.sizeBytes ?? 0), 0), [rows]);
  const hits = useMemo(() => rows.reduce((sum, { image }) => sum + image.hits, 0), [rows]);
  const headFocus = head.includes(current.row) ? current : undefined;
  const frame = {
    '--cg-name': `${layout.nameWidth}px`,
    '--cg-row': `${rowHeight}px`,
    '--table-needs': rows.length === 0 ? '100vh' : `${vertical.getTotalSize() + 18}px`,
  };
  return (
    <div className="table-frame cg-frame" data-empty={rows.length === 0 || undefined} style={frame} ref={sizeRef}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is the grid, whose role comes with its counts */}
      <div
        className="cg-scroller"
        ref={scroller}
        {...gridAttributes('Coverage', headingRowCount(grouped) + rows.length, layout.count)}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onDoubleClick={(event) => {
          const place = placeOf(event.target);
          const opens = place && (place.row === headRow ? !isFixedColumn(place.column) : place.column === 'name');
          if (opens) act(place);
        }}
        onPointerOver={onPointerOver}
        onPointerLeave={() => readout.point(undefined)}
        onPointerUp={() => {
          dragging.current = false;
        }}
        onFocus={(event) => {
          const place = placeOf(event.target);
          if (place && (place.row !== current.row || place.column !== current.column)) onFocus(place);
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
          shown={rows.length}
          bytes={bytes}
          hits={hits}
          focus={headFocus}
        />
        <div
          {...rowGroupAttributes}
          className="cg-body"
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
                chosen={selection.cells.get(row.image.imageId)}
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
