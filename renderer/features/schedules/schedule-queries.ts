import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ScheduleId } from '../../../electron/contract/schedules.ts';
import { builtInWasteFilters } from '../../../electron/contract/waste.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { fileName, saveFile } from '../../components/export-menu.tsx';
import { notify, notifyFailure } from '../../lib/notify.ts';
import { findPruning, type Pruning } from './pruning.ts';
import type { ScheduleNames } from './schedule-text.ts';

const none: never[] = [];

/** All schedules and their states. */
export function useSchedules() {
  return useQuery(queries.schedules.list.queryOptions({ input: {}, structuralSharing: false }));
}

/** Returns a function that reports what prunes a host. It is the same function while nothing changes. */
export function usePruning(): (hostId: HostId) => Pruning {
  const schedules = useSchedules().data?.schedules ?? none;
  const { hosts = none, removals = none } =
    useQuery(queries.hostJobs.list.queryOptions({ input: {}, structuralSharing: false })).data ?? {};
  return useCallback(
    (hostId) => findPruning(hostId, schedules, hosts, removals, Date.now()),
    [schedules, hosts, removals],
  );
}

/** The golden sets and the waste filters that a schedule can name. */
export function useScheduleSources() {
  const sets = useQuery(queries.golden.list.queryOptions({ input: {}, structuralSharing: false })).data?.sets;
  const saved = useQuery(queries.waste.filters.queryOptions({ input: {} })).data?.filters;
  return {
    goldenSets: sets ?? none,
    wasteFilters: useMemo(() => [...builtInWasteFilters, ...(saved ?? none)], [saved]),
  };
}

/** The names of the things that schedules refer to. */
export function useScheduleNames(): ScheduleNames {
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const clouds = useConsolePart((state) => state.clouds) ?? none;
  const { goldenSets, wasteFilters } = useScheduleSources();
  return useMemo(() => {
    const names = (of: readonly { id: string; name: string }[]) => new Map(of.map(({ id, name }) => [id, name]));
    return {
      hosts: names(hosts),
      clouds: names(clouds),
      goldenSets: names(goldenSets),
      wasteFilters: names(wasteFilters),
    };
  }, [hosts, clouds, goldenSets, wasteFilters]);
}

/** The runs that are read first, and then with each older page: the most that one call gives. */
const [firstRuns, olderRuns] = [50, 500];

/** The runs of a schedule, newest first, page by page. */
export function useScheduleRuns(scheduleId: ScheduleId) {
  return useInfiniteQuery(
    queries.schedules.runs.infiniteOptions({
      input: (before: number | undefined) => ({
        scheduleId,
        ...(before === undefined ? { limit: firstRuns } : { before, limit: olderRuns }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ runs, more }) => (more ? runs.at(-1)?.dueAt : undefined),
      structuralSharing: false,
      gcTime: 30_000,
    }),
  );
}

/** What a run would do now: nothing is sent. Planned again on every mount. */
export function useDryRun(id: ScheduleId) {
  return useQuery(
    queries.schedules.dryRun.queryOptions({ input: { id }, structuralSharing: false, staleTime: 0, gcTime: 0 }),
  );
}

/** The plan of a run that waits for approval. Planned again on every mount. */
export function useWaitingPlan(runId: string) {
  return useQuery(
    queries.schedules.waitingPlan.queryOptions({ input: { runId }, structuralSharing: false, staleTime: 0, gcTime: 0 }),
  );
}

/** Mutations of schedules end when the list of schedules is up to date. */
function useListRefresh() {
  const cache = useQueryClient();
  return { onSuccess: () => cache.invalidateQueries({ queryKey: queries.schedules.list.key() }) };
}

export function useSaveSchedule() {
  return useMutation(queries.schedules.save.mutationOptions(useListRefresh()));
}

export function useEnableSchedule() {
  return useMutation(queries.schedules.enable.mutationOptions(useListRefresh()));
}

export function useRemoveSchedule() {
  return useMutation(queries.schedules.remove.mutationOptions(useListRefresh()));
}

export function usePauseAll() {
  return useMutation(queries.schedules.pauseAll.mutationOptions({ ...useListRefresh(), onError: notifyFailure }));
}

export function useResumeHost() {
  return useMutation(queries.schedules.resumeHost.mutationOptions({ ...useListRefresh(), onError: notifyFailure }));
}

export function useRunNow() {
  return useMutation(queries.schedules.runNow.mutationOptions(useListRefresh()));
}

/** Approves or rejects a waiting run. */
export function useDecision() {
  const refresh = useListRefresh();
  return {
    approve: useMutation(queries.schedules.approve.mutationOptions(refresh)),
    reject: useMutation(queries.schedules.reject.mutationOptions(refresh)),
  };
}

export function useImportSchedules() {
  return useMutation(queries.schedules.import.mutationOptions(useListRefresh()));
}

/** Downloads schedules as a YAML file: those named, or all. */
export function exportSchedules(what: string, ids?: readonly ScheduleId[]): void {
  client.schedules.export(ids ? { ids: [...ids] } : {}).then(({ text, schedules }) => {
    saveFile(fileName(what, 'yaml', new Date()), 'application/yaml', text);
    if (!ids) notify(`${schedules === 1 ? '1 schedule' : `${schedules} schedules`} exported`);
  }, notifyFailure);
}
