import { useMemo, useState } from 'react';
import type { GoldenSet } from '../../../electron/contract/golden.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { Confirm } from '../../components/forms/confirm.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { isSort, type Sort } from '../../components/table/table-columns.ts';
import { notify } from '../../lib/notify.ts';
import { isString, usePersistentState } from '../../lib/persistent-state.ts';
import { GoldenEditor } from './golden-editor.tsx';
import './golden.css';
import { goldenSetColumns, goldenSetExport } from './golden-columns.tsx';
import { GoldenImportDialog } from './golden-import.tsx';
import { type SetRow, setRows } from './golden-rows.ts';
import { GoldenSetDetail } from './golden-set-detail.tsx';
import { downloadYaml, useGoldenDrift, useGoldenSets, useRemoveGolden } from './use-golden.ts';

const none: never[] = [];
const idOf = ({ set }: SetRow) => set.id;
const nameOf = ({ set }: SetRow) => set.name;

type Open = { kind: 'new' } | { kind: 'edit' | 'remove'; set: GoldenSet } | { kind: 'import' };

/** The golden sets, and how the hosts of the one that is looked at stand to it. */
export function GoldenTab() {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const sets = useGoldenSets();
  const present = sets.data?.sets ?? none;
  const cloudIds = useMemo(() => [...new Set(present.map(({ cloudId }) => cloudId))], [present]);
  const { drift, error } = useGoldenDrift(cloudIds);
  const [sort, setSort] = usePersistentState<Sort | null>('golden.sort', null, isSort);
  const [filter, setFilter] = usePersistentState('golden.filter', '', isString);
  const [looked, setLooked] = usePersistentState('golden.looked', '', isString);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const rows = useMemo(() => setRows(present, drift, clouds), [present, drift, clouds]);
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/);
    return rows.filter(({ set, cloudName }) => {
      const all = `${set.name}\n${set.note}\n${cloudName}`.toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }, [rows, filter]);
  const current = shown.find(({ set }) => set.id === looked) ?? shown[0];
  const columns = useMemo(
    () => goldenSetColumns(clouds.length > 1, current?.set.id, setLooked),
    [clouds.length, current?.set.id, setLooked],
  );
  const failed = sets.error ?? error;

  return (
    <div className="golden">
      {failed ? <FailedNotice error={failed} again={sets.refetch} /> : null}
      {present.length === 0 && sets.data ? (
        <NoSets onNew={() => setOpen({ kind: 'new' })} onImport={() => setOpen({ kind: 'import' })} />
      ) : null}
      {present.length > 0 ? (
        <>
          <div className="toolbar">
            <FilterField label="Filter golden sets" value={filter} onChange={setFilter} />
            <span className="grow" />
            <ExportMenu what="golden sets" columns={goldenSetExport} shown={shown} chosen={none} />
            <Button onClick={() => downloadYaml('golden sets')}>All as YAML</Button>
            <Button onClick={() => setOpen({ kind: 'import' })}>Import…</Button>
            <Button kind="primary" onClick={() => setOpen({ kind: 'new' })}>
              New golden set
            </Button>
          </div>
          <DataTable
            label="Golden sets"
            rows={shown}
            columns={columns}
            idOf={idOf}
            nameOf={nameOf}
            sort={sort}
            onSort={setSort}
            active={current?.set.id ?? ''}
            onActive={setLooked}
            onOpen={({ set }) => setOpen({ kind: 'edit', set })}
            toneOf={(row) => (row === current ? 'current' : undefined)}
            minWidth={1000}
            empty={
              <EmptyState
                title="No golden set has that name"
                actions={<Button onClick={() => setFilter('')}>Show all</Button>}
              />
            }
          />
          {current ? (
            <GoldenSetDetail
              key={current.set.id}
              row={current}
              onEdit={() => setOpen({ kind: 'edit', set: current.set })}
              onExport={() => downloadYaml(`golden set ${current.set.name}`, [current.set.id])}
              onRemove={() => setOpen({ kind: 'remove', set: current.set })}
            />
          ) : null}
        </>
      ) : null}
      {open?.kind === 'new' ? <GoldenEditor onSaved={setLooked} onClose={close} /> : null}
      {open?.kind === 'edit' ? <GoldenEditor set={open.set} onSaved={setLooked} onClose={close} /> : null}
      {open?.kind === 'import' ? <GoldenImportDialog onClose={close} /> : null}
      {open?.kind === 'remove' ? <RemoveDialog set={open.set} onClose={close} /> : null}
    </div>
  );
}

function RemoveDialog({ set, onClose }: { set: GoldenSet; onClose: () => void }) {
  const remove = useRemoveGolden();
  return (
    <Confirm
      title="Remove golden set"
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(
          { id: set.id },
          {
            onSuccess: () => {
              notify(`${set.name} removed`);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <p>
        The console forgets <b>{set.name}</b>. Nothing changes on any host: what is cached stays cached.
      </p>
    </Confirm>
  );
}

function NoSets({ onNew, onImport }: { onNew: () => void; onImport: () => void }) {
  return (
    <EmptyState
      title="No golden sets yet"
      actions={
        <>
          <Button onClick={onImport}>Import…</Button>
          <Button kind="primary" onClick={onNew}>
            New golden set
          </Button>
        </>
      }
    >
      A golden set is the images that chosen hosts should always have cached: named ones, or whatever a rule finds in
      the catalogue, such as the newest two of each family. The console shows what each host lacks, and queues it as one
      operation. Sets can be kept in git as a small YAML file.
    </EmptyState>
  );
}
