import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { hostId, maxHosts } from './hosts.ts';
import { imageId } from './images.ts';
import { imageTarget, maxTargets } from './operations.ts';

const hostIds = z.array(hostId).min(1).max(maxHosts);

/** A description of targets by a rule or a text, to be resolved to images on hosts. */
export const selection = z.discriminatedUnion('kind', [
  /**
   * Names and ids of images, one per line or separated by blanks, commas or semicolons, on the given hosts of one
   * cloud.
   */
  z.object({
    kind: z.literal('pasted'),
    for: z.enum(['queue', 'delete']),
    cloudId,
    hostIds,
    text: z.string().max(1_000_000),
  }),
  /** Cached images that no longer exist in Glance. */
  z.object({ kind: z.literal('orphans'), hostIds }),
  /** Cached images that were not read for this number of days, or never. */
  z.object({ kind: z.literal('idle'), hostIds, days: z.int().min(1).max(36_500) }),
  /** Cached images that were never read from the cache. */
  z.object({ kind: z.literal('neverHit'), hostIds }),
  /** The given images: to delete, on the given hosts that have them; to queue, on every given host. */
  z.object({
    kind: z.literal('images'),
    for: z.enum(['queue', 'delete']),
    hostIds,
    imageIds: z.array(imageId).min(1).max(10_000),
  }),
  /**
   * The images to queue so that host `to` has what host `from` has: cached on `from`, neither cached nor queued on
   * `to`.
   */
  z.object({ kind: z.literal('like'), from: hostId, to: hostId }),
]);
export type Selection = z.infer<typeof selection>;

/**
 * The targets of a selection, resolved with the last snapshots and the catalogue. No request that changes a host was
 * sent.
 */
export const selected = z.object({
  /** The targets for a plan. Empty when nothing matches. */
  targets: z.array(imageTarget).max(maxTargets),
  /** The number of distinct images, and the bytes to delete or to fetch. */
  images: z.int().min(0),
  bytes: z.number().min(0),
  /** The number of targets whose size is unknown, so that it is not among the bytes. */
  unsized: z.int().min(0),
  /** The pasted lines that did not resolve to targets. */
  unmatched: z
    .array(
      z.object({
        /** Counted from 1. */
        line: z.int().min(1),
        text: z.string().max(600),
        reason: z.string().max(500),
        /** The images with an ambiguous name. The operator has to choose one by its id. */
        candidates: z
          .array(z.object({ imageId, name: z.string().max(1_000).nullable(), hosts: z.int().min(0) }))
          .max(50),
      }),
    )
    .max(10_000),
  /** Remarks about the whole selection: what it leaves out, and warnings, for example that a host was not read yet. */
  notes: z.array(z.object({ kind: z.enum(['skipped', 'warning']), text: z.string().max(1_000) })).max(50),
});
export type Selected = z.infer<typeof selected>;
export type SelectionNote = Selected['notes'][number];
