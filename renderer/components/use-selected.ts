import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Selected, Selection } from '../../electron/contract/operations.ts';
import { client } from '../bridge/client.ts';

export type Selecting = {
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
export function useSelected(topic: number | string, selection: Selection | null): Selecting {
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
