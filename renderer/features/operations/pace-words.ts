import type { ByteProgress, Operation } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { formatCount, formatSpan } from '../../lib/format.ts';

function rate(perSecond: number): string {
  return perSecond >= 10 ? formatCount(perSecond) : perSecond.toFixed(1);
}

/** How much longer an operation takes at its pace: `about 4 min left`; empty where that cannot be said. */
export function leftWords({ pace }: Pick<Operation, 'pace'>): string {
  if (!pace || pace.remainingSeconds === null) return '';
  return pace.remainingSeconds < 1 ? 'about to end' : `about ${formatSpan(pace.remainingSeconds * 1_000)} left`;
}

/** How far bytes have come: `1.20 GiB of 3.40 GiB`. */
export function bytesWords({ bytes, of }: ByteProgress): string {
  return of === null ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(of)}`;
}

/** How fast an operation goes: `41 a second, 1.20 GiB/s, about 4 min left`; empty where it does not run. */
export function paceWords(operation: Pick<Operation, 'pace' | 'progress'>): string {
  const { pace, progress } = operation;
  if (!pace) return progress ? bytesWords(progress) : '';
  return [
    progress ? bytesWords(progress) : '',
    pace.targetsPerSecond > 0 && !progress ? `${rate(pace.targetsPerSecond)} a second` : '',
    pace.targetsPerSecond === 0 && pace.bytesPerSecond === 0 ? 'standing still' : '',
    pace.bytesPerSecond > 0 ? `${formatSize(pace.bytesPerSecond)}/s` : '',
    leftWords(operation),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
