import { useThrottledValue } from '@mantine/hooks';
import { replaceEqualDeep, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { GoldenId } from '../../../electron/contract/golden.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { Catalogue, ImageId } from '../../../electron/contract/images.ts';
import type { ConsoleState } from '../../bridge/console-state.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { buildRows, type CatalogueDetails, type HostFacts, joinHosts } from './coverage-rows.ts';

/** Milliseconds between two answers at least: with a hundred hosts something changes all the time. */
const pace = 3_000;

/** Milliseconds between two updates of the ages that cells tell, so that the grid does not render at every poll. */
export const ageInterval = 5_000;

/** What changes when the coverage does. */
function marks({ hosts, clouds }: ConsoleState): string {
  const ofHosts = hosts.map(({ id, revision, state, failure }) => `${id} ${revision} ${state} ${failure?.code ?? ''}`);
  return [...ofHosts, ...clouds.map(({ id, name }) => `${id} ${name}`)].join('\n');
}

/** Everything that the grid is made of, kept up with the hosts at a pace that leaves them in peace. */
export function useCoverage() {
  const hosts = useConsolePart((state) => state.hosts);
  const clouds = useConsolePart((state) => state.clouds);
  const hostMarks = useConsolePart(marks) ?? '';
  const cloudIds = useMemo(() => clouds?.map(({ id }) => id) ?? [], [clouds]);
  const catalogues = useQueries({
    queries: cloudIds.map((id) => queries.clouds.catalogue.queryOptions({ input: { id } })),
    combine: (results) => {
      const read = results.flatMap(({ data }) => (data ? [data] : []));
      return { read, failed: results.flatMap(({ error }) => (error ? [error] : [])) };
    },
  });
  const goldenSets = useQueries({
    queries: cloudIds.map((cloudId) => queries.golden.membership.queryOptions({ input: { cloudId } })),
    combine: (results) => results.flatMap(({ data }) => data?.sets ?? []),
  });
  const catalogueMarks = catalogues.read.map(({ readAt }) => readAt).join(' ');
  const current = `${hostMarks}\n${catalogueMarks}`;
  const query = useQuery(queries.coverage.get.queryOptions({ input: {}, refetchOnMount: 'always' }));
  const { refetch, dataUpdatedAt, isFetching } = query;
  const askedFor = useRef(current);
  useEffect(() => {
    if (askedFor.current === current || isFetching) return;
    const timer = setTimeout(
      () => {
        askedFor.current = current;
        void refetch();
      },
      Math.max(100, dataUpdatedAt + pace - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [current, isFetching, dataUpdatedAt, refetch]);

  const details = useMemo(() => detailsById(catalogues.read), [catalogues.read]);
  const golden = useMemo(() => setsByImage(goldenSets), [goldenSets]);
  const answer = query.data;
  const facts = useConsolePart(hostFacts);
  const refreshedAt = useThrottledValue(useConsolePart(refreshTimes), ageInterval);
  const gridHosts = useMemo(
    () => joinHosts(answer?.hosts ?? [], facts ?? [], clouds ?? [], refreshedAt ?? {}),
    [answer, facts, clouds, refreshedAt],
  );
  const readings = useStable(gridHosts.map(({ cellIndex, reading }) => ({ cellIndex, reading })));
  const images = answer?.images;
  const rows = useMemo(
    () => (images ? buildRows({ images }, readings, details, golden) : []),
    [images, readings, details, golden],
  );
  return {
    /** False before the first word of the console. */
    started: hosts !== undefined && clouds !== undefined,
    hosts: gridHosts,
    summaries: hosts ?? [],
    rows,
    revision: answer?.revision,
    loading: query.isPending,
    error: query.error,
    retry: refetch,
    goldenSets,
    catalogueFailures: catalogues.read.flatMap(({ failure }) => (failure ? [failure] : [])),
    catalogueErrors: catalogues.failed,
  };
}

function hostFacts({ hosts }: ConsoleState): HostFacts[] {
  return hosts.map(({ id, name, cloudId, labels, state, failure, revision }) => {
    return { id, name, cloudId, labels, state, failure, revision };
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

/** Returns the earlier value, or the parts of it that are equal, so that only what changed is rendered again. */
export function useStable<Value>(value: Value): Value {
  const [stable, setStable] = useState(value);
  const next = replaceEqualDeep(stable, value);
  if (next !== stable) setStable(next);
  return next;
}
