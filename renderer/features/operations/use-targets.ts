import { useQuery } from '@tanstack/react-query';
import type { Operation, TargetState } from '../../../electron/contract/operations.ts';
import { client } from '../../bridge/client.ts';
import { isLive } from './progress.ts';

/** More targets than these are not all asked for again and again while an operation runs. */
const many = 20_000;
const underWay: TargetState[] = ['sent', 'following', 'failed', 'unknown'];

/** Whether only the targets under way and those that went wrong are told for now. */
export function isPartial(operation: Operation): boolean {
  return isLive(operation) && operation.total > many;
}

/**
 * The targets of an operation and its sums host by host. Asked for at a pace of its own while it runs, and once when it
 * ends: an operation may have 200,000 targets and tell of its progress many times a second.
 */
export function useTargets(operation: Operation) {
  const live = isLive(operation);
  const partial = isPartial(operation);
  const pace = operation.total > 5_000 ? 4_000 : operation.total > 1_000 ? 2_000 : 1_000;
  const { id } = operation;
  return useQuery({
    queryKey: ['operation targets', id, live ? 'live' : `${operation.state} ${operation.endedAt}`],
    queryFn: ({ signal }) =>
      client.operations.targets(partial ? { id, states: underWay, most: 2_000 } : { id }, { signal }),
    refetchInterval: live ? pace : false,
    placeholderData: (before) => before,
    structuralSharing: false,
    gcTime: 30_000,
  });
}
