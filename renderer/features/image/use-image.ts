import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CoverageCell, ImagePlaces } from '../../../electron/contract/coverage.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import type { WhyNot } from '../../components/button.tsx';
import { useWhyNot } from '../../components/hosts/host-abilities.ts';
import { openDialog } from '../../lib/dialog-store.ts';

/** An image on one host: whether it is cached or queued there, and the host's record of it. */
export type Place = ImagePlaces['places'][number] & { host: HostSummary };

const none: never[] = [];

/** The image on every host of one cloud, or of the image services that have it, from the last listing of each host. */
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
    return cloudId === undefined ? inServicesWithImage(all) : all.filter(({ host }) => host.cloudId === cloudId);
  }, [hosts, query.data, cloudId]);
  return { places, query };
}

/** The image in the catalogues, in the search, and in golden sets. */
export function useImage(imageId: ImageId) {
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const catalogued = useQuery(
    queries.search.catalogued.queryOptions({ input: { imageId }, placeholderData: keepPreviousData }),
  );
  const found = useQuery(
    queries.search.images.queryOptions({
      input: { text: imageId, limit: 100 },
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
    /** Whether both queries have answered once. */
    known: catalogued.data !== undefined && found.data !== undefined,
    golden,
  };
}

/** The places in image services where at least one host may have the image. */
export function inServicesWithImage<One extends { cell: CoverageCell; host: Pick<HostSummary, 'imageServiceId'> }>(
  places: readonly One[],
): One[] {
  const servicesOf = (states: readonly CoverageCell[]) =>
    new Set(places.flatMap(({ cell, host }) => (states.includes(cell) ? [] : [host.imageServiceId])));
  // An unknown state counts only where no host's state is known.
  const known = servicesOf(['-', '?']);
  const shown = known.size > 0 ? known : servicesOf(['-']);
  return places.filter(({ host }) => shown.has(host.imageServiceId));
}

type PlaceAction = { count: number; whyNot: WhyNot | undefined; run: () => void };
export type PlaceActions = Record<'queue' | 'remove', (places: readonly Place[]) => PlaceAction>;

/** The actions on an image at some places: queue it where it is missing, delete it where it is cached or queued. */
export function usePlaceActions(imageId: ImageId, onLeave?: () => void): PlaceActions {
  const { whyNone } = useWhyNot();
  return {
    queue(places) {
      const hosts = places.flatMap(({ cell, host }) => (cell === 'm' ? [host] : []));
      return {
        count: hosts.length,
        whyNot: hosts.length === 0 ? undefined : whyNone(hosts, 'queue'),
        run: () => {
          onLeave?.();
          openDialog({ kind: 'queue', hostIds: hosts.map(({ id }) => id), imageIds: [imageId] });
        },
      };
    },
    remove(places) {
      const hosts = places.flatMap(({ cell, host }) => (cell === 'c' || cell === 'q' ? [host] : []));
      return {
        count: hosts.length,
        whyNot: hosts.length === 0 ? undefined : whyNone(hosts, 'delete'),
        run: () => {
          onLeave?.();
          const targets = hosts.map(({ id }) => ({ hostId: id, imageId }));
          openDialog({ kind: 'action', action: { kind: 'delete', targets } });
        },
      };
    },
  };
}
