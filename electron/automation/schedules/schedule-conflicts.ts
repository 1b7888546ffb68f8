import { plural } from '../../contract/counts.ts';
import { type ExternalRemoval, isRecentRemoval, removalTime } from '../../contract/external-removals.ts';
import type { HostJob } from '../../contract/host-jobs.ts';
import type { HostId } from '../../contract/hosts.ts';
import { isDestructive, type Schedule, type ScheduleId, type ScheduleState } from '../../contract/schedules.ts';
import { resolveTargets } from './resolve-targets.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import { timingKey } from './timing/next-runs.ts';
import { firstMeeting, type UpcomingRuns, upcomingRuns } from './timing/run-meetings.ts';

type Conflict = ScheduleState['conflicts'][number];
type ConflictSources = Pick<
  ScheduleSources,
  'schedules' | 'hosts' | 'clouds' | 'hostJobs' | 'externalRemovals' | 'clock'
>;
type Outlook = { schedule: Schedule; hostIds: ReadonlySet<HostId>; runs: UpcomingRuns };

/** The number of timings whose next runs are cached. */
const maxKnown = 2_000;
const maxConflicts = 20;
const maxAge = 3_600_000;

/** Which schedules can meet on a host: their runs wait for each other there, or are skipped. */
export class ScheduleConflicts {
  readonly #sources: ConflictSources;
  #outlooks: { at: number; all: Outlook[] } | undefined;
  readonly #known = new Map<ScheduleId, Conflict[]>();
  readonly #runs = new Map<string, { at: number; runs: UpcomingRuns }>();

  constructor(sources: ConflictSources) {
    this.#sources = sources;
  }

  /** Called when schedules, hosts, their jobs or the removals by something else have changed. */
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
    const others = [...this.#jobConflicts(own), ...this.#removalConflicts(own, now)];
    conflicts.push(...others.slice(0, maxConflicts - conflicts.length));
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

  /**
   * Hosts of a schedule from which something else removed images, and on which no job is known that may have done it.
   */
  #removalConflicts({ schedule: { action }, hostIds }: Outlook, now: number): Conflict[] {
    if (action.kind !== 'clean' && !deletes(action)) return [];
    const pruned = this.#sources.hostJobs().filter(({ jobs }) => jobs.some(isPruner));
    const explained = new Set(pruned.map(({ hostId }) => hostId));
    const last = new Map<HostId, ExternalRemoval>();
    for (const removal of this.#sources.externalRemovals()) {
      const isOpen = hostIds.has(removal.hostId) && !explained.has(removal.hostId);
      if (isOpen && isRecentRemoval(removal, now)) last.set(removal.hostId, removal);
    }
    const [latest] = [...last.values()].sort((one, other) => other.until - one.until);
    if (!latest) return [];
    const text = `Something else removed images from ${plural(last.size, 'host')}, last ${removalTime(latest, timeOf)} UTC. Another console or a job on ${last.size === 1 ? 'the host may prune it' : 'the hosts may prune them'} too.`;
    return [{ scheduleId: null, hostIds: [...last.keys()], text }];
  }

  #outlook(schedule: Schedule, now: number): Outlook {
    const { hosts, clouds } = this.#sources;
    const hostIds = new Set(resolveTargets(schedule.targets, hosts(), clouds()).hostIds);
    return { schedule, hostIds, runs: this.#nextRuns(schedule, now) };
  }

  /** Kept, since another schedule changes more often than this one. */
  #nextRuns(schedule: Schedule, now: number): UpcomingRuns {
    const key = `${timingKey(schedule)} ${schedule.jitterSeconds}`;
    const known = this.#runs.get(key);
    if (known && now >= known.at && now - known.at <= maxAge) return known.runs;
    if (this.#runs.size >= maxKnown) this.#runs.clear();
    const runs = upcomingRuns(schedule, now);
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

function isPruner({ program, active }: HostJob): boolean {
  return program === 'pruner' && active;
}

/** A time in epoch milliseconds as UTC. */
function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function deletes(action: Schedule['action']): boolean {
  return isDestructive(action, action.kind === 'golden' && action.deleteExtra);
}

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
  const actions = [own.schedule.action, other.schedule.action];
  if (thresholds === 2) return `“${name}” is triggered by the size of the same caches.`;
  if (thresholds === 1) {
    if (actions.every(({ kind }) => kind === 'prune')) return `“${name}” also prunes these hosts.`;
    return actions.every(deletes)
      ? `“${name}” can run at the same time: a threshold is exceeded at any time. One waits for the other.`
      : undefined;
  }
  const at = firstMeeting(own.runs, other.runs);
  return at === undefined
    ? undefined
    : `“${name}” runs at the same time, next at ${timeOf(at)} UTC. One waits for the other.`;
}
