import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { useMemo, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId, MethodName } from '../../../electron/contract/hosts.ts';
import type { PlannedTarget } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { HostNameLink, ImageLink } from '../../components/entity-link.tsx';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size, sizesOf } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { Tag } from '../../components/tag.tsx';
import { verdictTag } from '../operations/dialog/plan-texts.ts';
import { PlannedReason } from '../operations/target-columns.tsx';
import classes from './maintenance-hosts.module.css';
import type { MaintenanceKind } from './maintenance-methods.tsx';
import { MethodSelect } from './maintenance-methods.tsx';
import { type HostRow, type ImageRow, maintenanceRows } from './maintenance-rows.ts';

type Row = HostRow | ImageRow;
type Props = {
  kind: MaintenanceKind;
  targets: readonly PlannedTarget[];
  hosts: readonly HostSummary[];
  onChoose: (hostId: HostId, method: MethodName) => void;
};

const idOf = ({ id }: Row) => id;
const nameOf = (row: Row) => (row.is === 'host' ? row.target.hostName : (row.image.imageName ?? row.image.imageId));

/**
 * The hosts of a prune, a clean or a prefetch, each with its method and its amount. A host expands to the images that
 * are removed or read.
 */
export function MaintenanceHostsTable({ kind, targets, hosts, onChoose }: Props) {
  const [open, setOpen] = useState<ReadonlySet<HostId>>(new Set());
  const rows = useMemo(() => maintenanceRows(targets, open), [targets, open]);
  const table = useTableState({ rows, idOf });
  const flip = (row: Row) => {
    if (row.is === 'image' || !expands(row.target)) return;
    const next = new Set(open);
    if (!next.delete(row.id)) next.add(row.id);
    setOpen(next);
  };
  const columns: Column<Row>[] = [
    {
      id: 'host',
      header: kind === 'prune' ? 'Host' : 'Host',
      minWidth: 190,
      priority: 'always',
      className: 'wide',
      cell: (row) => (row.is === 'host' ? <HostCell row={row} onFlip={() => flip(row)} /> : <ImageCell row={row} />),
    },
    {
      id: 'method',
      header: kind === 'prune' ? 'How · last accessed' : 'How',
      minWidth: kind === 'prune' ? 168 : 150,
      priority: 'always',
      width: 200,
      cell: (row) => {
        if (row.is === 'image') return <RelativeTime time={row.image.lastAccessed} className="dim" />;
        const { hostId, method } = row.target;
        const host = hosts.find(({ id }) => id === hostId);
        if (!host) return null;
        return <MethodSelect host={host} kind={kind} chosen={method} onChoose={(method) => onChoose(hostId, method)} />;
      },
    },
    {
      id: 'goes',
      header: { prune: 'Deletes', clean: 'Plan', prefetch: 'Fetches' }[kind],
      priority: 'always',
      width: kind === 'clean' ? 124 : 190,
      align: 'end',
      cell: (row) =>
        row.is === 'host' ? <Amount kind={kind} target={row.target} /> : <Size bytes={row.image.sizeBytes} />,
    },
    ...(kind === 'prune' ? [leftColumn] : []),
  ];
  return (
    <DataTable
      label="Plan by host"
      {...table.props}
      columns={columns}
      nameOf={nameOf}
      onOpen={flip}
      opensOnClick={kind === 'prune'}
      toneOf={toneOf}
      measured
    />
  );
}

const leftColumn: Column<Row> = {
  id: 'left',
  header: 'Remaining',
  width: 150,
  align: 'end',
  cell: (row) => {
    if (row.is === 'image') return <Size bytes={row.leftBytes} className="dim" />;
    const { preview } = row.target;
    if (!preview) return <span className="faint">–</span>;
    return (
      <>
        <Size {...sizesOf(preview.left)} /> <span className="dim">of {formatSize(preview.limitBytes)}</span>
      </>
    );
  },
};

function toneOf(row: Row): string | undefined {
  return row.is === 'host' && row.target.verdict === 'refused' ? 'locked' : undefined;
}

function expands({ preview }: PlannedTarget): boolean {
  return preview !== null && preview.goes.length > 0;
}

function HostCell({ row: { target, open }, onFlip }: { row: HostRow; onFlip: () => void }) {
  return (
    <>
      {expands(target) ? (
        <button type="button" className={`name ${classes.disclose}`} aria-expanded={open} onClick={onFlip}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          <MiddleTruncate text={target.hostName} host />
        </button>
      ) : (
        <span className={classes.disclose}>
          <HostNameLink hostId={target.hostId} name={target.hostName} />
        </span>
      )}
      <PlannedReason target={target} className={classes.below} />
    </>
  );
}

function ImageCell({ row: { image } }: { row: ImageRow }) {
  return <ImageLink imageId={image.imageId} name={image.imageName} className={classes.below ?? ''} />;
}

function Amount({ kind, target }: { kind: MaintenanceKind; target: PlannedTarget }) {
  const { verdict, expected, estimated, cleans } = target;
  if (verdict === 'willDo' && cleans) {
    return (
      <>
        {plural(cleans.total, 'file')}, <Size bytes={cleans.bytes} />
      </>
    );
  }
  if (verdict !== 'willDo' || kind === 'clean') {
    const { text, tone } = verdictTag(verdict, kind);
    return <Tag tone={tone}>{text}</Tag>;
  }
  if (!expected) return <span className="dim">not available</span>;
  if (expected.images === 0) return <span className="dim">{estimated ? 'none expected' : 'nothing'}</span>;
  return (
    <>
      {estimated ? 'about ' : ''}
      {plural(expected.images, 'image')}, <Size {...sizesOf(expected)} />
    </>
  );
}
