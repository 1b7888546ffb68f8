import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { HostAccount, Operation, TargetOutcome, TargetState } from '../../../../electron/contract/operations.ts';
import { targetState } from '../../../../electron/contract/operations.ts';
import { Button } from '../../../components/button.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ExportMenu } from '../../../components/export-menu.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Sort } from '../../../components/table/table-columns.ts';
import { formatCount, plural } from '../../../lib/format.ts';
import { isLive } from '../progress.ts';
import { targetWording } from '../words.ts';
import { filterTargets } from './filter.ts';
import { type TargetRow, targetColumns, targetExport } from './target-columns.tsx';

const none: never[] = [];

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
export function Targets({ operation, targets, partial, hosts, hostId, onHost }: Props) {
  const [states, setStates] = useState<ReadonlySet<TargetState>>(new Set());
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const rows = useMemo<TargetRow[]>(
    () => targets.map((target, index) => ({ ...target, key: String(index) })),
    [targets],
  );
  const shown = useMemo(() => filterTargets(rows, states, text, hostId), [rows, states, text, hostId]);
  const live = isLive(operation);
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
                {targetWording(state, live).label} <b>{formatCount(operation.counts[state])}</b>
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
