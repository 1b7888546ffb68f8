import { randomUUID } from 'node:crypto';
import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { builtInWasteFilters, type WasteConditions, type WasteFilter } from '../contract/waste.ts';
import type { WasteScan } from '../fleet/waste.ts';
import { copySteps, listSteps, reclaimSteps, targetSteps } from '../fleet/waste.ts';
import { inSlices } from '../lib/slices.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';
import type { SettingsStore } from './settings-store.ts';

export function wasteProcedures({ waste: os }: Implementer, services: Services) {
  const { fleet, settings } = services;
  async function look(conditions: WasteConditions): Promise<{ found: WasteScan; goldenUnknown: CloudId[] }> {
    const golden = await services.golden.membersByHost();
    const hosts = fleet.summaries().map((summary) => ({ summary, images: fleet.images(summary.id) }));
    return { found: { conditions, hosts, now: Date.now(), golden: golden.on }, goldenUnknown: golden.unknown };
  }
  return {
    list: os.list.handler(async ({ input: { conditions, limit } }) => {
      const { found, goldenUnknown } = await look(conditions);
      return { ...(await inSlices(listSteps(found, limit))), goldenUnknown };
    }),
    reclaim: os.reclaim.handler(async ({ input: { conditions, images } }) =>
      inSlices(reclaimSteps((await look(conditions)).found, images)),
    ),
    targets: os.targets.handler(async ({ input: { conditions, images } }) => ({
      targets: await inSlices(targetSteps((await look(conditions)).found, images)),
    })),
    copies: os.copies.handler(async ({ input: { conditions, image } }) => ({
      copies: await inSlices(copySteps((await look(conditions)).found, image)),
    })),
    filters: os.filters.handler(() => ({ filters: settings.wasteFilters })),
    saveFilter: os.saveFilter.handler(({ input: { id = randomUUID(), name, conditions } }) =>
      saveFilter(settings, { id, name, conditions }),
    ),
    removeFilter: os.removeFilter.handler(async ({ input: { id } }) => {
      await settings.setWasteFilters((filters) => filters.filter((filter) => filter.id !== id));
      return {};
    }),
  };
}

async function saveFilter(settings: SettingsStore, saved: WasteFilter): Promise<WasteFilter> {
  await settings.setWasteFilters((filters) => {
    const others = [...builtInWasteFilters, ...filters].filter(({ id }) => id !== saved.id);
    if (builtInWasteFilters.some(({ id }) => id === saved.id) || others.some(({ name }) => isSame(name, saved.name))) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: `A filter named ${saved.name} already exists.`,
        remedy: 'Enter another name, or remove the existing filter first.',
      });
    }
    const known = filters.some(({ id }) => id === saved.id);
    return known ? filters.map((filter) => (filter.id === saved.id ? saved : filter)) : [...filters, saved];
  });
  return saved;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
