import { useThrottledValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { CloudImage, WasteConditions, WasteFilter } from '../../../electron/contract/waste.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';

/** So many images are listed at most; narrower conditions show the rest. */
export const maxListed = 2_000;
/** Hosts tell of themselves many times a second when there are many: the list follows at a pace of its own. */
const listPace = 4_000;
const countPace = 12_000;
/** Ages grow also where no host tells anything. */
const byItself = 60_000;

/** Changes when any host's images did. */
function useImagesStamp(): string {
  return (
    useConsolePart(({ hosts }) => hosts.map(({ id, revision, state }) => `${id} ${revision} ${state}`).join()) ?? ''
  );
}

/** What could go by these conditions; what was before is shown until the answer is there. */
export function useWaste(conditions: WasteConditions) {
  const stamp = useThrottledValue(useImagesStamp(), listPace);
  return useQuery({
    queryKey: ['waste', 'list', conditions, stamp],
    queryFn: ({ signal }) => client.waste.list({ conditions, most: maxListed }, { signal }),
    placeholderData: (before) => before,
    structuralSharing: false,
    refetchInterval: byItself,
    gcTime: 0,
  });
}

/** What each host would be rid of: by some of the images, or by all that match where none is named. */
export function useReclaimedSpace(conditions: WasteConditions, images: CloudImage[] | null) {
  const stamp = useThrottledValue(useImagesStamp(), listPace);
  return useQuery({
    queryKey: ['waste', 'reclaim', conditions, images, stamp],
    queryFn: ({ signal }) => client.waste.reclaim({ conditions, images }, { signal }),
    placeholderData: (before) => before,
    structuralSharing: false,
    gcTime: 0,
  });
}

/** How many images each filter finds. */
export function useFilterCounts(filters: readonly WasteFilter[]): ReadonlyMap<string, number> {
  const stamp = useThrottledValue(useImagesStamp(), countPace);
  return useQueries({
    queries: filters.map(({ conditions }) => ({
      queryKey: ['waste', 'count', conditions, stamp],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await client.waste.list({ conditions, most: 1 }, { signal })).images,
      placeholderData: (before: number | undefined) => before,
      gcTime: 0,
    })),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, at) => {
          const filter = filters[at];
          return filter && data !== undefined ? [[filter.id, data] as const] : [];
        }),
      ),
  });
}
