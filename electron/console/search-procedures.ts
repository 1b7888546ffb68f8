import { setImmediate } from 'node:timers/promises';
import type { Catalogued } from '../contract/search.ts';
import { searchImages } from '../fleet/search.ts';
import type { Implementer, Rooms } from './rooms.ts';

export function searchProcedures({ search: os }: Implementer, { fleet, inventory }: Rooms) {
  return {
    images: os.images.handler(async ({ input: { text, most }, signal }) => {
      // Whoever types on has given this up already: then nothing is worked out.
      await setImmediate();
      if (signal?.aborted) return { images: [], matching: 0 };
      const coverage = fleet.coverage();
      const cloudOf = coverage.hosts.map(({ hostId }) => fleet.summary(hostId)?.cloudId ?? '');
      return searchImages(coverage, cloudOf, text, most);
    }),
    catalogued: os.catalogued.handler(async ({ input: { imageId } }) => {
      const entries = await Promise.all(
        inventory.clouds.map(async ({ id }): Promise<Catalogued['entries']> => {
          const { images } = await fleet.catalogue(id);
          const image = images.find((one) => one.id === imageId);
          return image ? [{ cloudId: id, image }] : [];
        }),
      );
      return { entries: entries.flat() };
    }),
  };
}
