import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { HostAccount, Operation, Plan, TargetOutcome } from '../../../../electron/contract/operations.ts';
import { failureOf } from '../../../bridge/failures.ts';
import { useConsolePart } from '../../../bridge/live.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { FailureText } from '../../../components/failure-text.tsx';
import { Notice } from '../../../components/notice.tsx';
import { closeDialog, openDialog } from '../../../lib/dialog-store.ts';
import { notifyFailure } from '../../../lib/notify.ts';
import { operationPath } from '../../../lib/routes.ts';
import { AgainstPreview } from '../../maintenance/against-preview.tsx';
import { HostAccounts } from '../host-accounts.tsx';
import { paceWords } from '../pace-words.ts';
import { ProgramOutput } from '../program-output.tsx';
import { progressOf, progressWords } from '../progress.ts';
import { ProgressBar } from '../progress-bar.tsx';
import { useTargets } from '../use-targets.ts';
import { Outcomes } from './outcomes.tsx';
import { broughtWords } from './words.ts';

const none: TargetOutcome[] = [];
const noHosts: HostAccount[] = [];

/**
 * A running operation, live, and then what the hosts said of each target. Closing it ends nothing.
 *
 * @param plan of a prune: what it did is compared with what its preview showed
 */
export function RunView({ started, plan }: { started: Operation; plan?: Plan | undefined }) {
  const told = useConsolePart((state) => state.operations.find(({ id }) => id === started.id));
  const operation = told ?? started;
  const targets = useTargets(operation);
  const cancel = useMutation(queries.operations.cancel.mutationOptions({ onError: notifyFailure }));
  const close = useRef<HTMLButtonElement>(null);
  const [, go] = useLocation();
  const [eachTarget, setEachTarget] = useState(operation.hostIds.length <= 1);
  useEffect(() => close.current?.focus(), []);
  const running = operation.endedAt === null;
  const { failed } = operation.counts;
  const { ended, total } = progressOf(operation);
  const pace = paceWords(operation);
  const brought = broughtWords(operation);
  return (
    <>
      <div className="run">
        <ProgressBar of={operation} />
        <p role="status">
          <b>{progressWords(operation)}</b>
          {brought ? <span className="dim"> {brought}.</span> : null}
        </p>
        {pace && ended < total ? <p className="dim">{pace}</p> : null}
        {plan && !running && targets.data && !targets.isPlaceholderData ? (
          <AgainstPreview plan={plan} operation={operation} targets={targets.data.targets} />
        ) : null}
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
            <FailureText failure={failureOf(targets.error)} />
          </Notice>
        ) : eachTarget ? (
          <Outcomes operation={operation} targets={targets.data?.targets ?? none} />
        ) : (
          <HostAccounts kind={operation.kind} hosts={targets.data?.hosts ?? noHosts} />
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
