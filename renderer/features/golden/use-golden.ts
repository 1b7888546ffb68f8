import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import type { GoldenDrift, GoldenId, GoldenSet } from '../../../electron/contract/golden.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import { client } from '../../bridge/client.ts';
import { queries } from '../../bridge/queries.ts';
import { fileName, saveFile } from '../../components/export-menu.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { notify, notifyFailure } from '../../lib/notify.ts';

/** All golden sets. */
export function useGoldenSets() {
  return useQuery(queries.golden.list.queryOptions({ input: {}, structuralSharing: false }));
}

/** The drift of all sets by set id. Each cloud is a query of its own, so that a slow cloud delays only its sets. */
export function useGoldenDrift(cloudIds: readonly CloudId[]): {
  drift: ReadonlyMap<GoldenId, GoldenDrift>;
  error: Error | null;
} {
  return useQueries({
    queries: cloudIds.map((cloudId) => queries.golden.drift.queryOptions({ input: { cloudId } })),
    combine: (results) => ({
      drift: new Map(results.flatMap(({ data }) => data?.sets ?? []).map((one) => [one.id, one])),
      error: results.find(({ error }) => error)?.error ?? null,
    }),
  });
}

/** Mutations of golden sets end when the list of sets is up to date. */
function useListRefresh() {
  const cache = useQueryClient();
  return { onSuccess: () => cache.invalidateQueries({ queryKey: queries.golden.list.key() }) };
}

export function useSaveGolden() {
  return useMutation(queries.golden.save.mutationOptions(useListRefresh()));
}

export function useRemoveGolden() {
  return useMutation(queries.golden.remove.mutationOptions(useListRefresh()));
}

export function useImportGolden() {
  return useMutation(queries.golden.import.mutationOptions(useListRefresh()));
}

/** Computes the operation that syncs hosts with a set, and opens the dialog that plans and runs it. */
export function useUpdateHosts(set: GoldenSet) {
  return useMutation({
    mutationFn: (hostIds: readonly HostId[]) => client.golden.targets({ id: set.id, hostIds: [...hostIds] }),
    onSuccess: (targets) => {
      if (targets.queue.length + targets.delete.length === 0)
        notify('Nothing to do: these hosts are in sync, or their images are in progress.');
      else openDialog({ kind: 'action', action: { kind: 'align', ...targets } });
    },
    onError: notifyFailure,
  });
}

/** Downloads golden sets as a YAML file: those named, or all. */
export function downloadYaml(what: string, ids?: readonly GoldenId[]): void {
  client.golden
    .export(ids ? { ids: [...ids] } : {})
    .then(({ text }) => saveFile(fileName(what, 'yaml', new Date()), 'application/yaml', text), notifyFailure);
}
