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
import { useTableState } from '../../../components/table/use-table-state.ts';
import { closeDialog, openDialog } from '../../../lib/dialog-store.ts';
import { notifyFailure } from '../../../lib/notify.ts';
import { operationPath } from '../../../lib/routes.ts';
import { useWatchedOperation } from '../../../lib/watched-operations.ts';
import { InterruptionNotice } from '../interruption-notice.tsx';
import { ProgressBar } from '../operation-cells.tsx';
import { OperationHostsTable } from '../operation-hosts-table.tsx';
import { resultText, retryLabel } from '../operation-labels.ts';
import { paceText, problemsFirst, progressByHost, progressOf, progressText } from '../operation-progress.ts';
import { useOperationTargets } from '../operation-queries.ts';
import { ProgramOutput } from '../program-output.tsx';
import { dialogTargetColumns, targetIdOf, targetNameOf } from '../target-columns.tsx';
import classes from './operation-dialog.module.css';
import { TableSwitch } from './plan-view.tsx';
import { StepTables } from './step-tables.tsx';

const stateOf = ({ state }: TargetOutcome) => state;
const none: TargetOutcome[] = [];
const noHosts: HostAccount[] = [];

type RunProps = {
  started: Operation;
  /** View above the targets once the operation has ended. */
  resultOf?: (operation: Operation, targets: readonly TargetOutcome[]) => ReactNode;
};

/** A running operation and then its result for each target. Closing the dialog does not stop the operation. */
export function RunView({ started, resultOf }: RunProps) {
  const latest = useConsolePart((state) => state.operations.find(({ id }) => id === started.id));
  const operation = latest ?? started;
  const targets = useOperationTargets(operation);
  useWatchedOperation(operation.id);
  const cancel = useMutation(queries.operations.cancel.mutationOptions({ onError: notifyFailure }));
  const resume = useMutation(queries.operations.continue.mutationOptions({ onError: notifyFailure }));
  const close = useRef<HTMLButtonElement>(null);
  const [, go] = useLocation();
  const [view, setView] = useState<'targets' | 'hosts'>(operation.hostIds.length <= 1 ? 'targets' : 'hosts');
  useEffect(() => close.current?.focus(), []);
  const running = operation.endedAt === null;
  const { failed } = operation.counts;
  const { ended, total } = progressOf(operation);
  const pace = paceText(operation);
  const byHost = useMemo(
    () => targets.data && progressByHost(targets.data.targets, targets.data.hosts),
    [targets.data],
  );
  const result = resultText(operation);
  return (
    <>
      <div className={classes.panel}>
        <ProgressBar of={byHost ?? operation} />
        <p role="status">
          <b>{progressText(operation, byHost)}</b>
          {result ? <span className="dim"> {result}.</span> : null}
        </p>
        {pace && ended < total ? <p className="dim">{pace}</p> : null}
        <InterruptionNotice operation={operation} />
        {!running && targets.data && !targets.isPlaceholderData ? resultOf?.(operation, targets.data.targets) : null}
        {operation.hostIds.length > 1 ? (
          <TableSwitch
            views={[
              { id: 'hosts', label: 'Host by host' },
              { id: 'targets', label: 'Every target' },
            ]}
            current={view}
            onChange={setView}
          />
        ) : null}
        {targets.error ? (
          <Notice tone="bad">
            <FailureText failure={toDisplayError(targets.error)} />
          </Notice>
        ) : view === 'targets' ? (
          <OutcomesTable operation={operation} targets={targets.data?.targets ?? none} />
        ) : (
          <OperationHostsTable kind={operation.kind} hosts={targets.data?.hosts ?? noHosts} />
        )}
        <ProgramOutput operation={operation} targets={targets.data?.targets ?? none} />
      </div>
      <div className="dialog-footer">
        <span className="dialog-sum">{running ? 'You can close this; it continues in Operations.' : ''}</span>
        {running ? (
          <Button
            kind="danger"
            disabled={operation.state === 'cancelling' || cancel.isPending}
            onClick={() => cancel.mutate({ id: operation.id })}
          >
            {operation.state === 'cancelling' ? 'Cancelling…' : 'Cancel operation'}
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
        {operation.state === 'interrupted' ? (
          <Button disabled={resume.isPending} onClick={() => resume.mutate({ id: operation.id })}>
            Continue
          </Button>
        ) : null}
        {!running && operation.state !== 'interrupted' && failed > 0 ? (
          <Button onClick={() => openDialog({ kind: 'retry', operation })}>{retryLabel(operation.kind)}</Button>
        ) : null}
        <Button ref={close} kind={running ? 'plain' : 'primary'} onClick={closeDialog}>
          {running ? 'Run in background' : 'Done'}
        </Button>
      </div>
    </>
  );
}

type OutcomesProps = { operation: Operation; targets: readonly TargetOutcome[] };

/** The outcome of each target of an operation. */
function OutcomesTable({ operation: { kind }, targets }: OutcomesProps) {
  if (kind !== 'align') return <OutcomesOf label="Server responses" kind={kind} targets={targets} />;
  return (
    <StepTables targets={targets} queued="Queued images" deleted="Deleted images">
      {(label, ofStep) => <OutcomesOf label={label} kind={kind} targets={ofStep} />}
    </StepTables>
  );
}

type OutcomesOfProps = { label: string; kind: ActionKind; targets: readonly TargetOutcome[] };

function OutcomesOf({ label, kind, targets }: OutcomesOfProps) {
  const rows = useMemo(() => problemsFirst(targets, stateOf), [targets]);
  const table = useTableState({ rows, idOf: targetIdOf });
  const columns = useMemo(() => dialogTargetColumns(kind, targets), [kind, targets]);
  return <DataTable label={label} {...table.props} columns={columns} nameOf={targetNameOf} measured />;
}
