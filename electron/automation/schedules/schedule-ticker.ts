import { randomUUID } from 'node:crypto';
import { plural } from '../../contract/counts.ts';
import type { Schedule, ScheduleId } from '../../contract/schedules.ts';
import { inSlices } from '../../lib/slices.ts';
import type { Logger } from '../../store/log.ts';
import type { StorageHealth } from '../../store/storage-health.ts';
import type { ActiveRuns } from './active-runs.ts';
import type { RunRecords } from './run-records.ts';
import { runProblems } from './schedule-problems.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import type { RecordedRun } from './schedule-tables.ts';
import { type DueRuns, dueSteps } from './timing/due-runs.ts';
import { nextRun, startTime, timingKey } from './timing/next-runs.ts';

/** Milliseconds after which the time is checked again although nothing is due: timers do not advance during sleep. */
const maxWait = 10 * 60_000;

export type ScheduleTickerOptions = {
  sources: ScheduleSources;
  records: RunRecords;
  runs: ActiveRuns;
  storage: Pick<StorageHealth, 'report' | 'problem'>;
  log: Pick<Logger, 'error'>;
  /** A run was recorded that is not carried out. */
  recorded: (run: RecordedRun) => void;
};

/**
 * `nextDue`: when the next run is due. `nextAt`: when it starts, after its jitter. Epoch milliseconds; null if there is
 * none.
 */
type Ticked = {
  schedule: Schedule;
  timing: string;
  nextDue: number | null;
  nextAt: number | null;
  isAccounting: boolean;
};

/**
 * Accounts for the due runs of all schedules, with one timer for the next of them. A due run is recorded before anything
 * is planned, together with the cursor of its schedule, so that neither a kill nor a clock that is set back repeats it.
 */
export class ScheduleTicker {
  readonly #options: ScheduleTickerOptions;
  readonly #ticked = new Map<ScheduleId, Ticked>();
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  constructor(options: ScheduleTickerOptions) {
    this.#options = options;
  }

  /** Takes over the present schedules. For changed ones, only runs that are due from now on count. */
  refresh(): void {
    const { records, sources } = this.#options;
    const schedules = sources.schedules();
    const now = sources.clock.now();
    for (const id of this.#ticked.keys()) if (!schedules.some((one) => one.id === id)) this.#ticked.delete(id);
    this.#write(() => records.keepCursors(schedules.map(({ id }) => id)));
    for (const schedule of schedules) {
      const timing = timingOf(schedule);
      const known = this.#ticked.get(schedule.id);
      if (known?.timing === timing) {
        known.schedule = schedule;
        continue;
      }
      this.#write(() => {
        if (records.cursor(schedule.id)?.timing !== timing) records.setCursor(schedule.id, { until: now, timing });
      });
      this.#ticked.set(schedule.id, { schedule, timing, ...this.#first(schedule), isAccounting: false });
    }
    this.tick();
  }

  /** Starts due runs. Call this also when the machine woke up or its clock jumped. */
  tick(): void {
    const { sources, storage } = this.#options;
    this.#cancelTimer?.();
    // Nothing runs that cannot be recorded. It is accounted for when there is room.
    if (this.#stopped || storage.problem) return;
    const now = sources.clock.now();
    let next = now + maxWait;
    for (const ticked of this.#ticked.values()) {
      if (ticked.nextAt === null || ticked.isAccounting) continue;
      if (ticked.nextAt <= now) void this.#account(ticked, now);
      else next = Math.min(next, ticked.nextAt);
    }
    this.#cancelTimer = sources.clock.after(next - now, () => this.tick());
  }

  /** When the next run of a schedule is due, in epoch milliseconds; null if none is. */
  nextDue({ id }: Schedule): number | null {
    return this.#ticked.get(id)?.nextDue ?? null;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  #cursor(id: ScheduleId): number {
    return this.#options.records.cursor(id)?.until ?? this.#options.sources.clock.now();
  }

  #first(schedule: Schedule): Pick<Ticked, 'nextDue' | 'nextAt'> {
    const isTimed = schedule.enabled && schedule.trigger.kind !== 'threshold';
    const problem = runProblems(schedule, this.#options.sources).find(
      ({ field }) => field === 'trigger' || field === 'timeZone',
    );
    if (!isTimed || problem) return { nextDue: null, nextAt: null };
    const due = nextRun(schedule, this.#cursor(schedule.id));
    return { nextDue: due, nextAt: due === null ? null : startTime(schedule, due) };
  }

  async #account(ticked: Ticked, now: number): Promise<void> {
    const { id } = ticked.schedule;
    ticked.isAccounting = true;
    try {
      const { groups, nextDue, nextAt } = await inSlices(dueSteps(ticked.schedule, this.#cursor(id), now));
      // The schedule may have been changed, turned off or removed meanwhile.
      if (this.#stopped || this.#ticked.get(id) !== ticked) return;
      const done = this.#write(() => {
        for (const group of groups) this.#record(ticked.schedule, group, now);
      });
      if (done) Object.assign(ticked, { nextDue, nextAt });
    } catch (error) {
      // Without a time, it does not run again before it is changed or the console restarts.
      Object.assign(ticked, { nextDue: null, nextAt: null });
      this.#options.log.error({ where: 'schedules', schedule: id, error }, 'fault');
    } finally {
      ticked.isAccounting = false;
    }
    if (this.#ticked.get(id) === ticked) this.tick();
  }

  /** Records due runs, and carries them out if they are to run and the schedule can. */
  #record(schedule: Schedule, { kind, dueAt, lastAt, count }: DueRuns, now: number): void {
    const { records, runs } = this.#options;
    const run = newRun(schedule, { cause: kind === 'late' ? 'late' : 'due', dueAt, dueRuns: count, now });
    const why = kind === 'missed' ? undefined : this.#whyNot(schedule);
    if (kind !== 'missed' && why === undefined) {
      if (kind === 'late') run.text = `Makes up for ${plural(count, 'missed run')}.`;
      if (records.add(run, lastAt)) void runs.begin(schedule, run);
      return;
    }
    Object.assign(run, { startedAt: null, endedAt: now });
    Object.assign(run, why === undefined ? { outcome: 'missed', text: missedText } : { outcome: 'skipped', text: why });
    const last = records.last(schedule.id);
    const isSame = last?.outcome === 'skipped' && last.text === run.text && last.cause === run.cause;
    if (isSame && last.dueAt < dueAt) {
      const extended = { ...last, dueRuns: last.dueRuns + count, endedAt: now };
      records.extend(extended, lastAt);
      this.#options.recorded(extended);
    } else if (records.add(run, lastAt)) this.#options.recorded(run);
  }

  /** Why a schedule cannot run now; undefined if it can. */
  #whyNot(schedule: Schedule): string | undefined {
    const { sources, runs } = this.#options;
    if (sources.paused()) return 'All schedules were paused.';
    if (runs.running(schedule.id).length > 0) return 'The previous run was still in progress.';
    if (runs.waiting(schedule.id).length > 0) return 'An earlier run waits for approval.';
    return runProblems(schedule, sources)[0]?.text;
  }

  /** Writes to the database. Returns false if it cannot be written. */
  #write(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!this.#options.storage.report(error)) throw error;
      return false;
    }
  }
}

const missedText = 'The console was closed, the machine slept, or its clock was set forward.';

/** A run that begins. `now` in epoch milliseconds. */
export function newRun(
  schedule: Schedule,
  {
    cause,
    dueAt,
    dueRuns,
    now,
    hostIds = null,
  }: Pick<RecordedRun, 'cause' | 'dueAt' | 'dueRuns'> & {
    now: number;
    hostIds?: RecordedRun['hostIds'];
  },
): RecordedRun {
  return {
    id: randomUUID(),
    scheduleId: schedule.id,
    scheduleName: schedule.name,
    action: schedule.action,
    cause,
    dueAt,
    dueRuns,
    startedAt: now,
    endedAt: null,
    outcome: 'running',
    text: '',
    operationId: null,
    skippedHosts: [],
    failedHosts: [],
    deleted: { images: 0, bytes: 0 },
    hostIds,
    approval: null,
  };
}

/** The fields that decide when a schedule is due. Changing one of them starts a new account. */
function timingOf({ enabled, trigger, timeZone, blackouts }: Schedule): string {
  return `${enabled} ${timingKey({ trigger, timeZone, blackouts })}`;
}
