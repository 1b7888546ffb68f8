import { formatCount } from '../../../electron/contract/counts.ts';
import type {
  ByteProgress,
  HostAccount,
  Operation,
  TargetOutcome,
  TargetState,
} from '../../../electron/contract/operations.ts';
import { noCounts } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/sizes.ts';
import { formatSpan } from '../../lib/format.ts';

/** Final states of a target that needed an action. */
const ended: readonly TargetState[] = ['done', 'failed', 'cancelled', 'unknown'];

/**
 * States of targets that need no request. They are not part of the progress, which would otherwise not start at zero.
 */
const nothingSent: readonly TargetState[] = ['alreadyDone', 'refused'];

/** States that the operator should look into. */
const bad: readonly TargetState[] = ['failed', 'unknown'];

/** The target counts of an operation, or of its targets on one host. */
export type TargetCounts = Pick<Operation, 'counts' | 'total' | 'progress'>;

/** The number of targets that are in one of the states. */
export function countOf({ counts }: Pick<Operation, 'counts'>, states: readonly TargetState[]): number {
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

export type Progress = {
  /** Targets in a final state, whether they succeeded or not. */
  ended: number;
  done: number;
  bad: number;
  /** Targets that need an action: not those that were already done or were skipped. */
  total: number;
  /** From 0 to 1: the share of the bytes if the console sees them arrive, otherwise the share of the targets. */
  fraction: number;
  /** Percent of the progress bar. `rest` are targets that ended without success and without an error. */
  share: { done: number; bad: number; rest: number };
};

/** The progress of an operation, or of its targets on one host. */
export function progressOf(counted: TargetCounts): Progress {
  const { progress } = counted;
  const total = counted.total - countOf(counted, nothingSent);
  const endedCount = countOf(counted, ended);
  const done = countOf(counted, ['done']);
  const badCount = countOf(counted, bad);
  const rest = endedCount - done - badCount;
  const share = (count: number) => (total === 0 ? 0 : (100 * count) / total);
  const byteFraction = progress?.of ? Math.min(progress.bytes, progress.of) / progress.of : null;
  // The bytes measure the progress of the targets that did not fail and were not cancelled.
  const arrived = byteFraction === null ? done : byteFraction * (total - badCount - rest);
  return {
    ended: endedCount,
    done,
    bad: badCount,
    total,
    fraction: byteFraction ?? (total === 0 ? 1 : endedCount / total),
    share: { done: total === 0 ? 100 : share(arrived), bad: share(badCount), rest: share(rest) },
  };
}

/** How many of the targets that need an action are done: `2 of 6`. */
export function progressCount(counted: TargetCounts): string {
  const { done, total } = progressOf(counted);
  return `${formatCount(done)} of ${formatCount(total)}`;
}

/** Whether an operation still works on targets. */
export function isActive({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'running' || state === 'cancelling';
}

/** Whether an interrupted operation has targets that can be continued: its record may be lost. */
export function canContinue(operation: Operation): boolean {
  return operation.state === 'interrupted' && countOf(operation, ['waiting', 'sent', 'following', 'unknown']) > 0;
}

/** The state of a host in an operation: the most important one of the states of its targets. */
export const hostStates: readonly TargetState[] = [
  'sent',
  'following',
  'waiting',
  'failed',
  'unknown',
  'cancelled',
  'done',
  'refused',
  'alreadyDone',
];

/** States that the operator looks for in a long list, in this order. The other states keep their order. */
const problems: readonly (TargetState | undefined)[] = ['failed', 'unknown', 'refused', 'cancelled'];

/** The rows of an operation with failures, unknown outcomes and skipped targets before the rest. */
export function problemsFirst<Row>(
  rows: readonly Row[],
  stateOf: (row: Row) => TargetState | undefined,
): readonly Row[] {
  const found = problems.flatMap((state) => rows.filter((row) => stateOf(row) === state));
  if (found.length === 0) return rows;
  return [...found, ...rows.filter((row) => !problems.includes(stateOf(row)))];
}

/**
 * The progress of an operation whose targets are both whole hosts and single images, such as a prune by different
 * methods: counted by hosts, because the two cannot be added up. Undefined if all targets are of one kind.
 */
export function progressByHost(
  targets: readonly Pick<TargetOutcome, 'imageId'>[],
  hosts: readonly HostAccount[],
): TargetCounts | undefined {
  if (!targets.some(({ imageId }) => imageId === null) || !targets.some(({ imageId }) => imageId !== null))
    return undefined;
  const counts: Operation['counts'] = noCounts();
  for (const host of hosts) {
    const state = hostStates.find((one) => host.counts[one] > 0);
    if (state) counts[state] += 1;
  }
  return { counts, total: hosts.length };
}

/** Whether an operation may have whole hosts and single images as targets, which only its targets tell. */
export function mayMix({ kind, total, hostIds }: Pick<Operation, 'kind' | 'total' | 'hostIds'>): boolean {
  return (kind === 'prune' || kind === 'prefetch') && hostIds.length > 1 && total > hostIds.length;
}

/**
 * The progress of an operation as a sentence: `2 of 6 done, 1 failed, 3 already done.`
 *
 * @param byHost its progress counted by hosts: `2 of 3 hosts done.`
 */
export function progressText(operation: Operation, byHost?: TargetCounts): string {
  const { state } = operation;
  const { counts } = byHost ?? operation;
  const part = (count: number, word: string) => (count > 0 ? `${formatCount(count)} ${word}` : '');
  const parts = [
    byHost ? `${progressCount(byHost)} hosts done` : `${progressCount(operation)} done`,
    part(counts.following, isActive(operation) ? 'in progress' : 'accepted'),
    part(counts.failed, 'failed'),
    part(counts.cancelled, 'cancelled'),
    part(counts.unknown, 'unknown'),
    part(counts.alreadyDone, 'already done'),
    part(counts.refused, 'skipped'),
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

/** The estimated time left: `about 4 min left`. Empty if it cannot be estimated. */
export function timeLeftText({ pace }: Pick<Operation, 'pace'>): string {
  if (!pace || pace.remainingSeconds === null) return '';
  return pace.remainingSeconds < 1 ? 'finishing' : `about ${formatSpan(pace.remainingSeconds * 1_000)} left`;
}

/** The bytes that have arrived, of the total where it is known: `1.20 GiB of 3.40 GiB`. */
export function bytesText({ bytes, of }: ByteProgress): string {
  return of === null ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(of)}`;
}

/** The pace of a running operation: `41 a second, 1.20 GiB/s, about 4 min left`. Empty while it does not run. */
export function paceText(operation: Pick<Operation, 'pace' | 'progress'>): string {
  const { pace, progress } = operation;
  if (!pace) return progress ? bytesText(progress) : '';
  const { targetsPerSecond, bytesPerSecond } = pace;
  const rate = targetsPerSecond >= 10 ? formatCount(targetsPerSecond) : targetsPerSecond.toFixed(1);
  return [
    progress ? bytesText(progress) : '',
    // For a few large images, the bytes are more useful than `0.0 a second`.
    targetsPerSecond >= 0.05 && !progress ? `${rate} a second` : '',
    targetsPerSecond === 0 && bytesPerSecond === 0 ? 'stalled' : '',
    bytesPerSecond > 0 ? `${formatSize(bytesPerSecond)}/s` : '',
    timeLeftText(operation),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
