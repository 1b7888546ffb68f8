import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { MethodName } from '../../../electron/contract/hosts.ts';
import type {
  ActionKind,
  Amount,
  Operation,
  TargetOutcome,
  TargetState,
} from '../../../electron/contract/operations.ts';
import { formatSizeSum } from '../../../electron/contract/sizes.ts';
import type { Tone } from '../../components/tag.tsx';
import { countOf, isActive, type TargetCounts } from './operation-progress.ts';

/** The text of a state. `mark` selects its icon and colour: how serious the state is, never the colour itself. */
export type StateText = { label: string; mark: 'ok' | 'warn' | 'bad' | 'busy' | 'none' };

/** The names of the actions, as the first words of buttons. */
export const actionLabels: Record<ActionKind, string> = {
  queue: 'Queue',
  delete: 'Delete',
  clear: 'Clear',
  prune: 'Prune',
  clean: 'Clean',
  prefetch: 'Prefetch',
  align: 'Sync',
};

/**
 * Whether the amount of an action is fetched rather than freed. An `align` does both: its `actual` counts what it
 * fetched, its `freed` what it deleted.
 */
export function isFetching(kind: ActionKind): boolean {
  return kind === 'queue' || kind === 'prefetch' || kind === 'align';
}

/** Whether each target of an action is one image rather than a whole host. */
export function targetsImages(kind: ActionKind): boolean {
  return kind === 'queue' || kind === 'delete' || kind === 'align';
}

/**
 * Whether failed targets are retried host by host, with a plan of each host as it is now: the action is on a whole
 * cache, so the plan may contain more than the failed targets. Other actions repeat exactly the failed targets.
 */
export function retriesHosts(kind: ActionKind): boolean {
  return kind === 'prune' || kind === 'clean' || kind === 'clear';
}

/** The button that retries the failed targets of an operation. */
export function retryLabel(kind: ActionKind): string {
  return retriesHosts(kind) ? `${actionLabels[kind]} these hosts again…` : 'Retry failed…';
}

/** The header of the column with what an action fetched or freed. */
export function amountHeader(kind: ActionKind): string {
  if (kind === 'align') return 'Amount';
  return isFetching(kind) ? 'Fetched' : 'Freed';
}

type TargetStateText = StateText & { explanation: string };

const targetStateTexts: Record<TargetState, TargetStateText> = {
  waiting: { label: 'Waiting', mark: 'none', explanation: 'Not sent yet.' },
  sent: { label: 'Sent', mark: 'busy', explanation: 'Sent; waiting for the host’s response.' },
  following: { label: 'In progress', mark: 'busy', explanation: 'Accepted by the host; not completed yet.' },
  done: { label: 'Done', mark: 'ok', explanation: 'Completed.' },
  alreadyDone: { label: 'Already done', mark: 'ok', explanation: 'Nothing to do.' },
  failed: { label: 'Failed', mark: 'bad', explanation: 'Failed.' },
  refused: { label: 'Skipped', mark: 'warn', explanation: 'Not sent; see the reason.' },
  cancelled: { label: 'Cancelled', mark: 'none', explanation: 'Cancelled before it was sent.' },
  unknown: {
    label: 'Unknown',
    mark: 'warn',
    explanation: 'Sent before the console closed; no response received. Check the host.',
  },
};

/** The state of a target. After the operation has ended, a target that the host only accepted is no longer watched. */
export function targetStateText(state: TargetState, active: boolean): TargetStateText {
  if (state !== 'following' || active) return targetStateTexts[state];
  return {
    label: 'Accepted',
    mark: 'none',
    explanation: 'Accepted by the host; the result was not checked.',
  };
}

/**
 * The state of a target as a tag.
 *
 * @param method the method by which the bytes of the target arrive; null or undefined if none are seen to arrive
 */
export function targetStateTag(state: TargetState, method?: MethodName | null): { text: string; tone: Tone } {
  if (state === 'sent' && method) return { text: method === 'read' ? 'being read' : 'being fetched', tone: 'accent' };
  const tags: Record<TargetState, { text: string; tone: Tone }> = {
    waiting: { text: 'waiting', tone: 'plain' },
    sent: { text: 'sent', tone: 'accent' },
    following: { text: 'in progress', tone: 'accent' },
    done: { text: 'done', tone: 'ok' },
    alreadyDone: { text: 'already done', tone: 'ok' },
    failed: { text: 'failed', tone: 'bad' },
    refused: { text: 'skipped', tone: 'warn' },
    cancelled: { text: 'cancelled', tone: 'plain' },
    unknown: { text: 'unknown', tone: 'warn' },
  };
  return tags[state];
}

/** The state of an operation and, once it has finished, whether all of its targets succeeded. */
export function operationStateText(operation: Operation): StateText {
  switch (operation.state) {
    case 'running':
      return { label: 'Running', mark: 'busy' };
    case 'cancelling':
      return { label: 'Cancelling', mark: 'busy' };
    case 'cancelled':
      return { label: 'Cancelled', mark: 'none' };
    case 'interrupted':
      return { label: 'Interrupted', mark: 'warn' };
    case 'finished': {
      const failed = countOf(operation, ['failed']);
      const unknown = countOf(operation, ['unknown']);
      const skipped = countOf(operation, ['refused']);
      if (failed > 0) return { label: `${formatCount(failed)} failed`, mark: 'bad' };
      if (unknown > 0) return { label: `${formatCount(unknown)} unknown`, mark: 'warn' };
      if (skipped > 0) return { label: `${formatCount(skipped)} skipped`, mark: 'warn' };
      return { label: 'Done', mark: 'ok' };
    }
  }
}

/** The fetched and freed amounts of an operation: `3.00 GiB fetched, 1.00 GiB freed`. Empty if nothing is known. */
export function effectText(operation: Pick<Operation, 'kind' | 'actual' | 'freed'>): string {
  return effectsOf(operation).join(', ');
}

/** What an operation fetched and what it freed, as separate texts: the two are never added up. */
export function effectsOf({ kind, actual, freed }: Pick<Operation, 'kind' | 'actual' | 'freed'>): string[] {
  const parts = [
    hasSize(actual) ? `${formatSizeSum(actual)} ${isFetching(kind) ? 'fetched' : 'freed'}` : '',
    freed && hasSize(freed) ? `${formatSizeSum(freed)} freed` : '',
  ];
  return parts.filter(Boolean);
}

/** Whether there is a size to show. Queue entries have none. */
export function hasSize({ bytes, unsized = 0 }: Pick<Amount, 'bytes' | 'unsized'>): boolean {
  return bytes > 0 || unsized > 0;
}

/** An amount: `3 images, 31.0 GiB`. A clean counts files; what several hosts delete are copies, as they have the same images. */
export function amountText(amount: Amount, kind?: ActionKind, hosts = 1): string {
  const isCopies = hosts > 1 && kind !== undefined && kind !== 'clean' && !isFetching(kind);
  const count = isCopies
    ? plural(amount.images, 'copy', 'copies')
    : plural(amount.images, kind === 'clean' ? 'file' : 'image');
  return hasSize(amount) ? `${count}, ${formatSizeSum(amount)}` : count;
}

/** The amount of one target: only its size where the target is one image, `31.0 GiB`. */
export function targetAmountText(amount: Amount, imageId: string | null, kind?: ActionKind): string {
  return imageId === null ? amountText(amount, kind) : amountText(amount).replace(/^1 image, /, '');
}

/**
 * The amount that an operation has done so far, `3 images, 31.0 GiB`; an `align` lists the fetched and the freed amount
 * separately.
 */
export function resultText(operation: Pick<Operation, 'kind' | 'actual' | 'freed' | 'hostIds'>): string {
  const { kind, actual, freed, hostIds } = operation;
  if (!freed) return actual.images > 0 ? amountText(actual, kind, hostIds.length) : '';
  const parts = [
    actual.images > 0 ? `${amountText(actual)} fetched` : '',
    freed.images > 0 ? `${amountText(freed, 'delete', hostIds.length)} freed` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

/** The reason for a target's state: its failure, otherwise the host's message, otherwise the meaning of the state. */
export function reasonOf(target: TargetOutcome): { text: string; remedy?: string } {
  if (target.failure) return { text: target.failure.message, remedy: target.failure.remedy };
  if (target.text === null && target.progress) return { text: 'Downloaded through the host and discarded.' };
  return { text: target.text ?? targetStateTexts[target.state].explanation };
}

/** The summary beside the heading: `3 running, 12 past, 1 interrupted`. */
export function summaryText(operations: readonly Operation[]): string {
  if (operations.length === 0) return '';
  const running = operations.filter(isActive).length;
  const past = operations.length - running;
  const interrupted = operations.filter((operation) => operation.state === 'interrupted').length;
  return [
    running > 0 ? `${formatCount(running)} running` : '',
    past > 0 ? `${formatCount(past)} past` : '',
    interrupted > 0 ? `${formatCount(interrupted)} interrupted` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** The targets by outcome, `3 done, 1 failed`; outcomes without a target are left out. */
export function countsText(counted: TargetCounts): string {
  const parts: [readonly TargetState[], string][] = [
    [['done'], 'done'],
    [['alreadyDone'], 'already done'],
    [['following'], 'accepted'],
    [['failed'], 'failed'],
    [['unknown'], 'unknown'],
    [['refused'], 'skipped'],
    [['cancelled'], 'cancelled'],
    [['waiting', 'sent'], 'waiting'],
  ];
  return parts
    .map(([states, word]) => [countOf(counted, states), word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(', ');
}
