import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure } from './failure.ts';
import { hostId, maxHosts, rungName } from './hosts.ts';
import { imageId } from './images.ts';
import { diskFile, remoteLine } from './remote.ts';

/** One image on one host. */
export const imageTarget = z.object({ hostId, imageId });
export type ImageTarget = z.infer<typeof imageTarget>;

/** So many targets one action may have. */
export const maxTargets = 200_000;
/** No image is read more slowly than this, in bytes a second: it would seem to stand still. */
export const slowestRead = 1_024;
const imageTargets = z.array(imageTarget).min(1).max(maxTargets);
const hostIds = z.array(hostId).min(1).max(maxHosts);

/** By which way, for all hosts and for some; where nothing is said, the best that the host allows. */
const chosenRungs = { rung: rungName.optional(), rungs: z.record(hostId, rungName).optional() };

/** What an operator can ask for. */
export const action = z.discriminatedUnion('kind', [
  /**
   * `anew`: what is stalled in the queue is taken out of it first, then queued again. Refused for what is queued and not
   * stalled: it may be being fetched, and a second request would make two fetches write one file.
   */
  z.object({ kind: z.literal('queue'), targets: imageTargets, anew: z.boolean().optional() }),
  z.object({ kind: z.literal('delete'), targets: imageTargets }),
  z.object({ kind: z.literal('clear'), hostIds, what: z.enum(['cache', 'queue', 'both']) }),
  z.object({ kind: z.literal('prune'), hostIds, ...chosenRungs }),
  z.object({ kind: z.literal('clean'), hostIds, ...chosenRungs }),
  /**
   * Has hosts fetch what is queued there: by their own prefetcher over ssh, or by reading each image through the host.
   * `only`: of the hosts named in it just these images, where they are read; a prefetcher fetches all that is queued.
   * `bytesPerSecond`: at each host at most so many are read; left out, as fast as it goes.
   */
  z.object({
    kind: z.literal('prefetch'),
    hostIds,
    ...chosenRungs,
    only: z.array(imageTarget).max(maxTargets).optional(),
    bytesPerSecond: z.int().min(slowestRead).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
  /**
   * Brings hosts up to date, as one: what is missing is queued, what is extra is deleted; on each host the deletions go
   * first, as they free room. No image of a host may be in both lists (`invalidInput`).
   */
  z
    .object({
      kind: z.literal('align'),
      queue: z.array(imageTarget).max(maxTargets),
      delete: z.array(imageTarget).max(maxTargets),
    })
    .refine((asked) => inRange(asked.queue.length + asked.delete.length), {
      message: `Name at least one target, and at most ${maxTargets}`,
    }),
]);
export type Action = z.infer<typeof action>;
export type ActionKind = Action['kind'];
export const actionKind = z.enum(['queue', 'delete', 'clear', 'prune', 'clean', 'prefetch', 'align']);

function inRange(targets: number): boolean {
  return targets > 0 && targets <= maxTargets;
}

/** How many and how much. */
export const amount = z.object({ images: z.int().min(0), bytes: z.number().min(0) });
export type Amount = z.infer<typeof amount>;

/** What a prune takes from a host, by the host's own list and a limit. */
export const prunePreview = z.object({
  /** In the order in which they go: the least recently accessed first. */
  goes: z.array(
    z.object({
      imageId,
      imageName: z.string().max(1_000).nullable(),
      sizeBytes: z.number().min(0),
      /** Epoch milliseconds; null for never. */
      lastAccessed: z.number().nullable(),
    }),
  ),
  limitBytes: z.number(),
  /** As the operator states it, or as the host's own configuration says (`ssh`). */
  limitFrom: z.enum(['stated', 'configuration']),
  /** What is cached now, and what would be left. */
  held: amount,
  left: amount,
});
export type PrunePreview = z.infer<typeof prunePreview>;

/** What a clean takes from a host, as seen in its cache directory over ssh. */
export const cleanPreview = z.object({
  /** The invalid files, and the incomplete ones that nobody wrote to for the stall time; the first thousand. */
  files: z.array(diskFile).max(1_000),
  total: z.int().min(0),
  bytes: z.number().min(0),
  stallSeconds: z.number(),
  /** By the host's own clock, epoch milliseconds: ages are told by it. */
  hostTime: z.number(),
});
export type CleanPreview = z.infer<typeof cleanPreview>;

/** One target as planned: it will be sent, its work is done already, or it is refused, with the reason. */
export const plannedTarget = z.object({
  hostId,
  hostName: z.string().max(100),
  /** Null for an action on a whole host. */
  imageId: imageId.nullable(),
  imageName: z.string().max(1_000).nullable(),
  /** Which half of an `align` it is of; null for all other actions. */
  step: z.enum(['queue', 'delete']).nullable(),
  verdict: z.enum(['willDo', 'alreadyDone', 'refused']),
  reason: z.string().max(1_000).nullable(),
  /** What it frees (delete, clear, prune) or fetches (queue); null where only the host knows. */
  expected: amount.nullable(),
  /** Whether `expected` is exact, or an estimate such as a native prune under a limit that Glance does not tell. */
  estimated: z.boolean(),
  /** Which way a prune or clean takes there; null for all else, and where none can be taken. */
  rung: rungName.nullable(),
  /**
   * Of a prune; null where only the host knows its limit. By `delete` just these images go, each a target of the
   * operation; one that is accessed before its turn comes is left, and said.
   */
  preview: prunePreview.nullable(),
  /** Of a clean by `ssh`; null where only the host knows its invalid and stalled files. */
  cleans: cleanPreview.nullable(),
});
export type PlannedTarget = z.infer<typeof plannedTarget>;

/** A preview: nothing was sent. Running it runs just these targets. */
export const plan = z.object({
  id: z.string().max(64),
  action,
  targets: z.array(plannedTarget),
  willDo: z.int().min(0),
  alreadyDone: z.int().min(0),
  refused: z.int().min(0),
  /** Sum of what is expected of the targets that will be done; of an `align`, of those that are queued. */
  expected: amount,
  /** The same for what an `align` deletes; null for all other actions. */
  frees: amount.nullable(),
  warnings: z.array(z.string().max(1_000)).max(50),
  /**
   * What the operator has to type before this may start, since it destroys much on a cloud marked as production: the
   * host's name where one host is touched, else the cloud's. Null where a click is enough.
   */
  typedName: z.string().max(100).nullable(),
});
export type Plan = z.infer<typeof plan>;

/** What the operator means, before it is known which images on which hosts that is. */
export const selection = z.discriminatedUnion('kind', [
  /** Names and ids of images, one a line or separated by blanks, commas or semicolons, over some hosts of one cloud. */
  z.object({
    kind: z.literal('pasted'),
    for: z.enum(['queue', 'delete']),
    cloudId,
    hostIds,
    text: z.string().max(1_000_000),
  }),
  /** Cached images that Glance itself no longer has. */
  z.object({ kind: z.literal('orphans'), hostIds }),
  /** Cached images that nobody read for so many days, or never. */
  z.object({ kind: z.literal('idle'), hostIds, days: z.int().min(1).max(36_500) }),
  /** Cached images that were never read from the cache. */
  z.object({ kind: z.literal('neverHit'), hostIds }),
  /** These images: to delete, wherever of these hosts they are; to queue, on each of them. */
  z.object({
    kind: z.literal('images'),
    for: z.enum(['queue', 'delete']),
    hostIds,
    imageIds: z.array(imageId).min(1).max(10_000),
  }),
  /** What makes one host like another: images that `from` has cached and `to` has neither cached nor queued, to queue. */
  z.object({ kind: z.literal('like'), from: hostId, to: hostId }),
]);
export type Selection = z.infer<typeof selection>;

/** What a selection comes to, from what the hosts last listed and the catalogue. Nothing was sent that changes a host. */
export const selected = z.object({
  /** For a plan; empty when nothing matches. */
  targets: z.array(imageTarget).max(maxTargets),
  /** Distinct images among them, and the bytes cached of them (delete) or to be fetched (queue). */
  images: z.int().min(0),
  bytes: z.number().min(0),
  /** What was pasted and is not among the targets, line by line. */
  unmatched: z
    .array(
      z.object({
        /** From 1. */
        line: z.int().min(1),
        text: z.string().max(600),
        reason: z.string().max(500),
        /** The images that all have this name: the operator has to say which by its id. */
        candidates: z
          .array(z.object({ imageId, name: z.string().max(1_000).nullable(), hosts: z.int().min(0) }))
          .max(50),
      }),
    )
    .max(10_000),
  /** What should be known of the selection as a whole, such as a host that was not read yet. */
  notes: z.array(z.string().max(1_000)).max(50),
});
export type Selected = z.infer<typeof selected>;

/**
 * How a target stands. `sent`: no answer yet. `following`: the host accepted, its effect is not seen yet. `unknown`: sent
 * before the console was killed, no answer seen. `cancelled`: never sent, accepted by the host and not followed any more,
 * or a program that was ended on the host before it was done, as the text says.
 */
export const targetState = z.enum([
  'waiting',
  'sent',
  'following',
  'done',
  'alreadyDone',
  'failed',
  'refused',
  'cancelled',
  'unknown',
]);
export type TargetState = z.infer<typeof targetState>;

/** How far bytes have come that are counted one by one; `of` is null where nobody tells how many there will be. */
export const byteProgress = z.object({ bytes: z.number().min(0), of: z.number().min(0).nullable() });
export type ByteProgress = z.infer<typeof byteProgress>;

export const targetOutcome = plannedTarget
  .pick({ hostId: true, hostName: true, imageId: true, imageName: true, step: true, expected: true, rung: true })
  .extend({
    state: targetState,
    /** What the host said or did, in words. */
    text: z.string().max(2_000).nullable(),
    failure: failure.nullable(),
    /** What really went or came, as the host said or as seen before and after. */
    actual: amount.nullable(),
    /** While it is fetched or read, where its bytes are seen to come. */
    progress: byteProgress.optional(),
  });
export type TargetOutcome = z.infer<typeof targetOutcome>;

export const operationState = z.enum(['running', 'cancelling', 'finished', 'cancelled', 'interrupted']);

/** One thing the operator asked for, and how far it is. Times in epoch milliseconds. */
export const operation = z.object({
  id: z.string().max(64),
  kind: actionKind,
  /** `Delete 3 images from glance-01`. */
  title: z.string().max(300),
  state: operationState,
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  hostIds: z.array(hostId).max(maxHosts),
  /** Targets by state. */
  counts: z.record(targetState, z.int().min(0)),
  total: z.int().min(0),
  /** Sums over the targets done: freed, or fetched; of an `align`, fetched. */
  actual: amount,
  /** What an `align` freed by its deletions; null for all other kinds. */
  freed: amount.nullable(),
  /** While it runs, where its bytes are seen to come: those of all its targets that are done or open. */
  progress: byteProgress.optional(),
  /** How fast it goes, while it runs; null when nothing can be said yet, and when it does not run. */
  pace: z
    .object({
      /** Targets, and bytes freed or fetched (of an `align`: fetched), a second over the last half minute. */
      targetsPerSecond: z.number().min(0),
      bytesPerSecond: z.number().min(0),
      /** Seconds until it ends at this pace; null where it stands still. */
      remainingSeconds: z.number().min(0).nullable(),
    })
    .nullable(),
});
export type Operation = z.infer<typeof operation>;
export type Pace = NonNullable<Operation['pace']>;

/** The part of an operation that is about one host. */
export const hostAccount = operation.pick({ counts: true, total: true, actual: true, freed: true }).extend({
  hostId,
  hostName: z.string().max(100),
});
export type HostAccount = z.infer<typeof hostAccount>;

/** Which targets of an operation are wanted; all when nothing is said. */
export const targetsQuery = z.object({
  id: z.string().min(1).max(64),
  hostId: hostId.optional(),
  states: z.array(targetState).max(9).optional(),
  /** The first is 0. */
  from: z.int().min(0).default(0),
  most: z.int().min(1).max(maxTargets).default(maxTargets),
});
export type TargetsQuery = z.input<typeof targetsQuery>;

export const operationTargets = z.object({
  operation,
  /** Host by host, over all targets, whatever was asked for. */
  hosts: z.array(hostAccount),
  /** How many targets there are of the kind that was asked for. */
  matching: z.int().min(0),
  targets: z.array(targetOutcome),
});
export type OperationTargets = z.infer<typeof operationTargets>;

/** Which operations are wanted; all that are remembered when nothing is said. */
export const operationsQuery = z.object({
  hostId: hostId.optional(),
  /** An image's id, or part of its id or of its name as it was at that time. */
  image: z.string().trim().max(1_000).optional(),
});
export type OperationsQuery = z.infer<typeof operationsQuery>;

/** What was done to a host, to an image, or to an image on a host. */
export const historyQuery = z
  .object({
    hostId: hostId.optional(),
    imageId: imageId.optional(),
    most: z.int().min(1).max(500).default(100),
  })
  .refine((query) => query.hostId !== undefined || query.imageId !== undefined, {
    message: 'Name a host, an image, or both',
  });
export type HistoryQuery = z.input<typeof historyQuery>;

export const history = z.object({
  /** Newest first. */
  entries: z.array(
    z.object({
      operation,
      /** Targets of it that are about the host or image, by state, and what came of them. */
      matching: z.int().min(0),
      counts: operation.shape.counts,
      actual: amount,
      freed: operation.shape.freed,
      /** The first of them. */
      targets: z.array(targetOutcome).max(20),
    }),
  ),
  /** Whether there are older ones that are not listed. */
  more: z.boolean(),
});
export type History = z.infer<typeof history>;

/** What the program of a host said in an operation, from a line on. */
export const outputQuery = z.object({ id: z.string().min(1).max(64), hostId, from: z.int().min(0).default(0) });
export type OutputQuery = z.input<typeof outputQuery>;
export const programOutput = z.object({
  lines: z.array(remoteLine).max(1_000),
  /** Where to go on from; there is more at once where it is below `total`. */
  next: z.int().min(0),
  total: z.int().min(0),
});
export type ProgramOutput = z.infer<typeof programOutput>;
