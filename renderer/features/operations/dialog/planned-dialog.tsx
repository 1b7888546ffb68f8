import { type ReactNode, useMemo, useState } from 'react';
import type { Action, Operation } from '../../../../electron/contract/operations.ts';
import { DialogFrame } from '../../../components/dialog.tsx';
import { actionLabels, retriesHosts } from '../operation-labels.ts';
import { type PlanQuery, usePlan, useRetryPlan } from '../operation-queries.ts';
import { ConfirmPlan } from './confirm-plan.tsx';
import { type DialogSubject, hostsOfAction, subjectOf, useDialogTitle } from './dialog-title.ts';
import { PlanView } from './plan-view.tsx';
import { RunView } from './run-view.tsx';

type Props = { subject?: DialogSubject; action: Action; planning: PlanQuery; again?: boolean; sum?: ReactNode };

/** The dialog of an action whose targets are already chosen: it shows the plan, asks once and then shows the run. */
export function PlannedDialog({ action, subject = subjectOf(action), planning, again = false, sum }: Props) {
  const [started, setStarted] = useState<Operation>();
  const hostIds = useMemo(() => hostsOfAction(action), [action]);
  const title = useDialogTitle(subject, hostIds, planning.plan, started !== undefined);
  return (
    <DialogFrame title={again ? `${title}: retry failed` : title}>
      {started ? (
        <RunView started={started} />
      ) : (
        <>
          <PlanView planning={planning} />
          <ConfirmPlan kind={action.kind} planning={planning} sum={sum} onStarted={setStarted} />
        </>
      )}
    </DialogFrame>
  );
}

/** The dialog of an action that a page has put together. */
export function ActionDialog({ dialog, action }: { dialog: number; action: Action }) {
  return <PlannedDialog action={action} planning={usePlan(dialog, action)} />;
}

type RetryProps = {
  operation: Pick<Operation, 'id' | 'kind'>;
  /** The dialog of an action on whole hosts: its plan is a new one, and may contain more than the failed targets. */
  wholeHosts: (action: Action) => ReactNode;
};

/**
 * The dialog that runs the failed targets of an operation again: exactly those, if each target is one image on one
 * host. A whole host is planned again by the dialog of the action. It names the action while the plan is loading, too.
 */
export function RetryDialog({ operation: { id, kind }, wholeHosts }: RetryProps) {
  const planning = useRetryPlan(id);
  const [action, setAction] = useState<Action>();
  if (!action) {
    if (planning.plan) setAction(planning.plan.action);
    return (
      <DialogFrame title={retriesHosts(kind) ? `${actionLabels[kind]} again` : `${actionLabels[kind]}: retry failed`}>
        <PlanView planning={planning} />
        <ConfirmPlan kind={kind} planning={{ ...planning, plan: undefined }} onStarted={() => undefined} />
      </DialogFrame>
    );
  }
  if (retriesHosts(kind)) return wholeHosts(action);
  return <PlannedDialog action={action} planning={planning} again />;
}
