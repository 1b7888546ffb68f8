import { useMemo, useState } from 'react';
import { plural } from '../../../electron/contract/counts.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { useFoldedControls } from '../../components/folded-controls.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { MiddleTruncate } from '../../components/middle-truncate.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { useTableState } from '../../components/table/use-table-state.ts';
import { type HostDriftRow, hostDriftColumns, hostDriftExport } from './golden-columns.tsx';
import { GoldenDifferences } from './golden-differences.tsx';
import { canUpdate, describeContents, describeHosts, describeProblem, type SetRow } from './golden-rows.ts';
import classes from './golden-tab.module.css';
import { useUpdateHosts } from './use-golden.ts';

const none: never[] = [];
const idOf = ({ host }: HostDriftRow) => host.id;
const nameOf = ({ host }: HostDriftRow) => host.name;

type Props = { row: SetRow; onEdit: () => void; onExport: () => void; onRemove: () => void };

/** A golden set: its contents, its problems and its hosts. */
export function GoldenSetDetail({ row, onEdit, onExport, onRemove }: Props) {
  const { set, drift } = row;
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [opened, setOpened] = useState<string | null>(null);
  const { whyNone } = useWhyNot();
  const update = useUpdateHosts(set);
  const columns = useMemo(() => hostDriftColumns(set.exact), [set.exact]);
  const rows = useMemo(() => {
    const byId = new Map(hosts.map((host) => [host.id, host]));
    return (drift?.hosts ?? none).flatMap((one): HostDriftRow[] => {
      const host = byId.get(one.hostId);
      return host ? [{ host, drift: one }] : [];
    });
  }, [hosts, drift]);
  const table = useTableState({
    rows,
    idOf,
    name: `golden.${set.id}`,
    urlPrefix: 'hosts.',
    sortName: 'golden.hosts',
    allRows: drift ? rows : null,
  });
  const { selected } = table;
  const affected = selected.length > 0 ? selected : rows;
  const updatable = affected.filter((one) => canUpdate(one.drift));
  const openRow = rows.find(({ host }) => host.id === opened);

  const problems = drift?.problems ?? none;
  const controls = useFoldedControls(plural(problems.length, 'problem'), 'Problems in the set');

  const updateButton = () => {
    const where = updatable.map(({ host }) => host);
    const whyNot = updatable.length === 0 ? noUpdateReason(affected) : whyNone(where, set.exact ? 'delete' : 'queue');
    return (
      <Button
        kind="primary"
        whyNot={whyNot}
        disabled={update.isPending}
        onClick={() => update.mutate(where.map(({ id }) => id))}
      >
        {updatable.length > 0 ? `Sync ${plural(updatable.length, 'host')}…` : 'Sync…'}
      </Button>
    );
  };

  return (
    <section className={classes.detail} aria-label={set.name}>
      <div className={classes.detailHead}>
        <h2 className={classes.detailName}>
          <MiddleTruncate text={set.name} title={`${set.name}: ${describeContents(set)} for ${describeHosts(set)}`} />
        </h2>
        <span className={`dim cut ${classes.detailText}`} title={`${describeContents(set)} for ${describeHosts(set)}`}>
          {describeContents(set)} for {describeHosts(set)}
          {drift?.readAt ? (
            <>
              , catalog read <RelativeTime time={drift.readAt} />
            </>
          ) : null}
        </span>
        {problems.length > 0 ? controls.button : null}
        <span className="grow" />
        <Button kind="quiet" onClick={onRemove}>
          Remove…
        </Button>
        <ExportMenu what={`${set.name} hosts`} columns={hostDriftExport} shown={rows} chosen={selected} />
        <Button onClick={onExport}>YAML file</Button>
        <Button onClick={onEdit}>Edit…</Button>
        {updateButton()}
      </div>
      {drift?.failure ? (
        <Notice tone="warn">
          <FailureText failure={drift.failure} compact>
            {drift.readAt === null ? 'No image data until the catalog can be read.' : 'Showing the last known data.'}
          </FailureText>
        </Notice>
      ) : null}
      {problems.length > 0 && controls.shown ? (
        <Notice tone="warn">
          <ul className={classes.problems} aria-label="Problems in the set">
            {problems.slice(0, 5).map((problem) => (
              <li key={describeProblem(problem)}>{describeProblem(problem)}</li>
            ))}
            {problems.length > 5 ? <li className="dim">… and {problems.length - 5} more</li> : null}
          </ul>
        </Notice>
      ) : null}
      <DataTable
        label="Drift per host"
        {...table.props}
        {...table.selectProps}
        className={classes.hosts}
        columns={columns}
        nameOf={nameOf}
        onOpen={({ host }) => setOpened(host.id)}
        opensOnClick
        empty={
          drift ? (
            <EmptyState title="The set has no hosts" actions={<Button onClick={onEdit}>Edit…</Button>} />
          ) : (
            <EmptyState title="Comparing the hosts with the set" />
          )
        }
      />
      {openRow ? <GoldenDifferences set={set} row={openRow} onClose={() => setOpened(null)} /> : null}
    </section>
  );
}

function noUpdateReason(rows: readonly HostDriftRow[]) {
  if (rows.length === 0) return { reason: 'The set has no hosts.', remedy: 'Edit the set and select hosts.' };
  const unknown = rows.filter(({ drift }) => drift.state === 'unknown');
  if (unknown.length > 0) {
    const why = unknown[0]?.drift.reason ?? '';
    return {
      reason: `Nothing is missing on reachable hosts. No current data from ${plural(unknown.length, 'host')}. ${why}`,
      remedy: 'Refresh when they are reachable.',
    };
  }
  const waiting = rows.some(({ drift }) => drift.queued.images > 0);
  return waiting
    ? {
        reason: 'Missing images are already queued.',
        remedy: 'The hosts fetch them. No action is needed.',
      }
    : { reason: 'All hosts match the set.', remedy: 'No action is needed.' };
}
