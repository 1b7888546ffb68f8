import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '../../bridge/client.ts';

/** Milliseconds without a key before the text is looked at. */
const settle = 250;

let count = 0;

/** The groups of an inventory while it is typed. The text may be long: it is known by a number, not by itself. */
export function useInventoryGroups(text: string, fileName: string) {
  const now = useMemo(() => {
    count += 1;
    return { number: count, text, fileName };
  }, [text, fileName]);
  const [settled] = useDebouncedValue(now, settle);
  const query = useQuery({
    queryKey: ['inventory', settled.number],
    queryFn: ({ signal }) =>
      client.discovery.groups({ text: settled.text, fileName: settled.fileName.slice(0, 500) }, { signal }),
    enabled: settled.text.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const empty = text.trim() === '';
  return {
    groups: empty ? undefined : query.data,
    error: empty ? null : query.error,
    waiting: !empty && (settled !== now || query.isFetching),
  };
}
