import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { GoldenDraft, GoldenPreview } from '../../../../electron/contract/golden.ts';
import { queries } from '../../../bridge/queries.ts';

/** Milliseconds without a key before what is written is looked at. */
const settle = 200;

/** What a set means as it is written. The last answer stays while the next is on its way; one not wanted any more is cancelled. */
export function usePreview(draft: GoldenDraft): {
  preview: GoldenPreview | undefined;
  waiting: boolean;
  error: Error | null;
} {
  // The name and the note say nothing of what it means: typing them asks for nothing.
  const meaning = JSON.stringify({ ...draft, name: '', note: '' });
  const [settled] = useDebouncedValue(meaning, settle);
  const input = JSON.parse(settled) as GoldenDraft;
  const { data, isFetching, error } = useQuery(
    queries.golden.preview.queryOptions({
      input,
      enabled: input.cloudId !== '',
      placeholderData: keepPreviousData,
      structuralSharing: false,
      staleTime: 0,
      gcTime: 0,
    }),
  );
  return { preview: data, waiting: isFetching || meaning !== settled, error };
}
