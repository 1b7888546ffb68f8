import { randomUUID } from 'node:crypto';
import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import { builtInWasteFilters, type WasteConditions, type WasteFilter } from '../contract/waste.ts';
import type { WasteScan } from '../fleet/waste.ts';
import { copySteps, listSteps, reclaimSteps, targetSteps } from '../fleet/waste.ts';
import { hostsOfSet } from '../golden/golden-set.ts';
import { inSlices } from '../lib/slices.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';
import type { SettingsStore } from './settings-store.ts';

export function wasteProcedures({ waste: os }: Implementer, services: Services) {
  const { fleet, settings } = services;
  async function look(conditions: WasteConditions): Promise<{ found: WasteScan; goldenUnknown: CloudId[] }> {
    const golden = await goldenMembers(services);
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

export type GoldenMembers = {
  /** The images that golden sets want on a host. */
  on: (hostId: HostId) => ReadonlySet<ImageId>;
  /** Clouds with golden sets whose catalogue was never read: the members of these sets are unknown. */
  unknown: CloudId[];
};

const nothing: ReadonlySet<ImageId> = new Set();

/** The members of golden sets on each host, by the catalogues as last read. */
async function goldenMembers({ golden, settings, fleet }: Services): Promise<GoldenMembers> {
  const wanted = new Map<HostId, Set<ImageId>>();
  const unknown: CloudId[] = [];
  for (const cloudId of new Set(settings.goldenSets.map((set) => set.cloudId))) {
    const [members, { readAt }] = await Promise.all([golden.membership(cloudId), fleet.catalogue(cloudId)]);
    if (readAt === null) unknown.push(cloudId);
    for (const set of settings.goldenSets) {
      const imageIds = members.find(({ id }) => id === set.id)?.imageIds;
      if (!imageIds) continue;
      for (const { id } of hostsOfSet(set, fleet.summaries()).hosts) {
        const onHost = wanted.get(id) ?? new Set();
        for (const imageId of imageIds) onHost.add(imageId);
        wanted.set(id, onHost);
      }
    }
  }
  return { on: (hostId) => wanted.get(hostId) ?? nothing, unknown };
}
