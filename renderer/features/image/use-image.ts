import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ImagePlaces } from '../../../electron/contract/coverage.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { ofItsClouds } from './its-clouds.ts';

/** Where an image is: one host, how it stands there, and what the host says of it. */
export type Place = ImagePlaces['places'][number] & { host: HostSummary };

const none: never[] = [];
/** An image on every host of the clouds that have it, or of one cloud, as they last listed. */
export function useImagePlaces(imageId: ImageId, cloudId?: string) {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const query = useQuery(
    queries.coverage.places.queryOptions({
      input: { imageId },
      placeholderData: (before) => (before?.imageId === imageId ? before : undefined),
    }),
  );
  const places = useMemo(() => {
    const byId = new Map(hosts.map((host) => [host.id, host]));
    const all = (query.data?.places ?? none).flatMap((place): Place[] => {
      const host = byId.get(place.hostId);
      return host ? [{ ...place, host }] : [];
    });
    return cloudId === undefined ? ofItsClouds(all) : all.filter(({ host }) => host.cloudId === cloudId);
  }, [hosts, query.data, cloudId]);
  return { places, query };
}

/** What the catalogues, the hosts and the golden sets say of an image. */
export function useImage(imageId: ImageId) {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const catalogued = useQuery(
    queries.search.catalogued.queryOptions({ input: { imageId }, placeholderData: keepPreviousData }),
  );
  const found = useQuery(
    queries.search.images.queryOptions({
      input: { text: imageId, most: 100 },
      placeholderData: keepPreviousData,
      // The answer of a search may be two seconds old.
      refetchInterval: 5_000,
    }),
  );
  const golden = useQueries({
    queries: clouds.map(({ id }) => queries.golden.membership.queryOptions({ input: { cloudId: id } })),
    combine: (results) =>
      results.flatMap(({ data }) => data?.sets.filter(({ imageIds }) => imageIds.includes(imageId)) ?? []),
  });
  return {
    entries: catalogued.data?.entries ?? none,
    found: found.data?.images.find((image) => image.imageId === imageId),
    /** Whether all of it was asked once. */
    known: catalogued.data !== undefined && found.data !== undefined,
    golden,
  };
}
