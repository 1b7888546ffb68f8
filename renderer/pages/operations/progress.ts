import type { Operation, TargetState } from '../../../electron/contract/operations.ts';

/** States that a target does not leave any more. */
const ended: readonly TargetState[] = ['done', 'alreadyDone', 'failed', 'refused', 'cancelled', 'unknown'];

/** States that the operator should look at. */
const bad: readonly TargetState[] = ['failed', 'unknown'];

/** Targets of an operation in one of some states. */
export function countOf(operation: Operation, states: readonly TargetState[]): number {
  return states.reduce((sum, state) => sum + (operation.counts[state] ?? 0), 0);
}

export type Progress = {
  /** Targets that ended, however they ended. */
  ended: number;
  succeeded: number;
  bad: number;
  total: number;
  /** Shares of the whole for a bar, 0 to 100. */
  share: { succeeded: number; bad: number; rest: number };
};

/** How far an operation is. `rest`: refused or cancelled, ended without having been done and without going wrong. */
export function progressOf(operation: Operation): Progress {
  const total = operation.total;
  const endedCount = countOf(operation, ended);
  const succeeded = countOf(operation, ['done', 'alreadyDone']);
  const badCount = countOf(operation, bad);
  const share = (count: number) => (total === 0 ? 0 : (100 * count) / total);
  return {
    ended: endedCount,
    succeeded,
    bad: badCount,
    total,
    share: {
      succeeded: share(succeeded),
      bad: share(badCount),
      rest: share(endedCount - succeeded - badCount),
    },
  };
}

/** Whether something of an operation still goes on. */
export function isLive(operation: Operation): boolean {
  return operation.state === 'running' || operation.state === 'cancelling';
}
