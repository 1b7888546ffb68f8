import { useMemo } from 'react';
import { formatCount } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button, type WhyNot } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { TableSearch } from '../../components/filter-field.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { dotStateOf, dotStateText, StateDot } from '../../components/hosts/host-link.tsx';
import { withRegion } from '../../components/hosts/region-column.tsx';
import { useServiceNames } from '../../components/hosts/regions.ts';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Size } from '../../components/size.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Column } from '../../components/table/table-columns.ts';
import { naturalKey } from '../../components/table/table-sort.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { closeDialog } from '../../lib/dialog-store.ts';
import classes from './make-like.module.css';

type Row = { host: HostSummary; cloud: string; sameImages: boolean };
type Props = {
  /** Undefined until the first of the two hosts is chosen. */
  here: HostSummary | undefined;
  gives: boolean;
  hosts: readonly HostSummary[];
  onChoose: (id: HostId) => void;
};

const noClouds: never[] = [];
const none = <span className="faint">–</span>;
const idOf = ({ host }: Row) => host.id;
const nameOf = ({ host }: Row) => host.name;
const fieldsOf = ({ host, cloud }: Row) => [host.name, host.address, host.note, cloud, ...host.labels];

/** The hosts to choose from. Those of the same image service come first: others have other images. Hosts that cannot be reached are last. */
export function MakeLikeHosts({ here, gives, hosts, onChoose }: Props) {
  const clouds = useConsolePart((state) => state.clouds) ?? noClouds;
  const rows = useMemo(() => {
    const names = new Map(clouds.map(({ id, name }) => [id, name]));
    return hosts
      .filter(({ id }) => id !== here?.id)
      .map(
        (host): Row => ({
          host,
          cloud: names.get(host.cloudId) ?? '',
          sameImages: host.imageServiceId === here?.imageServiceId,
        }),
      )
      .sort(
        (one, other) =>
          Number(one.host.state === 'failed') - Number(other.host.state === 'failed') ||
          Number(other.sameImages) - Number(one.sameImages) ||
          (naturalKey(one.host.name) < naturalKey(other.host.name) ? -1 : 1),
      );
  }, [clouds, hosts, here]);
  const table = useTableState({ rows, idOf, fieldsOf });
  const regions = useServiceNames();
  const columns = useMemo(() => {
    const all = columnsOf(clouds.length > 1, onChoose);
    return Object.keys(regions).length > 1 ? withRegion(all, ({ host }) => regions[host.imageServiceId] ?? '') : all;
  }, [clouds, onChoose, regions]);
  return (
    <>
      <p className="dim">{askFor(here, gives)} Images that both have are not changed.</p>
      <div className={classes.hosts}>
        <TableSearch label="Search hosts" value={table.filter} onChange={table.setFilter} />
        <DataTable
          label={here ? 'The other host' : 'The host'}
          {...table.props}
          columns={columns}
          nameOf={nameOf}
          onOpen={({ host }) => onChoose(host.id)}
          opensOnClick
          empty={<EmptyState title={rows.length === 0 ? 'No other hosts' : 'No matching hosts'} />}
        />
      </div>
      <div className="dialog-footer">
        <span className="dialog-sum">You can review before anything is sent.</span>
        <Button onClick={closeDialog}>Cancel</Button>
      </div>
    </>
  );
}

function askFor(here: HostSummary | undefined, gives: boolean): string {
  if (!here) return 'Select the host to fill.';
  return gives ? `Select the host to fill with what ${here.name} has cached.` : `Select the host to copy from.`;
}

function columnsOf(severalClouds: boolean, onChoose: (id: HostId) => void): Column<Row>[] {
  return [
    {
      id: 'name',
      header: 'Host',
      sortBy: ({ host }) => naturalKey(host.name),
      cell: ({ host }) => (
        <span className={classes.name}>
          <StateDot state={dotStateOf(host)} label={dotStateText(dotStateOf(host))} />
          <button
            type="button"
            className={`name ${classes.button}`}
            data-row-focus
            title={host.note || host.address}
            onClick={(event) => {
              event.stopPropagation();
              onChoose(host.id);
            }}
          >
            <MiddleTruncate text={host.name} host title={host.note || host.address} />
          </button>
        </span>
      ),
    },
    ...(severalClouds ? [cloudColumn] : []),
    {
      id: 'cached',
      header: 'Cached',
      width: 100,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ host }) => host.totals?.cachedImages ?? null,
      cell: ({ host }) => (host.totals ? formatCount(host.totals.cachedImages) : none),
    },
    {
      id: 'size',
      header: 'Size',
      width: 110,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ host }) => host.totals?.sizeBytes ?? null,
      cell: ({ host }) => (host.totals ? <Size bytes={host.totals.sizeBytes} /> : none),
    },
    {
      id: 'hits',
      header: 'Hits',
      width: 100,
      align: 'end',
      descendingFirst: true,
      sortBy: ({ host }) => host.totals?.hits ?? null,
      cell: ({ host }) => (host.totals ? formatCount(host.totals.hits) : none),
    },
  ];
}

const cloudColumn: Column<Row> = {
  id: 'cloud',
  header: 'Cloud',
  width: 190,
  sortBy: ({ cloud }) => cloud,
  cell: ({ cloud }) => <span className="dim cut">{cloud}</span>,
};

const noHosts: HostSummary[] = [];
const alone: WhyNot = { reason: 'No other hosts.', remedy: 'Add hosts in Settings.' };

/**
 * Returns the reason why a host cannot be made like another, or why no host can be made like it; undefined if both are
 * possible.
 */
export function useWhyNotLike() {
  const hosts = useConsolePart((state) => state.hosts) ?? noHosts;
  const { whyNot, whyNone } = useWhyNot();
  return {
    takes: (host: HostSummary) => (hosts.length < 2 ? alone : whyNot(host, 'queue')),
    gives: (host: HostSummary) => {
      if (hosts.length < 2) return alone;
      if (host.refreshedAt === null) {
        return { reason: `No data from ${host.name} yet.`, remedy: 'Wait for its first response.' };
      }
      return whyNone(
        hosts.filter(({ id }) => id !== host.id),
        'queue',
      );
    },
  };
}
