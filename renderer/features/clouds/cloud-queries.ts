import { useMutation, useQuery } from '@tanstack/react-query';
import type { Cloud, CloudSource } from '../../../electron/contract/clouds.ts';
import { client } from '../../bridge/client.ts';
import { queries } from '../../bridge/queries.ts';

export type CloudChange = { id: string | undefined; name: string; source: CloudSource; secret?: string };

/** Adds a cloud, or updates the one with `id`. Without a secret the stored one stays. */
export function useSaveCloud() {
  return useMutation({
    mutationFn: ({ id, ...cloud }: CloudChange): Promise<Cloud> =>
      id === undefined ? client.clouds.add(cloud) : client.clouds.update({ id, ...cloud }),
  });
}

/** Version, directories, secret storage and notices of the console. Of these only the notices change while it runs. */
export function useAbout() {
  return useQuery(queries.about.queryOptions({ input: {} }));
}

/** The clouds of clouds.yaml, read again on every mount. */
export function useFoundClouds() {
  return useQuery(queries.clouds.find.queryOptions({ input: {}, staleTime: 0 }));
}

/** Logs in to a cloud; a new login on every mount. */
export function useLoginTest(id: string) {
  return useQuery(queries.clouds.test.queryOptions({ input: { id }, staleTime: 0, gcTime: 0 }));
}
