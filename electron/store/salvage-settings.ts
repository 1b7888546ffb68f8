import { z } from 'zod';
import { cloudSettings } from '../contract/clouds.ts';
import { goldenSet } from '../contract/golden.ts';
import { hostSettings } from '../contract/hosts.ts';
import { schedule } from '../contract/schedules.ts';
import { preferences, type SettingsFile, settingsFile } from '../contract/settings.ts';
import { wasteFilter } from '../contract/waste.ts';

const parts = z.object({
  preferences: z.unknown().optional(),
  clouds: z.unknown().optional(),
  hosts: z.unknown().optional(),
  goldenSets: z.unknown().optional(),
  wasteFilters: z.unknown().optional(),
  schedules: z.unknown().optional(),
  schedulesPaused: z.unknown().optional(),
});

/** The readable parts of a settings file, and one line for each part that was not readable. */
export type Salvaged = { settings: SettingsFile; problems: string[] };

/**
 * Reads the readable parts of a settings file: one bad cloud, host, golden set, filter or schedule does not lose the rest.
 * Schedules are paused when anything was lost: they might act on other hosts than the operator chose. Entries
 * whose cloud is missing and entries whose id is used twice are left out as well.
 */
export function salvage(value: unknown): Salvaged {
  const problems: string[] = [];
  const file = parts.safeParse(value);
  if (!file.success) return { settings: settingsFile.parse({}), problems: ['not a JSON object'] };

  const { data } = file;
  const clouds = entries(data.clouds, cloudSettings, 'cloud', problems);
  const hosts = entries(data.hosts, hostSettings, 'host', problems).filter((host) => {
    const known = clouds.some((cloud) => cloud.id === host.cloudId);
    if (!known) problems.push(`host ${host.name} belongs to an unknown cloud`);
    return known;
  });
  const goldenSets = entries(data.goldenSets, goldenSet, 'golden set', problems).filter((set) => {
    const known = clouds.some((cloud) => cloud.id === set.cloudId);
    if (!known) problems.push(`golden set ${set.name} belongs to an unknown cloud`);
    return known;
  });
  const wasteFilters = entries(data.wasteFilters, wasteFilter, 'waste filter', problems);
  const schedules = entries(data.schedules, schedule, 'schedule', problems);
  const prefs = eachPreference(withCurrentNames(data.preferences), problems);
  const isLost = problems.length > 0 && schedules.length > 0;
  if (isLost) problems.unshift('schedules are paused until you resume them');
  return {
    settings: {
      version: 1,
      preferences: prefs,
      clouds,
      hosts,
      goldenSets,
      wasteFilters,
      schedules,
      schedulesPaused: data.schedulesPaused === true || isLost,
    },
    problems,
  };
}

function entries<Entry extends { id: string }>(
  value: unknown,
  schema: z.ZodType<Entry>,
  word: string,
  problems: string[],
): Entry[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push(`${word}s is not a list`);
    return [];
  }
  const kept = new Map<string, Entry>();
  for (const [index, item] of value.entries()) {
    const parsed = schema.safeParse(item);
    if (!parsed.success) problems.push(`${word} ${nameOf(item) ?? index + 1}: ${firstIssue(parsed.error)}`);
    else if (kept.has(parsed.data.id)) problems.push(`${word} ${nameOf(item) ?? index + 1}: duplicate ID`);
    else kept.set(parsed.data.id, parsed.data);
  }
  return [...kept.values()];
}

/** Names of preferences in files of earlier versions, and their names today. */
const renamedPreferences = { hostsAtOnce: 'hostConcurrency', queuePatienceMinutes: 'queueStallMinutes' } as const;

/** The saved preferences under their names of today. A value under the name of today wins. */
function withCurrentNames(value: unknown): unknown {
  const given = z.record(z.string(), z.unknown()).safeParse(value);
  if (!given.success) return value;
  const renamed = { ...given.data };
  for (const [earlier, current] of Object.entries(renamedPreferences)) {
    if (earlier in renamed) renamed[current] ??= renamed[earlier];
    delete renamed[earlier];
  }
  return renamed;
}

function eachPreference(value: unknown, problems: string[]): SettingsFile['preferences'] {
  const whole = preferences.safeParse(value ?? {});
  if (whole.success) return whole.data;
  problems.push(`preferences: ${firstIssue(whole.error)}`);
  const given = z.record(z.string(), z.unknown()).safeParse(value);
  if (!given.success) return preferences.parse({});
  const good = Object.entries(given.data).filter(([key, one]) => preferences.safeParse({ [key]: one }).success);
  return preferences.parse(Object.fromEntries(good));
}

function nameOf(item: unknown): string | undefined {
  const named = z.object({ name: z.string().min(1).max(100) }).safeParse(item);
  return named.success ? `"${named.data.name}"` : undefined;
}

/** The path and message of the first issue. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'not readable';
}
