import { stringify } from 'yaml';
import type { CloudId, CloudSettings } from '../../../contract/clouds.ts';
import type { GoldenSet } from '../../../contract/golden.ts';
import type { HostId, HostSettings } from '../../../contract/hosts.ts';
import type { Blackout, Schedule, ScheduleAction, ScheduleTrigger } from '../../../contract/schedules.ts';
import { schedule as scheduleSchema } from '../../../contract/schedules.ts';
import { builtInWasteFilters, type WasteFilter } from '../../../contract/waste.ts';
import { nameOfHost } from '../../../golden/write-golden-yaml.ts';

/** The names that a file of schedules can contain. */
export type ScheduleInventory = {
  clouds: readonly Pick<CloudSettings, 'id' | 'name' | 'production'>[];
  hosts: readonly Pick<HostSettings, 'id' | 'cloudId' | 'name' | 'address' | 'labels' | 'region'>[];
  goldenSets: readonly Pick<GoldenSet, 'id' | 'cloudId' | 'name'>[];
  wasteFilters: readonly Pick<WasteFilter, 'id' | 'name'>[];
};

/** The only top-level key of a file of schedules. */
export const schedulesKey = 'schedules';
/** The names of the days of the week, from Sunday. */
export const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const defaultLimits = scheduleSchema.shape.limits.parse(undefined);

/**
 * Writes schedules as YAML that is suited to version control: by name, without default values and without ids of the
 * console. References to removed objects are left out.
 */
export function writeSchedules(schedules: readonly Schedule[], known: ScheduleInventory): string {
  const written = [...schedules]
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .map((schedule) => scheduleToYaml(schedule, known));
  // YAML 1.1 readers take `yes` for a boolean and `12:30` for a number: such texts are quoted.
  return stringify({ [schedulesKey]: written }, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** A schedule as the file has it, by the keys of the file. */
export function scheduleToYaml(schedule: Schedule, known: ScheduleInventory): Record<string, unknown> {
  const { name, note, enabled, action, targets, trigger, timeZone, jitterSeconds, blackouts, missed, limits } =
    schedule;
  return {
    name,
    ...(note === '' ? {} : { note }),
    ...(enabled ? {} : { enabled }),
    ...actionToYaml(action, known),
    targets: targetsToYaml(targets.hosts, known),
    ...(targets.onlyHostIds === null ? {} : { only: targets.onlyHostIds.flatMap((id) => hostToYaml(id, known) ?? []) }),
    ...triggerToYaml(trigger),
    ...(timeZone === 'UTC' ? {} : { time_zone: timeZone }),
    ...(jitterSeconds === 0 ? {} : { jitter_seconds: jitterSeconds }),
    ...(blackouts.length === 0 ? {} : { blackouts: blackouts.map(blackoutToYaml) }),
    ...(missed === 'skip' ? {} : { missed: 'run_once' }),
    ...(limits.images === defaultLimits.images ? {} : { max_images: limits.images ?? 'unlimited' }),
    ...(limits.percent === defaultLimits.percent ? {} : { max_percent: limits.percent ?? 'unlimited' }),
  };
}

function actionToYaml(action: ScheduleAction, known: ScheduleInventory): Record<string, unknown> {
  switch (action.kind) {
    case 'prune':
      return { action: 'prune', ...(action.toPercent === undefined ? {} : { to_percent: action.toPercent }) };
    case 'prefetch': {
      const { bytesPerSecond } = action;
      return { action: 'prefetch', ...(bytesPerSecond === undefined ? {} : { bytes_per_second: bytesPerSecond }) };
    }
    case 'golden': {
      const set = known.goldenSets.find(({ id }) => id === action.goldenId);
      const named = { cloud: set && cloudName(set.cloudId, known), set: set?.name };
      return { action: 'golden', golden: named, ...(action.deleteExtra ? { delete_extra: true } : {}) };
    }
    case 'waste': {
      const filters = [...builtInWasteFilters, ...known.wasteFilters];
      return { action: 'waste', filter: filters.find(({ id }) => id === action.filterId)?.name };
    }
    case 'clean':
    case 'refresh':
      return { action: action.kind };
  }
}

function targetsToYaml(hosts: Schedule['targets']['hosts'], known: ScheduleInventory): unknown {
  switch (hosts.kind) {
    case 'all':
      return 'all';
    case 'labels':
      return { labels: [...hosts.labels] };
    case 'named':
      return { hosts: hosts.hostIds.flatMap((id) => hostToYaml(id, known) ?? []) };
    case 'clouds':
      return { clouds: hosts.cloudIds.flatMap((id) => cloudName(id, known) ?? []) };
    case 'regions':
      return {
        regions: hosts.regions.flatMap(({ cloudId, region }) => {
          const cloud = cloudName(cloudId, known);
          return cloud === undefined ? [] : [{ cloud, ...(region === null ? {} : { region }) }];
        }),
      };
  }
}

function hostToYaml(id: HostId, known: ScheduleInventory): unknown {
  const host = known.hosts.find((one) => one.id === id);
  return host && { cloud: cloudName(host.cloudId, known), host: nameOfHost(id, host.cloudId, known) };
}

function cloudName(id: CloudId, { clouds }: ScheduleInventory): string | undefined {
  return clouds.find((cloud) => cloud.id === id)?.name;
}

function triggerToYaml(trigger: ScheduleTrigger): Record<string, unknown> {
  switch (trigger.kind) {
    case 'every':
      return { every_minutes: trigger.minutes };
    case 'hourly':
      return { hourly_at_minute: trigger.minute };
    case 'daily':
      return { daily_at: trigger.at };
    case 'weekly':
      return { weekly_at: trigger.at, days: daysToYaml(trigger.days) };
    case 'cron':
      return { cron: trigger.expression };
    case 'threshold':
      return { above_percent: trigger.abovePercent };
  }
}

function blackoutToYaml({ from, to, days }: Blackout): unknown {
  return { from, to, ...(days.length === 0 ? {} : { days: daysToYaml(days) }) };
}

function daysToYaml(days: readonly number[]): string[] {
  return [...new Set(days)].sort().flatMap((day) => dayNames[day] ?? []);
}
