import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure, nothing, procedure } from './failure.ts';
import { hostId, hostLabels, maxHosts } from './hosts.ts';
import { catalogStatus, imageId, maxPropertyLength } from './images.ts';
import { amount, imageTarget } from './operations.ts';

export const goldenId = z.string().min(1).max(64);
export type GoldenId = z.infer<typeof goldenId>;

/** The hosts of the cloud that a golden set applies to: all, those with any of the given labels, or the named ones. */
export const goldenHosts = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('labels'), labels: hostLabels }),
  z.object({ kind: z.literal('named'), hostIds: z.array(hostId).max(maxHosts) }),
]);
export type GoldenHosts = z.infer<typeof goldenHosts>;

/**
 * An image by its id or by its name. A name selects every active image with exactly this name that is not hidden; more
 * than one is reported as a problem.
 */
export const goldenImage = z.discriminatedUnion('by', [
  z.object({ by: z.literal('id'), imageId }),
  z.object({ by: z.literal('name'), name: z.string().min(1).max(1_000) }),
]);
export type GoldenImage = z.infer<typeof goldenImage>;

/**
 * Selects images by their catalogue entries. Every stated condition must hold. A rule without a condition is refused
 * when it is saved. Only active images that are not hidden are selected.
 */
export const goldenRule = z.object({
  /**
   * A case-insensitive pattern for the whole name: `*` matches any number of characters, `?` matches one. Empty means
   * no condition.
   */
  name: z.string().trim().max(255).default(''),
  /** Tags that the image must all have. */
  tags: z.array(z.string().min(1).max(maxPropertyLength)).max(20).default([]),
  /** Custom properties and their exact values. */
  properties: z
    .record(z.string().min(1).max(maxPropertyLength), z.string().max(maxPropertyLength))
    .refine((properties) => Object.keys(properties).length <= 20, { message: 'Maximum 20 properties' })
    .default({}),
  visibility: z.enum(['public', 'private', 'shared', 'community']).nullable().default(null),
  /**
   * Limits the selection to the most recently created images, per family of names or over the whole rule. Images belong
   * to one family when their names are equal, ignoring case, after the version or date at the end is removed. The
   * removed parts follow `-`, `_`, `.` or a blank, and begin with a digit, or with `v`, `r`, `b`, `rc`, `sp`, `rev` or
   * `build` and a digit. For example, `k8s-node-1.33.4` and `k8s-node-1.32.8` are one family; `ubuntu-24.04-server` and
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

/** The images that chosen hosts of a cloud should always have cached, as stored in the settings file. */
export const goldenSet = z.object({
  id: goldenId,
  cloudId,
  /** Unique among the sets of the cloud, ignoring case. */
  name: z.string().trim().min(1).max(100),
  note: z.string().max(1_000).default(''),
  hosts: goldenHosts,
  /** Whether cached images that belong to no golden set of the host are reported as extra. */
  exact: z.boolean().default(false),
  /** The set is the union of these images and of the results of `rules`. */
  images: z.array(goldenImage).max(2_000).default([]),
  rules: z.array(goldenRule).max(100).default([]),
});
export type GoldenSet = z.infer<typeof goldenSet>;
export const maxGoldenSets = 500;

/** A set to save. Without an id it is a new set. */
export const goldenDraft = goldenSet.extend({ id: goldenId.optional() });
export type GoldenDraft = z.infer<typeof goldenDraft>;

/** A problem of a set, such as a missing image or a removed host. */
export const goldenProblem = z.object({
  /** The image or rule with the problem, by its index from 0. Null when the problem is about the whole set. */
  part: z.object({ of: z.enum(['images', 'rules']), index: z.int().min(0) }).nullable(),
  text: z.string().max(1_000),
});
export type GoldenProblem = z.infer<typeof goldenProblem>;

/** The images that one entry of `images` or `rules` selects. */
export const goldenFound = amount.extend({
  /** The number of families. Null unless the rule has `newest` per family. */
  families: z.int().min(0).nullable(),
  /** The number of images that meet the conditions of a rule but are not among its `newest`. */
  older: z.int().min(0),
});
export type GoldenFound = z.infer<typeof goldenFound>;

/** An image that belongs to a set. Sizes in bytes, times in epoch milliseconds. */
export const goldenMember = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  sizeBytes: z.number().nullable(),
  createdAt: z.number().nullable(),
  /** The indexes (from 0) of the set's images and rules that select the image. */
  byImages: z.array(z.int().min(0)),
  byRules: z.array(z.int().min(0)),
  /** The image's family in the first rule with `newest` per family. */
  family: z.string().max(1_000).nullable(),
});
export type GoldenMember = z.infer<typeof goldenMember>;

/** A set that is being edited and is not saved yet. */
const goldenPreviewInput = goldenDraft.extend({ name: z.string().max(100) });
export const maxPreviewed = 1_000;
export const goldenPreview = z.object({
  /** The first `maxPreviewed` members, by name. */
  members: z.array(goldenMember).max(maxPreviewed),
  total: amount,
  /** What each image and each rule of the set selects, in their order. */
  images: z.array(goldenFound),
  rules: z.array(goldenFound),
  /** The hosts that the set applies to. */
  hostIds: z.array(hostId),
  problems: z.array(goldenProblem).max(100),
  /** When the underlying catalogue was read. Null when it never was. */
  readAt: z.number().nullable(),
  failure: failure.nullable(),
});
export type GoldenPreview = z.infer<typeof goldenPreview>;

/** The difference between a set and a host's last snapshot. */
export const goldenHostDrift = z.object({
  hostId,
  /** `unknown`: the host was never read, does not answer now, or the members of the set are unknown. */
  state: z.enum(['complete', 'drifted', 'unknown']),
  /** Why the state is `unknown`. Null otherwise. */
  reason: z.string().max(1_000).nullable(),
  /** When the underlying snapshot was taken. Null when there is none; the amounts are then meaningless. */
  takenAt: z.number().nullable(),
  present: amount,
  missing: amount,
  queued: amount,
  /** The number of queued images that are stalled. */
  stalled: z.int().min(0),
  /** Cached images that belong to no golden set of this host. Zero unless the set is exact. */
  extra: amount,
});
export type GoldenHostDrift = z.infer<typeof goldenHostDrift>;

/** The drift of all hosts of a set. */
export const goldenDrift = z.object({
  id: goldenId,
  total: amount,
  /** In the order of the fleet. */
  hosts: z.array(goldenHostDrift),
  problems: z.array(goldenProblem).max(100),
  /** When the underlying catalogue was read. Null when it never was. */
  readAt: z.number().nullable(),
  failure: failure.nullable(),
});
export type GoldenDrift = z.infer<typeof goldenDrift>;

/** An image that is missing, queued or extra on a host. */
export const goldenDifference = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  sizeBytes: z.number().nullable(),
  state: z.enum(['missing', 'queued', 'extra']),
  /** The catalogue status of an extra image. Members of a set are always in the catalogue. */
  catalogStatus,
  /** Why a queued image counts as stalled. Null when it does not. */
  stalled: z.string().max(1_000).nullable(),
});
export type GoldenDifference = z.infer<typeof goldenDifference>;

/** The maximum length of an imported file of golden sets, in characters. */
export const maxGoldenFileLength = 500_000;

/** The changes that importing a file makes. Nothing is imported while there are problems. */
export const goldenImport = z.object({
  changes: z
    .array(
      z.object({
        name: z.string().max(100),
        cloudName: z.string().max(100),
        change: z.enum(['add', 'change', 'same']),
        /** A description of each difference. */
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
  /**
   * Adds a set, or changes the set with the same id. Throws `invalidInput` when the name is taken or the set selects
   * nothing.
   */
  save: procedure.input(goldenDraft).output(goldenSet),
  /** Removes a set from the console. Nothing is sent to the hosts. */
  remove: procedure.input(z.object({ id: goldenId })).output(nothing),
  /** What an unsaved set selects now. Does not save it. */
  preview: procedure.input(goldenPreviewInput).output(goldenPreview),
  /** The drift of every set of a cloud, from the last snapshots of its hosts. */
  drift: procedure.input(z.object({ cloudId })).output(z.object({ sets: z.array(goldenDrift) })),
  /** The images that make up the drift of a host. */
  differences: procedure
    .input(z.object({ id: goldenId, hostId }))
    .output(z.object({ takenAt: z.number().nullable(), images: z.array(goldenDifference) })),
  /**
   * The targets that bring the given hosts up to date: images to queue and, for an exact set, images to delete. Hosts
   * whose drift is unknown have no targets.
   */
  targets: procedure
    .input(z.object({ id: goldenId, hostIds: z.array(hostId).min(1).max(maxHosts) }))
    .output(z.object({ queue: z.array(imageTarget), delete: z.array(imageTarget) })),
  /**
   * Exports sets as YAML; all sets when `ids` is absent. Hosts and clouds are written by name, images by name or id as
   * in the set.
   */
  export: procedure
    .input(z.object({ ids: z.array(goldenId).max(maxGoldenSets).optional() }))
    .output(z.object({ text: z.string(), sets: z.int().min(0) })),
  /**
   * Previews or, with `apply`, imports a file of golden sets. A set with the same name in the same cloud is changed,
   * any other is added, and none is removed. `cloudId` assigns all sets to one cloud, whatever the file says.
   */
  import: procedure
    .input(
      z.object({
        text: z.string().max(maxGoldenFileLength),
        cloudId: cloudId.optional(),
        apply: z.boolean().optional(),
      }),
    )
    .output(goldenImport),
  /** The images that each set of a cloud selects now. */
  membership: procedure
    .input(z.object({ cloudId }))
    .output(z.object({ sets: z.array(z.object({ id: goldenId, name: z.string(), imageIds: z.array(imageId) })) })),
};
