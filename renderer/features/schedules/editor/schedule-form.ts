import type { CloudId } from '../../../../electron/contract/clouds.ts';
import type { HostSummary } from '../../../../electron/contract/fleet.ts';
import type { HostId } from '../../../../electron/contract/hosts.ts';
import {
  isDestructive,
  type Schedule,
  type ScheduleAction,
  type ScheduleActionKind,
  type ScheduleDraft,
  type ScheduleTargets,
  type ScheduleTrigger,
  scheduleDraft,
  timeOfDay,
} from '../../../../electron/contract/schedules.ts';
import { deepEqual } from '../../../lib/deep-equal.ts';
import { isTimeZone, localTimeZone } from '../../../lib/zoned-time.ts';
import { isTimed, matchingHosts } from '../schedule-text.ts';

type TargetKind = ScheduleTargets['hosts']['kind'];
export type RegionChoice = { cloudId: CloudId; region: string | null };
/** A blackout. `key` identifies it while others are added and removed. */
export type BlackoutForm = { key: number; from: string; to: string; days: readonly number[] };

/**
 * The form values of a schedule. Values of other kinds of action, targets or trigger are kept while these are not
 * selected. A number is null while its field is empty, and undefined while the typed text is not a number.
 */
export type ScheduleForm = {
  id: string | undefined;
  name: string;
  note: string;
  enabled: boolean;
  action: ScheduleActionKind;
  toPercent: number | null | undefined;
  bytesPerSecond: number | null | undefined;
  goldenId: string;
  deleteExtra: boolean;
  filterId: string;
  targets: TargetKind;
  hostIds: readonly HostId[];
  labels: readonly string[];
  regions: readonly RegionChoice[];
  cloudIds: readonly CloudId[];
  /** Whether hosts that are added later become targets. */
  later: boolean;
  /** The targets as they were saved, with the hosts at that time, unless other targets are chosen. */
  saved: ScheduleTargets | undefined;
  trigger: ScheduleTrigger['kind'];
  everyMinutes: number | undefined;
  minute: number | undefined;
  at: string;
  days: readonly number[];
  expression: string;
  abovePercent: number | undefined;
  timeZone: string;
  jitterSeconds: number | undefined;
  blackouts: readonly BlackoutForm[];
  missed: Schedule['missed'];
  limitImages: number | null | undefined;
  limitPercent: number | null | undefined;
};

let keys = 0;
export function newBlackout(): BlackoutForm {
  keys += 1;
  return { key: keys, from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5] };
}

/** The initial values of a new schedule, before a template or a copy changes them: a prune of all hosts each night. */
export function startOfDraft(): ScheduleDraft {
  const draft = scheduleDraft.parse({
    name: 'new',
    action: { kind: 'prune' },
    targets: { hosts: { kind: 'all' } },
    trigger: { kind: 'daily', at: '02:30' },
    timeZone: localTimeZone(),
  });
  return { ...draft, name: '' };
}

/** The form values of a draft. Hosts that were removed from the console are left out. */
export function formOf(draft: ScheduleDraft, exists: (hostId: HostId) => boolean): ScheduleForm {
  const { action, targets, trigger } = draft;
  const { hosts } = targets;
  return {
    id: draft.id,
    name: draft.name,
    note: draft.note,
    enabled: draft.enabled,
    action: action.kind,
    toPercent: action.kind === 'prune' ? (action.toPercent ?? null) : null,
    bytesPerSecond: action.kind === 'prefetch' ? (action.bytesPerSecond ?? null) : null,
    goldenId: action.kind === 'golden' ? action.goldenId : '',
    deleteExtra: action.kind === 'golden' && action.deleteExtra,
    filterId: action.kind === 'waste' ? action.filterId : 'orphans',
    targets: hosts.kind,
    hostIds: hosts.kind === 'named' ? hosts.hostIds.filter(exists) : [],
    labels: hosts.kind === 'labels' ? hosts.labels : [],
    regions: hosts.kind === 'regions' ? hosts.regions : [],
    cloudIds: hosts.kind === 'clouds' ? hosts.cloudIds : [],
    later: targets.onlyHostIds === null,
    saved: draft.id === undefined ? undefined : targets,
    trigger: trigger.kind,
    everyMinutes: trigger.kind === 'every' ? trigger.minutes : 15,
    minute: trigger.kind === 'hourly' ? trigger.minute : 15,
    at: trigger.kind === 'daily' || trigger.kind === 'weekly' ? trigger.at : '02:30',
    days: trigger.kind === 'weekly' ? trigger.days : [0],
    expression: trigger.kind === 'cron' ? trigger.expression : '30 2 * * *',
    abovePercent: trigger.kind === 'threshold' ? trigger.abovePercent : 90,
    timeZone: draft.timeZone,
    jitterSeconds: draft.jitterSeconds,
    blackouts: draft.blackouts.map((blackout) => ({ ...newBlackout(), ...blackout })),
    missed: draft.missed,
    limitImages: draft.limits.images,
    limitPercent: draft.limits.percent,
  };
}

/** Whether a schedule with these values can remove images from a cache. */
export function removesImages({ action, deleteExtra }: ScheduleForm): boolean {
  return isDestructive({ kind: action }, deleteExtra);
}

/**
 * The form values as a draft of the contract; it is valid if `formProblem` finds nothing.
 *
 * @param hosts all hosts: those that match now are the targets of a schedule that excludes hosts added later
 */
export function draftOf(form: ScheduleForm, hosts: readonly HostSummary[]): ScheduleDraft {
  const { id, name, note, enabled, timeZone, missed, limitImages, limitPercent } = form;
  return {
    ...(id === undefined ? {} : { id }),
    name: name.trim(),
    note: note.trim(),
    enabled,
    action: actionOf(form),
    targets: targetsOf(form, hosts),
    trigger: triggerOf(form),
    timeZone,
    jitterSeconds: isTimed(form.trigger) ? (form.jitterSeconds ?? 0) : 0,
    blackouts: form.blackouts.map(({ from, to, days }) => ({ from, to, days: [...days].sort((a, b) => a - b) })),
    missed,
    limits: { images: limitImages ?? null, percent: limitPercent ?? null },
  };
}

function actionOf({
  action,
  toPercent,
  bytesPerSecond,
  goldenId,
  deleteExtra,
  filterId,
}: ScheduleForm): ScheduleAction {
  switch (action) {
    case 'prune':
      return { kind: action, ...(toPercent == null ? {} : { toPercent }) };
    case 'prefetch':
      return { kind: action, ...(bytesPerSecond == null ? {} : { bytesPerSecond }) };
    case 'golden':
      return { kind: action, goldenId, deleteExtra };
    case 'waste':
      return { kind: action, filterId };
    case 'clean':
    case 'refresh':
      return { kind: action };
  }
}

function targetsOf(form: ScheduleForm, all: readonly HostSummary[]): ScheduleTargets {
  const hosts = chosenTargets(form);
  if (form.later || hosts.kind === 'named') return { hosts, onlyHostIds: null };
  const { saved } = form;
  // A schedule that is saved again keeps its former hosts: hosts that were added since are not included.
  if (saved && saved.onlyHostIds !== null && deepEqual(saved.hosts, hosts)) return saved;
  return { hosts, onlyHostIds: matchingHosts({ hosts, onlyHostIds: null }, all) };
}

function chosenTargets({ targets, hostIds, labels, regions, cloudIds }: ScheduleForm): ScheduleTargets['hosts'] {
  switch (targets) {
    case 'all':
      return { kind: targets };
    case 'named':
      return { kind: targets, hostIds: [...hostIds] };
    case 'labels':
      return { kind: targets, labels: [...labels] };
    case 'regions':
      return { kind: targets, regions: [...regions] };
    case 'clouds':
      return { kind: targets, cloudIds: [...cloudIds] };
  }
}

function triggerOf(form: ScheduleForm): ScheduleTrigger {
  switch (form.trigger) {
    case 'every':
      return { kind: 'every', minutes: form.everyMinutes ?? 15 };
    case 'hourly':
      return { kind: 'hourly', minute: form.minute ?? 0 };
    case 'daily':
      return { kind: 'daily', at: form.at.trim() };
    case 'weekly':
      return { kind: 'weekly', days: [...form.days].sort((a, b) => a - b), at: form.at.trim() };
    case 'cron':
      return { kind: 'cron', expression: form.expression.trim() };
    case 'threshold':
      return { kind: 'threshold', abovePercent: form.abovePercent ?? 90 };
  }
}

/** Whether a text is a time of day such as 02:30. */
export function isTimeOfDay(text: string): boolean {
  return timeOfDay.safeParse(text.trim()).success;
}

/** Completes a time that is typed short: `2:30` and `0230` are `02:30`, `7` is `07:00`. */
export function fullTime(text: string): string {
  const match = /^\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*$/.exec(text);
  if (!match) return text;
  const full = `${(match[1] ?? '').padStart(2, '0')}:${match[2] ?? '00'}`;
  return isTimeOfDay(full) ? full : text;
}

/** The reason why the form values are not a draft yet, apart from the name; undefined if they are one. */
export function formProblem(form: ScheduleForm): string | undefined {
  return actionProblem(form) ?? targetsProblem(form) ?? triggerProblem(form) ?? safetyProblem(form);
}

function actionProblem({ action, toPercent, bytesPerSecond, goldenId }: ScheduleForm): string | undefined {
  if (action === 'prune' && toPercent === undefined) return 'Enter a share from 1 to 100 %, or none.';
  if (action === 'prefetch' && bytesPerSecond === undefined) return 'Enter a rate limit, or none.';
  if (action === 'golden' && goldenId === '') return 'Select a golden set.';
  return undefined;
}

function targetsProblem({ targets, hostIds, labels, regions, cloudIds }: ScheduleForm): string | undefined {
  if (targets === 'named' && hostIds.length === 0) return 'Select at least one host.';
  if (targets === 'labels' && labels.length === 0) return 'Select at least one label.';
  if (targets === 'regions' && regions.length === 0) return 'Select at least one region.';
  if (targets === 'clouds' && cloudIds.length === 0) return 'Select at least one cloud.';
  return undefined;
}

function triggerProblem(form: ScheduleForm): string | undefined {
  const { trigger, everyMinutes, minute, at, days, expression, abovePercent } = form;
  if (trigger === 'threshold' && form.action !== 'prune')
    return 'Only a prune can start at a threshold. Select another time.';
  if (trigger === 'threshold' && abovePercent === undefined) return 'Enter a threshold from 1 to 1,000 %.';
  if (trigger === 'every' && everyMinutes === undefined) return 'Enter a number of minutes from 1 to 1,440.';
  if (trigger === 'hourly' && minute === undefined) return 'Enter a minute from 0 to 59.';
  if ((trigger === 'daily' || trigger === 'weekly') && !isTimeOfDay(at)) return 'Enter a time such as 02:30.';
  if (trigger === 'weekly' && days.length === 0) return 'Select at least one day.';
  if (trigger === 'cron' && expression.trim() === '') return 'Enter a cron expression such as 30 2 * * *.';
  if (!isTimeZone(form.timeZone)) return 'Select a time zone from the list.';
  return undefined;
}

function safetyProblem(form: ScheduleForm): string | undefined {
  if (isTimed(form.trigger) && form.jitterSeconds === undefined) return 'Enter a delay from 0 to 3,600 seconds.';
  if (form.blackouts.some(({ from, to }) => !isTimeOfDay(from) || !isTimeOfDay(to)))
    return 'Enter times such as 08:00 for every period.';
  if (form.limitImages === undefined) return 'Enter a number of images, or none.';
  if (form.limitPercent === undefined) return 'Enter a share from 1 to 100 %, or none.';
  return undefined;
}
