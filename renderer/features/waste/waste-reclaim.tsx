import { useMemo } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { type Amount, addAmount } from '../../../electron/contract/operations.ts';
import { formatSize, formatSizeSum } from '../../../electron/contract/sizes.ts';
import type { Reclaimed } from '../../../electron/contract/waste.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { HostLink } from '../../components/hosts/host-link.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import type { Sort } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import classes from './waste.module.css';
import { formatPercent, spaceAfter } from './waste-text.ts';

type Row = { host: HostSummary } & Amount;
type Props = { reclaimed: Reclaimed | undefined; of: string };

const none: never[] = [];
const idOf = ({ host }: Row) => host.id;
const nameOf = ({ host }: Row) => host.name;
const byFreed: Sort = { id: 'frees', descending: true };

const columns: readonly Column<Row>[] = [
  {
    id: 'host',
    header: 'Host and share',
    className: 'wide',
    sortBy: nameOf,
    cell: ({ host, images, bytes }) => {
      const { share } = spaceAfter(host, bytes);
      return (
        <>
          <HostLink host={host} isRow />
          <span
            className="target-reason"
            {...(share === null ? {} : { title: `${formatPercent(share)} of what it has cached` })}
          >
            {plural(images, 'image')}
            {share === null ? '' : ` (${formatPercent(share)})`}
          </span>
        </>
      );
    },
  },
  {
    id: 'frees',
    header: 'Frees',
    align: 'end',
    width: 130,
    descendingFirst: true,
    className: 'wide',
    sortBy: ({ bytes }) => bytes,
    cell: ({ host, bytes, unsized = 0 }) => {
      const { left, text, tone } = spaceAfter(host, bytes);
      const limit = host.limitBytes === null ? '' : ` of a limit of ${formatSize(host.limitBytes)}`;
      return (
        <>
          <Size bytes={bytes} unsized={unsized} />
          <span
            className={`target-reason ${classes.after}`}
            data-tone={tone}
            title={`${formatSize(left)}${limit} remaining`}
          >
            {text}
          </span>
        </>
      );
    },
  },
];

/** The space that each host gets back, and how full the host is afterwards. It follows the selection. */
export function ReclaimPanel({ reclaimed, of }: Props) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const rows = useMemo(() => {
    const byId = new Map(hosts.map((host) => [host.id, host]));
    return (reclaimed?.hosts ?? none).flatMap(({ hostId, ...amount }): Row[] => {
      const host = byId.get(hostId);
      return host ? [{ host, ...amount }] : [];
    });
  }, [hosts, reclaimed]);
  const table = useTableState({ rows, idOf, defaultSort: byFreed });
  const sum: Amount = { images: 0, bytes: 0 };
  for (const row of rows) addAmount(sum, row);
  return (
    <section className={classes.reclaim} aria-label="Reclaimed by host">
      <p className={classes.reclaimSum}>
        <b>{formatSizeSum(sum)}</b>{' '}
        <span className="dim">
          on {plural(rows.length, 'host')}, {of}
        </span>
      </p>
      <DataTable label="Reclaimed by host" {...table.props} columns={columns} nameOf={nameOf} measured />
    </section>
  );
}
