import { setImmediate } from 'node:timers/promises';
import type { CloudId } from '../contract/clouds.ts';
import type { Coverage } from '../contract/coverage.ts';
import type { Catalogued } from '../contract/images.ts';
import { searchImages } from '../fleet/image-search.ts';
import type { Implementer } from './implementer.ts';
import type { Services } from './services.ts';

/**
 * For so many milliseconds a search goes by the same coverage: with many hosts something changes with every key that is
 * typed, and working all of it out anew would take longer than the search.
 */
const fresh = 2_000;

export function searchProcedures({ search: os }: Implementer, { fleet, settings }: Services) {
  let last: { coverage: Coverage; cloudOf: CloudId[]; at: number } | undefined;
  function look() {
    const now = performance.now();
    if (last && now - last.at < fresh) return last;
    const coverage = fleet.coverage();
    const cloudOf = coverage.hosts.map(({ hostId }) => fleet.summary(hostId)?.cloudId ?? '');
    last = { coverage, cloudOf, at: now };
    return last;
  }
  return {
    images: os.images.handler(async ({ input: { text, most }, signal }) => {
      // Whoever types on has given this up already: then nothing is worked out.
      await setImmediate();
      if (signal?.aborted) return { images: [], matching: 0 };
      const { coverage, cloudOf } = look();
      return searchImages(coverage, cloudOf, text, most);
    }),
    catalogued: os.catalogued.handler(async ({ input: { imageId } }) => {
      const entries = await Promise.all(
        settings.clouds.map(async ({ id }): Promise<Catalogued['entries']> => {
          const { images } = await fleet.catalogue(id);
          const image = images.find((one) => one.id === imageId);
          return image ? [{ cloudId: id, image }] : [];
        }),
      );
      return { entries: entries.flat() };
    }),
  };
}
