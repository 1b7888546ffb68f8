import { NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { formatCount, plural } from '../../../../electron/contract/counts.ts';
import {
  type HostAccount,
  type Operation,
  type TargetOutcome,
  type TargetState,
  targetState,
} from '../../../../electron/contract/operations.ts';
import { Button } from '../../../components/button.tsx';
import { SideDrawer } from '../../../components/dialog.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { FailedNotice, Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import { useTableState } from '../../../components/table/use-table-state.ts';
import { Tabs } from '../../../components/tabs.tsx';
import { schedulePath } from '../../../lib/routes.ts';
import { useWatchedOperation } from '../../../lib/watched-operations.ts';
import { InterruptionNotice } from '../interruption-notice.tsx';
import { Duration, ProgressBar, StateLabel } from '../operation-cells.tsx';
import { hostsExport, OperationHostsTable } from '../operation-hosts-table.tsx';
import { effectText, operationStateText, targetStateText } from '../operation-labels.ts';
import { isActive, paceText, problemsFirst, progressByHost, progressText } from '../operation-progress.ts';
import { isPartialList, useOperationTargets } from '../operation-queries.ts';
import { ProgramOutput } from '../program-output.tsx';
import { drawerTargetColumns, type TargetRow, targetExport } from '../target-columns.tsx';
import { OperationActions } from './operation-actions.tsx';
import classes from './operation-drawer.module.css';
import { filterTargets } from './operation-filters.tsx';

const none: never[] = [];
const stateOf = ({ state }: TargetRow) => state;
const keyOf = ({ key }: TargetRow) => key;
const nameOf = ({ hostName, imageName, imageId }: TargetRow) => `${imageName ?? imageId ?? 'all'} on ${hostName}`;

/** One operation: its progress, and each of its targets and hosts with the outcome and the reason for it. */
export function OperationDrawer({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const targets = useOperationTargets(operation);
  useWatchedOperation(operation.id);
  const [tab, setTab] = useState('targets');
  const [hostId, setHostId] = useState<string | null>(null);
  const effect = effectText(operation);
  const pace = paceText(operation);
  const hosts = targets.data?.hosts ?? none;
  const byHost = useMemo(
    () => targets.data && progressByHost(targets.data.targets, targets.data.hosts),
    [targets.data],
  );
  return (
    <SideDrawer title={operation.title} size={1000} onClose={onClose}>
      <div className={classes.head}>
        <StateLabel state={operationStateText(operation)} />
        <span role="status" aria-label="Progress">
          {progressText(operation, byHost)}
        </span>
        {effect ? <span>{effect}</span> : null}
        <span className="grow" />
        <OperationActions operation={operation} onLeave={onClose} />
      </div>
      <ProgressBar of={byHost ?? operation} />
      <p className="dim">
        Started <RelativeTime time={operation.startedAt} />, {operation.endedAt === null ? 'running for' : 'took'}{' '}
        <Duration operation={operation} />
        <BySchedule operation={operation} />
        {pace ? `. ${pace}` : ''}
        {operation.console === undefined ? '' : `. By the console ${operation.console}`}
      </p>
      {operation.note === undefined ? null : <Notice tone="warn">{operation.note}</Notice>}
      <InterruptionNotice operation={operation} />
      {targets.error ? <FailedNotice error={targets.error} again={targets.refetch} /> : null}
      {targets.isPending ? (
        <div role="status">
          <span className="hidden-text">Loading targets…</span>
          <Skeleton height={31} mb={10} />
          <Skeleton height={240} radius={9} />
        </div>
      ) : null}
      {targets.data ? <ProgramOutput operation={operation} targets={targets.data.targets} /> : null}
      {targets.data ? (
        <Tabs
          label="This operation"
          current={tab}
          onChange={setTab}
          tabs={[
            {
              id: 'targets',
              label: 'Targets',
              note: formatCount(operation.total),
              noteWords: plural(operation.total, 'target'),
              panel: () => (
                <OperationTargets
                  operation={operation}
                  targets={targets.data.targets}
                  partial={isPartialList(operation)}
                  hosts={hosts}
                  hostId={hostId}
                  onHost={setHostId}
                />
              ),
            },
            {
              id: 'hosts',
              label: 'Hosts',
              note: formatCount(hosts.length),
              noteWords: plural(hosts.length, 'host'),
              panel: () => (
                <>
                  <div className="row">
                    <span className="grow dim">Select a host to see its targets.</span>
                    <ExportMenu what={`${operation.title} by host`} columns={hostsExport} shown={hosts} chosen={none} />
                  </div>
                  <OperationHostsTable
                    kind={operation.kind}
                    hosts={hosts}
                    onOpen={(id) => {
                      setHostId(id);
                      setTab('targets');
                    }}
                  />
                </>
              ),
            },
          ]}
        />
      ) : null}
    </SideDrawer>
  );
}

/** The schedule that started an operation, if one did. */
function BySchedule({ operation: { schedule } }: { operation: Operation }) {
  if (!schedule) return null;
  return (
    <>
      , by schedule <Link href={schedulePath(schedule.id)}>{schedule.name}</Link>
    </>
  );
}

type TargetsProps = {
  operation: Operation;
  targets: readonly TargetOutcome[];
  /** Only targets in progress and failed targets are listed while the operation runs. */
  partial: boolean;
  hosts: readonly HostAccount[];
  hostId: string | null;
  onHost: (hostId: string | null) => void;
};

/** The targets of an operation, which can be filtered by host, outcome and text, and exported. */
function OperationTargets({ operation, targets, partial, hosts, hostId, onHost }: TargetsProps) {
  const [states, setStates] = useState<ReadonlySet<TargetState>>(new Set());
  const [text, setText] = useState('');
  const all = useMemo<readonly TargetRow[]>(
    () =>
      problemsFirst(
        targets.map((target, index) => ({ ...target, key: String(index) })),
        stateOf,
      ),
    [targets],
  );
  const rows = useMemo(() => filterTargets(all, states, text, hostId), [all, states, text, hostId]);
  const table = useTableState({ rows, idOf: keyOf });
  const active = isActive(operation);
  const withImages = useMemo(() => targets.some(({ imageId }) => imageId !== null), [targets]);
  const columns = useMemo(
    () => drawerTargetColumns(operation.kind, active, withImages),
    [operation.kind, active, withImages],
  );
  const present = targetState.options.filter((state) => operation.counts[state] > 0 || states.has(state));
  const toggle = (state: TargetState) => {
    const next = new Set(states);
    if (!next.delete(state)) next.add(state);
    setStates(next);
  };
  return (
    <>
      <div className="row">
        <TextInput
          type="search"
          aria-label="Filter targets"
          placeholder="Filter targets"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {present.length > 1 || states.size > 0
          ? present.map((state) => (
              <button
                key={state}
                type="button"
                className="chip"
                aria-pressed={states.has(state)}
                onClick={() => toggle(state)}
              >
                {targetStateText(state, active).label} <b>{formatCount(operation.counts[state])}</b>
              </button>
            ))
          : null}
        <span className="grow" />
        {hosts.length > 1 ? (
          <NativeSelect
            aria-label="Host"
            className={classes.hostFilter}
            value={hostId ?? ''}
            data={[
              { value: '', label: 'Every host' },
              ...hosts.map((host) => ({ value: host.hostId, label: host.hostName })),
            ]}
            onChange={(event) => onHost(event.currentTarget.value || null)}
          />
        ) : null}
        <ExportMenu what={operation.title} columns={targetExport} shown={rows} chosen={none} />
      </div>
      {partial ? (
        <p className="dim">While many targets are running, only active and failed targets are listed.</p>
      ) : null}
      <DataTable
        label="Targets"
        {...table.props}
        columns={columns}
        nameOf={nameOf}
        measured
        empty={
          <EmptyState
            title="No target matches"
            actions={
              <Button
                onClick={() => {
                  setStates(new Set());
                  setText('');
                  onHost(null);
                }}
              >
                Show all {plural(targets.length, 'target')}
              </Button>
            }
          />
        }
      />
    </>
  );
}
