import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
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
import { useFoldedControls } from '../../components/folded-controls.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { useServiceNames } from '../../components/hosts/regions.ts';
import { imageTitle } from '../../components/image-name.tsx';
import { FailedNotice, Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { SelectionBar } from '../../components/selection-bar.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Sort } from '../../components/table/table-sort.ts';
import { useSelectionScope } from '../../components/table/use-selection-scope.ts';
import { useTableState } from '../../components/table/use-table-state.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { copiesOfImages } from '../../lib/format.ts';
import { notifyFailure } from '../../lib/notify.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useReclaimedSpace, useWaste } from './use-waste.ts';
import classes from './waste.module.css';
import { wasteColumns, wasteExport } from './waste-columns.tsx';
import { WasteConditionsBar } from './waste-conditions.tsx';
import { WasteCopiesDrawer } from './waste-copies.tsx';
import { useWasteFilters, WasteFilterBar, type WasteFilters } from './waste-filters.tsx';
import { ReclaimPanel } from './waste-reclaim.tsx';
import { describeLeftOut, listHostNames } from './waste-text.ts';

const none: never[] = [];
const bySize: Sort = { id: 'size', descending: true };
const idOf = ({ imageServiceId, imageId }: WasteRow) => `${imageServiceId} ${imageId}`;
const nameOf = ({ imageId, description }: WasteRow) => imageTitle(imageId, description);

/** The tab that lists cached images that could be deleted, by a filter, with the space that each host gets back. */
export function WasteTab() {
  const filters = useWasteFilters();
  const { conditions } = filters;
  const controls = useFoldedControls('Conditions', 'What counts as waste, and on which hosts');
  const waste = useWaste(conditions);
  const list = waste.data;
  const rows = list?.rows ?? none;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const { whyNone } = useWhyNot();
  // The text is a filter of the list; without it, the list shows which selected rows the text hides.
  const isFiltered = conditions.text !== '';
  const withoutText = useMemo(() => ({ ...conditions, text: '' }), [conditions]);
  const unfiltered = useWaste(withoutText, isFiltered);
  const allRows = (isFiltered ? unfiltered.data : list)?.rows ?? null;
  const table = useTableState({ rows, idOf, name: 'waste', defaultSort: bySize, allRows });
  const scope = useSelectionScope(table);
  const { rows: selected } = scope;
  const [opened, setOpened] = useState<string>();

  const hostsById = useMemo(() => new Map(hosts.map((host) => [host.id, host])), [hosts]);
  // All matching images are requested as such and not one by one.
  const all = scope.included === 0 && selected.length === rows.length && rows.length === list?.images;
  const everything = selected.length === 0 || all;
  const images = useMemo(
    () => (everything ? null : selected.map(({ imageServiceId, imageId }) => ({ imageServiceId, imageId }))),
    [everything, selected],
  );
  const asked = everything ? conditions : withoutText;
  const reclaim = useReclaimedSpace(asked, images);
  const cloudNames = useMemo(() => new Map(clouds.map(({ id, name }) => [id, name])), [clouds]);
  const regions = useServiceNames();
  const columns = useMemo(() => wasteColumns(conditions, regions), [conditions, regions]);
  const exported = useMemo(() => wasteExport(conditions, cloudNames, regions), [conditions, cloudNames, regions]);

  const affected = (reclaim.data?.hosts ?? none).flatMap(({ hostId }) => hostsById.get(hostId) ?? []);
  const cannotDelete = scope.whyNot ?? (affected.length > 0 ? whyNone(affected, 'delete') : undefined);
  const targets = useMutation({
    mutationFn: () => client.waste.targets({ conditions: asked, images }),
    onSuccess: ({ targets }) => {
      if (targets.length === 0) void waste.refetch();
      else openDialog({ kind: 'action', action: { kind: 'delete', targets } });
    },
    onError: notifyFailure,
  });
  const remove = () => {
    if (!targets.isPending) targets.mutate();
  };
  useShortcuts(
    'Selection',
    selected.length > 0 && !cannotDelete
      ? [
          { keys: 'Delete', label: 'Delete…', run: remove },
          { keys: 'mod+c', label: 'Copy rows' },
        ]
      : [],
  );
  const row = rows.find((one) => idOf(one) === opened);
  const copies = sum(selected, (one) => one.hosts);
  const freed = { bytes: sum(selected, ({ bytes }) => bytes), unsized: sum(selected, ({ unsized }) => unsized) };

  return (
    <div className={classes.tab} aria-busy={waste.isPending || undefined}>
      <WasteFilterBar filters={filters}>{controls.button}</WasteFilterBar>
      {controls.shown ? (
        <WasteConditionsBar key={filters.current.id} conditions={conditions} onChange={filters.edit} />
      ) : null}
      <div className="toolbar">
        <FilterField
          label="Filter by name or id"
          width={180}
          value={conditions.text}
          onChange={(text) => filters.edit({ text })}
        />
        {list ? (
          <span className={`dim ${classes.summary}`}>
            <b className="strong">{plural(list.images, 'image')}</b>, {plural(list.copies, 'copy', 'copies')},{' '}
            <b className="strong">{formatSizeSum(list)}</b>
            {list.hosts.oldest === null ? null : (
              <>
                {' · '}
                {plural(list.hosts.looked, 'host')} searched, as of <RelativeTime time={list.hosts.oldest} />
              </>
            )}
          </span>
        ) : (
          <span className="grow" />
        )}
        <ExportMenu what={`waste ${filters.current.name}`} columns={exported} shown={rows} chosen={selected} />
      </div>
      {waste.error ? <FailedNotice error={waste.error} again={waste.refetch} /> : null}
      {list ? <WasteNotes list={list} conditions={conditions} hosts={hostsById} clouds={cloudNames} /> : null}
      <div className={classes.body}>
        <DataTable
          label="Waste"
          {...table.props}
          {...table.selectProps}
          className={classes.list}
          columns={columns}
          nameOf={nameOf}
          onOpen={(one) => setOpened(idOf(one))}
          empty={list ? <NothingFound filters={filters} known={list.hosts.looked > 0} /> : <Searching />}
        />
        {rows.length > 0 ? (
          <ReclaimPanel
            reclaimed={reclaim.data}
            of={selected.length > 0 ? `by the ${formatCount(selected.length)} selected` : 'if all are deleted'}
          />
        ) : null}
      </div>
      <SelectionBar
        scope={scope}
        what={formatCount(selected.length)}
        sum={`${plural(copies, 'copy', 'copies')}, ${formatSizeSum(freed)} would be freed`}
        onDeselect={table.deselect}
      >
        <Button kind="danger" whyNot={cannotDelete} disabled={targets.isPending} onClick={remove}>
          Delete {copiesOfImages(copies, selected.length)}…
        </Button>
      </SelectionBar>
      {list ? <WasteRest list={list} conditions={conditions} /> : null}
      {row ? <WasteCopiesDrawer row={row} conditions={conditions} onClose={() => setOpened(undefined)} /> : null}
    </div>
  );
}

function Searching() {
  return <EmptyState title="Searching cached images" />;
}

function NothingFound({ filters, known }: { filters: WasteFilters; known: boolean }) {
  if (!asksSomething(filters.conditions)) {
    return (
      <EmptyState title="Select conditions">
        Select orphan, never hit or idle, or enter a size or a number of hits. A name or a host alone is not enough.
      </EmptyState>
    );
  }
  if (!known) {
    return <EmptyState title="No data yet">None of the selected hosts has been read yet.</EmptyState>;
  }
  return (
    <EmptyState
      title="No waste found"
      actions={filters.changed ? <Button onClick={filters.undo}>Undo changes</Button> : null}
    >
      No matching images on these hosts.
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

/** Notes about the list: hosts that are missing from it or down, and copies that were left out. */
function WasteNotes({ list, conditions, hosts, clouds }: Props) {
  const { unknown, down, shifted } = list.hosts;
  const oldestDown = down.reduce<number | null>((oldest, id) => {
    const at = hosts.get(id)?.refreshedAt ?? null;
    return oldest === null || (at !== null && at < oldest) ? at : oldest;
  }, null);
  return (
    <>
      {unknown.length > 0 ? (
        <Notice tone="warn">
          <div className="cut" title={listHostNames(unknown, hosts)}>
            <b>{plural(unknown.length, 'host is', 'hosts are')} not in this list</b>, no data from them yet:{' '}
            {listHostNames(unknown, hosts)}.
          </div>
        </Notice>
      ) : null}
      {down.length > 0 ? (
        <Notice tone="warn">
          <b>{plural(down.length, 'host cannot', 'hosts cannot')} be listed now</b> and{' '}
          {down.length === 1 ? 'is' : 'are'} shown as last seen
          {oldestDown === null ? '' : ', '}
          {oldestDown === null ? null : <RelativeTime time={oldestDown} />}: {listHostNames(down, hosts)}. They are
          skipped until reachable.
        </Notice>
      ) : null}
      {list.goldenUnknown.length > 0 && !conditions.golden ? (
        <Notice tone="warn">
          <b>Golden sets cannot be checked</b>, so golden images are not excluded, until the image catalog is read of{' '}
          {list.goldenUnknown.map((id) => clouds.get(id) ?? id).join(', ')}.
        </Notice>
      ) : null}
      {shifted.length > 0 ? (
        <Notice tone="warn">
          <b>Times in the future</b>, not reliable, are reported by {listHostNames(shifted, hosts)}.
        </Notice>
      ) : null}
    </>
  );
}

/** What the list leaves out. */
function WasteRest({ list, conditions }: Pick<Props, 'list' | 'conditions'>) {
  const cut =
    list.images > list.rows.length
      ? `The ${formatCount(list.rows.length)} largest are listed: narrow the conditions to see the others.`
      : '';
  const rest = `${cut} ${describeLeftOut(list, conditions)}`.trim();
  return rest === '' ? null : <p className="dim">{rest}</p>;
}
