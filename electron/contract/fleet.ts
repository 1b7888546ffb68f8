import { z } from 'zod';
import { failure } from './failure.ts';
import { capabilities, hostId, hostSettings, maintenance } from './hosts.ts';
import { cachedImage, imageServiceId, oddRecord, queuedImage } from './images.ts';

/** Sums over a host's last snapshot. */
export const hostTotals = z.object({
  cachedImages: z.int().min(0),
  /** Without the images of unknown size: a lower bound unless `unsized` is 0. */
  sizeBytes: z.number().min(0),
  /** The number of cached images of unknown size. */
  unsized: z.int().min(0),
  hits: z.number().min(0),
  queued: z.int().min(0),
  /** The number of queued images that are stalled. */
  stalled: z.int().min(0),
  /** Epoch milliseconds when the oldest queued image was first seen queued. */
  oldestQueued: z.number().nullable(),
  orphans: z.int().min(0),
  /** Without the orphans of unknown size, whose number is `unsizedOrphans`. */
  orphanBytes: z.number().min(0),
  unsizedOrphans: z.int().min(0),
  oddRecords: z.int().min(0),
});
export type HostTotals = z.infer<typeof hostTotals>;

/** The totals of a host without images. */
export function noHostTotals(): HostTotals {
  return {
    cachedImages: 0,
    sizeBytes: 0,
    unsized: 0,
    hits: 0,
    queued: 0,
    stalled: 0,
    oldestQueued: null,
    orphans: 0,
    orphanBytes: 0,
    unsizedOrphans: 0,
    oddRecords: 0,
  };
}

/** A problem of a host that answers. */
export const hostWarning = z.object({
  kind: z.enum(['overLimit', 'queueStalled', 'deletedCameBack', 'nullList', 'oddRecords', 'clockShifted', 'pruneHung']),
  /** A few words for a tag: `61 GiB over its limit`. */
  label: z.string().max(100),
  /** The full explanation, with the remedy. */
  text: z.string().max(1_000),
});
export type HostWarning = z.infer<typeof hostWarning>;

/** A host as sent to the page, without its images. Times in epoch milliseconds. */
export const hostSummary = hostSettings.extend({
  /** The image service of the host. Hosts with the same image database have the same one, unless different regions are stated. */
  imageServiceId,
  /** `waiting` before the first answer. While the state is `failed`, `failure` says why. */
  state: z.enum(['waiting', 'reachable', 'failed']),
  capabilities: capabilities.nullable(),
  /** The methods of each maintenance action. The lists are empty while the host's capabilities are unknown. */
  maintenance,
  failure: failure.nullable(),
  /** The number of consecutive failed polls, and the time of the first of them. */
  failedTries: z.int().min(0),
  failingSince: z.number().nullable(),
  warnings: z.array(hostWarning).max(20),
  /** The totals of the last snapshot, also while the host does not answer. */
  totals: hostTotals.nullable(),
  /** When the last snapshot was taken. */
  refreshedAt: z.number().nullable(),
  refreshing: z.boolean(),
  /** When the next poll is due. Null while polling is paused. */
  nextPollAt: z.number().nullable(),
  /** Increases with every change of the host's images. The page then fetches the images again. */
  revision: z.int().min(0),
});
export type HostSummary = z.infer<typeof hostSummary>;

/** The images of one host in its last snapshot. */
export const hostImages = z.object({
  hostId,
  revision: z.int().min(0),
  takenAt: z.number().nullable(),
  cached: z.array(cachedImage),
  queued: z.array(queuedImage),
  odd: z.array(oddRecord),
});
export type HostImages = z.infer<typeof hostImages>;
