import type { Operation } from '../../../electron/contract/operations.ts';
import { FailureText } from '../../components/failure-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { canContinue } from './operation-progress.ts';

/** Why an operation was interrupted, or sends nothing more, and what the operator can do. */
export function InterruptionNotice({ operation }: { operation: Operation }) {
  const { state, failure } = operation;
  const goOn = '“Continue” asks the hosts what is true first, then does only what is left.';
  if (failure) {
    return (
      <Notice tone="warn" live>
        <FailureText failure={failure}>
          {state === 'interrupted'
            ? `Nothing more was sent. ${goOn}`
            : 'Nothing more is sent; open requests are waited for.'}
        </FailureText>
      </Notice>
    );
  }
  if (!canContinue(operation)) return null;
  return <Notice tone="warn">The console ended while this ran. {goOn}</Notice>;
}
