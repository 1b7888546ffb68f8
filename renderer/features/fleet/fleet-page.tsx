import { useDeferredValue, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { PageHeader, usePageTitle } from '../../components/page-header.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { keepOnly, nothingSelected, useSelectionState } from '../../components/table/row-selection.ts';
import { isSort, type Sort } from '../../components/table/table-columns.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { plural } from '../../lib/format.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { hostPath, settingsPath } from '../../lib/routes.ts';
import { useFreshSparks } from '../trends/sparkline.tsx';
import './fleet.css';
import { filterHosts, fleetLine, sumsOf } from './fleet-sums.ts';
import { FleetTiles } from './fleet-tiles.tsx';
import { hostColumns, hostExport } from './host-columns.tsx';
import { MakeLike } from './make-like.tsx';

const none: HostSummary[] = [];
const idOf = (host: HostSummary) => host.id;
const nameOf = (host: HostSummary) => host.name;

/** Every host at a glance, and actions on those chosen. */
export function FleetPage() {
  const { whyNone } = useWhyNot();
  usePageTitle('Fleet');
  useFreshSparks();
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [, go] = useLocation();
  const [sort, setSort] = usePersistentState<Sort | null>('fleet.sort', null, isSort);
  const [filter, setFilter] = usePersistentState('fleet.filter', '', isString);
  const [kept, setSelection] = useSelectionState('fleet');
  const [active, setActive] = usePersistentState('fleet.active', '', isString);
  const text = useDeferredValue(filter);
  const shown = useMemo(() => filterHosts(hosts, text), [hosts, text]);
  const known = useMemo(() => new Set(hosts.map(idOf)), [hosts]);
  const selection = useMemo(() => keepOnly(kept, (id) => known.has(id)), [kept, known]);
  const chosen = useMemo(() => hosts.filter(({ id }) => selection.ids.has(id)), [hosts, selection]);
  const affected = chosen.length > 0 ? chosen : hosts;
  const hostIds = affected.map(idOf);
  const sums = sumsOf(chosen);

  const deleteImages = (
    <Button
      kind="danger"
      whyNot={whyNone(affected, 'delete')}
      onClick={() => openDialog({ kind: 'deleteImages', hostIds })}
    >
      Delete images…
    </Button>
  );

  return (
    <div className="page">
      <PageHeader
        title="Fleet"
        sub={fleetLine(hosts)}
        actions={
          <>
            {chosen.length === 0 ? deleteImages : null}
            <Button whyNot={whyNone(affected, 'prefetch')} onClick={() => openDialog({ kind: 'prefetch', hostIds })}>
              Prefetch…
            </Button>
            <Button whyNot={whyNone(affected, 'clean')} onClick={() => openDialog({ kind: 'clean', hostIds })}>
              Clean…
            </Button>
            <Button whyNot={whyNone(affected, 'prune')} onClick={() => openDialog({ kind: 'prune', hostIds })}>
              Prune…
            </Button>
            <Button
              kind="primary"
              whyNot={whyNone(affected, 'queue')}
              onClick={() => openDialog({ kind: 'queue', hostIds })}
            >
              Queue images…
            </Button>
          </>
        }
      />
      <FleetTiles hosts={hosts} />
      <div className="toolbar">
        <FilterField label="Filter hosts" value={filter} onChange={setFilter} />
        {text !== '' ? (
          <span className="dim">
            {shown.length} of {plural(hosts.length, 'host')}
          </span>
        ) : null}
        <span className="grow" />
        <ExportMenu what="hosts" columns={hostExport} shown={shown} chosen={chosen} />
      </div>
      {chosen.length > 0 ? (
        <div className="selection-bar">
          <b>{plural(chosen.length, 'host')} selected</b>
          <span className="dim">
            {plural(sums.images, 'image')}, {formatSize(sums.bytes)}
          </span>
          <span className="grow" />
          <Button kind="quiet" onClick={() => setSelection(nothingSelected)}>
            Deselect
          </Button>
          <MakeLike chosen={chosen} />
          {deleteImages}
          <Button
            kind="danger"
            whyNot={whyNone(chosen, 'clear')}
            onClick={() => openDialog({ kind: 'clear', hostIds: chosen.map(idOf) })}
          >
            Clear…
          </Button>
        </div>
      ) : null}
      <DataTable
        label="Hosts"
        rows={shown}
        columns={hostColumns}
        idOf={idOf}
        nameOf={nameOf}
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelect={setSelection}
        active={active}
        onActive={setActive}
        onOpen={(host) => go(hostPath(host.id))}
        opensOnClick
        measured
        minWidth={1000}
        empty={<NoHosts filtered={hosts.length > 0} onShowAll={() => setFilter('')} />}
      />
    </div>
  );
}

function NoHosts({ filtered, onShowAll }: { filtered: boolean; onShowAll: () => void }) {
  if (filtered) {
    return (
      <EmptyState title="No host is like that" actions={<Button onClick={onShowAll}>Show all hosts</Button>}>
        The filter looks at names, addresses, notes, states, versions and warnings.
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
      A host is one glance-api node, reached at its own address: every node has its own cache, and a load balancer would
      show a different one with each answer.
    </EmptyState>
  );
}
