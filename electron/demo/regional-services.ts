import type { Accounts } from './keystone-accounts.ts';
import type { Random } from './random.ts';
import { seedImages } from './seed-images.ts';
import { type DemoImage, ImageRegister } from './simulated-image.ts';
import type { DemoNode } from './simulated-node.ts';

/** The regions of a demo cloud, in the order in which they are filled. */
export const demoRegions = ['RegionOne', 'RegionTwo', 'RegionThree'] as const;
export type DemoRegion = (typeof demoRegions)[number];
export const firstRegion: DemoRegion = 'RegionOne';

type RegionalService = {
  /** The Glance database of the region. */
  register: ImageRegister;
  /** The images that hosts are filled with, most popular first. */
  seeded: readonly DemoImage[];
  /** The nodes whose caches the region's database lists. */
  database: DemoNode[];
};

/**
 * The Glance database of each region. Every region has its own images: most have the names that the first region uses too,
 * with other ids; every third has a name of its own; one is copied from the first region under its id.
 */
export class RegionalServices {
  readonly #options: { accounts: Accounts; images: number; random: Random; now: number };
  readonly #services = new Map<DemoRegion, RegionalService>();

  constructor(options: { accounts: Accounts; images: number; random: Random; now: number }) {
    this.#options = options;
  }

  /** The service of a region, which is filled on first use. */
  of(region: DemoRegion): RegionalService {
    const service = this.#services.get(region) ?? this.#create(region);
    this.#services.set(region, service);
    return service;
  }

  #create(region: DemoRegion): RegionalService {
    const { accounts, images, random, now } = this.#options;
    const register = new ImageRegister();
    if (region === firstRegion) {
      const seeded = seedImages(register, accounts, images, random.fork('images'), now);
      return { register, seeded, database: [] };
    }
    const first = this.of(firstRegion).seeded;
    const own = seedImages(register, accounts, images, random.fork(`images of ${region}`), now);
    const seeded = own.map((image, rank) => {
      const copied = rank === 1 ? first[rank] : undefined;
      if (copied) register.delete(image.id);
      const name = rank % 3 === 2 ? `${image.name}-${region.toLowerCase()}` : image.name;
      // Glance sets the time of creation itself, even for an image that is created with a given id.
      const kept = copied ? { ...copied, createdAt: image.createdAt, updatedAt: image.updatedAt } : { ...image, name };
      register.add(kept);
      return kept;
    });
    return { register, seeded, database: [] };
  }
}
