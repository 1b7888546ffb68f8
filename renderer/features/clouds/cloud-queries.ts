import { useMutation, useQuery } from '@tanstack/react-query';
import type { Cloud, CloudSource } from '../../../electron/contract/clouds.ts';
import { client } from '../../bridge/client.ts';
import { queries } from '../../bridge/queries.ts';

export type CloudChange = { id: string | undefined; name: string; source: CloudSource; secret?: string };

/** Adds a cloud, or changes the one with that id. Without a secret the old one stays. */
export function useSaveCloud() {
  return useMutation({
    mutationFn: ({ id, ...cloud }: CloudChange): Promise<Cloud> =>
      id === undefined ? client.clouds.add(cloud) : client.clouds.update({ id, ...cloud }),
  });
}

/** About the running console; it does not change while it runs. */
export function useAbout() {
  return useQuery(queries.about.queryOptions({ input: {} }));
}

/** What clouds.yaml holds now. */
export function useFoundClouds() {
  return useQuery(queries.clouds.find.queryOptions({ input: {}, staleTime: 0 }));
}

/** A login to a cloud, made anew each time that a page asks for it. */
export function useLoginTest(id: string) {
  return useQuery(queries.clouds.test.queryOptions({ input: { id }, staleTime: 0, gcTime: 0 }));
}
