import { z } from 'zod';
import { failure } from './failure.ts';
import { hostId, maxHosts, methodName } from './hosts.ts';
import { imageId } from './images.ts';
import { diskFile, remoteLine } from './remote.ts';

/** One image on one host. */
export const imageTarget = z.object({ hostId, imageId });
export type ImageTarget = z.infer<typeof imageTarget>;

/** The maximum number of targets of one action. */
export const maxTargets = 200_000;
/** The minimum read rate in bytes per second. A slower read looks like a stalled one. */
export const minReadRate = 1_024;
const imageTargets = z.array(imageTarget).min(1).max(maxTargets);
const hostIds = z.array(hostId).min(1).max(maxHosts);

/** The chosen method, for all hosts and per host. When absent, each host uses its best usable method. */
const chosenMethods = { method: methodName.optional(), methods: z.record(hostId, methodName).optional() };

/** An action that the operator requests. */
export const action = z.discriminatedUnion('kind', [
  /**
   * `anew`: removes stalled images from the queue first, then queues them again. Refused for queued images that are not
   * stalled: the host may be fetching them, and a second request would make two fetches write the same file.
   */
  z.object({ kind: z.literal('queue'), targets: imageTargets, anew: z.boolean().optional() }),
  z.object({ kind: z.literal('delete'), targets: imageTargets }),
  z.object({ kind: z.literal('clear'), hostIds, what: z.enum(['cache', 'queue', 'both']) }),
  /** `toPercent`: prunes to this share of the limit. Below 100 only the method `delete` is usable. */
  z.object({
    kind: z.literal('prune'),
    hostIds,
    ...chosenMethods,
    toPercent: z.int().min(1).max(100).optional(),
  }),
  z.object({ kind: z.literal('clean'), hostIds, ...chosenMethods }),
  /**
   * Makes hosts fetch their queued images: by their own prefetcher over ssh, or by reading each image through the host.
   * `only` limits the read images on the hosts named in it; a prefetcher always fetches the whole queue.
   * `bytesPerSecond` limits the rate of reading per host; unlimited when absent.
   */
  z.object({
    kind: z.literal('prefetch'),
    hostIds,
    ...chosenMethods,
    only: z.array(imageTarget).max(maxTargets).optional(),
    bytesPerSecond: z.int().min(minReadRate).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
  /**
   * Brings hosts up to date in one operation: queues missing images and deletes extra ones. On each host the deletions
   * come first, because they free space. The same image of a host in both lists is refused with `invalidInput`.
   */
  z
    .object({
      kind: z.literal('align'),
      queue: z.array(imageTarget).max(maxTargets),
      delete: z.array(imageTarget).max(maxTargets),
    })
    .refine((asked) => inRange(asked.queue.length + asked.delete.length), {
      message: `Select 1 to ${maxTargets} targets`,
    }),
]);
export type Action = z.infer<typeof action>;
export type ActionKind = Action['kind'];
export const actionKind = z.enum(['queue', 'delete', 'clear', 'prune', 'clean', 'prefetch', 'align']);

function inRange(targets: number): boolean {
  return targets > 0 && targets <= maxTargets;
}

/** A number of images and their size. */
export const amount = z.object({
  images: z.int().min(0),
  /** Without the images of unknown size: a lower bound when there are any. */
  bytes: z.number().min(0),
  /** The number of images of unknown size. Absent when all sizes are known. */
  unsized: z.int().min(1).optional(),
});
export type Amount = z.infer<typeof amount>;

/** Adds an image to an amount. A size of null is unknown. */
export function addImage(sum: Amount, sizeBytes: number | null): void {
  sum.images += 1;
  if (sizeBytes === null) sum.unsized = (sum.unsized ?? 0) + 1;
  // A misbehaving host may list sizes whose sum is no safe integer.
  else sum.bytes = Math.min(sum.bytes + sizeBytes, Number.MAX_SAFE_INTEGER);
}

/** Adds an amount to a sum, or subtracts it. */
export function addAmount(sum: Amount, amount: Amount | null, sign: 1 | -1 = 1): void {
  sum.images += sign * (amount?.images ?? 0);
  sum.bytes += sign * (amount?.bytes ?? 0);
  const unsized = (sum.unsized ?? 0) + sign * (amount?.unsized ?? 0);
  if (unsized > 0) sum.unsized = unsized;
  else delete sum.unsized;
}

/** The number and size of some images. */
export function amountOf(images: Iterable<{ sizeBytes: number | null }>): Amount {
  const sum: Amount = { images: 0, bytes: 0 };
  for (const { sizeBytes } of images) addImage(sum, sizeBytes);
  return sum;
}

/** The images that a prune removes from a host, computed from the host's list and its limit. */
export const prunePreview = z.object({
  /** In the order of removal: the least recently accessed image first. */
  goes: z.array(
    z.object({
      imageId,
      imageName: z.string().max(1_000).nullable(),
      /** Null when unknown. */
      sizeBytes: z.number().min(0).nullable(),
      /** Epoch milliseconds. Null when never accessed. */
      lastAccessed: z.number().nullable(),
    }),
  ),
  limitBytes: z.number(),
  /** Whether the limit was stated by the operator or read from the host's configuration over ssh. */
  limitFrom: z.enum(['stated', 'configuration']),
  /** The cache before and after the prune. */
  held: amount,
  left: amount,
});
export type PrunePreview = z.infer<typeof prunePreview>;

/** The files that a clean removes from a host, read from its cache directory over ssh. */
export const cleanPreview = z.object({
  /**
   * The invalid files, and the incomplete files that were not written to for the stall time. At most the first 1,000.
   */
  files: z.array(diskFile).max(1_000),
  total: z.int().min(0),
  bytes: z.number().min(0),
  stallSeconds: z.number(),
  /** The host's clock, in epoch milliseconds. Ages of files are relative to it. */
  hostTime: z.number(),
});
export type CleanPreview = z.infer<typeof cleanPreview>;

/** A target of a plan: it will be sent, is already done, or is refused with a reason. */
export const plannedTarget = z.object({
  hostId,
  hostName: z.string().max(100),
  /** Null for an action on a whole host. */
  imageId: imageId.nullable(),
  imageName: z.string().max(1_000).nullable(),
  /** The step of an `align`. Null for all other actions. */
  step: z.enum(['queue', 'delete']).nullable(),
  verdict: z.enum(['willDo', 'alreadyDone', 'refused']),
  reason: z.string().max(1_000).nullable(),
  /** The other operation that the reason names. */
  operationId: z.string().max(64).optional(),
  /** The amount that is freed (delete, clear, prune) or fetched (queue). Null when only the host knows. */
  expected: amount.nullable(),
  /** Whether `expected` is an estimate, for example for a native prune, whose limit the API does not report. */
  estimated: z.boolean(),
  /** The method of a maintenance action on this host. Null for other actions, and when no method is usable. */
  method: methodName.nullable(),
  /**
   * The preview of a prune. Null for other actions, and when only the host knows its limit. The method `delete` removes
   * exactly these images, each as a target of the operation. An image that is accessed in the meantime is kept and
   * reported.
   */
  preview: prunePreview.nullable(),
  /** The preview of a clean by `ssh`. Null when only the host knows its invalid and stalled files. */
  cleans: cleanPreview.nullable(),
});
export type PlannedTarget = z.infer<typeof plannedTarget>;

/** A preview of an action. Nothing has been sent. Starting the plan runs exactly these targets. */
export const plan = z.object({
  id: z.string().max(64),
  action,
  targets: z.array(plannedTarget),
  willDo: z.int().min(0),
  alreadyDone: z.int().min(0),
  refused: z.int().min(0),
  /** The expected amount of all targets with the verdict `willDo`. For an `align`, only of those that are queued. */
  expected: amount,
  /** The expected amount that an `align` deletes. Null for all other actions. */
  frees: amount.nullable(),
  warnings: z.array(z.string().max(1_000)).max(50),
  /** The hosts whose cache would be over its limit, and the amount beyond it. */
  overLimit: z.array(z.object({ hostId, hostName: z.string().max(100), over: amount, limitBytes: z.number().min(0) })),
  /**
   * The name that the operator must type to start a large destructive plan on a production cloud: the host's name when
   * one host is affected, otherwise the cloud's. Null when no confirmation by name is needed.
   */
  typedName: z.string().max(100).nullable(),
});
export type Plan = z.infer<typeof plan>;

/**
 * The state of a target. `sent`: no answer yet. `following`: the host accepted the request, but its effect is not
 * visible yet. `unknown`: sent before the console was killed, without an answer. `cancelled`: never sent, or accepted
 * and no longer followed, or a program on the host that was ended early; the text says which.
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

/** The counts of an operation without targets. */
export function noCounts(): Record<TargetState, number> {
  return {
    waiting: 0,
    sent: 0,
    following: 0,
    done: 0,
    alreadyDone: 0,
    failed: 0,
    refused: 0,
    cancelled: 0,
    unknown: 0,
  };
}

/** The progress of a transfer in bytes. `of` is the total, null when it is unknown. */
export const byteProgress = z.object({ bytes: z.number().min(0), of: z.number().min(0).nullable() });
export type ByteProgress = z.infer<typeof byteProgress>;

export const targetOutcome = plannedTarget
  .pick({ hostId: true, hostName: true, imageId: true, imageName: true, step: true, expected: true, method: true })
  .extend({
    state: targetState,
    /** A description of the host's answer or of the result. */
    text: z.string().max(2_000).nullable(),
    failure: failure.nullable(),
    /** The amount that was really freed or fetched, as reported by the host or as the difference of two snapshots. */
    actual: amount.nullable(),
    /** The transfer's progress, while the image is fetched or read and its bytes can be observed. */
    progress: byteProgress.optional(),
  });
export type TargetOutcome = z.infer<typeof targetOutcome>;

const operationState = z.enum(['running', 'cancelling', 'finished', 'cancelled', 'interrupted']);

/** An operation and its progress. Times in epoch milliseconds. */
export const operation = z.object({
  id: z.string().max(64),
  kind: actionKind,
  /** `Delete 3 images from glance-01`. */
  title: z.string().max(300),
  state: operationState,
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** Why the console itself stopped sending, such as a full disk. Absent when it did not, or was killed. */
  failure: failure.optional(),
  /** What the record of this operation lacks since the console's database was damaged. Absent when it is complete. */
  note: z.string().max(1_000).optional(),
  /** The schedule that started the operation. Absent when the operator did. */
  schedule: z.object({ id: z.string().max(64), name: z.string().max(100) }).optional(),
  /** The name of the console that started it. Absent when it had none. */
  console: z.string().max(100).optional(),
  hostIds: z.array(hostId).max(maxHosts),
  /** The number of targets in each state. */
  counts: z.record(targetState, z.int().min(0)),
  total: z.int().min(0),
  /** The amount freed or fetched by all completed targets. For an `align`, only what was fetched. */
  actual: amount,
  /** The amount freed by the deletions of an `align`. Null for all other kinds. */
  freed: amount.nullable(),
  /**
   * The progress in bytes over all completed and open targets, while the operation runs and its bytes can be observed.
   */
  progress: byteProgress.optional(),
  /** The speed of a running operation. Null when it does not run, and while too little is known. */
  pace: z
    .object({
      /** Averages over the last 30 seconds: targets, and bytes freed or fetched (for an `align`, fetched). */
      targetsPerSecond: z.number().min(0),
      bytesPerSecond: z.number().min(0),
      /** Estimated seconds until the end. Null when there is no progress. */
      remainingSeconds: z.number().min(0).nullable(),
    })
    .nullable(),
});
export type Operation = z.infer<typeof operation>;
export type Pace = NonNullable<Operation['pace']>;

/** The totals of an operation on one host. */
export const hostAccount = operation.pick({ counts: true, total: true, actual: true, freed: true }).extend({
  hostId,
  hostName: z.string().max(100),
});
export type HostAccount = z.infer<typeof hostAccount>;

/** Filters and pages the targets of an operation. Without filters, all targets match. */
export const targetsQuery = z.object({
  id: z.string().min(1).max(64),
  hostId: hostId.optional(),
  states: z.array(targetState).max(9).optional(),
  /** The index of the first target, from 0. */
  from: z.int().min(0).default(0),
  limit: z.int().min(1).max(maxTargets).default(maxTargets),
});
export type TargetsQuery = z.input<typeof targetsQuery>;

export const operationTargets = z.object({
  operation,
  /** The totals per host, over all targets regardless of the filter. */
  hosts: z.array(hostAccount),
  /** The number of targets that match the filter. */
  matching: z.int().min(0),
  targets: z.array(targetOutcome),
});
export type OperationTargets = z.infer<typeof operationTargets>;

/** Filters the operations. Without filters, all operations of the journal match. */
export const operationsQuery = z.object({
  hostId: hostId.optional(),
  /** An image's id, or a part of its id or of the name that it had at that time. */
  image: z.string().trim().max(1_000).optional(),
});
export type OperationsQuery = z.infer<typeof operationsQuery>;

/** Asks for the operations on a host, on an image, or on an image of a host. */
export const historyQuery = z
  .object({
    hostId: hostId.optional(),
    imageId: imageId.optional(),
    limit: z.int().min(1).max(500).default(100),
  })
  .refine((query) => query.hostId !== undefined || query.imageId !== undefined, {
    message: 'Select a host, an image, or both',
  });
export type HistoryQuery = z.input<typeof historyQuery>;

export const history = z.object({
  /** Newest first. */
  entries: z.array(
    z.object({
      operation,
      /** The targets of the operation that concern the host or the image: their number, states and amounts. */
      matching: z.int().min(0),
      counts: operation.shape.counts,
      actual: amount,
      freed: operation.shape.freed,
      /** The first matching targets. */
      targets: z.array(targetOutcome).max(20),
    }),
  ),
  /** Whether there are older operations that are not listed. */
  more: z.boolean(),
});
export type History = z.infer<typeof history>;

/** Asks for the output of a host's program in an operation, starting at line `from`. */
export const outputQuery = z.object({ id: z.string().min(1).max(64), hostId, from: z.int().min(0).default(0) });
export type OutputQuery = z.input<typeof outputQuery>;
export const programOutput = z.object({
  lines: z.array(remoteLine).max(1_000),
  /** The line to continue from. More lines are available now when it is less than `total`. */
  next: z.int().min(0),
  total: z.int().min(0),
});
export type ProgramOutput = z.infer<typeof programOutput>;
