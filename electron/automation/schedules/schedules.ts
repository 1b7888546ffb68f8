import type { DatabaseSync } from 'node:sqlite';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { DryRun, Schedule, ScheduleId, ScheduleRun, ScheduleState } from '../../contract/schedules.ts';
import { Emitter } from '../../lib/emitter.ts';
import type { Logger } from '../../store/log.ts';
import type { StorageHealth } from '../../store/storage-health.ts';
import { ActiveRuns } from './active-runs.ts';
import { HostFailures } from './host-failures.ts';
import type { PlannedRun } from './plan-run.ts';
import { resolveTargets } from './resolve-targets.ts';
import { RunRecords } from './run-records.ts';
import { ScheduleConflicts } from './schedule-conflicts.ts';
import { runProblems } from './schedule-problems.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import { publicRun, type RecordedRun } from './schedule-tables.ts';
import { newRun, ScheduleTicker } from './schedule-ticker.ts';
import { isAbove, ThresholdTrigger } from './threshold-trigger.ts';

export type SchedulesOptions = {
  sources: ScheduleSources;
  database: DatabaseSync;
  storage: StorageHealth;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  /** How long the runs are remembered in milliseconds, and how many. */
  retention: () => { milliseconds: number; runsPerSchedule: number };
};

/** The maximum number of runs of a page. */
const maxPage = 500;
/** Milliseconds during which changes are collected into one event. */
const eventDelay = 100;
/** Milliseconds after the machine woke up in which its network comes back. */
const wakeDelay = 15_000;
/** Milliseconds between two removals of runs that are past their retention. */
const retentionInterval = 24 * 3_600_000;

/** The schedules: when they run, what they do, and the outcome. Everything that they do is an operation. */
export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #records: RunRecords;
  readonly #failures: HostFailures;
  readonly #runs: ActiveRuns;
  readonly #ticker: ScheduleTicker;
  readonly #threshold: ThresholdTrigger;
  readonly #conflicts: ScheduleConflicts;
  readonly #changes = new Emitter();
  readonly #ends = new Emitter<ScheduleRun>();
  readonly #forget: (() => void)[] = [];
  readonly #lastRuns = new Map<ScheduleId, RecordedRun | null>();
  #cancelEvent: (() => void) | undefined;
  #cancelWake: (() => void) | undefined;
  #isStarted = false;
  #cancelRetention: (() => void) | undefined;

  constructor(options: SchedulesOptions) {
    this.#options = options;
    const { sources, database, storage, log } = options;
    const records = new RunRecords(database);
    const failures = new HostFailures(database);
    const changed = (run: RecordedRun) => this.#runChanged(run);
    const runs = new ActiveRuns({ sources, records, failures, storage, log, changed });
    this.#records = records;
    this.#failures = failures;
    this.#runs = runs;
    this.#ticker = new ScheduleTicker({ sources, records, runs, storage, log, recorded: changed });
    this.#threshold = new ThresholdTrigger({ sources, records, runs, failures, storage });
    this.#conflicts = new ScheduleConflicts(sources);
  }

  /** Takes over the state of an earlier console, and starts due runs. Call this when the hosts are known. */
  start(): void {
    const { sources, storage } = this.#options;
    this.#isStarted = true;
    this.#runs.recover();
    this.#forget.push(
      sources.fleet.onChange(({ changed }) => this.#threshold.check(changed)),
      storage.onChange((problem) => {
        if (problem) return;
        this.#runs.continueInterrupted();
        this.#ticker.refresh();
      }),
    );
    this.#removeOldDaily();
    this.settingsChanged();
  }

  /** Stops planning and starting. Operations that run are interrupted when the operations stop. */
  stop(): void {
    for (const forget of this.#forget) forget();
    this.#ticker.stop();
    this.#runs.stop();
    this.#isStarted = false;
    this.#cancelEvent?.();
    this.#cancelWake?.();
    this.#cancelRetention?.();
  }

  /** Schedules, hosts, clouds, golden sets or filters were added, changed or removed. */
  settingsChanged(): void {
    // Before the start, hosts may still be missing.
    if (!this.#isStarted) return;
    const { sources, storage } = this.#options;
    const ids = new Set(sources.schedules().map(({ id }) => id));
    this.#runs.dropWaiting(sources.schedules());
    try {
      this.#failures.keep([...ids]);
    } catch (error) {
      if (!storage.report(error)) throw error;
    }
    this.#conflicts.reset();
    this.#ticker.refresh();
    this.#threshold.check();
    this.#announce();
  }

  /** The jobs of hosts were read, or something else removed images from a host. */
  hostJobsChanged(): void {
    this.#conflicts.reset();
    this.#announce();
  }

  /** The machine woke up, or its clock jumped. Missed runs are caught up after the network had time to come back. */
  wake(): void {
    const { clock } = this.#options.sources;
    this.#cancelWake?.();
    this.#cancelWake = clock.after(wakeDelay, () => this.#ticker.tick());
  }

  /** Calls a listener when a schedule, its state or its runs changed. */
  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  /** Calls a listener with each run that ended, and again when its record accounts for more due runs. */
  onRunEnd(listener: (run: ScheduleRun) => void): () => void {
    return this.#ends.on(listener);
  }

  states(): ScheduleState[] {
    const { sources } = this.#options;
    const [hosts, clouds, paused] = [sources.hosts(), sources.clouds(), sources.paused()];
    return sources.schedules().map((schedule) => {
      const last = this.#lastRun(schedule.id);
      const [waiting] = this.#runs.waiting(schedule.id);
      return {
        schedule,
        hostIds: resolveTargets(schedule.targets, hosts, clouds).hostIds,
        nextRun: paused ? null : this.#ticker.nextDue(schedule),
        lastRun: last && publicRun(last),
        waitingRun: waiting ? publicRun(waiting) : null,
        pausedHosts: this.pausedHosts(schedule.id),
        conflicts: this.#conflicts.of(schedule),
        problem: runProblems(schedule, sources)[0]?.text ?? null,
      };
    });
  }

  /** Whether a run of a schedule waits for approval. */
  isWaiting(id: ScheduleId): boolean {
    return this.#runs.waiting(id).length > 0;
  }

  /** The hosts for which a schedule is paused. */
  pausedHosts(id: ScheduleId): ScheduleState['pausedHosts'] {
    return this.#failures.paused(id);
  }

  /** Throws `notFound` when there is no such schedule. */
  schedule(id: ScheduleId): Schedule {
    const schedule = this.#options.sources.schedules().find((one) => one.id === id);
    if (schedule) return schedule;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'Schedule not found.',
      remedy: 'It may have been removed.',
    });
  }

  /** The conflicts that a draft would have with the other schedules. */
  conflictsOf(draft: Schedule): ScheduleState['conflicts'] {
    return this.#conflicts.of(draft);
  }

  /** Plans a run from fresh snapshots. Sends nothing that changes a host. */
  async dryRun(id: ScheduleId): Promise<DryRun> {
    const schedule = this.schedule(id);
    return dryRunOf(await this.#runs.planOn(schedule, this.#hostsToRun(schedule)));
  }

  /** Starts a run now. Throws `invalidInput` while a run is in progress or waits, and `storage` on a full disk. */
  runNow(id: ScheduleId): ScheduleRun {
    const schedule = this.schedule(id);
    const { sources, storage } = this.#options;
    if (this.#runs.running(id).length > 0)
      throw refusal('A run of this schedule is in progress.', 'Wait until it ends.');
    if (this.isWaiting(id)) {
      throw refusal('A run of this schedule waits for approval.', 'Approve or reject it first.');
    }
    const [problem] = runProblems(schedule, sources);
    if (problem) throw refusal(problem.text, 'Change the schedule.');
    const now = sources.clock.now();
    const hostIds = schedule.trigger.kind === 'threshold' ? this.#hostsToRun(schedule) : null;
    const run = newRun(schedule, { cause: 'manual', dueAt: now, dueRuns: 1, now, hostIds });
    try {
      this.#records.add(run);
    } catch (error) {
      throw storage.report(error) ?? error;
    }
    void this.#runs.begin(schedule, run);
    return publicRun(run);
  }

  async approve(runId: string, typedName: string | undefined): Promise<ScheduleRun> {
    return publicRun(await this.#runs.approve(this.#scheduleOfRun(runId), runId, typedName));
  }

  reject(runId: string): ScheduleRun {
    return publicRun(this.#runs.reject(runId));
  }

  /** What a waiting run would do now. */
  async waitingPlan(runId: string): Promise<DryRun> {
    return dryRunOf(await this.#runs.planWaiting(this.#scheduleOfRun(runId), runId));
  }

  resumeHost(id: ScheduleId, hostId: HostId): void {
    this.schedule(id);
    try {
      this.#failures.resume(id, hostId);
    } catch (error) {
      throw this.#options.storage.report(error) ?? error;
    }
    this.#announce();
    this.#threshold.check([hostId]);
  }

  /**
   * The runs, newest first: those that were due before an instant, `limit` of them, or more if more have the due time of
   * the last one: the next page begins before it.
   */
  runs(query: { scheduleId?: ScheduleId | undefined; before?: number | undefined; limit: number }): {
    runs: ScheduleRun[];
    more: boolean;
  } {
    const { scheduleId, before = Number.MAX_SAFE_INTEGER, limit } = query;
    let found = this.#records.list(scheduleId, before, limit + 1);
    let end = Math.min(limit, found.length);
    const isSplit = () => end < found.length && found[end]?.dueAt === found[end - 1]?.dueAt;
    if (isSplit()) found = this.#records.list(scheduleId, before, maxPage + 1);
    while (isSplit() && end < maxPage) end += 1;
    const runs = found.slice(0, end).map((run) => publicRun(this.#runs.current(run.id) ?? run));
    return { runs, more: found.length > end };
  }

  /** The hosts of a run that the operator starts: with a threshold, those above it. */
  #hostsToRun(schedule: Schedule): HostId[] {
    const { hosts, clouds } = this.#options.sources;
    const all = hosts();
    const { hostIds } = resolveTargets(schedule.targets, all, clouds());
    if (schedule.trigger.kind !== 'threshold') return hostIds;
    const above = new Set(all.filter((host) => isAbove(schedule, host)).map(({ id }) => id));
    return hostIds.filter((id) => above.has(id));
  }

  #scheduleOfRun(runId: string): Schedule {
    const run = this.#runs.current(runId) ?? this.#records.find(runId);
    if (!run) throw refusal('This run is not in the history.', 'Its retention period ended.');
    return this.schedule(run.scheduleId);
  }

  #lastRun(id: ScheduleId): RecordedRun | null {
    let last = this.#lastRuns.get(id);
    if (last === undefined) {
      last = this.#records.last(id) ?? null;
      this.#lastRuns.set(id, last);
    }
    return last && (this.#runs.current(last.id) ?? last);
  }

  #runChanged(run: RecordedRun): void {
    this.#lastRuns.delete(run.scheduleId);
    if (run.endedAt !== null) this.#ends.emit(publicRun(run));
    if (run.endedAt !== null && run.cause === 'threshold') this.#threshold.ended(run);
    this.#announce();
  }

  #announce(): void {
    this.#cancelEvent ??= this.#options.sources.clock.after(eventDelay, () => {
      this.#cancelEvent = undefined;
      this.#changes.emit();
    });
  }

  #removeOldDaily(): void {
    const { sources, storage, retention } = this.#options;
    const { milliseconds, runsPerSchedule } = retention();
    try {
      this.#records.removeOld(sources.clock.now() - milliseconds, runsPerSchedule);
      this.#lastRuns.clear();
    } catch (error) {
      // They are removed later.
      if (!storage.report(error)) throw error;
    }
    this.#cancelRetention = sources.clock.after(retentionInterval, () => this.#removeOldDaily());
  }
}

function dryRunOf({ plan, text, skippedHosts, approval }: PlannedRun): DryRun {
  return { plan, text, skippedHosts, approval };
}

function refusal(message: string, remedy: string): ExpectedFailure {
  return new ExpectedFailure({ code: 'invalidInput', message, remedy, notSent: true });
}
