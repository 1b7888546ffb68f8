import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import type { GoldenDrift, GoldenId, GoldenSet } from '../../../electron/contract/golden.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { client } from '../../bridge/client.ts';
import { useConsolePart } from '../../bridge/console-state.ts';
import { queries } from '../../bridge/queries.ts';
import { fileName, saveFile } from '../../components/save-file.ts';
import { openDialog } from '../../lib/dialog-store.ts';
import { notify, notifyFailure } from '../../lib/notify.ts';

/** The golden sets of the console. */
export function useGoldenSets() {
  return useQuery(queries.golden.list.queryOptions({ input: {}, structuralSharing: false }));
}

/** How hosts stand to all sets, cloud by cloud, so that none waits for another; by the set's id. */
export function useGoldenDrift(cloudIds: readonly CloudId[]): {
  drift: ReadonlyMap<GoldenId, GoldenDrift>;
  error: Error | null;
} {
  useFollowHosts();
  return useQueries({
    queries: cloudIds.map((cloudId) => queries.golden.drift.queryOptions({ input: { cloudId } })),
    combine: (results) => ({
      drift: new Map(results.flatMap(({ data }) => data?.sets ?? []).map((one) => [one.id, one])),
      error: results.find(({ error }) => error)?.error ?? null,
    }),
  });
}

/** Milliseconds between two readings while hosts change: a fleet that is being polled changes many times a second. */
const pace = 1_500;

/** Has what rests on the hosts' snapshots read anew when they change, not more often than the pace. */
function useFollowHosts(): void {
  const cache = useQueryClient();
  const seen = useConsolePart((state) =>
    state.hosts.map(({ id, state, revision }) => `${id} ${state} ${revision}`).join(),
  );
  const last = useRef<{ seen: string | undefined; at: number }>({ seen, at: 0 });
  useEffect(() => {
    if (last.current.seen === seen) return;
    const due = Math.max(0, last.current.at + pace - Date.now());
    const timer = setTimeout(() => {
      last.current = { seen, at: Date.now() };
      for (const queryKey of [queries.golden.drift.key(), queries.golden.differences.key()]) {
        void cache.invalidateQueries({ queryKey }, { cancelRefetch: false });
      }
    }, due);
    return () => clearTimeout(timer);
  }, [seen, cache]);
}

/** Changes of sets: what the pages know of them is read anew after each. */
export function useGoldenChanges() {
  const cache = useQueryClient();
  return useMemo(() => {
    const onSuccess = () => cache.invalidateQueries({ queryKey: queries.golden.key() });
    return { onSuccess };
  }, [cache]);
}

export function useSaveGolden() {
  return useMutation(queries.golden.save.mutationOptions(useGoldenChanges()));
}

export function useRemoveGolden() {
  return useMutation(queries.golden.remove.mutationOptions(useGoldenChanges()));
}

export function useImportGolden() {
  return useMutation(queries.golden.import.mutationOptions(useGoldenChanges()));
}

/** Brings hosts up to date with a set: finds out what that means now, and opens the dialog that plans, asks and runs it. */
export function useUpdateHosts(set: GoldenSet) {
  return useMutation({
    mutationFn: (hostIds: readonly HostId[]) => client.golden.targets({ id: set.id, hostIds: [...hostIds] }),
    onSuccess: (targets) => {
      if (targets.queue.length + targets.delete.length === 0)
        notify('Nothing to do: these hosts are up to date, or their images are on the way.');
      else openDialog({ kind: 'action', title: 'Bring up to date', action: { kind: 'align', ...targets } });
    },
    onError: notifyFailure,
  });
}

/** Hands golden sets to the operator as a YAML file, all of them where none is named. */
export function downloadYaml(what: string, ids?: readonly GoldenId[]): void {
  client.golden
    .export(ids ? { ids: [...ids] } : {})
    .then(({ text }) => saveFile(fileName(what, 'yaml', new Date()), 'application/yaml', text), notifyFailure);
}
