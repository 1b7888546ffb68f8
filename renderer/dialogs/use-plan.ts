import { useQuery } from '@tanstack/react-query';
import type { Action, Plan } from '../../electron/contract/operations.ts';
import { client } from '../bridge/client.ts';

export type Planning = {
  plan: Plan | undefined;
  /** The plan is of an earlier choice; the present one is being planned. */
  stale: boolean;
  error: unknown;
  again: () => void;
};

/** What an action would do, asked anew whenever the action changes. Asks nothing while there is no action. */
export function usePlan(dialog: number, action: Action | null): Planning {
  const query = useQuery<Plan>({
    queryKey: ['plan', dialog, action],
    queryFn: ({ signal }) =>
      action ? client.operations.plan(action, { signal }) : Promise.reject(new Error('Nothing to plan')),
    enabled: action !== null,
    placeholderData: (before) => before,
    structuralSharing: false,
    gcTime: 0,
  });
  return {
    plan: action ? query.data : undefined,
    stale: query.isPlaceholderData || query.isFetching,
    error: action ? query.error : null,
    again: () => void query.refetch(),
  };
}

/** A plan of just what failed in an operation. */
export function useRetryPlan(dialog: number, operationId: string): Planning {
  const query = useQuery({
    queryKey: ['plan', dialog, 'retry', operationId],
    queryFn: ({ signal }) => client.operations.retryFailed({ id: operationId }, { signal }),
    structuralSharing: false,
    gcTime: 0,
  });
  return { plan: query.data, stale: query.isFetching, error: query.error, again: () => void query.refetch() };
}
