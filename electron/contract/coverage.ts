import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { procedure } from './failure.ts';
import { hostId, maxHosts } from './hosts.ts';
import { cachedImage, catalogStatus, imageId, queuedImage } from './images.ts';

/**
 * The state of an image on a host, as one letter: `c` cached, `q` queued, `m` missing, `-` not cacheable (the host's
 * cloud does not have the image, or has no data for it), `?` unknown.
 */
export const coverageCell = z.enum(['c', 'q', 'm', '-', '?']);
export type CoverageCell = z.infer<typeof coverageCell>;

/**
 * Whether the cells of a host are up to date. `current`: the host answers, and the cells show its last listing.
 * `stale`: the host does not answer now, and the cells show its last listing. `unknown`: the host was never listed, or
 * caching is off.
 */
const coverageReading = z.enum(['current', 'stale', 'unknown']);

export const coverageHost = z.object({
  hostId,
  reading: coverageReading,
  /** The revision of the host's images that the cells show: see `revision` of `hostSummary`. */
  revision: z.int().min(0),
  /** When the host was last listed, in epoch milliseconds. Null when it never was. */
  takenAt: z.number().nullable(),
  /** Why the cells are stale or unknown. Null when they are current. */
  reason: z.string().max(2_000).nullable(),
});
export type CoverageHost = z.infer<typeof coverageHost>;

export const coverageImage = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  /** `known` when the catalogue of any image service contains the image. */
  catalogStatus,
  /** The status in the catalogue, such as `active`. Null when unknown. */
  status: z.string().max(100).nullable(),
  /**
   * The largest cached size, or the size in the catalogue when no host reports one. Null when neither is known.
   */
  sizeBytes: z.number().min(0).nullable(),
  /** The sum over all hosts, including hosts that do not answer now. */
  hits: z.number().min(0),
  /** The latest access on any host, in epoch milliseconds. */
  lastAccessed: z.number().nullable(),
  /** One letter per host, in the order of `hosts`: see `coverageCell`. */
  cells: z.string().max(maxHosts),
});
export type CoverageImage = z.infer<typeof coverageImage>;

/**
 * The matrix of images and hosts. The images are those of the catalogues, and every id that is cached or queued on any
 * host.
 */
export const coverage = z.object({
  /** Increases whenever `images` changes. */
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
      cached: cachedImage.omit({ imageId: true, catalogStatus: true, description: true }).nullable(),
      queued: queuedImage.pick({ firstSeen: true, stalled: true }).nullable(),
    }),
  ),
});
export type ImagePlaces = z.infer<typeof imagePlaces>;

/** Restricts the answer to the hosts of these clouds. All hosts when absent. */
const coverageQuery = z.object({ cloudIds: z.array(cloudId).max(1_000).optional() });

/** Which hosts have which images cached. Sends no request to a host: answers from the last snapshots. */
export const coverageProcedures = {
  get: procedure.input(coverageQuery).output(coverage),
  places: procedure.input(z.object({ imageId })).output(imagePlaces),
};
