import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { type HostAction, useWhyNot } from '../../components/hosts/host-abilities.ts';
import { regionNames, regionsOf } from '../../components/hosts/regions.ts';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import { SelectionBar } from '../../components/selection-bar.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Sort } from '../../components/table/table-sort.ts';
import { useSelectionScope } from '../../components/table/use-selection-scope.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { hostPath, settingsPath } from '../../lib/routes.ts';
import { useWhyNotLike } from '../make-like/make-like-hosts.tsx';
import { useFreshSparks } from '../trends/sparkline.tsx';
import { fleetColumns, hostExport } from './fleet-columns.tsx';
import { FleetSubtitle, FleetTiles, searchFields, sumHosts } from './fleet-summary.tsx';

const none: HostSummary[] = [];
const byState: Sort = { id: 'state', descending: false };
const idOf = (host: HostSummary) => host.id;
const nameOf = (host: HostSummary) => host.name;

/** The page with the table of all hosts and the actions on the selected ones. */
export function FleetPage() {
  const { whyNone } = useWhyNot();
  usePageTitle('Fleet');
  useFreshSparks();
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [, go] = useLocation();
  const regions = useMemo(() => regionNames(hosts), [hosts]);
  const rows = useMemo(
    () => (regions.size === 0 ? hosts : regionsOf(hosts).flatMap((region) => region.hosts)),
    [hosts, regions],
  );
  const table = useTableState({ rows, idOf, name: 'fleet', fieldsOf: searchFields });
  const { shown } = table;
  const scope = useSelectionScope(table);
  const { rows: selected } = scope;
  const isSelecting = table.selected.length > 0;
  // The actions in the header apply to the selection, otherwise to the rows that match the filter.
  const affected = isSelecting ? selected : shown;
  const hostIds = affected.map(idOf);
  const whyNotAny = (ability: HostAction) =>
    scope.whyNot ?? (affected.length === 0 && hosts.length > 0 ? noneShown : whyNone(affected, ability));
  const sums = sumHosts(selected);
  const columns = useMemo(() => fleetColumns(regions), [regions]);

  const deleteImages = (
    <Button kind="danger" whyNot={whyNotAny('delete')} onClick={() => openDialog({ kind: 'deleteImages', hostIds })}>
      Delete images…
    </Button>
  );

  return (
    <div className="page">
      <PageHeader
        title="Fleet"
        sub={<FleetSubtitle hosts={hosts} onProblems={() => table.props.onSort(byState)} />}
        actions={
          <>
            {isSelecting ? null : deleteImages}
            <Button whyNot={whyNotAny('prefetch')} onClick={() => openDialog({ kind: 'prefetch', hostIds })}>
              Prefetch…
            </Button>
            <Button whyNot={whyNotAny('clean')} onClick={() => openDialog({ kind: 'clean', hostIds })}>
              Clean…
            </Button>
            <Button whyNot={whyNotAny('prune')} onClick={() => openDialog({ kind: 'prune', hostIds })}>
              Prune…
            </Button>
            <Button kind="primary" whyNot={whyNotAny('queue')} onClick={() => openDialog({ kind: 'queue', hostIds })}>
              Queue images…
            </Button>
          </>
        }
      />
      <FleetTiles hosts={hosts} />
      <div className="toolbar">
        <FilterField label="Filter hosts" value={table.filter} onChange={table.setFilter} />
        {table.filter !== '' ? (
          <span className="dim">
            {shown.length} of {plural(hosts.length, 'host')}
          </span>
        ) : null}
        <span className="grow" />
        <ExportMenu what="hosts" columns={hostExport} shown={shown} chosen={selected} />
      </div>
      <DataTable
        label="Hosts"
        {...table.props}
        {...table.selectProps}
        columns={columns}
        nameOf={nameOf}
        onOpen={(host) => go(hostPath(host.id))}
        opensOnClick
        measured
        empty={<NoHosts filtered={hosts.length > 0} onShowAll={() => table.setFilter('')} />}
      />
      {isSelecting ? (
        <SelectionBar
          scope={scope}
          what={plural(selected.length, 'host')}
          sum={`${plural(sums.images, 'image')}, ${formatSizeSum(sums)}`}
          onDeselect={table.deselect}
        >
          <MakeLike chosen={selected} />
          {deleteImages}
          <Button
            kind="danger"
            whyNot={whyNotAny('clear')}
            onClick={() => openDialog({ kind: 'clear', hostIds: selected.map(idOf) })}
          >
            Clear…
          </Button>
        </SelectionBar>
      ) : null}
    </div>
  );
}

function NoHosts({ filtered, onShowAll }: { filtered: boolean; onShowAll: () => void }) {
  if (filtered) {
    return (
      <EmptyState title="No matching hosts" actions={<Button onClick={onShowAll}>Show all hosts</Button>}>
        The filter matches names, addresses, notes, states, versions and warnings.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No hosts yet"
      actions={
        <LinkButton href={settingsPath} kind="primary">
          Add hosts
        </LinkButton>
      }
    >
      Add each glance-api node by its own address, not by a load balancer’s: every node has its own cache.
    </EmptyState>
  );
}

const noneShown = { reason: 'No host matches the filter.', remedy: 'Clear the filter, or change it.' };

const tooMany = {
  reason: 'Select one or two hosts.',
  remedy: 'Select the host to fill, or that host and the one to copy from.',
};

/** Opens the make-like dialog: for one selected host, or for two, where the one with fewer images gets the others. */
function MakeLike({ chosen }: { chosen: readonly HostSummary[] }) {
  const { takes } = useWhyNotLike();
  const [to, from] = [...chosen].sort(
    (one, other) => (one.totals?.cachedImages ?? 0) - (other.totals?.cachedImages ?? 0),
  );
  if (!to) return null;
  return (
    <Button
      whyNot={chosen.length > 2 ? tooMany : takes(to)}
      onClick={() => openDialog({ kind: 'like', hostId: to.id, ...(from ? { other: from.id } : {}) })}
    >
      Make like…
    </Button>
  );
}
