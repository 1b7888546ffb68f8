import { randomUUID } from 'node:crypto';
import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { builtInWasteFilters, type WasteConditions, type WasteFilter } from '../contract/waste.ts';
import type { Sweep } from '../fleet/waste.ts';
import { listWaste, reclaimable, wasteCopies, wasteTargets } from '../fleet/waste.ts';
import { goldenMembers } from './golden-members.ts';
import type { Inventory } from './inventory.ts';
import type { Implementer, Rooms } from './rooms.ts';

export function wasteProcedures({ waste: os }: Implementer, rooms: Rooms) {
  const { fleet, inventory } = rooms;
  async function look(conditions: WasteConditions): Promise<{ found: Sweep; goldenUnknown: CloudId[] }> {
    const golden = await goldenMembers(rooms);
    const hosts = fleet.summaries().map((summary) => ({ summary, images: fleet.images(summary.id) }));
    return { found: { conditions, hosts, now: Date.now(), golden: golden.on }, goldenUnknown: golden.unknown };
  }
  return {
    list: os.list.handler(async ({ input: { conditions, most } }) => {
      const { found, goldenUnknown } = await look(conditions);
      return { ...listWaste(found, most), goldenUnknown };
    }),
    reclaim: os.reclaim.handler(async ({ input: { conditions, images } }) =>
      reclaimable((await look(conditions)).found, images),
    ),
    targets: os.targets.handler(async ({ input: { conditions, images } }) => ({
      targets: wasteTargets((await look(conditions)).found, images),
    })),
    copies: os.copies.handler(async ({ input: { conditions, image } }) => ({
      copies: wasteCopies((await look(conditions)).found, image),
    })),
    filters: os.filters.handler(() => ({ filters: inventory.wasteFilters })),
    saveFilter: os.saveFilter.handler(({ input: { id = randomUUID(), name, conditions } }) =>
      saveFilter(inventory, { id, name, conditions }),
    ),
    removeFilter: os.removeFilter.handler(async ({ input: { id } }) => {
      await inventory.setWasteFilters((filters) => filters.filter((filter) => filter.id !== id));
      return {};
    }),
  };
}

async function saveFilter(inventory: Inventory, saved: WasteFilter): Promise<WasteFilter> {
  await inventory.setWasteFilters((filters) => {
    const others = [...builtInWasteFilters, ...filters].filter(({ id }) => id !== saved.id);
    if (builtInWasteFilters.some(({ id }) => id === saved.id) || others.some(({ name }) => isSame(name, saved.name))) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: `There is a filter named ${saved.name} already.`,
        remedy: 'Give this one another name, or remove that one first.',
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
