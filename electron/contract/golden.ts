import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure, nothing, procedure } from './failure.ts';
import { hostId, hostLabels, maxHosts } from './hosts.ts';
import { imageId, longestProperty, standing } from './images.ts';
import { amount, imageTarget } from './operations.ts';

export const goldenId = z.string().min(1).max(64);
export type GoldenId = z.infer<typeof goldenId>;

/** Which hosts of its cloud a golden set is for: all, those that have any of these labels, or these. */
export const goldenHosts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('labels'), labels: hostLabels }),
  z.object({ kind: z.literal('named'), hostIds: z.array(hostId).max(maxHosts) }),
]);
export type GoldenHosts = z.infer<typeof goldenHosts>;

/**
 * An image by its id, or by its name: then every active image that is called just so and is not hidden, which had better
 * be one.
 */
export const goldenImage = z.discriminatedUnion('by', [
  z.object({ by: z.literal('id'), imageId }),
  z.object({ by: z.literal('name'), name: z.string().min(1).max(1_000) }),
]);
export type GoldenImage = z.infer<typeof goldenImage>;

/**
 * Images by what the catalogue says of them. Every condition that is stated must hold; a rule that states none is refused
 * when it is saved. Only images that are active and not hidden are ever meant.
 */
export const goldenRule = z.object({
  /**
   * A pattern for the whole name, in which `*` stands for any characters, also none, and `?` for one; upper and lower case
   * are the same. Empty: not stated.
   */
  name: z.string().trim().max(255).default(''),
  /** Tags that the image must have, all of them. */
  tags: z.array(z.string().min(1).max(longestProperty)).max(20).default([]),
  /** Custom properties and the values they must have, exactly. */
  properties: z
    .record(z.string().min(1).max(longestProperty), z.string().max(longestProperty))
    .refine((properties) => Object.keys(properties).length <= 20, { message: 'At most 20 properties' })
    .default({}),
  visibility: z.enum(['public', 'private', 'shared', 'community']).nullable().default(null),
  /**
   * Of what meets the conditions only so many, newest first by the time of creation: of each family of names, or of all
   * that the rule finds. A family is the images whose names are the same, whatever the case, without the version or date
   * at the end: parts after `-`, `_`, `.` or a blank that begin with a digit, or with `v`, `r`, `b`, `rc`, `sp`, `rev` or
   * `build` and then a digit. So `k8s-node-1.33.4` and `k8s-node-1.32.8` are one family, `ubuntu-24.04-server` and
   * `ubuntu-22.04-server` are two.
   */
  newest: z
    .object({ count: z.int().min(1).max(1_000), per: z.enum(['family', 'rule']) })
    .nullable()
    .default(null),
});
export type GoldenRule = z.infer<typeof goldenRule>;

/** Whether a rule has no condition. Such a rule would select every image. */
export function hasNoCondition({ name, tags, properties, visibility }: GoldenRule): boolean {
  return name === '' && tags.length === 0 && Object.keys(properties).length === 0 && visibility === null;
}

/** The images that some hosts of a cloud should always have cached, as the settings file keeps it. */
export const goldenSet = z.object({
  id: goldenId,
  cloudId,
  /** Its own among the sets of the cloud, whatever the case. */
  name: z.string().trim().min(1).max(100),
  note: z.string().max(1_000).default(''),
  hosts: goldenHosts,
  /** Whether what is in no golden set of a host is too much there. */
  exact: z.boolean().default(false),
  /** What any of these names or finds belongs to the set. */
  images: z.array(goldenImage).max(2_000).default([]),
  rules: z.array(goldenRule).max(100).default([]),
});
export type GoldenSet = z.infer<typeof goldenSet>;
export const maxGoldenSets = 500;

/** Without an id: a new one. */
export const goldenDraft = goldenSet.extend({ id: goldenId.optional() });
export type GoldenDraft = z.infer<typeof goldenDraft>;

/** Something about a set that the operator should know: an image that is not there, a host that is gone. */
export const goldenProblem = z.object({
  /** About which of its images or rules, counted from 0; null for the set as a whole. */
  part: z.object({ of: z.enum(['images', 'rules']), index: z.int().min(0) }).nullable(),
  text: z.string().max(1_000),
});
export type GoldenProblem = z.infer<typeof goldenProblem>;

/** What an image or a rule of a set finds. */
export const goldenFound = amount.extend({
  /** Of a rule with `newest` per family: how many families there are. */
  families: z.int().min(0).nullable(),
  /** Of a rule with `newest`: images that meet the conditions, but are not new enough. */
  older: z.int().min(0),
});
export type GoldenFound = z.infer<typeof goldenFound>;

/** An image of a set. Sizes in bytes, times in epoch milliseconds. */
export const goldenMember = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  sizeBytes: z.number().nullable(),
  createdAt: z.number().nullable(),
  /** Which of the set's images and rules mean it, counted from 0. */
  byImages: z.array(z.int().min(0)),
  byRules: z.array(z.int().min(0)),
  /** The family that the first rule with `newest` per family found it in. */
  family: z.string().max(1_000).nullable(),
});
export type GoldenMember = z.infer<typeof goldenMember>;

/** A set as it is written, before it is saved. */
export const goldenPreviewInput = goldenDraft.extend({ name: z.string().max(100) });
export const maxPreviewed = 1_000;
export const goldenPreview = z.object({
  /** By name; the first thousand. */
  members: z.array(goldenMember).max(maxPreviewed),
  total: amount,
  /** What each of its images and each of its rules finds. */
  images: z.array(goldenFound),
  rules: z.array(goldenFound),
  /** The hosts that it is for. */
  hostIds: z.array(hostId),
  problems: z.array(goldenProblem).max(100),
  /** When the catalogue was read that this rests on; null when it never was. */
  readAt: z.number().nullable(),
  failure: failure.nullable(),
});
export type GoldenPreview = z.infer<typeof goldenPreview>;

/** How a host stands to a set, by its last snapshot. */
export const goldenHostDrift = z.object({
  hostId,
  /** `unknown`: the host was never read, or does not answer now, or what the set means is not known. */
  state: z.enum(['complete', 'drifted', 'unknown']),
  /** Why it is unknown; null when it is not. */
  reason: z.string().max(1_000).nullable(),
  /** When the host's images were seen that this rests on; null when they never were, and the amounts then tell nothing. */
  takenAt: z.number().nullable(),
  present: amount,
  missing: amount,
  queued: amount,
  /** Of those queued: thought not to be fetched by themselves. */
  stalled: z.int().min(0),
  /** Cached, and in no golden set of this host. Nothing of a set that is not exact. */
  extra: amount,
});
export type GoldenHostDrift = z.infer<typeof goldenHostDrift>;

/** How the hosts of a set stand to it. */
export const goldenDrift = z.object({
  id: goldenId,
  total: amount,
  /** In the order of the fleet. */
  hosts: z.array(goldenHostDrift),
  problems: z.array(goldenProblem).max(100),
  /** When the catalogue was read that this rests on; null when it never was. */
  readAt: z.number().nullable(),
  failure: failure.nullable(),
});
export type GoldenDrift = z.infer<typeof goldenDrift>;

/** An image that a host lacks, waits for, or has too much. */
export const goldenDifference = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  sizeBytes: z.number().nullable(),
  state: z.enum(['missing', 'queued', 'extra']),
  /** What is known of an extra one; what a set means is in the catalogue. */
  standing,
  /** Why a queued one is not expected to be fetched by itself. */
  stalled: z.string().max(1_000).nullable(),
});
export type GoldenDifference = z.infer<typeof goldenDifference>;

/** So large may a file of golden sets be, in characters. */
export const longestGoldenFile = 500_000;

/** What a file of golden sets would change; nothing is changed while there are problems. */
export const goldenImport = z.object({
  changes: z
    .array(
      z.object({
        name: z.string().max(100),
        cloudName: z.string().max(100),
        change: z.enum(['add', 'change', 'same']),
        /** What becomes different, in words. */
        differences: z.array(z.string().max(500)).max(20),
      }),
    )
    .max(maxGoldenSets),
  problems: z.array(z.object({ line: z.int().min(1).nullable(), text: z.string().max(1_000) })).max(100),
  applied: z.boolean(),
});
export type GoldenImport = z.infer<typeof goldenImport>;

/** Golden sets: the images that chosen hosts should always have cached. */
export const goldenProcedures = {
  list: procedure.input(nothing).output(z.object({ sets: z.array(goldenSet) })),
  /** Adds a set, or changes the one with its id. `invalidInput` for a name that is taken, and for a set of nothing. */
  save: procedure.input(goldenDraft).output(goldenSet),
  /** Forgets a set; nothing on the hosts. */
  remove: procedure.input(z.object({ id: goldenId })).output(nothing),
  /** What a set would mean now, as it is written. Saves nothing. */
  preview: procedure.input(goldenPreviewInput).output(goldenPreview),
  /** How hosts stand to the sets of their cloud, by their last snapshots. */
  drift: procedure.input(z.object({ cloudId })).output(z.object({ sets: z.array(goldenDrift) })),
  /** The images that make up a host's drift. */
  differences: procedure
    .input(z.object({ id: goldenId, hostId }))
    .output(z.object({ takenAt: z.number().nullable(), images: z.array(goldenDifference) })),
  /**
   * What would bring these hosts up to date: what to queue there, and what to delete there where the set is exact. Nothing
   * of hosts whose drift is unknown.
   */
  targets: procedure
    .input(z.object({ id: goldenId, hostIds: z.array(hostId).min(1).max(maxHosts) }))
    .output(z.object({ queue: z.array(imageTarget), delete: z.array(imageTarget) })),
  /** Sets as YAML, all when none is named: hosts and clouds by name, images by name or id as the sets have them. */
  export: procedure
    .input(z.object({ ids: z.array(goldenId).max(maxGoldenSets).optional() }))
    .output(z.object({ text: z.string(), sets: z.int().min(0) })),
  /**
   * What a file of golden sets would change, or with `apply` changes it: a set of the same name in the same cloud is
   * changed, another is added, none is removed. `cloudId`: all of them for this cloud, whatever the file says.
   */
  import: procedure
    .input(
      z.object({ text: z.string().max(longestGoldenFile), cloudId: cloudId.optional(), apply: z.boolean().optional() }),
    )
    .output(goldenImport),
  /** Which images the sets of a cloud mean now. */
  membership: procedure
    .input(z.object({ cloudId }))
    .output(z.object({ sets: z.array(z.object({ id: goldenId, name: z.string(), imageIds: z.array(imageId) })) })),
};
