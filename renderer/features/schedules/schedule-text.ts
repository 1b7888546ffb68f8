import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type {
  Blackout,
  RunOutcome,
  Schedule,
  ScheduleAction,
  ScheduleActionKind,
  ScheduleRun,
  ScheduleState,
  ScheduleTargets,
  ScheduleTrigger,
} from '../../../electron/contract/schedules.ts';
import { formatRate } from '../../components/forms/rate-field.tsx';
import type { Tone } from '../../components/tag.tsx';
import type { StateText } from '../operations/operation-labels.ts';

/** The names of the things that schedules refer to, by id. */
export type ScheduleNames = {
  hosts: ReadonlyMap<string, string>;
  clouds: ReadonlyMap<string, string>;
  goldenSets: ReadonlyMap<string, string>;
  wasteFilters: ReadonlyMap<string, string>;
};

/** The names of the actions, as buttons show them. */
export const scheduleActionLabels: Record<ScheduleActionKind, string> = {
  prune: 'Prune',
  clean: 'Clean',
  prefetch: 'Prefetch',
  golden: 'Sync golden set',
  waste: 'Delete waste',
  refresh: 'Refresh',
};

/** What a schedule does: `Prune to 80 % of the limit`. */
export function describeAction(
  action: ScheduleAction,
  names: Pick<ScheduleNames, 'goldenSets' | 'wasteFilters'>,
): string {
  switch (action.kind) {
    case 'prune':
      return action.toPercent === undefined ? 'Prune to the limit' : `Prune to ${action.toPercent} % of the limit`;
    case 'clean':
      return 'Clean';
    case 'prefetch':
      return action.bytesPerSecond === undefined
        ? 'Prefetch'
        : `Prefetch at up to ${formatRate(action.bytesPerSecond)} MiB/s`;
    case 'golden': {
      const set = names.goldenSets.get(action.goldenId) ?? 'a removed golden set';
      return `Sync ${set}${action.deleteExtra ? ', delete extra images' : ''}`;
    }
    case 'waste':
      return `Delete waste: ${names.wasteFilters.get(action.filterId) ?? 'a removed filter'}`;
    case 'refresh':
      return 'Refresh';
  }
}

/** The hosts of a schedule and their present number: `All hosts · 64`, `label rack-a · 8`, `glance-01, glance-02`. */
export function describeTargets(
  { hosts }: ScheduleTargets,
  count: number,
  names: Pick<ScheduleNames, 'hosts' | 'clouds'>,
): string {
  const list = (one: string, words: readonly string[]) =>
    words.length > 2 ? plural(words.length, one) : `${one}${words.length === 1 ? '' : 's'} ${words.join(', ')}`;
  const number = formatCount(count);
  switch (hosts.kind) {
    case 'all':
      return `All hosts · ${number}`;
    case 'named': {
      const known = hosts.hostIds.map((id) => names.hosts.get(id) ?? 'a removed host');
      return known.length <= 2 ? known.join(', ') : plural(known.length, 'host');
    }
    case 'labels':
      return `${list('label', hosts.labels)} · ${number}`;
    case 'regions':
      return `${list(
        'region',
        hosts.regions.map((one) => regionText(one, names)),
      )} · ${number}`;
    case 'clouds':
      return `${list(
        'cloud',
        hosts.cloudIds.map((id) => names.clouds.get(id) ?? 'a removed cloud'),
      )} · ${number}`;
  }
}

/** The name of a region; with several clouds also that of its cloud. */
export function regionText(
  { cloudId, region }: { cloudId: string; region: string | null },
  { clouds }: Pick<ScheduleNames, 'clouds'>,
): string {
  const name = region ?? 'the login’s region';
  return clouds.size > 1 ? `${name} of ${clouds.get(cloudId) ?? 'a removed cloud'}` : name;
}

/** Whether hosts that are added later can become targets. */
export function includesLater({ hosts, onlyHostIds }: ScheduleTargets): boolean {
  return hosts.kind !== 'named' && onlyHostIds === null;
}

/** The hosts that targets match now, as the main process matches them. */
export function matchingHosts(
  { hosts: wanted, onlyHostIds }: ScheduleTargets,
  hosts: readonly Pick<HostSummary, 'id' | 'cloudId' | 'region' | 'labels'>[],
): string[] {
  const matches = (host: Pick<HostSummary, 'id' | 'cloudId' | 'region' | 'labels'>) => {
    switch (wanted.kind) {
      case 'all':
        return true;
      case 'named':
        return wanted.hostIds.includes(host.id);
      case 'labels':
        return host.labels.some((label) => wanted.labels.includes(label));
      case 'regions':
        return wanted.regions.some(({ cloudId, region }) => cloudId === host.cloudId && region === host.region);
      case 'clouds':
        return wanted.cloudIds.includes(host.cloudId);
    }
  };
  return hosts.filter((host) => matches(host) && (onlyHostIds?.includes(host.id) ?? true)).map(({ id }) => id);
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
/** The days of the week as an operator reads them, Monday first, by number: 0 is Sunday. */
export const weekOrder = [1, 2, 3, 4, 5, 6, 0] as const;

/** The short name of a day; 0 is Sunday. */
export function dayName(day: number): string {
  return dayNames[day] ?? '';
}

/** Days of the week in words: `weekdays`, `weekends`, `Mon, Wed`. None is every day. */
function describeDays(days: readonly number[]): string {
  const chosen = weekOrder.filter((day) => days.includes(day));
  if (chosen.length === 0 || chosen.length === 7) return 'every day';
  const text = chosen.join();
  if (text === '1,2,3,4,5') return 'weekdays';
  if (text === '6,0') return 'weekends';
  return chosen.map(dayName).join(', ');
}

/** When a schedule runs: `Daily 02:30 Europe/Berlin`. The time zone is named if it matters. */
export function describeTrigger({ trigger, timeZone }: Pick<Schedule, 'trigger' | 'timeZone'>): string {
  switch (trigger.kind) {
    case 'every':
      return everyText(trigger.minutes, timeZone);
    case 'hourly':
      return `Hourly at :${String(trigger.minute).padStart(2, '0')}`;
    case 'daily':
      return `Daily ${trigger.at} ${timeZone}`;
    case 'weekly': {
      const days = describeDays(trigger.days);
      return days === 'every day' ? `Daily ${trigger.at} ${timeZone}` : `${capital(days)} ${trigger.at} ${timeZone}`;
    }
    case 'cron':
      return `Cron ${trigger.expression} ${timeZone}`;
    case 'threshold':
      return `Above ${trigger.abovePercent} % of the limit`;
  }
}

function everyText(minutes: number, timeZone: string): string {
  if (minutes === 1) return 'Every minute';
  if (minutes === 60) return 'Every hour';
  if (minutes === 1_440) return `Daily 00:00 ${timeZone}`;
  // It is counted from midnight, which depends on the time zone.
  const zone = minutes < 60 && 60 % minutes === 0 ? '' : ` from 00:00 ${timeZone}`;
  return minutes % 60 === 0 ? `Every ${minutes / 60} hours${zone}` : `Every ${formatCount(minutes)} minutes${zone}`;
}

/** Whether a trigger counts from a clock, so that a time zone, jitter and blackouts belong to it. */
export function isTimed(kind: ScheduleTrigger['kind']): boolean {
  return kind !== 'threshold';
}

/** A period in which nothing starts: `08:00–18:00 on weekdays`. */
export function describeBlackout({ from, to, days }: Blackout): string {
  return `${from}–${to} ${days.length === 0 || days.length === 7 ? 'every day' : `on ${describeDays(days)}`}`;
}

/** When a run waits for approval: `more than 100 images, or more than 50 % of the images of a host`. */
export function describeLimits({ limits }: Pick<Schedule, 'limits'>): string {
  const parts = [
    limits.images === null ? '' : `more than ${plural(limits.images, 'image')}`,
    limits.percent === null ? '' : `more than ${limits.percent} % of the images of a host`,
    'any golden image',
  ];
  return `If a run would delete ${parts.filter(Boolean).join(', or ')}`;
}

/** What happens to runs that were due while the console did not run. */
export const missedTexts: Record<Schedule['missed'], string> = {
  skip: 'Skipped and reported',
  runOnce: 'Run once when the console runs again',
};

/** The next run of a schedule: its time, or the reason why there is none. */
export type NextRun =
  | { kind: 'time'; at: number }
  | { kind: 'none'; text: string; tone: 'faint' | 'dim' | 'warn' | 'bad'; title: string };

export function nextRunOf(state: ScheduleState, paused: boolean): NextRun {
  const { schedule, nextRun, problem } = state;
  const none = (text: string, tone: 'faint' | 'dim' | 'warn' | 'bad', title: string): NextRun => ({
    kind: 'none',
    text,
    tone,
    title,
  });
  if (!schedule.enabled) return none('off', 'faint', 'Turn the schedule on to run it at its times.');
  if (problem !== null) return none('cannot run', 'bad', problem);
  if (paused) return none('paused', 'warn', 'All schedules are paused.');
  if (schedule.trigger.kind === 'threshold') {
    const { abovePercent } = schedule.trigger;
    return none(
      `above ${abovePercent} %`,
      'dim',
      `Runs on a host when a poll shows its cache above ${abovePercent} % of its limit.`,
    );
  }
  return nextRun === null ? none('never', 'warn', 'No further run is due.') : { kind: 'time', at: nextRun };
}

const outcomeTexts: Record<RunOutcome, StateText> = {
  running: { label: 'Running', mark: 'busy' },
  done: { label: 'Done', mark: 'ok' },
  failed: { label: 'Failed', mark: 'bad' },
  nothingToDo: { label: 'Nothing to do', mark: 'ok' },
  skipped: { label: 'Skipped', mark: 'warn' },
  missed: { label: 'Missed', mark: 'warn' },
  waiting: { label: 'Waits', mark: 'warn' },
  rejected: { label: 'Rejected', mark: 'none' },
  interrupted: { label: 'Interrupted', mark: 'warn' },
};

/** The outcome of a run; of several missed runs with their number. */
export function outcomeText({ outcome, dueRuns }: Pick<ScheduleRun, 'outcome' | 'dueRuns'>): StateText {
  const text = outcomeTexts[outcome];
  return dueRuns > 1 ? { ...text, label: `${formatCount(dueRuns)} ${text.label.toLowerCase()}` } : text;
}

/** The reason why a run began. */
export const causeTexts: Record<ScheduleRun['cause'], { label: string; title: string }> = {
  due: { label: 'due', title: 'Its time had come.' },
  late: { label: 'caught up', title: 'It was due while the console did not run.' },
  threshold: { label: 'threshold', title: 'A cache exceeded the threshold.' },
  manual: { label: 'run now', title: 'The operator started it.' },
};

export type ScheduleTag = { text: string; tone: Tone; title: string };

/** What needs the operator's attention in a schedule that runs, beside its name; the most urgent first. */
export function tagsOf(
  { waitingRun, pausedHosts, conflicts }: ScheduleState,
  { hosts }: Pick<ScheduleNames, 'hosts'>,
): ScheduleTag[] {
  const tags: ScheduleTag[] = [];
  if (waitingRun) {
    tags.push({ text: 'to approve', tone: 'warn', title: `A run waits for approval. ${waitingRun.text}` });
  }
  if (pausedHosts.length > 0) {
    const reasons = pausedHosts.map(({ hostId, reason }) => `Paused on ${hosts.get(hostId) ?? hostId}: ${reason}`);
    tags.push({ text: `paused: ${plural(pausedHosts.length, 'host')}`, tone: 'warn', title: reasons.join('\n') });
  }
  if (conflicts.length > 0) {
    const text = conflicts.length === 1 ? 'conflict' : plural(conflicts.length, 'conflict');
    tags.push({ text, tone: 'warn', title: conflicts.map((one) => one.text).join('\n') });
  }
  return tags;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
