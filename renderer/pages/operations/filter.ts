import {
  type ActionKind,
  actionKind,
  type Operation,
  type TargetOutcome,
  type TargetState,
} from '../../../electron/contract/operations.ts';
import { countOf, isLive } from './progress.ts';

export type StateFilter = 'all' | 'running' | 'done' | 'problems' | 'cancelled' | 'interrupted';
export type OperationFilter = { host: string | null; kind: ActionKind | null; state: StateFilter };

export const everyOperation: OperationFilter = { host: null, kind: null, state: 'all' };

function inState(operation: Operation, state: StateFilter): boolean {
  switch (state) {
    case 'all':
      return true;
    case 'running':
      return isLive(operation);
    case 'done':
      return operation.state === 'finished' && countOf(operation, ['failed', 'unknown', 'refused']) === 0;
    case 'problems':
      return countOf(operation, ['failed', 'unknown', 'refused']) > 0 || operation.state === 'interrupted';
    case 'cancelled':
      return operation.state === 'cancelled';
    case 'interrupted':
      return operation.state === 'interrupted';
  }
}

/** The operations that a filter leaves, newest first. */
export function filterOperations(operations: readonly Operation[], filter: OperationFilter): Operation[] {
  return operations
    .filter(
      (operation) =>
        (filter.host === null || operation.hostIds.includes(filter.host)) &&
        (filter.kind === null || operation.kind === filter.kind) &&
        inState(operation, filter.state),
    )
    .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}

/** The targets in one of the chosen states (all when none is chosen) whose host, image or reason holds the words. */
export function filterTargets<Target extends TargetOutcome>(
  targets: readonly Target[],
  states: ReadonlySet<TargetState>,
  text: string,
): Target[] {
  const wanted = text.trim().toLowerCase();
  return targets.filter(
    (target) =>
      (states.size === 0 || states.has(target.state)) &&
      (wanted === '' ||
        [target.hostName, target.imageId, target.imageName, target.text, target.failure?.message].some((part) =>
          part?.toLowerCase().includes(wanted),
        )),
  );
}

const stateFilters: readonly unknown[] = [
  'all',
  'running',
  'done',
  'problems',
  'cancelled',
  'interrupted',
] satisfies StateFilter[];

/** Whether something kept from another time is a filter. */
export function isOperationFilter(value: unknown): value is OperationFilter {
  if (typeof value !== 'object' || value === null) return false;
  if (!('host' in value) || !('kind' in value) || !('state' in value)) return false;
  return (
    (value.host === null || typeof value.host === 'string') &&
    (value.kind === null || actionKind.safeParse(value.kind).success) &&
    stateFilters.includes(value.state)
  );
}
