import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Catalogue, ImageId } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/live.ts';
import { queries } from '../../bridge/queries.ts';
import type { ConsoleState } from '../../bridge/state.ts';
import { useNow } from '../../components/use-now.ts';
import { type Described, type GridHost, type HostPlace, hostsOf, imagesOf } from './coverage-rows.ts';

/** Milliseconds between two answers at least: with a hundred hosts something changes all the time. */
const pace = 3_000;

/** Ages of what hosts told go in steps of so many milliseconds, lest the grid be drawn anew with every poll. */
export const ageStep = 5_000;

/** What of a host makes its column another one. */
function marksOf({ hostId, at, reading, reason, name, cloud, labels, waiting }: GridHost): string {
  return JSON.stringify([hostId, at, reading, reason, name, cloud, labels, waiting]);
}

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
  const golden = useQueries({
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

  const described = useMemo(() => describedBy(catalogues.read), [catalogues.read]);
  const members = useMemo(() => {
    const sets = new Map<ImageId, string[]>();
    for (const { id, imageIds } of golden) {
      for (const imageId of imageIds) {
        const of = sets.get(imageId);
        if (of) of.push(id);
        else sets.set(imageId, [id]);
      }
    }
    return sets;
  }, [golden]);
  const answer = query.data;
  const step = useNow((now) => Math.floor(now / ageStep));
  const present = hostsOf(answer?.hosts ?? [], hosts ?? [], clouds ?? []);
  const gridHosts = useSteady(present, `${step}\n${present.map(marksOf).join('\n')}`);
  // Ages alone make no row another one.
  const readings = gridHosts.map(({ at, reading }) => `${at} ${reading}`).join('\n');
  const images = answer?.images;
  const rows = useMemo(
    () => (images ? imagesOf({ images }, placesOf(readings), described, members) : []),
    [images, readings, described, members],
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
    goldenSets: golden,
    catalogueFailures: catalogues.read.flatMap(({ failure }) => (failure ? [failure] : [])),
    catalogueErrors: catalogues.failed,
  };
}

function placesOf(readings: string): HostPlace[] {
  if (readings === '') return [];
  return readings.split('\n').map((line) => {
    const [at, reading] = line.split(' ');
    return { at: Number(at), reading: reading === 'current' || reading === 'stale' ? reading : 'unknown' };
  });
}

function describedBy(catalogues: readonly Catalogue[]): ReadonlyMap<ImageId, Described> {
  const described = new Map<ImageId, Described>();
  for (const { images } of catalogues) for (const image of images) described.set(image.id, image);
  return described;
}

/** A value that stays the same object for as long as its key is the same. */
export function useSteady<Value>(value: Value, key: string): Value {
  const [kept, keep] = useState({ value, key });
  if (kept.key === key) return kept.value;
  keep({ value, key });
  return value;
}
