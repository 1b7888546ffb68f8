import type { ByteProgress, Operation, TargetState } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { formatCount, formatSpan } from '../../lib/format.ts';

/** States that a target does not leave any more. */
const ended: readonly TargetState[] = ['done', 'alreadyDone', 'failed', 'refused', 'cancelled', 'unknown'];

/** States that the operator should look at. */
const bad: readonly TargetState[] = ['failed', 'unknown'];

/** Targets of an operation, or of its part on one host. */
export type TargetCounts = Pick<Operation, 'counts' | 'total' | 'progress'>;

/** Targets in one of some states. */
export function countOf({ counts }: Pick<Operation, 'counts'>, states: readonly TargetState[]): number {
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

export type Progress = {
  /** Targets that ended, however they ended. */
  ended: number;
  succeeded: number;
  bad: number;
  total: number;
  /** How much of it is over, 0 to 1: of its bytes where they are seen to come, else of its targets. */
  fraction: number;
  /** Shares of the whole for a bar, 0 to 100. */
  share: { succeeded: number; bad: number; rest: number };
};

/** How far it is. `rest`: refused or cancelled, ended without having been done and without going wrong. */
export function progressOf(counted: TargetCounts): Progress {
  const { total, progress } = counted;
  const endedCount = countOf(counted, ended);
  const succeeded = countOf(counted, ['done', 'alreadyDone']);
  const badCount = countOf(counted, bad);
  const share = (count: number) => (total === 0 ? 0 : (100 * count) / total);
  const rest = endedCount - succeeded - badCount;
  // Where bytes are seen to come, they tell how far what is not given up has come.
  const ofBytes = progress?.of ? Math.min(progress.bytes, progress.of) / progress.of : null;
  const came = ofBytes === null ? succeeded : ofBytes * (total - badCount - rest);
  return {
    ended: endedCount,
    succeeded,
    bad: badCount,
    total,
    fraction: ofBytes ?? (total === 0 ? 0 : endedCount / total),
    share: {
      succeeded: share(came),
      bad: share(badCount),
      rest: share(rest),
    },
  };
}

/** Whether something of an operation still goes on. */
export function isActive({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'running' || state === 'cancelling';
}

/** How far an operation is, in words: `2 of 6 done, 1 failed.` */
export function progressText(operation: Operation): string {
  const { counts, total, state } = operation;
  const part = (count: number, word: string) => (count > 0 ? `${formatCount(count)} ${word}` : '');
  const parts = [
    `${formatCount(counts.done + counts.alreadyDone)} of ${formatCount(total)} done`,
    part(counts.following, isActive(operation) ? 'accepted and watched until seen' : 'accepted'),
    part(counts.failed, 'failed'),
    part(counts.refused, 'left out'),
    part(counts.cancelled, 'cancelled'),
    part(counts.unknown, 'unknown'),
    state === 'interrupted' ? part(counts.waiting, 'not sent') : '',
  ].filter((text) => text !== '');
  const after = {
    running: '',
    cancelling: ' Stopping…',
    finished: '',
    cancelled: ' Stopped.',
    interrupted: ' Interrupted.',
  };
  return `${parts.join(', ')}.${after[state]}`;
}

function rate(perSecond: number): string {
  return perSecond >= 10 ? formatCount(perSecond) : perSecond.toFixed(1);
}

/** How much longer an operation takes at its pace: `about 4 min left`; empty where that cannot be said. */
export function timeLeftText({ pace }: Pick<Operation, 'pace'>): string {
  if (!pace || pace.remainingSeconds === null) return '';
  return pace.remainingSeconds < 1 ? 'about to end' : `about ${formatSpan(pace.remainingSeconds * 1_000)} left`;
}

/** How far bytes have come: `1.20 GiB of 3.40 GiB`. */
export function bytesText({ bytes, of }: ByteProgress): string {
  return of === null ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(of)}`;
}

/** How fast an operation goes: `41 a second, 1.20 GiB/s, about 4 min left`; empty where it does not run. */
export function paceText(operation: Pick<Operation, 'pace' | 'progress'>): string {
  const { pace, progress } = operation;
  if (!pace) return progress ? bytesText(progress) : '';
  return [
    progress ? bytesText(progress) : '',
    pace.targetsPerSecond > 0 && !progress ? `${rate(pace.targetsPerSecond)} a second` : '',
    pace.targetsPerSecond === 0 && pace.bytesPerSecond === 0 ? 'standing still' : '',
    pace.bytesPerSecond > 0 ? `${formatSize(pace.bytesPerSecond)}/s` : '',
    timeLeftText(operation),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
