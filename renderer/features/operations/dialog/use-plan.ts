import { useQuery } from '@tanstack/react-query';
import type { Action, Plan } from '../../../../electron/contract/operations.ts';
import { client } from '../../../bridge/client.ts';

export type Planning = {
  plan: Plan | undefined;
  /** The plan is of an earlier choice; the present one is being planned. */
  stale: boolean;
  error: unknown;
  again: () => void;
};

/**
 * What an action would do, asked anew whenever the action changes. Asks nothing while there is no action.
 *
 * @param topic what the dialog is about now: meanwhile the plan before is shown, unless that was about another
 */
export function usePlan(topic: number | string, action: Action | null): Planning {
  const query = useQuery<Plan>({
    queryKey: ['plan', topic, action],
    queryFn: ({ signal }) =>
      action ? client.operations.plan(action, { signal }) : Promise.reject(new Error('Nothing to plan')),
    enabled: action !== null,
    placeholderData: (before, query) => (query?.queryKey[1] === topic ? before : undefined),
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
