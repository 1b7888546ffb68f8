import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ActionKind, HostAccount, Operation, TargetOutcome } from '../../../../electron/contract/operations.ts';
import { useConsolePart } from '../../../bridge/console-state.ts';
import { toDisplayError } from '../../../bridge/display-error.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { Notice } from '../../../components/notice.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import type { Column, Sort } from '../../../components/table/table-columns.ts';
import { Tag } from '../../../components/tag.tsx';
import { closeDialog, openDialog } from '../../../lib/dialog-store.ts';
import { notifyFailure } from '../../../lib/notify.ts';
import { operationPath } from '../../../lib/routes.ts';
import { ByteProgressBar, ProgressBar } from '../operation-cells.tsx';
import { OperationHostsTable } from '../operation-hosts-table.tsx';
import { paceText, progressOf, progressText } from '../operation-progress.ts';
import { useOperationTargets } from '../operation-queries.ts';
import { isFetching } from '../operation-texts.ts';
import { ProgramOutput } from '../program-output.tsx';
import { stepColumn } from '../target-columns.tsx';
import { resultText, targetAmountText, targetStateTag } from './plan-texts.ts';
import { targetColumns, targetIdOf, targetNameOf } from './target-columns.tsx';

const none: TargetOutcome[] = [];
const noHosts: HostAccount[] = [];

type RunProps = {
  started: Operation;
  /** What to show above the targets once the operation has ended. */
  resultOf?: (operation: Operation, targets: readonly TargetOutcome[]) => ReactNode;
};

/** A running operation and then its result for each target. Closing the dialog does not stop the operation. */
export function RunView({ started, resultOf }: RunProps) {
  const told = useConsolePart((state) => state.operations.find(({ id }) => id === started.id));
  const operation = told ?? started;
  const targets = useOperationTargets(operation);
  const cancel = useMutation(queries.operations.cancel.mutationOptions({ onError: notifyFailure }));
  const close = useRef<HTMLButtonElement>(null);
  const [, go] = useLocation();
  const [eachTarget, setEachTarget] = useState(operation.hostIds.length <= 1);
  useEffect(() => close.current?.focus(), []);
  const running = operation.endedAt === null;
  const { failed } = operation.counts;
  const { ended, total } = progressOf(operation);
  const pace = paceText(operation);
  const brought = resultText(operation);
  return (
    <>
      <div className="run">
        <ProgressBar of={operation} />
        <p role="status">
          <b>{progressText(operation)}</b>
          {brought ? <span className="dim"> {brought}.</span> : null}
        </p>
        {pace && ended < total ? <p className="dim">{pace}</p> : null}
        {!running && targets.data && !targets.isPlaceholderData ? resultOf?.(operation, targets.data.targets) : null}
        {operation.hostIds.length > 1 ? (
          <fieldset className="row plain-fieldset">
            <legend className="hidden-text">What to show</legend>
            <button type="button" className="chip" aria-pressed={!eachTarget} onClick={() => setEachTarget(false)}>
              Host by host
            </button>
            <button type="button" className="chip" aria-pressed={eachTarget} onClick={() => setEachTarget(true)}>
              Every target
            </button>
          </fieldset>
        ) : null}
        {targets.error ? (
          <Notice tone="bad">
            <FailureText failure={toDisplayError(targets.error)} />
          </Notice>
        ) : eachTarget ? (
          <OutcomesTable operation={operation} targets={targets.data?.targets ?? none} />
        ) : (
          <OperationHostsTable kind={operation.kind} hosts={targets.data?.hosts ?? noHosts} />
        )}
        <ProgramOutput operation={operation} targets={targets.data?.targets ?? none} />
      </div>
      <div className="dialog-footer">
        <span className="dialog-sum">{running ? 'Closing this ends nothing: it goes on in Operations.' : ''}</span>
        {running ? (
          <Button
            kind="danger"
            disabled={operation.state === 'cancelling' || cancel.isPending}
            onClick={() => cancel.mutate({ id: operation.id })}
          >
            {operation.state === 'cancelling' ? 'Cancelling…' : 'Stop what is left'}
          </Button>
        ) : (
          <Button
            onClick={() => {
              closeDialog();
              go(operationPath(operation.id));
            }}
          >
            Show in Operations
          </Button>
        )}
        {!running && failed > 0 ? (
          <Button onClick={() => openDialog({ kind: 'retry', operationId: operation.id })}>
            Try the failed again…
          </Button>
        ) : null}
        <Button ref={close} kind={running ? 'plain' : 'primary'} onClick={closeDialog}>
          {running ? 'Go on in the background' : 'Done'}
        </Button>
      </div>
    </>
  );
}

type Props = { operation: Operation; targets: readonly TargetOutcome[] };

/** What became of each target of an operation. */
export function OutcomesTable({ operation, targets }: Props) {
  const [sort, setSort] = useState<Sort | null>(null);
  const [active, setActive] = useState('');
  const columns = useMemo(() => outcomeColumns(operation.kind, targets), [operation.kind, targets]);
  return (
    <DataTable
      label="What the hosts said"
      rows={targets}
      columns={columns}
      idOf={targetIdOf}
      nameOf={targetNameOf}
      sort={sort}
      onSort={setSort}
      active={active}
      onActive={setActive}
      measured
    />
  );
}

function outcomeColumns(kind: ActionKind, targets: readonly TargetOutcome[]): Column<TargetOutcome>[] {
  return [
    ...targetColumns<TargetOutcome>(targets, kind),
    ...(kind === 'align' ? [stepColumn<TargetOutcome>('84px')] : []),
    {
      id: 'state',
      header: 'Outcome',
      width: '164px',
      sortBy: ({ state }) => state,
      cell: ({ state, progress, rung }) => {
        const { text, tone } = targetStateTag(state, progress && rung);
        return <Tag tone={tone}>{text}</Tag>;
      },
    },
    {
      id: 'actual',
      header: kind === 'align' ? 'Amount' : isFetching(kind) ? 'Fetched' : 'Freed',
      width: kind === 'prefetch' ? '168px' : '130px',
      align: 'end',
      descendingFirst: true,
      sortBy: ({ actual }) => actual?.bytes ?? null,
      cell: ({ actual, imageId, step, progress }) => {
        if (progress) return <ByteProgressBar progress={progress} />;
        if (!actual) return <span className="faint">–</span>;
        const does = step === null ? '' : step === 'queue' ? ' fetched' : ' freed';
        return `${targetAmountText(actual, imageId, kind)}${actual.images > 0 ? does : ''}`;
      },
    },
  ];
}
