import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient, type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Catalogue, CatalogueImage, ImageId, ImageServiceId } from '../../electron/contract/images.ts';
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

/** The image services that have each image. */
export type ImagesByService = ReadonlyMap<ImageId, readonly ImageServiceId[]>;

/**
 * Returns the catalogues of image services to choose images from: the last ones that were read, and then new ones, which are
 * read in the background on mount and have the images that were uploaded since.
 */
export function useCatalogues(serviceIds: readonly ImageServiceId[]) {
  // An event reports each read, and the catalogue itself contains the failure.
  useQueries({
    queries: serviceIds.map((imageServiceId) =>
      queries.clouds.rereadCatalogue.queryOptions({ input: { imageServiceId }, gcTime: 0 }),
    ),
  });
  return useQueries({
    queries: serviceIds.map((imageServiceId) =>
      queries.clouds.catalogue.queryOptions({ input: { imageServiceId }, structuralSharing: false }),
    ),
    combine: useCallback((results: UseQueryResult<Catalogue>[]) => joinCatalogues(serviceIds, results), [serviceIds]),
  });
}

function joinCatalogues(serviceIds: readonly ImageServiceId[], results: readonly UseQueryResult<Catalogue>[]) {
  const read = results.flatMap(({ data }) => (data ? [data] : []));
  const [only] = read;
  // The images of one service stay the same array until it is read again.
  const images = read.length === 1 && only ? only.images : [...imagesById(read).values()];
  return {
    images: read.length === 0 ? none : images,
    /** The image services that have each image; empty if there is only one service. */
    servicesOf: serviceIds.length < 2 ? oneService : servicesById(serviceIds, results),
    isPending: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error)?.error ?? null,
    failure: read.find(({ failure }) => failure)?.failure ?? null,
    refetch: () => Promise.all(results.map(({ refetch }) => refetch())),
  };
}

function imagesById(catalogues: readonly Catalogue[]): Map<ImageId, CatalogueImage> {
  return new Map(catalogues.flatMap(({ images }) => images.map((image) => [image.id, image] as const)));
}

function servicesById(serviceIds: readonly ImageServiceId[], results: readonly UseQueryResult<Catalogue>[]) {
  const services = new Map<ImageId, ImageServiceId[]>();
  for (const [index, serviceId] of serviceIds.entries()) {
    for (const { id } of results[index]?.data?.images ?? none) {
      const before = services.get(id);
      if (before) before.push(serviceId);
      else services.set(id, [serviceId]);
    }
  }
  return services;
}

const none: readonly CatalogueImage[] = [];
const oneService: ImagesByService = new Map();
