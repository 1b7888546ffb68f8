import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { ServiceImage, WasteConditions, WasteFilter } from '../../../electron/contract/waste.ts';
import { queries } from '../../bridge/queries.ts';
import { wasteCountSize, wasteListSize } from '../../bridge/stale-queries.ts';

/** Milliseconds after which the list is read again without an event: images become idle by age alone. */
const listInterval = 60_000;

/** The images that match the conditions. The earlier list stays until the next one arrives. */
export function useWaste(conditions: WasteConditions, enabled = true) {
  return useQuery(
    queries.waste.list.queryOptions({
      input: { conditions, limit: wasteListSize },
      enabled,
      placeholderData: keepPreviousData,
      structuralSharing: false,
      refetchInterval: listInterval,
      gcTime: 0,
    }),
  );
}

/**
 * The space that a deletion frees on each host.
 *
 * @param images the images to delete; null for all that match the conditions
 */
export function useReclaimedSpace(conditions: WasteConditions, images: ServiceImage[] | null) {
  return useQuery(
    queries.waste.reclaim.queryOptions({
      input: { conditions, images },
      placeholderData: keepPreviousData,
      structuralSharing: false,
      gcTime: 0,
    }),
  );
}

/** The number of images that each filter matches, by filter id. */
export function useFilterCounts(filters: readonly WasteFilter[]): ReadonlyMap<string, number> {
  return useQueries({
    queries: filters.map(({ conditions }) =>
      queries.waste.list.queryOptions({
        input: { conditions, limit: wasteCountSize },
        placeholderData: keepPreviousData,
        gcTime: 0,
      }),
    ),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, index) => {
          const filter = filters[index];
          return filter && data ? [[filter.id, data.images] as const] : [];
        }),
      ),
  });
}
