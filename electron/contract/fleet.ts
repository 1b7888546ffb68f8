import { z } from 'zod';
import { failure } from './failure.ts';
import { capabilities, hostId, hostSettings, maintenance } from './hosts.ts';
import { cachedImage, oddRecord, queuedImage } from './images.ts';

/** Sums over a host's last snapshot. */
export const hostTotals = z.object({
  cachedImages: z.int().min(0),
  sizeBytes: z.number().min(0),
  hits: z.number().min(0),
  queued: z.int().min(0),
  /** Epoch milliseconds when the oldest queued image was first seen queued. */
  oldestQueued: z.number().nullable(),
  orphans: z.int().min(0),
  orphanBytes: z.number().min(0),
  oddRecords: z.int().min(0),
});
export type HostTotals = z.infer<typeof hostTotals>;

/** Something about a host that answers, that the operator should know. */
export const hostWarning = z.object({
  kind: z.enum(['overLimit', 'queueStalled', 'deletedCameBack', 'nullList', 'oddRecords', 'clockShifted', 'pruneHung']),
  /** A few words for a tag: `61 GiB over its limit`. */
  label: z.string().max(100),
  /** The whole of it, with what to do. */
  text: z.string().max(1_000),
});
export type HostWarning = z.infer<typeof hostWarning>;

/** A host as the fleet shows it. Times in epoch milliseconds. */
export const hostSummary = hostSettings.extend({
  /** `waiting` before its first answer; `failed` while `failure` says why. */
  state: z.enum(['waiting', 'reachable', 'failed']),
  capabilities: capabilities.nullable(),
  /** How it can be pruned and cleaned; no way of either is listed while its capabilities are not known. */
  maintenance,
  failure: failure.nullable(),
  /** How often in a row it failed, and since when. */
  failedTries: z.int().min(0),
  failingSince: z.number().nullable(),
  warnings: z.array(hostWarning).max(20),
  /** Of the last snapshot, also while the host does not answer. */
  totals: hostTotals.nullable(),
  /** When that snapshot was taken. */
  refreshedAt: z.number().nullable(),
  refreshing: z.boolean(),
  /** When the next poll is due; null while polling is paused. */
  nextPollAt: z.number().nullable(),
  /** Grows with every change of the host's images; the page asks for them anew when it does. */
  revision: z.int().min(0),
});
export type HostSummary = z.infer<typeof hostSummary>;

/** The images of one host, as last seen. */
export const hostImages = z.object({
  hostId,
  revision: z.int().min(0),
  takenAt: z.number().nullable(),
  cached: z.array(cachedImage),
  queued: z.array(queuedImage),
  odd: z.array(oddRecord),
});
export type HostImages = z.infer<typeof hostImages>;
