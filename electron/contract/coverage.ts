import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { procedure } from './failure.ts';
import { hostId, maxHosts } from './hosts.ts';
import { cachedImage, imageId, queuedImage, standing } from './images.ts';

/**
 * How an image stands on a host, as one letter: `c` cached, `q` queued, `m` missing, `-` nothing to cache there (the
 * host's cloud does not have the image, or has it without data), `?` unknown.
 */
export const coverageCell = z.enum(['c', 'q', 'm', '-', '?']);
export type CoverageCell = z.infer<typeof coverageCell>;

/**
 * How far the cells of a host can be trusted. `current`: as it last listed, and it answers. `stale`: it does not answer
 * now, so its cells are as it last listed. `unknown`: what it has was never seen, or does not count (caching is off).
 */
export const coverageReading = z.enum(['current', 'stale', 'unknown']);
export type CoverageReading = z.infer<typeof coverageReading>;

export const coverageHost = z.object({
  hostId,
  reading: coverageReading,
  /** Of the images that its cells are of: see `revision` of a host. */
  revision: z.int().min(0),
  /** When it last listed, in epoch milliseconds; null where it never did. */
  takenAt: z.number().nullable(),
  /** Why its cells are stale or unknown; null where they are current. */
  reason: z.string().max(2_000).nullable(),
});
export type CoverageHost = z.infer<typeof coverageHost>;

export const coverageImage = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  /** `known` where the catalogue of any cloud has it. */
  standing,
  /** In the catalogue, such as `active`; null where it is not known. */
  status: z.string().max(100).nullable(),
  /** As cached, the largest; as in the catalogue where it is cached nowhere; null where neither tells. */
  sizeBytes: z.number().min(0).nullable(),
  /** Over all hosts, also those that do not answer now. */
  hits: z.number().min(0),
  /** On any host, the newest; epoch milliseconds. */
  lastAccessed: z.number().nullable(),
  /** A letter for each host, in their order: see `coverageCell`. */
  cells: z.string().max(maxHosts),
});
export type CoverageImage = z.infer<typeof coverageImage>;

/** Images by hosts: every image of the catalogues, and every id that is cached or queued anywhere. */
export const coverage = z.object({
  /** Grows whenever `images` changes. */
  revision: z.int().min(0),
  hosts: z.array(coverageHost),
  images: z.array(coverageImage),
});
export type Coverage = z.infer<typeof coverage>;

/** One image on every host. */
export const imagePlaces = z.object({
  imageId,
  places: z.array(
    coverageHost.extend({
      cell: coverageCell,
      cached: cachedImage.omit({ imageId: true, standing: true, description: true }).nullable(),
      queued: queuedImage.pick({ firstSeen: true, stalled: true }).nullable(),
    }),
  ),
});
export type ImagePlaces = z.infer<typeof imagePlaces>;

/** Only the hosts of these clouds; all where nothing is said. */
export const coverageQuery = z.object({ cloudIds: z.array(cloudId).max(1_000).optional() });
export type CoverageQuery = z.infer<typeof coverageQuery>;

/** Which hosts have an image cached, over all hosts at once. Asks no host: it is what they last told. */
export const coverageProcedures = {
  get: procedure.input(coverageQuery).output(coverage),
  places: procedure.input(z.object({ imageId })).output(imagePlaces),
};
