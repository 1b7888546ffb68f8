import type { ActionKind, Operation, TargetOutcome, TargetState } from '../../../electron/contract/operations.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { countOf, isActive, type TargetCounts } from './operation-progress.ts';

/** What a state says beside its colour. `mark` is the colour's meaning, never the colour. */
export type StateText = { label: string; mark: 'ok' | 'warn' | 'bad' | 'busy' | 'none' };

export const actionLabels: Record<ActionKind, string> = {
  queue: 'Queue',
  delete: 'Delete',
  clear: 'Clear',
  prune: 'Prune',
  clean: 'Clean',
  prefetch: 'Prefetch',
  align: 'Bring up to date',
};

/** Whether what an action brings is fetched, not freed. Of an `align` some is: that is `actual`, beside `freed`. */
export function isFetching(kind: ActionKind): boolean {
  return kind === 'queue' || kind === 'prefetch' || kind === 'align';
}

/** Whether each target of an action is an image of its own, not a whole host. */
export function targetsImages(kind: ActionKind): boolean {
  return kind === 'queue' || kind === 'delete' || kind === 'align';
}

export const targetStateTexts: Record<TargetState, StateText & { explanation: string }> = {
  waiting: { label: 'Waiting', mark: 'none', explanation: 'Not sent yet.' },
  sent: { label: 'Sent', mark: 'busy', explanation: 'Sent; the host has not answered yet.' },
  following: { label: 'Following', mark: 'busy', explanation: 'The host accepted; its effect is not seen yet.' },
  done: { label: 'Done', mark: 'ok', explanation: 'Done, as the host said or as seen afterwards.' },
  alreadyDone: { label: 'Already done', mark: 'ok', explanation: 'There was nothing left to do.' },
  failed: { label: 'Failed', mark: 'bad', explanation: 'Not done.' },
  refused: { label: 'Refused', mark: 'warn', explanation: 'Not sent, for the reason given.' },
  cancelled: { label: 'Cancelled', mark: 'none', explanation: 'Cancelled before it was sent.' },
  unknown: {
    label: 'Unknown',
    mark: 'warn',
    explanation: 'Sent before the console ended; no answer was seen. Look at the host.',
  },
};

/** How a target stands: one that the host accepted and that nobody follows any more says so. */
export function targetStateText(state: TargetState, live: boolean): StateText & { explanation: string } {
  if (state !== 'following' || live) return targetStateTexts[state];
  return {
    label: 'Accepted',
    mark: 'none',
    explanation: 'The host accepted; whether it took effect was not followed.',
  };
}

/** How an operation stands: its state, and where it ended, whether all of it went well. */
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
      const unsure = countOf(operation, ['unknown', 'refused']);
      if (failed > 0) return { label: `${failed.toLocaleString('en-US')} failed`, mark: 'bad' };
      if (unsure > 0) return { label: `${unsure.toLocaleString('en-US')} not done`, mark: 'warn' };
      return { label: 'Done', mark: 'ok' };
    }
  }
}

/** What an operation brought: freed by most actions, fetched by queueing; nothing where nothing is known. */
export function effectText(operation: Pick<Operation, 'kind' | 'actual' | 'freed'>): string {
  return effectsOf(operation).join(', ');
}

/** The same part by part: what came and what went are never one number. */
export function effectsOf({ kind, actual, freed }: Pick<Operation, 'kind' | 'actual' | 'freed'>): string[] {
  const parts = [
    actual.bytes > 0 ? `${formatSize(actual.bytes)} ${isFetching(kind) ? 'fetched' : 'freed'}` : '',
    freed && freed.bytes > 0 ? `${formatSize(freed.bytes)} freed` : '',
  ];
  return parts.filter(Boolean);
}

/** Why a target stands as it stands: its failure, else the host's words, else what the state means. */
export function reasonOf(target: TargetOutcome): { text: string; remedy?: string } {
  if (target.failure) return { text: target.failure.message, remedy: target.failure.remedy };
  if (target.text === null && target.progress) return { text: 'Read through the host, and thrown away as it comes.' };
  return { text: target.text ?? targetStateTexts[target.state].explanation };
}

/** `3 running, 12 past`, for beside the heading. */
export function summaryText(operations: readonly Operation[]): string {
  if (operations.length === 0) return '';
  const live = operations.filter(isActive).length;
  const past = operations.length - live;
  const interrupted = operations.filter((operation) => operation.state === 'interrupted').length;
  return [
    live > 0 ? `${live.toLocaleString('en-US')} running` : '',
    past > 0 ? `${past.toLocaleString('en-US')} past` : '',
    interrupted > 0 ? `${interrupted.toLocaleString('en-US')} interrupted` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** What became of some targets, in a few words: `3 done, 1 failed`. */
export function countsText(counted: TargetCounts): string {
  const parts: [readonly TargetState[], string][] = [
    [['done', 'alreadyDone'], 'done'],
    [['following'], 'accepted'],
    [['failed'], 'failed'],
    [['unknown'], 'unknown'],
    [['refused'], 'left out'],
    [['cancelled'], 'cancelled'],
    [['waiting', 'sent'], 'waiting'],
  ];
  return parts
    .map(([states, word]) => [countOf(counted, states), word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count.toLocaleString('en-US')} ${word}`)
    .join(', ');
}
