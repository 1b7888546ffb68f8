import { useQuery } from '@tanstack/react-query';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { TrendSpan } from '../../electron/contract/trends.ts';
import { client } from '../bridge/client.ts';
import { queries } from '../bridge/queries.ts';

/** Trends of a time that is over are not kept in the page for long. */
const gcTime = 60_000;
/** Sparks tell of half hours: milliseconds between two looks at them. */
const sparkPace = 30_000;

/** A host over a span, read anew with each of its polls. */
export function useHostTrend({ id, refreshedAt }: Pick<HostSummary, 'id' | 'refreshedAt'>, span: TrendSpan) {
  return useQuery({
    queryKey: ['host trend', id, span, refreshedAt],
    queryFn: ({ signal }) => client.trends.host({ id, span }, { signal }),
    placeholderData: (before) => before,
    gcTime,
  });
}

/** The hits of an image over a span, on one host, or on all where none is named. */
export function useImageTrend(imageId: string, hostId: string | undefined, span: TrendSpan) {
  const input = hostId === undefined ? { imageId, span } : { imageId, hostId, span };
  return useQuery({
    queryKey: ['image trend', imageId, hostId ?? null, span],
    queryFn: ({ signal }) => client.trends.image(input, { signal }),
    placeholderData: (before) => before,
    staleTime: 10_000,
    gcTime,
  });
}

/** Keeps the sparks of all hosts fresh while the fleet is shown. Called once, by the page that shows them. */
export function useFreshSparks(): void {
  useQuery({ ...queries.trends.sparks.queryOptions({ input: {} }), refetchInterval: sparkPace, staleTime: sparkPace });
}

/** The spark of one host, from the answer about all of them. */
export function useSpark(hostId: string) {
  return useQuery({
    ...queries.trends.sparks.queryOptions({ input: {} }),
    enabled: false,
    select: ({ hosts }) => hosts.find((host) => host.hostId === hostId),
  }).data;
}
