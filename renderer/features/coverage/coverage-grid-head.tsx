import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import type { VirtualItem } from '@tanstack/react-virtual';
import { formatSize } from '../../../electron/contract/units.ts';
import { Size } from '../../components/size.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import type { Sort } from '../../components/table/table-columns.ts';
import { formatCount, plural } from '../../lib/format.ts';
import type { ColumnGroup, GridColumn } from './coverage-columns.ts';
import { type FixedColumn, type GridLayout, headingRowCount, sumColumn } from './coverage-columns.ts';
import { addColumnSums, type ColumnSums, type GridHost } from './coverage-rows.ts';
import { shortCount, shortSize } from './coverage-text.ts';
import { type CellAria, type CellRole, rowAttributes, rowGroupAttributes } from './grid-navigation.ts';

type Props = {
  layout: GridLayout;
  columns: readonly GridColumn[];
  groups: readonly ColumnGroup[];
  items: readonly VirtualItem[];
  sort: Sort;
  sums: ReadonlyMap<string, ColumnSums>;
  shown: number;
  bytes: number;
  hits: number;
  /** The column that has the focus, by the heading's row. */
  focus: { row: string; column: string } | undefined;
};

const fixedNames: Record<FixedColumn, string> = {
  name: 'Image',
  size: 'Size',
  missing: 'Missing',
  hosts: 'Hosts',
  hits: 'Hits',
};

/** What the headings of the fixed columns say at length. */
const fixedTitles: Record<FixedColumn, string> = {
  name: 'Image, by name',
  size: 'Size, as cached or as in the catalogue',
  missing: 'Hosts where it is missing',
  hosts: 'Hosts that have it cached, of those whose answer counts',
  hits: 'Hits over all hosts',
};

/** The headings: groups of hosts, hosts, and the sums over the images that are shown. They stay above the rows. */
export function GridHead(props: Props) {
  const { layout, columns, groups, items, sort, sums, focus } = props;
  const rows = headingRowCount(groups.length > 0);
  const at = (row: string, column: string, role: CellRole = 'columnheader', aria: CellAria = {}) => ({
    ...aria,
    role,
    'data-row-focus': true,
    'data-row': row,
    'data-col': column,
    'aria-colindex': layout.indexOf(column) + 1,
    tabIndex: focus?.row === row && focus.column === column ? 0 : -1,
  });
  const fixed = (id: FixedColumn) => {
    const way = sort.id === id ? (sort.descending ? 'descending' : 'ascending') : 'none';
    return (
      <div
        key={id}
        className="cg-fixed cg-sorts"
        data-fixed={id}
        title={fixedTitles[id]}
        {...at('@head', id, 'columnheader', { 'aria-sort': way })}
      >
        <span>{fixedNames[id]}</span>
        <span className="sort-mark" aria-hidden="true">
          {way === 'none' ? '' : sort.descending ? '↓' : '↑'}
        </span>
      </div>
    );
  };
  return (
    <div className="cg-head" {...rowGroupAttributes}>
      {groups.length > 0 ? (
        <div {...rowAttributes(1)} className="cg-row cg-groups" style={{ width: layout.width }}>
          <div className="cg-left">
            <div className="cg-fixed" data-fixed="name" {...at('@groups', 'name')}>
              <span className="dim">Groups</span>
            </div>
          </div>
          {groups.map((group) => (
            <GroupHead
              key={group.id}
              group={group}
              layout={layout}
              sums={sums}
              place={(aria) => at('@groups', columns[group.from]?.id ?? '', 'columnheader', aria)}
            />
          ))}
          <div className="cg-right" aria-hidden="true">
            <span className="cg-fixed cg-ends" />
          </div>
        </div>
      ) : null}
      <div
        {...rowAttributes(rows - 1)}
        className="cg-row cg-names"
        style={{ width: layout.width, height: layout.namesHeight }}
      >
        <div className="cg-left">
          {fixed('name')}
          {fixed('size')}
        </div>
        {items.map((item) => {
          const column = columns[item.index];
          if (!column) return null;
          return (
            <HostHead
              key={column.id}
              column={column}
              left={item.start}
              width={item.size}
              place={(aria) => at('@head', column.id, 'columnheader', aria)}
            />
          );
        })}
        <div className="cg-right">
          {fixed('missing')}
          {fixed('hosts')}
          {fixed('hits')}
        </div>
      </div>
      <Sums {...props} at={at} />
    </div>
  );
}

type Place = (aria: CellAria) => object;

function GroupHead(props: { group: ColumnGroup; layout: GridLayout; sums: Props['sums']; place: Place }) {
  const { group, layout, sums, place } = props;
  const { cached, queued, missing } = sumColumn(group, sums);
  const words = `${group.name}, ${plural(group.hosts.length, 'host')}: ${formatCount(cached)} cached, ${formatCount(missing)} missing`;
  const Mark = group.folded ? IconChevronRight : IconChevronDown;
  return (
    <div
      className="cg-group"
      title={words}
      style={{ left: layout.startOf(group.from), width: layout.widthOf(group.from, group.count) }}
      {...place({ 'aria-label': words, 'aria-expanded': !group.folded, 'aria-colspan': group.count })}
    >
      <span className="cg-group-label">
        <Mark size={13} aria-hidden="true" data-fold={group.id} />
        <b className="cut">{group.name}</b>
        {group.folded || cached + queued + missing === 0 ? null : (
          <span className="dim cut">{`${Math.floor((100 * cached) / (cached + queued + missing))}%`}</span>
        )}
      </span>
    </div>
  );
}

const readings = { current: '', stale: ', does not answer: as last seen', unknown: ', unknown' } as const;

function HostHead(props: { column: GridColumn; left: number; width: number; place: Place }) {
  const { column, left, width, place } = props;
  const reading = readingOf(column.hosts);
  const waits = column.hosts.every(({ waiting }) => waiting);
  const name = column.folded ? `${column.name}, ${plural(column.hosts.length, 'host')}` : column.name;
  return (
    <div
      className="cg-host"
      data-folded={column.folded || undefined}
      title={`${name}${readings[reading]}`}
      style={{ left, width }}
      {...place({ 'aria-label': `${name}${readings[reading]}` })}
    >
      <span className="cg-host-name">
        <span className="cut">{column.name}</span>
        {column.folded ? <span className="dim"> {column.hosts.length}</span> : null}
      </span>
      {reading === 'current' ? null : <StateDot state={waits ? 'waiting' : 'failed'} />}
    </div>
  );
}

/** Of several hosts, the worst. */
export function readingOf(hosts: readonly GridHost[]): GridHost['reading'] {
  if (hosts.some(({ reading }) => reading === 'stale')) return 'stale';
  return hosts.some(({ reading }) => reading === 'unknown') ? 'unknown' : 'current';
}

function Sums(props: Props & { at: (row: string, column: string, role: CellRole, aria?: CellAria) => object }) {
  const { layout, columns, groups, items, sums, shown, at } = props;
  const total = addColumnSums([...sums.values()]);
  const text = layout.narrow ? { count: shortCount, bytes: shortSize } : { count: formatCount, bytes: formatSize };
  return (
    <div
      {...rowAttributes(headingRowCount(groups.length > 0))}
      className="cg-row cg-sums"
      style={{ width: layout.width }}
    >
      <div className="cg-left">
        <div className="cg-fixed" data-fixed="name" {...at('@sums', 'name', 'rowheader')}>
          <span>
            {plural(shown, 'image')} <span className="dim">shown</span>
          </span>
          <span className="cg-lines dim" aria-hidden="true">
            <span>cached</span>
            <span>missing</span>
            <span>held</span>
          </span>
        </div>
        <div className="cg-fixed" data-fixed="size" {...at('@sums', 'size', 'gridcell')}>
          <Size bytes={props.bytes} />
        </div>
      </div>
      {items.map((item) => {
        const column = columns[item.index];
        if (!column) return null;
        const { cached, missing, bytes } = sumColumn(column, sums);
        const unread = column.hosts.every(({ reading }) => reading !== 'current');
        const label = unread
          ? `${column.name}: unknown`
          : `${column.name}: ${formatCount(cached)} cached, ${formatCount(missing)} missing, ${formatSize(bytes)} held`;
        return (
          <div
            key={column.id}
            className="cg-sum"
            title={label}
            style={{ left: item.start, width: item.size }}
            {...at('@sums', column.id, 'gridcell')}
          >
            <span className="hidden-text">{label}</span>
            <span aria-hidden="true">{unread ? '?' : text.count(cached)}</span>
            <span aria-hidden="true" data-some={missing > 0 || undefined}>
              {unread ? '' : text.count(missing)}
            </span>
            <span aria-hidden="true" className="dim">
              {unread ? '' : text.bytes(bytes)}
            </span>
          </div>
        );
      })}
      <div className="cg-right">
        <div className="cg-fixed" data-fixed="missing" {...at('@sums', 'missing', 'gridcell')}>
          {formatCount(total.missing)}
        </div>
        <div
          className="cg-fixed"
          data-fixed="hosts"
          title="Cached copies, of those that there could be"
          {...at('@sums', 'hosts', 'gridcell')}
        >
          {formatCount(total.cached)}
        </div>
        <div className="cg-fixed" data-fixed="hits" {...at('@sums', 'hits', 'gridcell')}>
          {formatCount(props.hits)}
        </div>
      </div>
    </div>
  );
}
