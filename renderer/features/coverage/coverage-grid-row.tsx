import type { VirtualItem } from '@tanstack/react-virtual';
import { memo, type ReactNode } from 'react';
import { Link } from 'wouter';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Size } from '../../components/size.tsx';
import { Tag } from '../../components/tag.tsx';
import { imagePath } from '../../lib/routes.ts';
import type { FixedColumn, GridColumn, GridLayout } from './coverage-columns.ts';
import classes from './coverage-grid.module.css';
import { type CellCounts, cellState, countCells, type GridImage } from './coverage-rows.ts';
import { describeCell, describeCounts, imageLabel } from './coverage-text.ts';
import { type CellAria, type CellRole, rowAttributes } from './grid-navigation.ts';

type Props = {
  row: GridImage;
  rowKey: string;
  /** The row's index, counted from 1 with the headings. */
  index: number;
  top: number;
  layout: GridLayout;
  columns: readonly GridColumn[];
  items: readonly VirtualItem[];
  /** The column that has the focus, if the focus is in this row. */
  focus: string | undefined;
  selected: ReadonlySet<HostId> | undefined;
  /** The time that ages are relative to, in epoch milliseconds; it changes every few seconds. */
  now: number;
};

/** The row of an image. It renders again only when one of its properties changes. */
export const GridRow = memo(function GridRow({
  row,
  rowKey,
  index,
  top,
  layout,
  columns,
  items,
  focus,
  selected,
  now,
}: Props) {
  const { image, counts } = row;
  const name = imageLabel(row);
  const cellAttributes = (column: string, role: CellRole = 'gridcell', aria: CellAria = {}) => ({
    ...aria,
    role,
    'data-row-focus': true,
    'data-row': rowKey,
    'data-col': column,
    'aria-colindex': layout.indexOf(column) + 1,
    tabIndex: focus === column ? 0 : -1,
  });
  const of = counts.cached + counts.queued + counts.missing;
  const facts: Record<FixedColumn, ReactNode> = {
    name: <ImageHead row={row} />,
    size: <Size bytes={image.sizeBytes} />,
    missing: formatCount(counts.missing),
    hosts: (
      <>
        {formatCount(counts.cached)}
        <span className="faint">/{formatCount(of)}</span>
      </>
    ),
    hits: formatCount(image.hits),
  };
  const isZero = { missing: counts.missing === 0, hits: image.hits === 0, name: false, size: false, hosts: false };
  const fixed = (id: FixedColumn) => (
    <div
      key={id}
      className={classes.fixed}
      data-fixed={id}
      data-none={isZero[id] || undefined}
      title={id === 'hosts' ? describeCounts(counts) : undefined}
      style={{ width: layout.fixedWidth(id) }}
      {...cellAttributes(id, id === 'name' ? 'rowheader' : 'gridcell')}
    >
      {facts[id]}
    </div>
  );
  return (
    <div
      {...rowAttributes(index)}
      data-image-id={image.imageId}
      className={`${classes.row} ${classes.imageRow}`}
      style={{ top, width: layout.width }}
    >
      <div className={classes.left}>{layout.leftColumns.map(fixed)}</div>
      {items.map((item) => {
        const column = columns[item.index];
        const [host] = column?.hosts ?? [];
        if (!column || !host) return null;
        const place = { left: item.start, width: item.size };
        const isSelected = selected !== undefined && column.hosts.every(({ hostId }) => selected.has(hostId));
        if (column.folded) {
          return (
            <FoldedCell
              key={column.id}
              counts={countCells(image, column.hosts)}
              {...place}
              label={(words) =>
                cellAttributes(column.id, 'gridcell', {
                  'aria-selected': isSelected,
                  'aria-label': `${name}, ${column.name}: ${words}`,
                })
              }
            />
          );
        }
        const cell = cellState(image, host);
        return (
          <div
            key={column.id}
            className={classes.cell}
            data-cell={cell}
            data-host-id={host.hostId}
            data-stale={host.reading === 'stale' || undefined}
            style={place}
            {...cellAttributes(column.id, 'gridcell', {
              'aria-selected': isSelected,
              'aria-label': `${name}, ${host.name}: ${describeCell(cell, host, now)}`,
            })}
          >
            <i />
          </div>
        );
      })}
      <div className={classes.right}>{layout.rightColumns.map(fixed)}</div>
    </div>
  );
});

const unnamed = {
  known: '(no name)',
  orphan: '(no longer in Glance)',
  notVisible: '(not visible to this login)',
  unchecked: '(not looked up yet)',
} as const;

function ImageHead({ row: { image, golden } }: { row: GridImage }) {
  return (
    <span className={classes.imageName} title={`${image.name ?? ''} ${image.imageId}`.trim()}>
      <Link
        href={imagePath(image.imageId)}
        className={`entity-link ${image.name ? 'name' : 'dim'}`}
        data-image-id={image.imageId}
        tabIndex={-1}
      >
        <MiddleTruncate text={image.name || unnamed[image.catalogStatus]} />
      </Link>
      {golden.length > 0 ? <Tag tone="ok">golden</Tag> : null}
      {image.catalogStatus === 'orphan' ? <Tag tone="bad">orphan</Tag> : null}
      {image.status !== null && image.status !== 'active' ? <Tag tone="warn">{image.status}</Tag> : null}
      <span className={`mono faint cut ${classes.imageId}`}>{image.imageId}</span>
    </span>
  );
}

type Folded = { counts: CellCounts; left: number; width: number; label: (words: string) => object };

/** The cell of a folded group: on how many of its hosts the image is cached. */
function FoldedCell({ counts, left, width, label }: Folded) {
  const of = counts.cached + counts.queued + counts.missing;
  return (
    <div
      className={`${classes.cell} ${classes.folded}`}
      style={{ left, width }}
      {...label(describeCounts(counts) || 'nothing to cache')}
    >
      {of > 0 ? (
        <>
          <b data-some={counts.missing > 0 || undefined}>{formatCount(counts.cached)}</b>
          <span className="faint">/{formatCount(of)}</span>
        </>
      ) : (
        <span className="faint">{counts.unknown > 0 ? '?' : '–'}</span>
      )}
    </div>
  );
}
