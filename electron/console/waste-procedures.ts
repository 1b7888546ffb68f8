import { randomUUID } from 'node:crypto';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import { builtInWasteFilters, type WasteConditions, type WasteFilter } from '../contract/waste.ts';
import type { Sweep } from '../fleet/sweep.ts';
import { listWaste, reclaimable, wasteCopies, wasteTargets } from '../fleet/waste.ts';
import type { Inventory } from './inventory.ts';
import type { Implementer, Rooms } from './rooms.ts';

const nothingGolden: ReadonlySet<ImageId> = new Set();

export function wasteProcedures({ waste: os }: Implementer, rooms: Rooms) {
  const { fleet, inventory } = rooms;
  const found = (conditions: WasteConditions): Sweep => ({
    conditions,
    hosts: fleet.summaries().map((summary) => ({ summary, images: fleet.images(summary.id) })),
    now: Date.now(),
    golden: goldenOf(rooms),
  });
  return {
    list: os.list.handler(({ input: { conditions, most } }) => listWaste(found(conditions), most)),
    reclaim: os.reclaim.handler(({ input: { conditions, images } }) => reclaimable(found(conditions), images)),
    targets: os.targets.handler(({ input: { conditions, images } }) => ({
      targets: wasteTargets(found(conditions), images),
    })),
    copies: os.copies.handler(({ input: { conditions, image } }) => ({
      copies: wasteCopies(found(conditions), image),
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

/** The images that golden sets want on a host. */
function goldenOf(_: Rooms): (hostId: HostId) => ReadonlySet<ImageId> {
  return () => nothingGolden;
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
