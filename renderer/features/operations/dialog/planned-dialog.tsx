import { type ReactNode, useState } from 'react';
import type { Action, ActionKind, Operation } from '../../../../electron/contract/operations.ts';
import { DialogFrame } from '../../../components/dialog.tsx';
import { actionLabels } from '../operation-labels.ts';
import { type PlanQuery, usePlan, useRetryPlan } from '../operation-queries.ts';
import { ConfirmFooter } from './confirm-footer.tsx';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';

type Props = { title: string; kind: ActionKind; planning: PlanQuery; sum?: ReactNode; children?: ReactNode };

/** The dialog of an action whose targets are already chosen: it shows the plan, asks once and then shows the run. */
export function PlannedDialog({ title, kind, planning, sum, children }: Props) {
  const [started, setStarted] = useState<Operation>();
  return (
    <DialogFrame title={title}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          {children}
          <PlanView planning={planning} />
          <ConfirmFooter kind={kind} planning={planning} sum={sum} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}

/** The dialog of an action that a page has put together. */
export function ActionDialog({ dialog, title, action }: { dialog: number; title: string; action: Action }) {
  return <PlannedDialog title={title} kind={action.kind} planning={usePlan(dialog, action)} />;
}

/** The dialog that runs the failed targets of an operation again. It names the action also while no plan is there. */
export function RetryDialog({ operation: { id, kind } }: { operation: Pick<Operation, 'id' | 'kind'> }) {
  return (
    <PlannedDialog title={`${actionLabels[kind]}: try the failed again`} kind={kind} planning={useRetryPlan(id)} />
  );
}
