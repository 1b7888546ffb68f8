import { setImmediate } from 'node:timers/promises';
import type { CloudId } from '../contract/clouds.ts';
import type { Coverage } from '../contract/coverage.ts';
import type { Catalogued } from '../contract/images.ts';
import { searchImages } from '../fleet/image-search.ts';
import type { Implementer } from './implementer.ts';
import type { Services } from './services.ts';

/**
 * How long, in milliseconds, searches use the same coverage. With many hosts something changes at every keystroke, and
 * computing the coverage takes longer than the search.
 */
const coverageMaxAgeMs = 2_000;

export function searchProcedures({ search: os }: Implementer, { fleet, settings }: Services) {
  let last: { coverage: Coverage; cloudOf: CloudId[]; at: number } | undefined;
  function look() {
    const now = performance.now();
    if (last && now - last.at < coverageMaxAgeMs) return last;
    const coverage = fleet.coverage();
    const cloudOf = coverage.hosts.map(({ hostId }) => fleet.summary(hostId)?.cloudId ?? '');
    last = { coverage, cloudOf, at: now };
    return last;
  }
  return {
    images: os.images.handler(async ({ input: { text, most }, signal }) => {
      // The next keystroke may have cancelled this search already.
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
