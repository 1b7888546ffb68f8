import type { Operation } from '../../../electron/contract/operations.ts';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { canContinue } from './operation-progress.ts';

/** The reason why an operation was interrupted, or sends nothing more, and the remedy. */
export function InterruptionNotice({ operation }: { operation: Operation }) {
  const { state, failure } = operation;
  const goOn = 'Continue checks the current state, then resumes.';
  if (failure) {
    return (
      <Notice tone="warn" live>
        <FailureText failure={failure}>
          {state === 'interrupted'
            ? `No further requests were sent. ${goOn}`
            : 'No further requests are sent. Waiting for open requests.'}
        </FailureText>
      </Notice>
    );
  }
  if (!canContinue(operation)) return null;
  return <Notice tone="warn">The console closed while this was running. {goOn}</Notice>;
}
