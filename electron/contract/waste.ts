import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { nothing, procedure } from './failure.ts';
import { hostId, hostLabels, maxHosts } from './hosts.ts';
import { cachedImage, description, imageId, maxDays, standing } from './images.ts';
import { amount, imageTarget, maxTargets } from './operations.ts';

const days = z.int().min(1).max(maxDays);

/**
 * Which copies of images could go. Those that are `any` or `all` of what is ticked among orphan, never hit and idle, and
 * then everything else that is said; what is null or empty asks for nothing.
 */
export const wasteConditions = z.object({
  match: z.enum(['any', 'all']).default('any'),
  orphan: z.boolean().default(false),
  /** Never read although cached for so many days; 0 leaves it to the hits alone. */
  neverHitDays: z.int().min(0).max(maxDays).nullable().default(null),
  idleDays: days.nullable().default(null),
  minBytes: z.int().min(1).nullable().default(null),
  maxHits: z.int().min(0).nullable().default(null),
  cloudIds: z.array(cloudId).max(1_000).default([]),
  hostIds: z.array(hostId).max(maxHosts).default([]),
  /** Hosts with any of these. */
  labels: hostLabels.default([]),
  /** Part of a name or of an id, or words of them. */
  text: z.string().max(1_000).default(''),
  /** Whether members of golden sets are meant too. */
  golden: z.boolean().default(false),
});
export type WasteConditions = z.infer<typeof wasteConditions>;

/** Whether the conditions ask for anything that makes an image one that could go; a name or a host does not. */
export function asksSomething({ orphan, neverHitDays, idleDays, minBytes, maxHits }: WasteConditions): boolean {
  return orphan || [neverHitDays, idleDays, minBytes, maxHits].some((one) => one !== null);
}

/** Conditions under a name, as the operator saved them. */
export const wasteFilter = z.object({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(100),
  conditions: wasteConditions,
});
export type WasteFilter = z.infer<typeof wasteFilter>;
export const maxWasteFilters = 100;

const gib = 2 ** 30;
const builtIn = (id: string, name: string, conditions: z.input<typeof wasteConditions>): WasteFilter => ({
  id,
  name,
  conditions: wasteConditions.parse(conditions),
});
/** The filters that every console has. */
export const builtInWasteFilters: readonly WasteFilter[] = [
  builtIn('all', 'All waste', { orphan: true, neverHitDays: 1, idleDays: 30 }),
  builtIn('orphans', 'Orphans', { orphan: true }),
  builtIn('never-hit', 'Never hit', { neverHitDays: 1 }),
  builtIn('idle', 'Idle', { idleDays: 30 }),
  builtIn('large-and-cold', 'Large and cold', { idleDays: 14, minBytes: 5 * gib }),
];

/** An image of a cloud: the same id in two clouds is two images. */
export const cloudImage = z.object({ cloudId, imageId });
export type CloudImage = z.infer<typeof cloudImage>;

/** An image of which copies could go, summed over the hosts where they could. Times in epoch milliseconds. */
export const wasteRow = cloudImage.extend({
  standing,
  description: description.nullable(),
  /** Hosts whose copy could go, and hosts that have one at all. */
  hosts: z.int().min(1),
  cachedOn: z.int().min(1),
  bytes: z.number().min(0),
  hits: z.number().min(0),
  /** When one of these copies was last read; null where no host tells. */
  lastUsed: z.number().nullable(),
  /** Of how many of these copies each is true. */
  why: z.object({ orphan: z.int().min(0), neverHit: z.int().min(0), idle: z.int().min(0), golden: z.int().min(0) }),
});
export type WasteRow = z.infer<typeof wasteRow>;

/** So many images are listed at most. */
export const maxWasteRows = 5_000;

export const wasteList = z.object({
  /** The largest first. */
  rows: z.array(wasteRow).max(maxWasteRows),
  /** Over all that match, also where not all of them are listed. */
  images: z.int().min(0),
  copies: z.int().min(0),
  bytes: z.number().min(0),
  /** Copies that are not among them, and why: the conditions would otherwise have meant them, or may. */
  leftOut: z.object({
    /** Members of golden sets. */
    golden: z.int().min(0),
    /** Never hit, but cached too lately to have had a chance. */
    tooNew: z.int().min(0),
    /** Without any time. */
    untimed: z.int().min(0),
    /** Where orphans are asked for: not looked up yet, and not visible to this login. */
    unchecked: z.int().min(0),
    notVisible: z.int().min(0),
  }),
  /** Hosts that were looked through, and what should be known of some. */
  hosts: z.object({
    looked: z.int().min(0),
    /** Never read yet, or without a list that tells anything: what they have cached is not known. */
    unknown: z.array(hostId),
    /** Down: taken as last seen. */
    down: z.array(hostId),
    /** With times in the future, which are not to be trusted. */
    shifted: z.array(hostId),
    /** When the oldest list was taken, epoch milliseconds. */
    oldest: z.number().nullable(),
  }),
  /** Clouds with golden sets whose catalogue was never read: what these sets want is not known, and not left out. */
  goldenUnknown: z.array(cloudId),
});
export type WasteList = z.infer<typeof wasteList>;

/** Which of the images that match are meant; all where it is null. */
const chosenImages = z.array(cloudImage).max(maxWasteRows).nullable();

export const reclaimed = z.object({
  hosts: z.array(amount.extend({ hostId })),
});
export type Reclaimed = z.infer<typeof reclaimed>;

export const wasteCopy = cachedImage
  .pick({ sizeBytes: true, hits: true, lastAccessed: true, lastModified: true })
  .extend({ hostId, why: z.object({ orphan: z.boolean(), neverHit: z.boolean(), idle: z.boolean() }) });
export type WasteCopy = z.infer<typeof wasteCopy>;

/** What the hosts have cached and could do without. */
export const wasteProcedures = {
  list: procedure
    .input(z.object({ conditions: wasteConditions, most: z.int().min(1).max(maxWasteRows).default(maxWasteRows) }))
    .output(wasteList),
  /** What each host would be rid of. */
  reclaim: procedure.input(z.object({ conditions: wasteConditions, images: chosenImages })).output(reclaimed),
  /** The same, image by image and host by host, for a plan. `invalidInput` when that is more than one action may have. */
  targets: procedure
    .input(z.object({ conditions: wasteConditions, images: chosenImages }))
    .output(z.object({ targets: z.array(imageTarget).max(maxTargets) })),
  /** The copies of one image that match, host by host. */
  copies: procedure
    .input(z.object({ conditions: wasteConditions, image: cloudImage }))
    .output(z.object({ copies: z.array(wasteCopy).max(maxHosts) })),
  filters: procedure.input(nothing).output(z.object({ filters: z.array(wasteFilter) })),
  /** Saves a new one where no id is given. `invalidInput` when another has that name. */
  saveFilter: procedure.input(wasteFilter.extend({ id: wasteFilter.shape.id.optional() })).output(wasteFilter),
  removeFilter: procedure.input(wasteFilter.pick({ id: true })).output(nothing),
};
