import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient, useQuery } from '@tanstack/react-query';
import { client } from './client.ts';

/**
 * TanStack Query's options for every procedure: `useQuery(queries.hosts.images.queryOptions({ input: { id } }))`,
 * `useMutation(queries.operations.start.mutationOptions())`.
 */
export const queries = createTanstackQueryUtils(client);

/**
 * Creates the query client of the page. The main process runs on the same machine, so queries do not depend on the network.
 * Data stays fresh until an event makes it stale (`stale-queries.ts`). A failure is shown and not retried.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/**
 * Returns a cloud's image catalogue to choose images from: the last one that was read, and then a new one, which is read in
 * the background on mount and has the images that were uploaded since. An empty id reads nothing.
 */
export function useCatalogue(cloudId: string) {
  const input = { id: cloudId };
  const enabled = cloudId !== '';
  // An event reports each read, and the catalogue itself contains the failure.
  useQuery(queries.clouds.rereadCatalogue.queryOptions({ input, enabled, gcTime: 0 }));
  return useQuery(queries.clouds.catalogue.queryOptions({ input, enabled, structuralSharing: false }));
}
