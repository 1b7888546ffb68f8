import { useQuery } from '@tanstack/react-query';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { Spark, TrendSpan } from '../../../electron/contract/trends.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';

/** Trends of a time that is over are not kept in the page for long. */
const gcTime = 60_000;
/** Sparks tell of half hours: milliseconds between two looks at them. */
const sparkPace = 30_000;
/** The same while a host that was read has none yet, as at the start. */
const sparkHaste = 3_000;

/** A host over a span, read anew with each of its polls. */
export function useHostTrend(id: HostId, span: TrendSpan) {
  return useQuery(
    queries.trends.host.queryOptions({ input: { id, span }, placeholderData: (before) => before, gcTime }),
  );
}

/** The hits of an image over a span, on one host, or on all where none is named. */
export function useImageTrend(imageId: string, hostId: string | undefined, span: TrendSpan) {
  return useQuery(
    queries.trends.image.queryOptions({
      input: hostId === undefined ? { imageId, span } : { imageId, hostId, span },
      placeholderData: (before) => before,
      staleTime: 10_000,
      gcTime,
    }),
  );
}

/** Keeps the sparks of all hosts fresh while the fleet is shown. Called once, by the page that shows them. */
export function useFreshSparks(): void {
  const read = useConsolePart((state) => state.hosts.filter(({ refreshedAt }) => refreshedAt !== null).length) ?? 0;
  useQuery({
    ...queries.trends.sparks.queryOptions({ input: {} }),
    refetchInterval: ({ state }) => (withSpark(state.data) < read ? sparkHaste : sparkPace),
    staleTime: sparkPace,
  });
}

function withSpark(sparks: { hosts: readonly Spark[] } | undefined): number {
  return sparks?.hosts.filter(({ sizeBytes }) => sizeBytes.some((size) => size !== null)).length ?? 0;
}

/** The spark of one host, from the answer about all of them. */
export function useSpark(hostId: string) {
  return useQuery({
    ...queries.trends.sparks.queryOptions({ input: {} }),
    enabled: false,
    select: ({ hosts }) => hosts.find((host) => host.hostId === hostId),
  }).data;
}
