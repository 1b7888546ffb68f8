import { useQuery } from '@tanstack/react-query';
import type { Operation } from '../../../electron/contract/operations.ts';
import { queries } from '../../bridge/queries.ts';
import { isLive } from './progress.ts';

/**
 * The targets of an operation. Asked for at a pace of its own while it runs, and once when it ends: an operation may have
 * 200,000 targets and tell of its progress many times a second.
 */
export function useTargets(operation: Operation) {
  const live = isLive(operation);
  const pace = operation.total > 5_000 ? 5_000 : 1_000;
  return useQuery({
    ...queries.operations.targets.queryOptions({ input: { id: operation.id } }),
    queryKey: ['operation targets', operation.id, live ? 'live' : `${operation.state} ${operation.endedAt}`],
    refetchInterval: live ? pace : false,
    placeholderData: (before) => before,
    gcTime: 30_000,
  });
}
