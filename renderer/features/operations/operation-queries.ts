import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type {
  Action,
  Operation,
  Plan,
  Selected,
  Selection,
  TargetState,
} from '../../../electron/contract/operations.ts';
import { client } from '../../bridge/client.ts';
import { isActive } from './operation-progress.ts';

/** More targets than these are not all asked for again and again while an operation runs. */
const many = 20_000;
const underWay: TargetState[] = ['sent', 'following', 'failed', 'unknown'];

/** Whether only the targets under way and those that went wrong are told for now. */
export function isPartialList(operation: Operation): boolean {
  return isActive(operation) && operation.total > many;
}

/**
 * The targets of an operation and its sums host by host. Asked for at a pace of its own while it runs, and once when it
 * ends: an operation may have 200,000 targets and tell of its progress many times a second.
 */
export function useOperationTargets(operation: Operation) {
  const live = isActive(operation);
  const partial = isPartialList(operation);
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

export type PlanQuery = {
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
export function usePlan(topic: number | string, action: Action | null): PlanQuery {
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
export function useRetryPlan(dialog: number, operationId: string): PlanQuery {
  const query = useQuery({
    queryKey: ['plan', dialog, 'retry', operationId],
    queryFn: ({ signal }) => client.operations.retryFailed({ id: operationId }, { signal }),
    structuralSharing: false,
    gcTime: 0,
  });
  return { plan: query.data, stale: query.isFetching, error: query.error, again: () => void query.refetch() };
}

/** The ids of the operations about an image, by its id or name or a part of one; undefined where none is named. */
export function useOperationsOfImage(
  text: string,
  operations: readonly Pick<Operation, 'id'>[],
): ReadonlySet<string> | undefined {
  const [image] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({
    queryKey: ['operations about', image, operations.length, operations[0]?.id],
    queryFn: ({ signal }) => client.operations.list({ image }, { signal }),
    enabled: image !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return useMemo(
    () => (image === '' || !found.data ? undefined : new Set(found.data.operations.map(({ id }) => id))),
    [image, found.data],
  );
}

export type SelectedImagesQuery = {
  selected: Selected | undefined;
  /** What is there belongs to an earlier choice; the present one is being worked out. */
  stale: boolean;
  error: unknown;
  again: () => void;
};

/**
 * Which images on which hosts a selection means, asked anew whenever it changes. Asks nothing while there is none.
 *
 * @param topic what the dialog is about now: meanwhile what was before is told, unless that was about another
 */
export function useSelectedImages(topic: number | string, selection: Selection | null): SelectedImagesQuery {
  const [settled] = useDebouncedValue(selection, 200);
  const query = useQuery<Selected>({
    queryKey: ['selected', topic, settled],
    queryFn: ({ signal }) =>
      settled ? client.operations.select(settled, { signal }) : Promise.reject(new Error('Nothing to select')),
    enabled: settled !== null,
    placeholderData: (before, query) => (query?.queryKey[1] === topic ? before : undefined),
    structuralSharing: false,
    gcTime: 0,
  });
  return {
    selected: selection && settled ? query.data : undefined,
    stale: settled !== selection || query.isPlaceholderData || query.isFetching,
    error: selection ? query.error : null,
    again: () => void query.refetch(),
  };
}
