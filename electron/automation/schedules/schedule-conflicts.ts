import type { HostJob } from '../../contract/host-jobs.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Schedule, ScheduleId, ScheduleState } from '../../contract/schedules.ts';
import { plural } from '../../lib/text.ts';
import { resolveTargets } from './resolve-targets.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import { nextRun, timingKey, timingProblem } from './timing/next-runs.ts';

type Conflict = ScheduleState['conflicts'][number];
type ConflictSources = Pick<ScheduleSources, 'schedules' | 'hosts' | 'clouds' | 'hostJobs' | 'clock'>;
/** `runs`: the next ones, in epoch milliseconds. */
type Outlook = { schedule: Schedule; hostIds: ReadonlySet<HostId>; runs: readonly number[] };

/** How far ahead runs are compared: milliseconds, and runs. */
const horizon = 8 * 24 * 3_600_000;
const maxRuns = 100;
/** Timings whose next runs are kept. */
const maxKnown = 2_000;
/** Milliseconds after a run in which another one meets it. */
const meeting = 60_000;
const maxConflicts = 20;
const maxAge = 3_600_000;

/** Which schedules can meet on a host: their runs wait for each other there, or are skipped. */
export class ScheduleConflicts {
  readonly #sources: ConflictSources;
  #outlooks: { at: number; all: Outlook[] } | undefined;
  readonly #known = new Map<ScheduleId, Conflict[]>();
  readonly #runs = new Map<string, { at: number; runs: readonly number[] }>();

  constructor(sources: ConflictSources) {
    this.#sources = sources;
  }

  /** Schedules, hosts or their jobs changed. */
  reset(): void {
    this.#outlooks = undefined;
    this.#known.clear();
  }

  /** The conflicts of a schedule, which may be a draft, with the others that are on. */
  of(schedule: Schedule): Conflict[] {
    const now = this.#sources.clock.now();
    if (!this.#outlooks || now - this.#outlooks.at > maxAge || now < this.#outlooks.at) {
      this.reset();
      const all = this.#sources.schedules().filter(isMaintenance);
      this.#outlooks = { at: now, all: all.map((one) => this.#outlook(one, now)) };
    }
    const saved = this.#outlooks.all.find((one) => one.schedule === schedule);
    const known = saved && this.#known.get(schedule.id);
    if (known) return known;
    if (!isMaintenance(schedule)) return [];
    const own = saved ?? this.#outlook(schedule, now);
    const conflicts: Conflict[] = [];
    for (const other of this.#outlooks.all) {
      if (conflicts.length === maxConflicts) break;
      const found = other.schedule.id === schedule.id ? undefined : conflict(own, other);
      if (found) conflicts.push(found);
    }
    conflicts.push(...this.#jobConflicts(own).slice(0, maxConflicts - conflicts.length));
    if (saved) this.#known.set(schedule.id, conflicts);
    return conflicts;
  }

  /** The jobs on the hosts of a schedule that do the same as it does; equal jobs of several hosts together. */
  #jobConflicts({ schedule, hostIds }: Outlook): Conflict[] {
    const program = programs[schedule.action.kind];
    if (program === undefined) return [];
    const found = new Map<string, { job: HostJob; hostIds: HostId[] }>();
    for (const { hostId, jobs } of this.#sources.hostJobs()) {
      const job = hostIds.has(hostId) && jobs.find((one) => one.program === program && one.active);
      if (!job) continue;
      const key = `${job.source} ${job.when}`;
      const same = found.get(key);
      if (same) same.hostIds.push(hostId);
      else found.set(key, { job, hostIds: [hostId] });
    }
    return [...found.values()].map(({ job, hostIds: on }) => ({
      scheduleId: null,
      hostIds: on,
      text: `${plural(on.length, 'host')} already ${on.length === 1 ? 'does' : 'do'} this: ${job.source}, ${job.when}. Use the schedule or the job, not both.`.slice(
        0,
        1_000,
      ),
    }));
  }

  #outlook(schedule: Schedule, now: number): Outlook {
    const { hosts, clouds } = this.#sources;
    const hostIds = new Set(resolveTargets(schedule.targets, hosts(), clouds()).hostIds);
    return { schedule, hostIds, runs: this.#nextRuns(schedule, now) };
  }

  /** The next runs within the horizon. Kept, since another schedule changes more often than this one. */
  #nextRuns(schedule: Schedule, now: number): readonly number[] {
    const key = timingKey(schedule);
    const known = this.#runs.get(key);
    if (known && now >= known.at && now - known.at <= maxAge) return known.runs;
    const runs: number[] = [];
    if (schedule.trigger.kind !== 'threshold' && !timingProblem(schedule, now)) {
      for (let last = nextRun(schedule, now); last !== null && last <= now + horizon; last = nextRun(schedule, last)) {
        runs.push(last);
        if (runs.length === maxRuns) break;
      }
    }
    if (this.#runs.size >= maxKnown) this.#runs.clear();
    this.#runs.set(key, { at: now, runs });
    return runs;
  }
}

/** The program of a host that does what a schedule does. */
const programs: Partial<Record<Schedule['action']['kind'], HostJob['program']>> = {
  prune: 'pruner',
  clean: 'cleaner',
  prefetch: 'prefetcher',
};

function isMaintenance({ enabled, action }: Schedule): boolean {
  return enabled && action.kind !== 'refresh';
}

function conflict(own: Outlook, other: Outlook): Conflict | undefined {
  const text = conflictText(own, other);
  if (text === undefined) return undefined;
  const hostIds = [...own.hostIds].filter((id) => other.hostIds.has(id));
  return hostIds.length === 0 ? undefined : { scheduleId: other.schedule.id, hostIds, text };
}

function conflictText(own: Outlook, other: Outlook): string | undefined {
  const { name } = other.schedule;
  const thresholds = [own, other].filter(({ schedule }) => schedule.trigger.kind === 'threshold').length;
  const prunes = [own, other].every(({ schedule }) => schedule.action.kind === 'prune');
  if (thresholds === 2) return `“${name}” is triggered by the size of the same caches.`;
  if (thresholds === 1) return prunes ? `“${name}” also prunes these hosts.` : undefined;
  const at = firstMeeting(own, other);
  if (at === undefined) return undefined;
  return `“${name}” runs at the same time, next at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC. One waits for the other.`;
}

/** The first time at which runs of both meet, within their jitter and a minute. */
function firstMeeting(own: Outlook, other: Outlook): number | undefined {
  const reach = ({ schedule }: Outlook) => schedule.jitterSeconds * 1_000 + meeting;
  let index = 0;
  for (const at of own.runs) {
    while (index < other.runs.length && (other.runs[index] ?? 0) + reach(other) <= at) index += 1;
    const candidate = other.runs[index];
    if (candidate === undefined) return undefined;
    if (candidate < at + reach(own)) return Math.max(at, candidate);
  }
  return undefined;
}
