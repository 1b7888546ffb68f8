import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { HostSettings } from '../../../electron/contract/hosts.ts';
import type { RemoteAccess } from '../../../electron/contract/remote.ts';
import { client } from '../../bridge/client.ts';
import { queries } from '../../bridge/queries.ts';
import { type HostValues, readAddress, readLabels, readLimit } from './host-form-values.ts';

/** `remote`: null uses the ssh access of the host's cloud. */
export type HostChange = { id: string | undefined; cloudId: string; values: HostValues; remote?: RemoteAccess | null };

/** Adds a host, or updates the one with `id`. The values must have passed `hostErrors`. */
export function useSaveHost() {
  return useMutation({
    mutationFn: ({ id, cloudId, values, remote }: HostChange): Promise<HostSettings> => {
      const limit = readLimit(values.limit);
      const address = readAddress(values.address);
      const name = values.name.trim() || (address.kind === 'address' ? address.name : '');
      const host = {
        address: values.address,
        name,
        limitBytes: limit.kind === 'bytes' ? limit.bytes : null,
        note: values.note.trim(),
        labels: readLabels(values.labels),
        region: values.region === '' ? null : values.region,
        ...(remote === undefined ? {} : { remote }),
      };
      return id === undefined ? client.hosts.add({ cloudId, ...host }) : client.hosts.update({ id, ...host });
    },
  });
}

/** The most hosts that the contract accepts in one call. */
const batchSize = 1_000;

/** Removes any number of hosts from the console. */
export function useRemoveHosts() {
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (let from = 0; from < ids.length; from += batchSize)
        await client.hosts.remove({ ids: ids.slice(from, from + batchSize) });
    },
  });
}

/** Tests an address from end to end, once `enabled`. */
export function useHostTest(cloudId: string, address: string, enabled: boolean) {
  return useQuery(
    queries.hosts.test.queryOptions({ input: { cloudId, address }, enabled, staleTime: 0, gcTime: 60_000 }),
  );
}

/** The regions of a cloud. While its login fails there is nothing to choose. */
export function useRegions(cloudId: string) {
  return useQuery(
    queries.clouds.regions.queryOptions({ input: { id: cloudId }, enabled: cloudId !== '', staleTime: 60_000 }),
  ).data;
}

/** What a pasted text would add, without adding it. Shows the previous answer until the next one arrives. */
export function usePastePreview(cloudId: string, text: string) {
  return useQuery(
    queries.hosts.paste.queryOptions({
      input: { cloudId, text, add: false },
      enabled: text.trim() !== '',
      placeholderData: keepPreviousData,
      staleTime: 0,
      gcTime: 0,
    }),
  );
}

export function usePaste() {
  return useMutation(queries.hosts.paste.mutationOptions());
}
