import { Drawer, Skeleton, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Operation, TargetOutcome, TargetState } from '../../../electron/contract/operations.ts';
import { targetState } from '../../../electron/contract/operations.ts';
import { failureOf } from '../../bridge/failures.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import type { Sort } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { formatCount, plural } from '../../format/numbers.ts';
import { useReturnFocus } from '../../forms/use-return-focus.ts';
import { filterTargets } from './filter.ts';
import { OperationButtons } from './operation-buttons.tsx';
import { isLive, progressOf } from './progress.ts';
import { ProgressBar } from './progress-bar.tsx';
import { StateMark } from './state-mark.tsx';
import { type TargetRow, targetColumns, targetExport } from './target-columns.tsx';
import { Took } from './took.tsx';
import { useTargets } from './use-targets.ts';
import { effectWords, operationWording, targetWording } from './words.ts';

const none: never[] = [];

/** One operation with all its targets: what became of each, and why. */
export function TargetsDrawer({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  useReturnFocus();
  const targets = useTargets(operation);
  const { ended, total } = progressOf(operation);
  const effect = effectWords(operation);
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
        <StateMark wording={operationWording(operation)} />
        <span>
          {formatCount(ended)} of {formatCount(total)} ended
        </span>
        {effect ? <span>{effect}</span> : null}
        <span className="dim">
          started <RelativeTime time={operation.startedAt} />, {operation.endedAt === null ? 'running for' : 'took'}{' '}
          <Took operation={operation} />
        </span>
        <span className="grow" />
        <OperationButtons operation={operation} onLeave={onClose} />
      </div>
      <ProgressBar operation={operation} />
      {operation.state === 'interrupted' ? (
        <Notice tone="warn">
          The console ended while this ran. “Continue” asks the hosts what is true first, then does only what is left.
        </Notice>
      ) : null}
      {targets.error ? (
        <Notice tone="bad" live actions={<Button onClick={() => void targets.refetch()}>Try again</Button>}>
          <FailureText failure={failureOf(targets.error)} />
        </Notice>
      ) : null}
      {targets.isPending ? (
        <div role="status">
          <span className="hidden-text">Loading the targets…</span>
          <Skeleton height={31} mb={10} />
          <Skeleton height={240} radius={9} />
        </div>
      ) : null}
      {targets.data ? <Targets operation={operation} targets={targets.data.targets} /> : null}
    </Drawer>
  );
}

function Targets({ operation, targets }: { operation: Operation; targets: readonly TargetOutcome[] }) {
  const [states, setStates] = useState<ReadonlySet<TargetState>>(new Set());
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const rows = useMemo<TargetRow[]>(
    () => targets.map((target, index) => ({ ...target, key: String(index) })),
    [targets],
  );
  const shown = useMemo(() => filterTargets(rows, states, text), [rows, states, text]);
  const live = isLive(operation);
  const columns = useMemo(() => targetColumns(operation.kind, live), [operation.kind, live]);
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
        <ExportMenu what={operation.title} columns={targetExport} shown={shown} chosen={none} />
      </div>
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
