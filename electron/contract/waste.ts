import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { nothing, procedure } from './failure.ts';
import { hostId, hostLabels, maxHosts } from './hosts.ts';
import { cachedImage, catalogStatus, description, imageId, imageServiceId, maxDays } from './images.ts';
import { amount, imageTarget, maxTargets } from './operations.ts';

const days = z.int().min(1).max(maxDays);

/**
 * Selects cached copies of images that can be removed. A copy must meet `any` or `all` of the conditions orphan, never
 * hit and idle that are set, and every other condition. Null and empty values are no condition.
 */
export const wasteConditions = z.object({
  match: z.enum(['any', 'all']).default('any'),
  orphan: z.boolean().default(false),
  /** Never read, and cached for at least this number of days. With 0 only the hits count. */
  neverHitDays: z.int().min(0).max(maxDays).nullable().default(null),
  idleDays: days.nullable().default(null),
  minBytes: z.int().min(1).nullable().default(null),
  maxHits: z.int().min(0).nullable().default(null),
  cloudIds: z.array(cloudId).max(1_000).default([]),
  hostIds: z.array(hostId).max(maxHosts).default([]),
  /** Hosts with any of these labels. */
  labels: hostLabels.default([]),
  /** Part of a name or an id, or several parts. */
  text: z.string().max(1_000).default(''),
  /** Whether members of golden sets are included. */
  golden: z.boolean().default(false),
});
export type WasteConditions = z.infer<typeof wasteConditions>;

/** Whether at least one condition is about waste. A name or a host alone is not. */
export function asksSomething({ orphan, neverHitDays, idleDays, minBytes, maxHits }: WasteConditions): boolean {
  return orphan || [neverHitDays, idleDays, minBytes, maxHits].some((one) => one !== null);
}

/** Conditions that the operator saved under a name. */
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
/** The predefined filters. */
export const builtInWasteFilters: readonly WasteFilter[] = [
  builtIn('all', 'All waste', { orphan: true, neverHitDays: 1, idleDays: 30 }),
  builtIn('orphans', 'Orphans', { orphan: true }),
  builtIn('never-hit', 'Never hit', { neverHitDays: 1 }),
  builtIn('idle', 'Idle', { idleDays: 30 }),
  builtIn('large-and-cold', 'Large and cold', { idleDays: 14, minBytes: 5 * gib }),
];

/** An image of an image service. The same id in two image services is two images. */
export const serviceImage = z.object({ imageServiceId, imageId });
export type ServiceImage = z.infer<typeof serviceImage>;

/** An image with matching copies, summed over the hosts of these copies. Times in epoch milliseconds. */
export const wasteRow = serviceImage.extend({
  cloudId,
  catalogStatus,
  description: description.nullable(),
  /** The number of hosts with a matching copy, and of all hosts that have the image cached. */
  hosts: z.int().min(1),
  cachedOn: z.int().min(1),
  /** Without the copies of unknown size, whose number is `unsized`. */
  bytes: z.number().min(0),
  unsized: z.int().min(0),
  hits: z.number().min(0),
  /** The latest access to a matching copy. Null when no host reports it. */
  lastUsed: z.number().nullable(),
  /** The number of matching copies that meet each condition. */
  why: z.object({ orphan: z.int().min(0), neverHit: z.int().min(0), idle: z.int().min(0), golden: z.int().min(0) }),
});
export type WasteRow = z.infer<typeof wasteRow>;

/** The maximum number of listed images. */
const maxWasteRows = 5_000;

export const wasteList = z.object({
  /** Largest first. */
  rows: z.array(wasteRow).max(maxWasteRows),
  /** The totals of all matches, including images that are not listed. */
  images: z.int().min(0),
  copies: z.int().min(0),
  bytes: z.number().min(0),
  unsized: z.int().min(0),
  /** The number of copies that are left out, by reason. */
  leftOut: z.object({
    /** Members of golden sets. */
    golden: z.int().min(0),
    /** Never hit, but cached too recently. */
    tooNew: z.int().min(0),
    /** Without a time of access or caching. */
    untimed: z.int().min(0),
    /** When a minimum size is requested: of unknown size. */
    unsized: z.int().min(0),
    /** When orphans are requested: not looked up yet, or not visible to the login. */
    unchecked: z.int().min(0),
    notVisible: z.int().min(0),
  }),
  /** The number of searched hosts, and hosts with limitations. */
  hosts: z.object({
    looked: z.int().min(0),
    /** Hosts whose cached images are unknown: never read, or without a usable list. */
    unknown: z.array(hostId),
    /** Hosts that do not answer. Their last snapshot was searched. */
    down: z.array(hostId),
    /** Hosts that report times in the future, so that ages are unreliable. */
    shifted: z.array(hostId),
    /** When the oldest snapshot was taken, in epoch milliseconds. */
    oldest: z.number().nullable(),
  }),
  /** Clouds with golden sets whose catalogue was never read. The members of these sets are unknown and not left out. */
  goldenUnknown: z.array(cloudId),
});
export type WasteList = z.infer<typeof wasteList>;

/** Restricts the matching images. Null selects all of them. */
const chosenImages = z.array(serviceImage).max(maxWasteRows).nullable();

export const reclaimed = z.object({
  hosts: z.array(amount.extend({ hostId })),
});
export type Reclaimed = z.infer<typeof reclaimed>;

export const wasteCopy = cachedImage
  .pick({ sizeBytes: true, hits: true, lastAccessed: true, lastModified: true })
  .extend({ hostId, why: z.object({ orphan: z.boolean(), neverHit: z.boolean(), idle: z.boolean() }) });
export type WasteCopy = z.infer<typeof wasteCopy>;

/** Finds cached images that can be removed. */
export const wasteProcedures = {
  list: procedure
    .input(z.object({ conditions: wasteConditions, limit: z.int().min(1).max(maxWasteRows).default(maxWasteRows) }))
    .output(wasteList),
  /** The amount that each host would free. */
  reclaim: procedure.input(z.object({ conditions: wasteConditions, images: chosenImages })).output(reclaimed),
  /** The matching copies as targets for a plan. Throws `invalidInput` when there are more than `maxTargets`. */
  targets: procedure
    .input(z.object({ conditions: wasteConditions, images: chosenImages }))
    .output(z.object({ targets: z.array(imageTarget).max(maxTargets) })),
  /** The matching copies of one image, by host. */
  copies: procedure
    .input(z.object({ conditions: wasteConditions, image: serviceImage }))
    .output(z.object({ copies: z.array(wasteCopy).max(maxHosts) })),
  filters: procedure.input(nothing).output(z.object({ filters: z.array(wasteFilter) })),
  /** Saves a filter; without an id, as a new one. Throws `invalidInput` when another filter has the same name. */
  saveFilter: procedure.input(wasteFilter.extend({ id: wasteFilter.shape.id.optional() })).output(wasteFilter),
  removeFilter: procedure.input(wasteFilter.pick({ id: true })).output(nothing),
};
