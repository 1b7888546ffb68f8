import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import { client } from './client.ts';

/**
 * TanStack Query's options for every procedure: `useQuery(queries.hosts.images.queryOptions({ input: { id } }))`,
 * `useMutation(queries.operations.start.mutationOptions())`.
 */
export const queries = createTanstackQueryUtils(client);

/**
 * A query client for a bridge to this very machine: whether the network is there is of no matter to it, what was read
 * stays true until an event says otherwise, and a failure is shown rather than tried again behind the operator's back.
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
