import { z } from 'zod';
import { failure } from './failure.ts';
import { hostId } from './hosts.ts';
import { imageId } from './images.ts';

const imageTargets = z.array(z.object({ hostId, imageId })).min(1).max(200_000);
const hostIds = z.array(hostId).min(1).max(1_000);

/** What an operator can ask for. */
export const action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('queue'), targets: imageTargets }),
  z.object({ kind: z.literal('delete'), targets: imageTargets }),
  z.object({ kind: z.literal('clear'), hostIds, what: z.enum(['cache', 'queue', 'both']) }),
  z.object({ kind: z.literal('prune'), hostIds }),
  z.object({ kind: z.literal('clean'), hostIds }),
]);
export type Action = z.infer<typeof action>;
export type ActionKind = Action['kind'];
export const actionKind = z.enum(['queue', 'delete', 'clear', 'prune', 'clean']);

/** How many and how much. */
export const amount = z.object({ images: z.int().min(0), bytes: z.number().min(0) });
export type Amount = z.infer<typeof amount>;

/** One target as planned: it will be sent, its work is done already, or it is refused, with the reason. */
export const plannedTarget = z.object({
  hostId,
  hostName: z.string().max(100),
  /** Null for an action on a whole host. */
  imageId: imageId.nullable(),
  imageName: z.string().max(1_000).nullable(),
  verdict: z.enum(['willDo', 'alreadyDone', 'refused']),
  reason: z.string().max(1_000).nullable(),
  /** What it frees (delete, clear, prune) or fetches (queue); null where only the host knows. */
  expected: amount.nullable(),
  /** Whether `expected` is exact, or an estimate such as a native prune under a limit that Glance does not tell. */
  estimated: z.boolean(),
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
  /** Sum of what is expected of the targets that will be done. */
  expected: amount,
  warnings: z.array(z.string().max(1_000)).max(50),
});
export type Plan = z.infer<typeof plan>;

/**
 * How a target stands. `sent`: no answer yet. `following`: the host accepted, its effect is not seen yet. `unknown`: sent
 * before the console was killed, no answer seen.
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

export const targetOutcome = plannedTarget
  .pick({ hostId: true, hostName: true, imageId: true, imageName: true, expected: true })
  .extend({
    state: targetState,
    /** What the host said or did, in words. */
    text: z.string().max(2_000).nullable(),
    failure: failure.nullable(),
    /** What really went or came, as the host said or as seen before and after. */
    actual: amount.nullable(),
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
  hostIds: z.array(hostId).max(1_000),
  /** Targets by state. */
  counts: z.record(targetState, z.int().min(0)),
  total: z.int().min(0),
  /** Sums over the targets done: freed, or fetched. */
  actual: amount,
});
export type Operation = z.infer<typeof operation>;
