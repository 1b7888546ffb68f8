import type { StorageFailure } from '../../store/storage-failure.ts';
import { isUndecided, type TargetRun } from '../model/target-run.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';

/**
 * Sends nothing more of an operation that cannot be recorded any more. Unsent targets stay waiting, requests in flight
 * are waited for, and what the host accepted is followed when the operation is continued.
 */
export function interruptRun(
  context: Pick<OperationContext, 'scheduler' | 'follower'>,
  run: OperationRun,
  failure: StorageFailure,
): void {
  if (run.state !== 'running' || run.interruption) return;
  run.interrupt(failure.withNext('continue'));
  for (const target of context.scheduler.drop(run.id)) leaveUnknown(run, target);
  context.follower.abandon(run.id);
}

/** Handles a target that cannot be sent, since its intent cannot be recorded. */
export function interruptBefore(
  context: Pick<OperationContext, 'scheduler' | 'follower'>,
  run: OperationRun,
  target: TargetRun,
  failure: StorageFailure,
): void {
  if (run.state === 'cancelling') cancelUnsent(run, [target]);
  else interruptRun(context, run, failure);
}

/** A sent target of an interrupted operation whose outcome no answer shows. */
export function leaveUnknown(run: OperationRun, target: TargetRun): void {
  if (target.state !== 'sent') return;
  const text = 'Sent without a conclusive response; not repeated because the operation was interrupted.';
  run.setTarget(target, 'unknown', { text, failure: target.failure });
}

/** Settles the targets of a cancelled operation that are not being sent. */
export function cancelUnsent(run: OperationRun, targets: readonly TargetRun[]): void {
  for (const target of targets) {
    if (isUndecided(target)) {
      run.setTarget(target, 'unknown', { text: 'Cancelled before the result of the earlier request was known.' });
    } else if (target.state === 'waiting') {
      run.setTarget(target, 'cancelled', { text: 'Cancelled; nothing was sent.' });
    } else run.setTarget(target, 'failed', { text: 'Failed, and cancelled before a retry.' });
  }
}
