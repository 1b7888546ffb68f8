import { Drawer, NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import {
  type HostAccount,
  type Operation,
  type TargetOutcome,
  type TargetState,
  targetState,
} from '../../../../electron/contract/operations.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { FailedNotice } from '../../../components/failed-notice.tsx';
import { useReturnFocus } from '../../../components/forms/use-return-focus.ts';
import { Notice } from '../../../components/notice.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Sort } from '../../../components/table/table-columns.ts';
import { Tabs } from '../../../components/tabs.tsx';
import { formatCount, plural } from '../../../lib/format.ts';
import { Duration, ProgressBar, StateLabel } from '../operation-cells.tsx';
import { hostsExport, OperationHostsTable } from '../operation-hosts-table.tsx';
import { isActive, paceText, progressText } from '../operation-progress.ts';
import { isPartialList, useOperationTargets } from '../operation-queries.ts';
import { effectText, operationStateText, targetStateText } from '../operation-texts.ts';
import { ProgramOutput } from '../program-output.tsx';
import { type TargetRow, targetColumns, targetExport } from '../target-columns.tsx';
import { OperationActions } from './operation-actions.tsx';
import { filterTargets } from './operation-filters.tsx';

const none: never[] = [];

/** One operation: how far it is, host by host, and what became of each target, and why. */
export function OperationDrawer({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  useReturnFocus();
  const targets = useOperationTargets(operation);
  const [tab, setTab] = useState('targets');
  const [hostId, setHostId] = useState<string | null>(null);
  const effect = effectText(operation);
  const pace = paceText(operation);
  const hosts = targets.data?.hosts ?? none;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={1000}
      title={operation.title}
      lockScroll={false}
      classNames={{ content: 'targets-content', body: 'targets-body', header: 'targets-header' }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="targets-head">
        <StateLabel wording={operationStateText(operation)} />
        <span role="status">{progressText(operation)}</span>
        {effect ? <span>{effect}</span> : null}
        <span className="grow" />
        <OperationActions operation={operation} onLeave={onClose} />
      </div>
      <ProgressBar of={operation} />
      <p className="dim">
        Started <RelativeTime time={operation.startedAt} />, {operation.endedAt === null ? 'running for' : 'took'}{' '}
        <Duration operation={operation} />
        {pace ? `. ${pace}` : ''}
      </p>
      {operation.state === 'interrupted' ? (
        <Notice tone="warn">
          The console ended while this ran. “Continue” asks the hosts what is true first, then does only what is left.
        </Notice>
      ) : null}
      {targets.error ? <FailedNotice error={targets.error} again={targets.refetch} /> : null}
      {targets.isPending ? (
        <div role="status">
          <span className="hidden-text">Loading the targets…</span>
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
                    <span className="grow dim">Open a host to see its targets.</span>
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
    </Drawer>
  );
}

type Props = {
  operation: Operation;
  targets: readonly TargetOutcome[];
  /** Only those under way and those that went wrong are there for now. */
  partial: boolean;
  hosts: readonly HostAccount[];
  hostId: string | null;
  onHost: (hostId: string | null) => void;
};

/** The targets of an operation, to filter by host, outcome and words, and to take out as a file. */
export function OperationTargets({ operation, targets, partial, hosts, hostId, onHost }: Props) {
  const [states, setStates] = useState<ReadonlySet<TargetState>>(new Set());
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const rows = useMemo<TargetRow[]>(
    () => targets.map((target, index) => ({ ...target, key: String(index) })),
    [targets],
  );
  const shown = useMemo(() => filterTargets(rows, states, text, hostId), [rows, states, text, hostId]);
  const live = isActive(operation);
  const ofImages = useMemo(() => targets.some(({ imageId }) => imageId !== null), [targets]);
  const columns = useMemo(() => targetColumns(operation.kind, live, ofImages), [operation.kind, live, ofImages]);
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
                {targetStateText(state, live).label} <b>{formatCount(operation.counts[state])}</b>
              </button>
            ))
          : null}
        <span className="grow" />
        {hosts.length > 1 ? (
          <NativeSelect
            aria-label="Host"
            className="operations-host-filter"
            value={hostId ?? ''}
            data={[
              { value: '', label: 'Every host' },
              ...hosts.map((host) => ({ value: host.hostId, label: host.hostName })),
            ]}
            onChange={(event) => onHost(event.currentTarget.value || null)}
          />
        ) : null}
        <ExportMenu what={operation.title} columns={targetExport} shown={shown} chosen={none} />
      </div>
      {partial ? (
        <p className="dim">
          While so many targets are worked on, only those under way and those that went wrong are listed.
        </p>
      ) : null}
      <DataTable
        label="Targets"
        rows={shown}
        columns={columns}
        idOf={({ key }) => key}
        nameOf={({ hostName, imageName, imageId }) => `${imageName ?? imageId ?? 'all'} on ${hostName}`}
        sort={sort}
        onSort={setSort}
        active={active}
        onActive={setActive}
        measured
        minWidth={700}
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
