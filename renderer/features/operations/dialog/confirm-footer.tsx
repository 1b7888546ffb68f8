import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import type { ActionKind, Operation } from '../../../../electron/contract/operations.ts';
import { toDisplayError } from '../../../bridge/display-error.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { Notice } from '../../../components/notice.tsx';
import { closeDialog } from '../../../lib/dialog-store.ts';
import { actionLabels } from '../operation-labels.ts';
import type { PlanQuery } from '../operation-queries.ts';
import classes from './operation-dialog.module.css';
import { confirmText, removesNothing } from './plan-texts.ts';

type Props = { kind: ActionKind; planning: PlanQuery; sum?: ReactNode; onStarted: (operation: Operation) => void };

/** The buttons below a plan. The one that starts it says what it does and how much of it: exactly what the preview shows. */
export function ConfirmFooter({ kind, planning, sum, onStarted }: Props) {
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

type TypedNameProps = { name: string; typed: string; onType: (text: string) => void };

/** Asks for the name of the cloud or of the host before a large removal from a production cloud. */
function TypedName({ name, typed, onType }: TypedNameProps) {
  const id = useId();
  return (
    <Notice tone="bad">
      <div className="row">
        <label htmlFor={id}>
          This cloud is marked as <b>production</b>. Type <b className={`mono ${classes.typedName}`}>{name}</b> to
          confirm.
        </label>
        <input
          id={id}
          className="plain-input"
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onType(event.target.value)}
        />
      </div>
    </Notice>
  );
}
