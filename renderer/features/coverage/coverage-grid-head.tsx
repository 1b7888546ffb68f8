import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import type { VirtualItem } from '@tanstack/react-virtual';
import { type ReactNode, useMemo } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import { amountOf } from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { HostNameLink } from '../../components/entity-link.tsx';
import { StateDot } from '../../components/hosts/host-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { ResizeHandle } from '../../components/table/resize-handle.tsx';
import type { Sort } from '../../components/table/table-sort.ts';
import type { ColumnGroup, GridColumn } from './coverage-columns.ts';
import { type FixedColumn, type GridLayout, headingRowCount, sumColumn } from './coverage-columns.ts';
import classes from './coverage-grid.module.css';
import { addColumnSums, type ColumnSums, type GridHost, type GridImage } from './coverage-rows.ts';
import { shortCount, shortSizeSum } from './coverage-text.ts';
import {
  type CellAria,
  type CellRole,
  groupsRow,
  headRow,
  rowAttributes,
  rowGroupAttributes,
  sumsRow,
} from './grid-navigation.ts';

type Props = {
  layout: GridLayout;
  columns: readonly GridColumn[];
  groups: readonly ColumnGroup[];
  items: readonly VirtualItem[];
  sort: Sort;
  sums: ReadonlyMap<string, ColumnSums>;
  /** The images that are shown. */
  rows: readonly GridImage[];
  /** The heading that has the focus. */
  focus: { row: string; column: string } | undefined;
  /** Gives a fixed column a width in pixels; null gives it back its own. */
  onWidth: (column: FixedColumn, width: number | null) => void;
};

export const fixedNames: Record<FixedColumn, string> = {
  name: 'Image',
  size: 'Size',
  missing: 'Missing',
  hosts: 'Hosts',
  hits: 'Hits',
};

/** The titles of the fixed columns' headings. */
const fixedTitles: Record<FixedColumn, string> = {
  name: 'Image, by name',
  size: 'Size, as cached or as in the catalog',
  missing: 'Hosts where it is missing',
  hosts: 'Hosts that have it cached, of the reachable hosts',
  hits: 'Hits over all hosts',
};

/** The heading rows, which stay above the images: groups of hosts, host names, and sums over the shown images. */
export function GridHead(props: Props) {
  const { layout, columns, groups, items, sort, sums, focus } = props;
  const rows = headingRowCount(groups.length > 0);
  const cellAttributes = (row: string, column: string, role: CellRole = 'columnheader', aria: CellAria = {}) => ({
    ...aria,
    role,
    'data-row-focus': true,
    'data-row': row,
    'data-col': column,
    'aria-colindex': layout.indexOf(column) + 1,
    tabIndex: focus?.row === row && focus.column === column ? 0 : -1,
  });
  const fixed = (id: FixedColumn) => {
    const direction = sort.id === id ? (sort.descending ? 'descending' : 'ascending') : 'none';
    return (
      <div
        key={id}
        className={`${classes.fixed} ${classes.sortable}`}
        data-fixed={id}
        title={fixedTitles[id]}
        style={{ width: layout.fixedWidth(id) }}
        {...cellAttributes(headRow, id, 'columnheader', { 'aria-sort': direction })}
      >
        <span>{fixedNames[id]}</span>
        <span className={classes.sortMark} aria-hidden="true">
          {direction === 'none' ? '' : sort.descending ? '↓' : '↑'}
        </span>
        <ResizeHandle
          width={layout.fixedWidth(id)}
          edge={layout.rightColumns.includes(id) ? 'left' : 'right'}
          onWidth={(width) => props.onWidth(id, width)}
        />
      </div>
    );
  };
  return (
    <div className={classes.head} {...rowGroupAttributes}>
      {groups.length > 0 ? (
        <div {...rowAttributes(1)} className={`${classes.row} ${classes.groupsRow}`} style={{ width: layout.width }}>
          <div className={classes.left}>
            <div
              className={classes.fixed}
              data-fixed="name"
              style={{ width: layout.left }}
              {...cellAttributes(groupsRow, 'name')}
            >
              <span className="dim">Groups</span>
            </div>
          </div>
          {groups.map((group) => (
            <GroupHead
              key={group.id}
              group={group}
              layout={layout}
              sums={sums}
              place={(aria) => cellAttributes(groupsRow, columns[group.from]?.id ?? '', 'columnheader', aria)}
            />
          ))}
          <div className={classes.right} aria-hidden="true">
            <span style={{ width: layout.right }} />
          </div>
        </div>
      ) : null}
      <div
        {...rowAttributes(rows - 1)}
        className={`${classes.row} ${classes.namesRow}`}
        style={{ width: layout.width, height: layout.namesHeight }}
      >
        <div className={classes.left}>{layout.leftColumns.map(fixed)}</div>
        {items.map((item) => {
          const column = columns[item.index];
          if (!column) return null;
          return (
            <HostHead
              key={column.id}
              column={column}
              left={item.start}
              width={item.size}
              place={(aria) => cellAttributes(headRow, column.id, 'columnheader', aria)}
            />
          );
        })}
        <div className={classes.right}>{layout.rightColumns.map(fixed)}</div>
      </div>
      <Sums {...props} cellAttributes={cellAttributes} />
    </div>
  );
}

type Place = (aria: CellAria) => object;

function GroupHead(props: { group: ColumnGroup; layout: GridLayout; sums: Props['sums']; place: Place }) {
  const { group, layout, sums, place } = props;
  const { cached, queued, missing } = sumColumn(group, sums);
  const words = `${group.name}, ${plural(group.hosts.length, 'host')}: ${formatCount(cached)} cached, ${formatCount(missing)} missing`;
  // The name has priority over the share.
  const hasRoom = layout.widthOf(group.from, group.count) > group.name.length * 7 + 80;
  const Mark = group.folded ? IconChevronRight : IconChevronDown;
  return (
    <div
      className={classes.groupHeading}
      title={words}
      style={{ left: layout.startOf(group.from), width: layout.widthOf(group.from, group.count) }}
      {...place({ 'aria-label': words, 'aria-expanded': !group.folded, 'aria-colspan': group.count })}
    >
      <span className={classes.groupLabel}>
        <Mark size={13} aria-hidden="true" data-fold={group.id} />
        <b className="cut">{group.name}</b>
        {group.folded || !hasRoom || cached + queued + missing === 0 ? null : (
          <span className="dim cut">{`${Math.floor((100 * cached) / (cached + queued + missing))}%`}</span>
        )}
      </span>
    </div>
  );
}

const readings = { current: '', stale: ', unreachable: as last seen', unknown: ', unknown' } as const;

function HostHead(props: { column: GridColumn; left: number; width: number; place: Place }) {
  const { column, left, width, place } = props;
  const reading = worstReading(column.hosts);
  const [host] = column.hosts;
  const waits = column.hosts.every(({ waiting }) => waiting);
  const name = column.folded ? `${column.name}, ${plural(column.hosts.length, 'host')}` : column.name;
  return (
    <div
      className={classes.hostHeading}
      data-host-id={column.folded ? undefined : host?.hostId}
      data-folded={column.folded || undefined}
      title={`${name}${readings[reading]}`}
      style={{ left, width }}
      {...place({ 'aria-label': `${name}${readings[reading]}` })}
    >
      <span className={classes.hostName}>
        {host && !column.folded ? (
          <HostNameLink hostId={host.hostId} name={host.name} className="" tabIndex={-1} />
        ) : (
          <MiddleTruncate text={column.name} host />
        )}
        {column.folded ? <span className="dim"> {column.hosts.length}</span> : null}
      </span>
      {reading === 'current' ? null : <StateDot state={waits ? 'waiting' : 'failed'} />}
    </div>
  );
}

/** The worst reading of several hosts. */
function worstReading(hosts: readonly GridHost[]): GridHost['reading'] {
  if (hosts.some(({ reading }) => reading === 'stale')) return 'stale';
  return hosts.some(({ reading }) => reading === 'unknown') ? 'unknown' : 'current';
}

function Sums(
  props: Props & { cellAttributes: (row: string, column: string, role: CellRole, aria?: CellAria) => object },
) {
  const { layout, columns, groups, items, sums, rows, cellAttributes } = props;
  const held = useMemo(() => amountOf(rows.map(({ image }) => image)), [rows]);
  const hits = useMemo(() => rows.reduce((sum, { image }) => sum + image.hits, 0), [rows]);
  const total = addColumnSums([...sums.values()]);
  const text = layout.narrow ? { count: shortCount, size: shortSizeSum } : { count: formatCount, size: formatSizeSum };
  const fixedSums: Record<FixedColumn, ReactNode> = {
    name: (
      <>
        <span>
          {plural(rows.length, 'image')} <span className="dim">shown</span>
        </span>
        <span className={`${classes.sumLabels} dim`} aria-hidden="true">
          <span>cached</span>
          <span>missing</span>
          <span>size</span>
        </span>
      </>
    ),
    size: <Size {...sizesOf(held)} />,
    missing: formatCount(total.missing),
    hosts: formatCount(total.cached),
    hits: formatCount(hits),
  };
  return (
    <div
      {...rowAttributes(headingRowCount(groups.length > 0))}
      className={`${classes.row} ${classes.sumsRow}`}
      style={{ width: layout.width }}
    >
      <div className={classes.left}>
        {layout.leftColumns.map((id) => (
          <div
            key={id}
            className={classes.fixed}
            data-fixed={id}
            style={{ width: layout.fixedWidth(id) }}
            {...cellAttributes(sumsRow, id, id === 'name' ? 'rowheader' : 'gridcell')}
          >
            {fixedSums[id]}
          </div>
        ))}
      </div>
      {items.map((item) => {
        const column = columns[item.index];
        if (!column) return null;
        const { cached, missing, bytes, unsized } = sumColumn(column, sums);
        const unread = column.hosts.every(({ reading }) => reading !== 'current');
        const label = unread
          ? `${column.name}: unknown`
          : `${column.name}: ${formatCount(cached)} cached, ${formatCount(missing)} missing, ${formatSizeSum({ bytes, unsized })}`;
        return (
          <div
            key={column.id}
            className={classes.columnSum}
            title={label}
            style={{ left: item.start, width: item.size }}
            {...cellAttributes(sumsRow, column.id, 'gridcell')}
          >
            <span className="hidden-text">{label}</span>
            <span aria-hidden="true">{unread ? '?' : text.count(cached)}</span>
            <span aria-hidden="true" data-some={missing > 0 || undefined}>
              {unread ? '' : text.count(missing)}
            </span>
            <span aria-hidden="true" className="dim">
              {unread ? '' : text.size({ bytes, unsized })}
            </span>
          </div>
        );
      })}
      <div className={classes.right}>
        {layout.rightColumns.map((id) => (
          <div
            key={id}
            className={classes.fixed}
            data-fixed={id}
            title={id === 'hosts' ? 'Cached copies, of all possible copies' : undefined}
            style={{ width: layout.fixedWidth(id) }}
            {...cellAttributes(sumsRow, id, 'gridcell')}
          >
            {fixedSums[id]}
          </div>
        ))}
      </div>
    </div>
  );
}
