import { useMutation } from '@tanstack/react-query';
import { plural } from '../../../../electron/contract/counts.ts';
import type { ActionKind, Operation } from '../../../../electron/contract/operations.ts';
import { queries } from '../../../bridge/queries.ts';
import { Button } from '../../../components/button.tsx';
import { openDialog } from '../../../lib/dialog-store.ts';
import { notifyFailure } from '../../../lib/notify.ts';
import { actionLabels, retriesHosts, retryLabel } from '../operation-labels.ts';
import { canContinue, countOf } from '../operation-progress.ts';

type Props = { operation: Operation; small?: boolean; onLeave?: () => void };

/** The buttons of an operation in its present state: cancel it, continue it, or retry its failed targets. */
export function OperationActions({ operation, small = false, onLeave }: Props) {
  const cancel = useMutation(queries.operations.cancel.mutationOptions({ onError: notifyFailure }));
  const resume = useMutation(queries.operations.continue.mutationOptions({ onError: notifyFailure }));
  const { id, title, state } = operation;
  const failed = countOf(operation, ['failed']);
  const kind = small ? 'quiet' : 'plain';
  const size = small ? 'small' : 'normal';
  const named = small ? (what: string) => ({ 'aria-label': `${what}: ${title}` }) : () => ({});
  if (state === 'running')
    return (
      <Button
        kind={kind}
        size={size}
        disabled={cancel.isPending}
        onClick={() => cancel.mutate({ id })}
        {...named('Cancel')}
      >
        Cancel
      </Button>
    );
  if (state === 'interrupted')
    return (
      <>
        {small ? null : (
          <Button
            disabled={cancel.isPending}
            title="Sends no further requests; the rest is cancelled"
            onClick={() => cancel.mutate({ id })}
          >
            Discard
          </Button>
        )}
        {canContinue(operation) ? (
          <Button
            kind={small ? 'quiet' : 'primary'}
            size={size}
            disabled={resume.isPending}
            title="Checks the current state, then resumes"
            onClick={() => resume.mutate({ id })}
            {...named('Continue')}
          >
            Continue
          </Button>
        ) : null}
      </>
    );
  if (failed > 0 && (state === 'finished' || state === 'cancelled'))
    return (
      <Button
        kind={kind}
        size={size}
        title={retryTitle(operation.kind, failed)}
        onClick={() => {
          onLeave?.();
          openDialog({ kind: 'retry', operation });
        }}
        {...named(retryLabel(operation.kind).replace('…', ''))}
      >
        {small ? shortRetryLabel(operation.kind) : retryLabel(operation.kind)}
      </Button>
    );
  return null;
}

/** What the button of a retry does, in a table row. */
function shortRetryLabel(kind: ActionKind): string {
  return retriesHosts(kind) ? `${actionLabels[kind]} again…` : retryLabel(kind);
}

/** The subject of the plan of a retry. Nothing is sent before the operator confirms. */
function retryTitle(kind: ActionKind, failed: number): string {
  return retriesHosts(kind)
    ? 'Plans the hosts that failed as they are now, and shows the preview'
    : `Plans exactly the ${plural(failed, 'target')} that failed, and shows the preview`;
}
