import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { nothing, procedure } from './failure.ts';
import { goldenId } from './golden.ts';
import { hostId, hostLabels, maxHosts } from './hosts.ts';
import { amount, minReadRate, plan } from './operations.ts';
import { wasteFilter } from './waste.ts';

export const scheduleId = z.string().min(1).max(64);
export type ScheduleId = z.infer<typeof scheduleId>;
export const maxSchedules = 500;

/** What a schedule does on each run. It is planned again from fresh snapshots each time. */
export const scheduleAction = z.discriminatedUnion('kind', [
  /**
   * `toPercent`: prunes to this share of the limit, which only deletion by image can do. Absent, a host's best method
   * prunes to the limit.
   */
  z.object({ kind: z.literal('prune'), toPercent: z.int().min(1).max(100).optional() }),
  z.object({ kind: z.literal('clean') }),
  /** Makes hosts fetch what is queued. `bytesPerSecond` limits reading per host; unlimited when absent. */
  z.object({
    kind: z.literal('prefetch'),
    bytesPerSecond: z.int().min(minReadRate).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
  /** Queues the missing images of a golden set and, if it is exact and `deleteExtra` is set, deletes extra ones. */
  z.object({ kind: z.literal('golden'), goldenId, deleteExtra: z.boolean().default(false) }),
  /** Deletes what a saved or built-in waste filter matches on the targets. */
  z.object({ kind: z.literal('waste'), filterId: wasteFilter.shape.id }),
  /** Polls the hosts and reads the image catalogs. Changes nothing. */
  z.object({ kind: z.literal('refresh') }),
]);
export type ScheduleAction = z.infer<typeof scheduleAction>;
export type ScheduleActionKind = ScheduleAction['kind'];

/**
 * The hosts of a schedule. All conditions except the named hosts also match hosts that are added later, unless
 * `onlyHostIds` has the hosts that matched when the schedule was saved.
 */
export const scheduleTargets = z.object({
  hosts: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('named'), hostIds: z.array(hostId).min(1).max(maxHosts) }),
    /** Hosts with any of the labels. */
    z.object({ kind: z.literal('labels'), labels: hostLabels.min(1) }),
    /** Hosts in any of the regions. Null is the region of the cloud's login. */
    z.object({
      kind: z.literal('regions'),
      regions: z
        .array(z.object({ cloudId, region: z.string().max(255).nullable() }))
        .min(1)
        .max(1_000),
    }),
    z.object({ kind: z.literal('clouds'), cloudIds: z.array(cloudId).min(1).max(1_000) }),
  ]),
  onlyHostIds: z.array(hostId).max(maxHosts).nullable().default(null),
});
export type ScheduleTargets = z.infer<typeof scheduleTargets>;

/** A time of day, `HH:MM` in 24 hours, in the time zone of the schedule. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Enter a time such as 02:30');
/** Days of the week: 0 is Sunday. */
const weekdays = z.array(z.int().min(0).max(6)).max(7);

/**
 * When a schedule runs. A fixed time of day that a clock change skips is due right after the gap, and one that occurs twice
 * is due once. Intervals follow elapsed time.
 */
export const scheduleTrigger = z.discriminatedUnion('kind', [
  /** Counted from midnight of each day in the schedule's time zone. */
  z.object({ kind: z.literal('every'), minutes: z.int().min(1).max(1_440) }),
  z.object({ kind: z.literal('hourly'), minute: z.int().min(0).max(59) }),
  z.object({ kind: z.literal('daily'), at: timeOfDay }),
  z.object({ kind: z.literal('weekly'), days: weekdays.min(1), at: timeOfDay }),
  /** Five fields, or a nickname such as `@daily`. */
  z.object({ kind: z.literal('cron'), expression: z.string().trim().min(1).max(200) }),
  /** Each host separately, whenever a poll shows its cache above this share of its limit. Only for a prune. */
  z.object({ kind: z.literal('threshold'), abovePercent: z.int().min(1).max(1_000) }),
]);
export type ScheduleTrigger = z.infer<typeof scheduleTrigger>;

/**
 * A daily period in which no run starts: what is due in it is no run, and is not reported. It may pass midnight. Without
 * days, every day; a day is that of its begin.
 */
export const blackout = z.object({ from: timeOfDay, to: timeOfDay, days: weekdays.default([]) });
export type Blackout = z.infer<typeof blackout>;

/** A schedule as stored in the settings file. */
export const schedule = z.object({
  id: scheduleId,
  /** Unique, ignoring case. */
  name: z.string().trim().min(1).max(100),
  note: z.string().max(1_000).default(''),
  enabled: z.boolean().default(true),
  action: scheduleAction,
  targets: scheduleTargets,
  trigger: scheduleTrigger,
  /** An IANA time zone, such as `Europe/Berlin`. */
  timeZone: z.string().min(1).max(100).default('UTC'),
  /** Each run is delayed by up to this number of seconds, differently for each run. */
  jitterSeconds: z.int().min(0).max(3_600).default(0),
  blackouts: z.array(blackout).max(10).default([]),
  /** What happens to runs that were due while the console was closed or the machine slept. Both are reported. */
  missed: z.enum(['runOnce', 'skip']).default('skip'),
  /** A run that would delete more waits for approval, and so does one that would delete any golden image. Null: no limit. */
  limits: z
    .object({
      images: z.int().min(0).max(1_000_000).nullable().default(100),
      /** The share of the cached images of any one host. */
      percent: z.int().min(1).max(100).nullable().default(50),
    })
    .prefault({}),
});
export type Schedule = z.infer<typeof schedule>;

/** A schedule to save. Without an id it is a new one. */
export const scheduleDraft = schedule.extend({ id: scheduleId.optional() });
export type ScheduleDraft = z.infer<typeof scheduleDraft>;

/** Whether a schedule can remove images from a cache. */
export function isDestructive({ kind }: Pick<ScheduleAction, 'kind'>, deleteExtra = true): boolean {
  return kind === 'prune' || kind === 'waste' || (kind === 'golden' && deleteExtra);
}

const runId = z.string().min(1).max(64);
/**
 * `waiting`: for approval. `nothingToDo`: the plan had no targets. `skipped`: the schedule or all of its hosts could not
 * run then; the text says why. `missed`: was due while the console did not run.
 */
export const runOutcome = z.enum([
  'running',
  'done',
  'failed',
  'nothingToDo',
  'skipped',
  'missed',
  'waiting',
  'rejected',
  'interrupted',
]);
export type RunOutcome = z.infer<typeof runOutcome>;

/** One run of a schedule, or the runs that were missed together. Times in epoch milliseconds. */
export const scheduleRun = z.object({
  id: runId,
  scheduleId,
  scheduleName: z.string().max(100),
  action: scheduleAction,
  /** `late`: a missed run that was caught up. */
  cause: z.enum(['due', 'late', 'threshold', 'manual']),
  /** When it was due. For missed runs, when the first one was due. */
  dueAt: z.number(),
  /** The number of due runs that this record accounts for: more than one for missed runs. */
  dueRuns: z.int().min(1),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  outcome: runOutcome,
  /** What happened, or what the run waits for. */
  text: z.string().max(2_000),
  /** The operation of the run, in the operations history. Null when nothing was sent, or only polls. */
  operationId: z.string().max(64).nullable(),
  /** Hosts that the run left out, and why. */
  skippedHosts: z.array(z.object({ hostId, reason: z.string().max(1_000) })).max(maxHosts),
  /** Hosts on which the run failed, and why. */
  failedHosts: z.array(z.object({ hostId, reason: z.string().max(1_000) })).max(maxHosts),
  /** What the run deleted, or would delete while it waits. */
  deleted: amount,
});
export type ScheduleRun = z.infer<typeof scheduleRun>;

/** A host on which a schedule no longer runs, since it failed there three times in a row. */
const pausedHost = z.object({ hostId, since: z.number(), reason: z.string().max(1_000) });

/** Two schedules that can meet on a host, or a schedule and a job of the host's own. */
const scheduleConflict = z.object({
  /** The other schedule. Null for a job on the host. */
  scheduleId: scheduleId.nullable(),
  hostIds: z.array(hostId).max(maxHosts),
  text: z.string().max(1_000),
});

/** A schedule and its state. */
export const scheduleState = z.object({
  schedule,
  /** The hosts that it acts on now. */
  hostIds: z.array(hostId).max(maxHosts),
  /** Null when it is off, paused, invalid or triggered by a threshold. */
  nextRun: z.number().nullable(),
  lastRun: scheduleRun.nullable(),
  /** The run that waits for approval. */
  waitingRun: scheduleRun.nullable(),
  pausedHosts: z.array(pausedHost).max(maxHosts),
  conflicts: z.array(scheduleConflict).max(20),
  /** Why it cannot run, for example since its golden set was removed. Null when it can. */
  problem: z.string().max(1_000).nullable(),
});
export type ScheduleState = z.infer<typeof scheduleState>;

/** The effect of a draft, computed from the last snapshots. Nothing is saved or sent. */
export const schedulePreview = z.object({
  /** The next five runs, in epoch milliseconds, without jitter. Empty for a threshold. */
  nextRuns: z.array(z.number()).max(5),
  hostIds: z.array(hostId).max(maxHosts),
  /** Hosts that a run would leave out now. */
  skippedHosts: scheduleRun.shape.skippedHosts,
  /** What a run would do now, or with a threshold on the hosts that exceed it. Null when it cannot be known. */
  wouldDelete: amount.nullable(),
  wouldFetch: amount.nullable(),
  /** Why a run would wait for approval now. Null when it would not. */
  approval: z.string().max(1_000).nullable(),
  conflicts: z.array(scheduleConflict).max(20),
  /** Why the draft cannot be saved, by field: `name`, `trigger`, `targets`, `action`, `timeZone`. */
  problems: z
    .array(
      z.object({ field: z.enum(['name', 'trigger', 'targets', 'action', 'timeZone']), text: z.string().max(1_000) }),
    )
    .max(20),
  /** The name that must be typed to save it: it is destructive and a production cloud is concerned. */
  typedName: z.string().max(100).nullable(),
});
export type SchedulePreview = z.infer<typeof schedulePreview>;

/** The plan that a run would start now. */
export const dryRun = z.object({
  /** Null if there is nothing to plan, as for a refresh; `text` has the reason. */
  plan: plan.nullable(),
  text: z.string().max(2_000),
  skippedHosts: scheduleRun.shape.skippedHosts,
  approval: schedulePreview.shape.approval,
});
export type DryRun = z.infer<typeof dryRun>;

/** The maximum length of an imported file of schedules, in characters. */
export const maxScheduleFileLength = 500_000;
export const scheduleImport = z.object({
  changes: z
    .array(
      z.object({
        name: z.string().max(100),
        change: z.enum(['add', 'change', 'same']),
        differences: z.array(z.string().max(500)).max(30),
      }),
    )
    .max(maxSchedules),
  problems: z.array(z.object({ line: z.int().min(1).nullable(), text: z.string().max(1_000) })).max(100),
  /** The name that must be typed to apply it, as for `save`. */
  typedName: z.string().max(100).nullable(),
  applied: z.boolean(),
});
export type ScheduleImport = z.infer<typeof scheduleImport>;

const typedName = z.string().max(200).optional();

/** Schedules: operations that are planned and run at set times. */
export const scheduleProcedures = {
  list: procedure.input(nothing).output(
    z.object({
      schedules: z.array(scheduleState).max(maxSchedules),
      /** Whether all schedules are paused. */
      paused: z.boolean(),
    }),
  ),
  /**
   * Adds a schedule, or changes the one with the same id. Throws `invalidInput` when it has problems, or needs a typed
   * name and `typedName` differs.
   */
  save: procedure.input(z.object({ draft: scheduleDraft, typedName })).output(schedule),
  /** Turns a schedule on or off. Turning a destructive one on needs the typed name as for `save`. */
  enable: procedure.input(z.object({ id: scheduleId, enabled: z.boolean(), typedName })).output(schedule),
  /** Removes a schedule. Its runs stay in the history. */
  remove: procedure.input(z.object({ id: scheduleId })).output(nothing),
  /** Pauses or resumes all schedules. Runs that become due during a pause are reported as skipped. */
  pauseAll: procedure.input(z.object({ paused: z.boolean() })).output(nothing),
  preview: procedure.input(scheduleDraft.extend({ name: z.string().max(100) })).output(schedulePreview),
  /** Plans a run from fresh snapshots. Sends nothing that changes a host. */
  dryRun: procedure.input(z.object({ id: scheduleId })).output(dryRun),
  /** Starts a run now, also of a schedule that is off. Throws `invalidInput` while a run of it is in progress. */
  runNow: procedure.input(z.object({ id: scheduleId })).output(scheduleRun),
  /**
   * Plans a waiting run again and starts it, if its plan is within the approved extent. Throws `invalidInput` if not.
   */
  approve: procedure.input(z.object({ runId, typedName })).output(scheduleRun),
  reject: procedure.input(z.object({ runId })).output(scheduleRun),
  /** The plan of a run that waits, made now. */
  waitingPlan: procedure.input(z.object({ runId })).output(dryRun),
  /** Lets a schedule run again on a host that it was paused for. */
  resumeHost: procedure.input(z.object({ id: scheduleId, hostId })).output(nothing),
  /** The runs, newest first; of one schedule when `scheduleId` is given. */
  runs: procedure
    .input(
      z.object({ scheduleId: scheduleId.optional(), before: z.number().optional(), limit: z.int().min(1).max(500) }),
    )
    .output(z.object({ runs: z.array(scheduleRun).max(500), more: z.boolean() })),
  /** Exports schedules as YAML; all of them when `ids` is absent. Hosts, clouds, sets and filters are written by name. */
  export: procedure
    .input(z.object({ ids: z.array(scheduleId).max(maxSchedules).optional() }))
    .output(z.object({ text: z.string(), schedules: z.int().min(0) })),
  /** Previews or, with `apply`, imports a file of schedules. One with the same name is changed, none is removed. */
  import: procedure
    .input(z.object({ text: z.string().max(maxScheduleFileLength), apply: z.boolean().optional(), typedName }))
    .output(scheduleImport),
};
