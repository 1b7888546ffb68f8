import { useMemo, useState } from 'react';
import type { GoldenSet } from '../../../electron/contract/golden.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FilterField } from '../../components/filter-field.tsx';
import { ConfirmRemoval } from '../../components/forms/confirm-removal.tsx';
import { FailedNotice } from '../../components/notice.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { useTableState } from '../../components/table/use-table-state.ts';
import { notify } from '../../lib/notify.ts';
import { urlText, useUrlState } from '../../lib/url-state.ts';
import { goldenSetColumns, goldenSetExport } from './golden-columns.tsx';
import { GoldenEditor } from './golden-editor.tsx';
import { GoldenImportDialog } from './golden-import.tsx';
import { type SetRow, setRows } from './golden-rows.ts';
import { GoldenSetDetail } from './golden-set-detail.tsx';
import classes from './golden-tab.module.css';
import { downloadYaml, useGoldenDrift, useGoldenSets, useRemoveGolden } from './use-golden.ts';

const none: never[] = [];
const setFormat = urlText('set');
const idOf = ({ set }: SetRow) => set.id;
const nameOf = ({ set }: SetRow) => set.name;

const fieldsOf = ({ set, cloudName }: SetRow) => [set.name, set.note, cloudName];

type Open = { kind: 'new' } | { kind: 'edit' | 'remove'; set: GoldenSet } | { kind: 'import' };

/** The tab with the table of golden sets and, below it, the hosts of the current set. */
export function GoldenTab() {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const sets = useGoldenSets();
  const present = sets.data?.sets ?? none;
  const cloudIds = useMemo(() => [...new Set(present.map(({ cloudId }) => cloudId))], [present]);
  const { drift, error } = useGoldenDrift(cloudIds);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const rows = useMemo(() => setRows(present, drift, clouds), [present, drift, clouds]);
  const table = useTableState({ rows, idOf, name: 'golden', fieldsOf });
  const { shown, setFilter } = table;
  const [active, onActive] = useUrlState('set', '', setFormat, { remember: 'golden.set' });
  const current = shown.find(({ set }) => set.id === active) ?? shown[0];
  const columns = useMemo(
    () => goldenSetColumns(clouds.length > 1, current?.set.id, onActive),
    [clouds.length, current?.set.id, onActive],
  );
  const failed = sets.error ?? error;

  return (
    <div className={classes.tab}>
      {failed ? <FailedNotice error={failed} again={sets.refetch} /> : null}
      {present.length === 0 && sets.data ? (
        <NoSets onNew={() => setOpen({ kind: 'new' })} onImport={() => setOpen({ kind: 'import' })} />
      ) : null}
      {present.length > 0 ? (
        <>
          <div className="toolbar">
            <FilterField label="Filter golden sets" value={table.filter} onChange={setFilter} />
            <span className="grow" />
            <ExportMenu what="golden sets" columns={goldenSetExport} shown={shown} chosen={none} />
            <Button onClick={() => downloadYaml('golden sets')}>Export YAML</Button>
            <Button onClick={() => setOpen({ kind: 'import' })}>Import…</Button>
            <Button kind="primary" onClick={() => setOpen({ kind: 'new' })}>
              New golden set
            </Button>
          </div>
          <DataTable
            label="Golden sets"
            {...table.props}
            active={current?.set.id ?? ''}
            onActive={onActive}
            className={classes.sets}
            columns={columns}
            nameOf={nameOf}
            onOpen={({ set }) => setOpen({ kind: 'edit', set })}
            toneOf={(row) => (row === current ? 'current' : undefined)}
            empty={
              <EmptyState
                title="No matching golden sets"
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
      {open?.kind === 'new' ? <GoldenEditor onSaved={onActive} onClose={close} /> : null}
      {open?.kind === 'edit' ? <GoldenEditor set={open.set} onSaved={onActive} onClose={close} /> : null}
      {open?.kind === 'import' ? <GoldenImportDialog onClose={close} /> : null}
      {open?.kind === 'remove' ? <RemoveDialog set={open.set} onClose={close} /> : null}
    </div>
  );
}

function RemoveDialog({ set, onClose }: { set: GoldenSet; onClose: () => void }) {
  const remove = useRemoveGolden();
  return (
    <ConfirmRemoval
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
        Removes <b>{set.name}</b> from the console. The hosts and their caches do not change.
      </p>
    </ConfirmRemoval>
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
      A golden set defines the images that hosts should always have cached: named images, or images that match a rule,
      such as the newest two of each family. The console shows what is missing on each host and queues it in one
      operation. Export sets as YAML to keep them in git.
    </EmptyState>
  );
}
