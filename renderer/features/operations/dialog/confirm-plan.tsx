import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ActionKind, Operation } from '../../../../electron/contract/operations.ts';
import { toDisplayError } from '../../../bridge/display-error.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { TypedName } from '../../../components/forms/typed-name.tsx';
import { Notice } from '../../../components/notice.tsx';
import { closeDialog } from '../../../lib/dialog-store.ts';
import { actionLabels } from '../operation-labels.ts';
import type { PlanQuery } from '../operation-queries.ts';
import { confirmText, removesNothing } from './plan-texts.ts';

type Props = { kind: ActionKind; planning: PlanQuery; sum?: ReactNode; onStarted: (operation: Operation) => void };

/** The buttons below a plan. The start button names the action and its amount: exactly what the preview shows. */
export function ConfirmPlan({ kind, planning, sum, onStarted }: Props) {
  const { plan, stale, error, refetch } = planning;
  const start = useMutation(queries.operations.start.mutationOptions({ onSuccess: onStarted }));
  const [typed, setTyped] = useState('');
  const nameMatches = plan?.typedName == null || typed.trim() === plan.typedName;
  const ready = plan !== undefined && !stale && !error && nameMatches;
  const safe = removesNothing(kind, plan);
  return (
    <>
      {start.error ? (
        <Notice
          tone="bad"
          live
          actions={
            <Button
              onClick={() => {
                start.reset();
                refetch();
              }}
            >
              Update preview
            </Button>
          }
        >
          <FailureText failure={toDisplayError(start.error)} />
        </Notice>
      ) : null}
      {plan && plan.typedName !== null && plan.willDo > 0 ? (
        <TypedName name={plan.typedName} typed={typed} onType={setTyped} />
      ) : null}
      <div className="dialog-footer">
        <span className="dialog-sum">{sum}</span>
        <Button onClick={closeDialog} data-autofocus={safe ? undefined : true}>
          Cancel
        </Button>
        <Button
          kind={safe ? 'primary' : 'destroy'}
          disabled={!ready || plan.willDo === 0 || start.isPending || start.error !== null}
          onClick={() => {
            if (plan)
              start.mutate({ planId: plan.id, ...(plan.typedName === null ? {} : { typedName: typed.trim() }) });
          }}
        >
          {plan ? confirmText(plan) : actionLabels[kind]}
        </Button>
      </div>
    </>
  );
}
