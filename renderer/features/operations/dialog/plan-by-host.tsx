import { useMemo, useState } from 'react';
import type { HostId } from '../../../../electron/contract/hosts.ts';
import type { ActionKind, PlannedTarget } from '../../../../electron/contract/operations.ts';
import { Size } from '../../../components/size.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column, Sort } from '../../../components/table/table-columns.ts';
import { formatCount } from '../../../lib/format.ts';

/** What a plan comes to on one host; bytes of what will be done. What an `align` deletes is counted apart. */
export type PlannedHost = {
  hostId: HostId;
  hostName: string;
  willDo: number;
  goes: number;
  alreadyDone: number;
  refused: number;
  bytes: number;
  frees: number;
  /** Why targets are left out there, where it is the same for all of them. */
  reason: string | null;
};

/** A plan's targets summed up by their hosts, in the plan's order. */
export function sumByHost(targets: readonly PlannedTarget[]): PlannedHost[] {
  const hosts = new Map<HostId, PlannedHost & { reasons: Set<string> }>();
  for (const { hostId, hostName, step, verdict, expected, reason } of targets) {
    let host = hosts.get(hostId);
    if (!host) {
      host = {
        hostId,
        hostName,
        willDo: 0,
        goes: 0,
        alreadyDone: 0,
        refused: 0,
        bytes: 0,
        frees: 0,
        reason: null,
        reasons: new Set(),
      };
      hosts.set(hostId, host);
    }
    const goes = step === 'delete';
    host[verdict === 'willDo' && goes ? 'goes' : verdict] += 1;
    if (verdict === 'willDo') host[goes ? 'frees' : 'bytes'] += expected?.bytes ?? 0;
    if (verdict === 'refused' && reason !== null) host.reasons.add(reason);
  }
  return [...hosts.values()].map(({ reasons, ...host }) => ({
    ...host,
    reason: reasons.size === 1 ? ([...reasons][0] ?? null) : null,
  }));
}

const idOf = ({ hostId }: PlannedHost) => hostId;
const nameOf = ({ hostName }: PlannedHost) => hostName;
const none = <span className="faint">–</span>;

type Count = [key: 'willDo' | 'goes' | 'alreadyDone' | 'refused', header: string, width: string];

function columnsOf(kind: ActionKind): Column<PlannedHost>[] {
  const both = kind === 'align';
  const width = (narrow: string) => (both ? narrow : '128px');
  const goes: Count = ['goes', 'Will go', '84px'];
  const counts: Count[] = [
    both ? ['willDo', 'Will come', '98px'] : ['willDo', kind === 'queue' ? 'Will be queued' : 'Will go', '128px'],
    ...(both ? [goes] : []),
    ['alreadyDone', 'Nothing to do', width('114px')],
    ['refused', 'Left out', width('84px')],
  ];
  return [
    {
      id: 'host',
      header: 'Host',
      className: 'wide',
      sortBy: nameOf,
      cell: ({ hostName, reason }) => (
        <>
          <span className="name">{hostName}</span>
          {reason ? <span className="target-reason">{reason}</span> : null}
        </>
      ),
    },
    ...counts.map(
      ([key, header, width]): Column<PlannedHost> => ({
        id: key,
        header,
        width,
        align: 'end',
        descendingFirst: true,
        sortBy: (host) => host[key],
        cell: (host) =>
          host[key] === 0 ? (
            none
          ) : (
            <span className={key === 'refused' ? 'warn' : undefined}>{formatCount(host[key])}</span>
          ),
      }),
    ),
    bytesColumn('bytes', kind === 'queue' || both ? 'Fetches' : 'Frees', both),
    ...(both ? [bytesColumn('frees', 'Frees', both)] : []),
  ];
}

function bytesColumn(id: 'bytes' | 'frees', header: string, narrow: boolean): Column<PlannedHost> {
  return {
    id,
    header,
    width: narrow ? '88px' : '110px',
    align: 'end',
    descendingFirst: true,
    sortBy: (host) => host[id],
    cell: (host) => (host[id] > 0 ? <Size bytes={host[id]} /> : none),
  };
}

/** A plan summed up host by host. */
export function PlanByHost({ kind, targets }: { kind: ActionKind; targets: readonly PlannedTarget[] }) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const hosts = useMemo(() => sumByHost(targets), [targets]);
  const columns = useMemo(() => columnsOf(kind), [kind]);
  return (
    <DataTable
      label="What will be done, host by host"
      rows={hosts}
      columns={columns}
      idOf={idOf}
      nameOf={nameOf}
      sort={sort}
      onSort={setSort}
      active={active}
      onActive={setActive}
      measured
    />
  );
}
