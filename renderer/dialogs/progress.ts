import type { Operation } from '../../electron/contract/operations.ts';
import { formatCount } from '../format/numbers.ts';

export type Progress = { ended: number; failed: number; share: number };

/** How far an operation is: targets that ended in whatever way, those of them that did not do well, and the share. */
export function progressOf({ counts, total }: Operation): Progress {
  const ended = counts.done + counts.alreadyDone + counts.failed + counts.refused + counts.cancelled + counts.unknown;
  return { ended, failed: counts.failed, share: total === 0 ? 1 : ended / total };
}

/** How far an operation is, in words: `2 of 6 done, 1 failed.` */
export function progressWords(operation: Operation): string {
  const { counts, total, state } = operation;
  const well = counts.done + counts.alreadyDone;
  const part = (count: number, word: string) => (count > 0 ? `${formatCount(count)} ${word}` : '');
  const parts = [
    `${formatCount(well)} of ${formatCount(total)} done`,
    part(counts.following, 'accepted and watched until seen'),
    part(counts.failed, 'failed'),
    part(counts.refused, 'left out'),
    part(counts.cancelled, 'cancelled'),
    part(counts.unknown, 'unknown'),
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
