import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import {
  asksSomething,
  type WasteConditions,
  type WasteList,
  type WasteRow,
} from '../../../electron/contract/waste.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { useWhyNot } from '../../components/host-abilities.ts';
import { imageTitle } from '../../components/image-name.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { keepOnly, nothingSelected, useSelectionState } from '../../components/table/row-selection.ts';
import { isSort, type Sort } from '../../components/table/table-columns.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { formatCount, plural } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useReclaimedSpace, useWaste } from './use-waste.ts';
import { wasteColumns, wasteExport } from './waste-columns.tsx';
import { WasteConditionsBar } from './waste-conditions.tsx';
import { WasteCopiesDrawer } from './waste-copies.tsx';
import { useWasteFilters, WasteFilterBar, type WasteFilters } from './waste-filters.tsx';
import { ReclaimPanel } from './waste-reclaim.tsx';
import { describeLeftOut, listHostNames } from './waste-text.ts';
import './waste.css';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

const none: never[] = [];
const bySize: Sort = { id: 'size', descending: true };
const idOf = ({ cloudId, imageId }: WasteRow) => `${cloudId} ${imageId}`;
const nameOf = ({ imageId, description }: WasteRow) => imageTitle(imageId, description);

/** What the hosts have cached and could do without: found by saved conditions, chosen, summed by host, deleted. */
export function WasteTab() {
  const filters = useWasteFilters();
  const { conditions } = filters;
  const waste = useWaste(conditions);
  const list = waste.data;
  const rows = list?.rows ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const { whyNone } = useWhyNot();
  const [sort, setSort] = usePersistentState<Sort>('waste.sort', bySize, isSort);
  const [active, setActive] = usePersistentState('waste.active', '', isString);
  const [kept, setSelection] = useSelectionState('waste');
  const [opened, setOpened] = useState<string>();

  const byId = useMemo(() => new Map(rows.map((row) => [idOf(row), row])), [rows]);
  const hostsById = useMemo(() => new Map(hosts.map((host) => [host.id, host])), [hosts]);
  const selection = useMemo(() => (list ? keepOnly(kept, (id) => byId.has(id)) : kept), [kept, list, byId]);
  const chosen = useMemo(() => [...selection.ids].flatMap((id) => byId.get(id) ?? []), [selection, byId]);
  // All that match: said as such, not one by one.
  const everything = chosen.length === 0 || (chosen.length === rows.length && rows.length === list?.images);
  const images = useMemo(
    () => (everything ? null : chosen.map(({ cloudId, imageId }) => ({ cloudId, imageId }))),
    [everything, chosen],
  );
  const reclaim = useReclaimedSpace(conditions, images);
  const cloudNames = useMemo(() => new Map(clouds.map(({ id, name }) => [id, name])), [clouds]);
  const columns = useMemo(() => wasteColumns(conditions), [conditions]);
  const exported = useMemo(() => wasteExport(conditions, cloudNames), [conditions, cloudNames]);

  const affected = (reclaim.data?.hosts ?? none).flatMap(({ hostId }) => hostsById.get(hostId) ?? []);
  const cannotDelete = affected.length > 0 ? whyNone(affected, 'delete') : undefined;
  const targets = useMutation({
    mutationFn: () => client.waste.targets({ conditions, images }),
    onSuccess: ({ targets }) => {
      if (targets.length === 0) void waste.refetch();
      else openDialog({ kind: 'action', title: 'Delete from cache', action: { kind: 'delete', targets } });
    },
    onError: notifyFailure,
  });
  const remove = () => {
    if (!targets.isPending) targets.mutate();
  };
  useShortcuts(
    'Selection',
    chosen.length > 0 && !cannotDelete
      ? [
          { keys: 'Delete', label: 'Delete…', run: remove },
          { keys: 'mod+c', label: 'Copy the rows' },
        ]
      : [],
  );
  const row = opened === undefined ? undefined : byId.get(opened);
  const copies = sum(chosen, (one) => one.hosts);

  return (
    <div className="waste" aria-busy={waste.isPending || undefined}>
      <WasteFilterBar filters={filters} />
      <WasteConditionsBar key={filters.current.id} conditions={conditions} onChange={filters.edit} />
      <div className="toolbar">
        <FilterField
          label="Filter by name or id"
          width={250}
          value={conditions.text}
          onChange={(text) => filters.edit({ text })}
        />
        {list ? (
          <span className="dim">
            <b className="strong">{plural(list.images, 'image')}</b>, {plural(list.copies, 'copy', 'copies')},{' '}
            <b className="strong">{formatSize(list.bytes)}</b>
            {list.hosts.oldest === null ? null : (
              <>
                {' '}
                on {plural(list.hosts.looked, 'host')}, as of <RelativeTime time={list.hosts.oldest} />
              </>
            )}
          </span>
        ) : null}
        <span className="grow" />
        <ExportMenu what={`waste ${filters.current.name}`} columns={exported} shown={rows} chosen={chosen} />
      </div>
      {waste.error ? <FailedNotice error={waste.error} again={waste.refetch} /> : null}
      {list ? <WasteNotes list={list} conditions={conditions} hosts={hostsById} clouds={cloudNames} /> : null}
      {chosen.length > 0 ? (
        <div className="selection-bar">
          <b>{formatCount(chosen.length)} selected</b>
          <span className="dim">
            {plural(copies, 'copy', 'copies')}, {formatSize(sum(chosen, ({ bytes }) => bytes))} would be freed
          </span>
          <span className="grow" />
          <Button kind="quiet" onClick={() => setSelection(nothingSelected)}>
            Deselect
          </Button>
          <Button kind="danger" whyNot={cannotDelete} disabled={targets.isPending} onClick={remove}>
            Delete {plural(chosen.length, 'image')}…
          </Button>
        </div>
      ) : null}
      <div className="waste-body">
        <DataTable
          label="Waste"
          rows={rows}
          columns={columns}
          idOf={idOf}
          nameOf={nameOf}
          sort={sort}
          onSort={setSort}
          selection={selection}
          onSelect={setSelection}
          active={active}
          onActive={setActive}
          onOpen={(one) => setOpened(idOf(one))}
          minWidth={700}
          empty={list ? <NothingFound filters={filters} known={list.hosts.looked > 0} /> : <Looking />}
        />
        {rows.length > 0 ? (
          <ReclaimPanel
            reclaimed={reclaim.data}
            of={chosen.length > 0 ? `by the ${formatCount(chosen.length)} selected` : 'if all of these went'}
          />
        ) : null}
      </div>
      {row ? <WasteCopiesDrawer row={row} conditions={conditions} onClose={() => setOpened(undefined)} /> : null}
    </div>
  );
}

function Looking() {
  return <EmptyState title="Looking through what the hosts have cached" />;
}

function NothingFound({ filters, known }: { filters: WasteFilters; known: boolean }) {
  if (!asksSomething(filters.conditions)) {
    return (
      <EmptyState title="Say what makes an image waste">
        Tick orphan, never hit or idle, or say a size or a number of hits. A name or a host alone does not.
      </EmptyState>
    );
  }
  if (!known) {
    return (
      <EmptyState title="Nothing is known yet">
        No host that is meant has told what it has cached. What is wasted there shows as soon as one does.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing is wasted"
      actions={filters.changed ? <Button onClick={filters.undo}>Undo changes</Button> : null}
    >
      No cached image of these hosts is like that.
    </EmptyState>
  );
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}

type Props = {
  list: WasteList;
  conditions: WasteConditions;
  hosts: ReadonlyMap<string, HostSummary>;
  clouds: ReadonlyMap<string, string>;
};

/** What should be known of the list as a whole: hosts that are not in it or old in it, and copies that were left out. */
export function WasteNotes({ list, conditions, hosts, clouds }: Props) {
  const { unknown, down, shifted } = list.hosts;
  const cut =
    list.images > list.rows.length
      ? `The ${formatCount(list.rows.length)} largest are listed: narrow the conditions to see the others.`
      : '';
  const rest = `${cut} ${describeLeftOut(list, conditions)}`.trim();
  const oldestDown = down.reduce<number | null>((oldest, id) => {
    const at = hosts.get(id)?.refreshedAt ?? null;
    return oldest === null || (at !== null && at < oldest) ? at : oldest;
  }, null);
  return (
    <>
      {unknown.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(unknown.length, 'host is', 'hosts are')} not in this list</b>, since what is cached there is not
          known: {listHostNames(unknown, hosts)}.
        </Notice>
      ) : null}
      {down.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(down.length, 'host is', 'hosts are')} down</b> and taken as last seen
          {oldestDown === null ? '' : ', '}
          {oldestDown === null ? null : <RelativeTime time={oldestDown} />}: {listHostNames(down, hosts)}. Nothing can
          be deleted there now.
        </Notice>
      ) : null}
      {list.goldenUnknown.length > 0 && !conditions.golden ? (
        <Notice tone="warn">
          <b>What golden sets want is not known</b>, and so not left out, as long as the image catalogue was not read of{' '}
          {list.goldenUnknown.map((id) => clouds.get(id) ?? id).join(', ')}.
        </Notice>
      ) : null}
      {shifted.length > 0 ? (
        <Notice tone="warn">
          <b>Times in the future</b>, not to be trusted, are told by {listHostNames(shifted, hosts)}.
        </Notice>
      ) : null}
      {rest === '' ? null : <p className="dim">{rest}</p>}
    </>
  );
}
