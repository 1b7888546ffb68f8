import { useThrottledValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { GoldenId } from '../../../electron/contract/golden.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { Catalogue, ImageId } from '../../../electron/contract/images.ts';
import type { ConsoleState } from '../../bridge/console-state.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { useStable } from '../../lib/deep-equal.ts';
import { buildRows, type CatalogueDetails, type HostFacts, joinHosts } from './coverage-rows.ts';

/** Milliseconds between two updates of the ages in cells, so that the grid does not render at every poll. */
export const ageInterval = 5_000;

const none: never[] = [];
const servicesOf = ({ hosts }: ConsoleState) => [...new Set(hosts.map(({ imageServiceId }) => imageServiceId))];

/**
 * The data of the coverage grid: the coverage answer joined with the live state, the catalogues and the golden sets.
 *
 * @param hiddenHosts the ids of the hosts that are left out of everything, as if the console did not have them
 */
export function useCoverage(hiddenHosts: readonly HostId[]) {
  const hosts = useConsolePart((state) => state.hosts);
  const clouds = useConsolePart((state) => state.clouds);
  const cloudIds = useMemo(() => clouds?.map(({ id }) => id) ?? [], [clouds]);
  const serviceIds = useConsolePart(servicesOf) ?? none;
  const catalogues = useQueries({
    queries: serviceIds.map((imageServiceId) => queries.clouds.catalogue.queryOptions({ input: { imageServiceId } })),
    combine: (results) => {
      const read = results.flatMap(({ data }) => (data ? [data] : []));
      return { read, failed: results.flatMap(({ error }) => (error ? [error] : [])) };
    },
  });
  const goldenSets = useQueries({
    queries: cloudIds.map((cloudId) => queries.golden.membership.queryOptions({ input: { cloudId } })),
    combine: (results) => results.flatMap(({ data }) => data?.sets ?? []),
  });
  const { data: answer, isPending, error, refetch } = useQuery(queries.coverage.get.queryOptions({ input: {} }));
  const details = useMemo(() => detailsById(catalogues.read), [catalogues.read]);
  const golden = useMemo(() => setsByImage(goldenSets), [goldenSets]);
  const facts = useConsolePart(hostFacts);
  const refreshedAt = useThrottledValue(useConsolePart(refreshTimes), ageInterval);
  const gridHosts = useMemo(
    () =>
      joinHosts(answer?.hosts ?? [], facts ?? [], clouds ?? [], refreshedAt ?? {}).filter(
        ({ hostId }) => !hiddenHosts.includes(hostId),
      ),
    [answer, facts, clouds, refreshedAt, hiddenHosts],
  );
  const readings = useStable(gridHosts.map(({ cellIndex, reading }) => ({ cellIndex, reading })));
  const images = answer?.images;
  const rows = useMemo(
    () => (images ? buildRows({ images }, readings, details, golden) : []),
    [images, readings, details, golden],
  );
  return {
    /** Whether the live state has arrived. */
    started: hosts !== undefined && clouds !== undefined,
    hosts: gridHosts,
    summaries: hosts ?? [],
    rows,
    loading: isPending,
    error,
    retry: refetch,
    goldenSets,
    catalogueFailures: catalogues.read.flatMap(({ failure }) => (failure ? [failure] : [])),
    catalogueErrors: catalogues.failed,
  };
}

function hostFacts({ hosts }: ConsoleState): HostFacts[] {
  return hosts.map(({ id, name, cloudId, region, imageServiceId, labels, state, failure, revision }) => {
    return { id, name, cloudId, region, imageServiceId, labels, state, failure, revision };
  });
}

function refreshTimes({ hosts }: ConsoleState): Record<HostId, number | null> {
  return Object.fromEntries(hosts.map(({ id, refreshedAt }) => [id, refreshedAt]));
}

function detailsById(catalogues: readonly Catalogue[]): ReadonlyMap<ImageId, CatalogueDetails> {
  return new Map(catalogues.flatMap(({ images }) => images.map((image) => [image.id, image])));
}

function setsByImage(
  sets: readonly { id: GoldenId; imageIds: readonly ImageId[] }[],
): ReadonlyMap<ImageId, readonly GoldenId[]> {
  const byImage = new Map<ImageId, GoldenId[]>();
  for (const { id, imageIds } of sets) {
    for (const imageId of imageIds) {
      const known = byImage.get(imageId);
      if (known) known.push(id);
      else byImage.set(imageId, [id]);
    }
  }
  return byImage;
}
