import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Action, Operation, Plan, TargetState } from '../../../electron/contract/operations.ts';
import type { Selected, Selection } from '../../../electron/contract/selections.ts';
import { client } from '../../bridge/client.ts';
import { queries } from '../../bridge/queries.ts';
import { isActive } from './operation-progress.ts';

/** The operations with more targets than this list only some of them while they run. */
const maxFullList = 20_000;
const maxPartialList = 2_000;
const partialStates: TargetState[] = ['sent', 'following', 'failed', 'unknown'];

/** Whether only the targets in progress and those that failed are listed, because the operation is large and still runs. */
export function isPartialList(operation: Operation): boolean {
  return isActive(operation) && operation.total > maxFullList;
}

/** The targets of an operation, which may be 200,000, and their counts for each host. */
export function useOperationTargets(operation: Operation) {
  const { id } = operation;
  const input = isPartialList(operation) ? { id, states: partialStates, limit: maxPartialList } : { id };
  return useQuery({
    // The end of the operation is part of the key, so the data is placeholder data until the final targets arrive.
    queryKey: [...queries.operations.targets.key({ input: { id } }), input, operation.endedAt],
    queryFn: ({ signal }) => client.operations.targets(input, { signal }),
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: 30_000,
  });
}

/** The operations whose targets include an image, by its id or name or a part of them. */
export function useOperationsOfImage(text: string): ReadonlySet<string> | undefined {
  const [image] = useDebouncedValue(text.trim(), 200);
  const found = useQuery(
    queries.operations.list.queryOptions({
      input: { image },
      enabled: image !== '',
      placeholderData: keepPreviousData,
      gcTime: 0,
    }),
  );
  return useMemo(
    () => (image === '' || !found.data ? undefined : new Set(found.data.operations.map(({ id }) => id))),
    [image, found.data],
  );
}

/** A query whose input the operator changes while its dialog is open. */
type Following = {
  /** The data belongs to an earlier input; the query for the present one is running. */
  stale: boolean;
  error: unknown;
  refetch: () => void;
};

export type PlanQuery = Following & { plan: Plan | undefined };

/**
 * The plan of an action. Planned again whenever the action changes; undefined without an action.
 *
 * @param topic what the dialog is about: as long as it stays the same, the previous plan is shown until the next one
 * arrives
 */
export function usePlan(topic: number | string, action: Action | null): PlanQuery {
  const query = useQuery<Plan>({
    queryKey: [...queries.operations.plan.key(), action, topic],
    queryFn: action ? ({ signal }) => client.operations.plan(action, { signal }) : skipToken,
    // The key ends with the topic.
    placeholderData: (before, query) => (query?.queryKey.at(-1) === topic ? before : undefined),
    structuralSharing: false,
    staleTime: 0,
    gcTime: 0,
  });
  return {
    plan: action ? query.data : undefined,
    stale: query.isPlaceholderData || query.isFetching,
    error: action ? query.error : null,
    refetch: () => void query.refetch(),
  };
}

/** A plan for the failed targets of an operation. */
export function useRetryPlan(operationId: string): PlanQuery {
  const query = useQuery(
    queries.operations.retryFailed.queryOptions({
      input: { id: operationId },
      structuralSharing: false,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  return { plan: query.data, stale: query.isFetching, error: query.error, refetch: () => void query.refetch() };
}

export type SelectedImagesQuery = Following & { selected: Selected | undefined };

/**
 * The images that a selection matches, with their hosts. Matched again whenever the selection changes.
 *
 * @param topic what the dialog is about: as long as it stays the same, the previous images are returned until the next
 * ones arrive
 */
export function useSelectedImages(topic: number | string, selection: Selection | null): SelectedImagesQuery {
  const wanted = useMemo(() => ({ topic, selection }), [topic, selection]);
  const [settled] = useDebouncedValue(wanted, 200);
  const input = settled.selection;
  const query = useQuery<Selected>({
    queryKey: [...queries.operations.select.key(), input, settled.topic],
    queryFn: input ? ({ signal }) => client.operations.select(input, { signal }) : skipToken,
    placeholderData: (before, query) => (query?.queryKey.at(-1) === settled.topic ? before : undefined),
    structuralSharing: false,
    staleTime: 0,
    gcTime: 0,
  });
  return {
    selected: selection && input && settled.topic === topic ? query.data : undefined,
    stale: settled !== wanted || query.isPlaceholderData || query.isFetching,
    error: selection ? query.error : null,
    refetch: () => void query.refetch(),
  };
}
