import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { useMemo, useState } from 'react';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId, RungName } from '../../../electron/contract/hosts.ts';
import type { PlannedTarget } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { Tag } from '../../components/tag.tsx';
import { plural } from '../../lib/format.ts';
import { verdictTag } from '../operations/dialog/plan-texts.ts';
import type { MaintenanceKind } from './maintenance-methods.tsx';
import { MethodSelect } from './maintenance-methods.tsx';
import { type HostRow, type ImageRow, maintenanceRows } from './maintenance-rows.ts';

type Row = HostRow | ImageRow;
type Props = {
  kind: MaintenanceKind;
  targets: readonly PlannedTarget[];
  hosts: readonly HostSummary[];
  onTake: (hostId: HostId, rung: RungName) => void;
};

const idOf = ({ id }: Row) => id;
const nameOf = (row: Row) => (row.is === 'host' ? row.target.hostName : (row.image.imageName ?? row.image.imageId));
const unsorted = () => undefined;

/** Several hosts, each with its way and what it comes to; a host opens to the images that go from it. */
export function MaintenanceHostsTable({ kind, targets, hosts, onTake }: Props) {
  const [open, setOpen] = useState<ReadonlySet<HostId>>(new Set());
  const [active, setActive] = useState('');
  const rows = useMemo(() => maintenanceRows(targets, open), [targets, open]);
  const flip = (row: Row) => {
    if (row.is === 'image' || !opens(row.target)) return;
    const next = new Set(open);
    if (!next.delete(row.id)) next.add(row.id);
    setOpen(next);
  };
  const columns: Column<Row>[] = [
    {
      id: 'host',
      header: kind === 'prune' ? 'Host, and what goes' : 'Host',
      className: 'wide',
      cell: (row) => (row.is === 'host' ? <HostCell row={row} onFlip={() => flip(row)} /> : <ImageCell row={row} />),
    },
    {
      id: 'way',
      header: kind === 'prune' ? 'How · last accessed' : 'How',
      width: '200px',
      cell: (row) => {
        if (row.is === 'image') return <RelativeTime time={row.image.lastAccessed} className="dim" />;
        const host = hosts.find(({ id }) => id === row.target.hostId);
        if (!host) return null;
        return (
          <MethodSelect
            host={host}
            kind={kind}
            taken={row.target.rung}
            onTake={(rung) => onTake(row.target.hostId, rung)}
          />
        );
      },
    },
    {
      id: 'goes',
      header: { prune: 'Goes', clean: 'Plan', prefetch: 'Fetches' }[kind],
      width: kind === 'clean' ? '124px' : '160px',
      align: 'end',
      cell: (row) =>
        row.is === 'host' ? <Goes kind={kind} target={row.target} /> : <Size bytes={row.image.sizeBytes} />,
    },
    ...(kind === 'prune' ? [leftColumn] : []),
  ];
  return (
    <DataTable
      label="What will be done, host by host"
      rows={rows}
      columns={columns}
      idOf={idOf}
      nameOf={nameOf}
      sort={null}
      onSort={unsorted}
      active={active}
      onActive={setActive}
      onOpen={flip}
      opensOnClick={kind === 'prune'}
      toneOf={toneOf}
      measured
    />
  );
}

const leftColumn: Column<Row> = {
  id: 'left',
  header: 'Left then',
  width: '150px',
  align: 'end',
  cell: (row) => {
    if (row.is === 'image') return <Size bytes={row.leftBytes} className="dim" />;
    const { preview } = row.target;
    if (!preview) return <span className="faint">–</span>;
    return (
      <>
        <Size bytes={preview.left.bytes} /> <span className="dim">of {formatSize(preview.limitBytes)}</span>
      </>
    );
  },
};

function toneOf(row: Row): string | undefined {
  return row.is === 'host' && row.target.verdict === 'refused' ? 'locked' : undefined;
}

function opens({ preview }: PlannedTarget): boolean {
  return preview !== null && preview.goes.length > 0;
}

function HostCell({ row: { target, open }, onFlip }: { row: HostRow; onFlip: () => void }) {
  return (
    <>
      {opens(target) ? (
        <button type="button" className="disclose name" aria-expanded={open} onClick={onFlip}>
          {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          {target.hostName}
        </button>
      ) : (
        <span className="disclose name">{target.hostName}</span>
      )}
      {target.reason ? <span className="target-reason below-name">{target.reason}</span> : null}
    </>
  );
}

function ImageCell({ row: { image } }: { row: ImageRow }) {
  return (
    <span className="image-name below-name">
      {image.imageName ? <span>{image.imageName}</span> : null}
      <span className="mono faint cut">{image.imageId}</span>
    </span>
  );
}

function Goes({ kind, target }: { kind: MaintenanceKind; target: PlannedTarget }) {
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
  if (!expected) return <span className="dim">only the host knows</span>;
  if (expected.images === 0) return <span className="dim">{estimated ? 'probably nothing' : 'nothing'}</span>;
  return (
    <>
      {estimated ? 'about ' : ''}
      {plural(expected.images, 'image')}, <Size bytes={expected.bytes} />
    </>
  );
}
