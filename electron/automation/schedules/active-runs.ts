import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Operation } from '../../contract/operations.ts';
import type { Schedule, ScheduleId } from '../../contract/schedules.ts';
import { checkTypedName } from '../../operations/plan/plan-confirmation.ts';
import type { Logger } from '../../store/log.ts';
import type { StorageHealth } from '../../store/storage-health.ts';
import { beyondApproved, changedSinceApproval, hostsInUse, noHostToWorkOn } from './approval.ts';
import type { HostFailures } from './host-failures.ts';
import { HostTurns } from './host-turns.ts';
import { limitedHost, type PlannedRun, planRun } from './plan-run.ts';
import { resolveTargets } from './resolve-targets.ts';
import { resultOf } from './run-outcome.ts';
import type { RunRecords } from './run-records.ts';
import { RunWriter } from './run-writer.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import type { RecordedRun } from './schedule-tables.ts';
import { isBlackout } from './timing/next-runs.ts';

export type ActiveRunsOptions = {
  sources: ScheduleSources;
  records: RunRecords;
  failures: HostFailures;
  storage: Pick<StorageHealth, 'report' | 'addCheck'>;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  /** A run began, changed or ended. */
  changed: (run: RecordedRun) => void;
};

const nothingSent = 'Nothing was sent.';
/** Failed targets that are read to tell why a host failed. */
const maxReasons = 5_000;
/** Milliseconds between two attempts to continue an operation that a full disk interrupted. */
const retryAfter = 30_000;

/** The runs that are planned, run or wait for approval. */
export class ActiveRuns {
  readonly #options: ActiveRunsOptions;
  readonly #writer: RunWriter;
  readonly #turns = new HostTurns();
  /** Runs in progress. */
  readonly #running = new Map<string, RecordedRun>();
  readonly #waiting = new Map<string, RecordedRun>();
  /** The callback of each operation of a run in progress, called when the operation has ended. */
  readonly #ends = new Map<string, (operation: Operation) => void>();
  readonly #forget: (() => void)[] = [];
  #stopped = false;

  constructor(options: ActiveRunsOptions) {
    this.#options = options;
    this.#writer = new RunWriter(options);
    this.#forget.push(
      options.sources.operations.onChange((operation) => this.#operationChanged(operation)),
      () => this.#writer.stop(),
    );
  }

  /** The runs of a schedule that are in progress. */
  running(scheduleId: ScheduleId): RecordedRun[] {
    return [...this.#running.values()].filter((run) => run.scheduleId === scheduleId);
  }

  /** The runs of a schedule that wait for approval, the oldest first. */
  waiting(scheduleId: ScheduleId): RecordedRun[] {
    return [...this.#waiting.values()].filter((run) => run.scheduleId === scheduleId);
  }

  /** The run as it is now, if its record in the database may be older. */
  current(runId: string): RecordedRun | undefined {
    return this.#running.get(runId) ?? this.#waiting.get(runId) ?? this.#writer.unwritten(runId);
  }

  /**
   * Takes over the runs of an earlier console. Those with an operation are continued, those without one are recorded as
   * interrupted, and runs that wait for approval still wait.
   */
  recover(): void {
    const open = this.#options.records.open();
    for (const run of open) if (run.outcome === 'waiting') this.#waiting.set(run.id, run);
    const { operations } = this.#options.sources;
    const all = operations.list();
    const known = new Set(open.map(({ operationId }) => operationId));
    for (const run of open) {
      if (run.outcome !== 'running') continue;
      // The console may end between the start of an operation and the record of it.
      const isItsOwn = ({ id, schedule, startedAt }: Operation) =>
        schedule?.id === run.scheduleId && startedAt >= (run.startedAt ?? run.dueAt) && !known.has(id);
      const operation = all.find(({ id }) => id === run.operationId) ?? all.findLast(isItsOwn);
      this.#running.set(run.id, run);
      if (!operation) {
        this.#end(run, { outcome: 'interrupted', text: `The console ended before the run began. ${nothingSent}` });
        continue;
      }
      known.add(operation.id);
      void this.#guard(run, () => this.#resume(run, operation));
    }
  }

  /** Starts a run whose record is written. */
  begin(schedule: Schedule, run: RecordedRun): Promise<void> {
    this.#running.set(run.id, run);
    this.#options.changed(run);
    return this.#guard(run, () => this.#carryOut(schedule, run));
  }

  /**
   * Plans a waiting run again and starts it. Returns when its operation is started. Throws `invalidInput` if the new
   * plan is not within the approved extent, which is then set to the new plan's, or if no host can be worked on.
   */
  async approve(schedule: Schedule, runId: string, typedName: string | undefined): Promise<RecordedRun> {
    const run = this.#waitingRun(runId);
    const hostIds = run.hostIds ?? this.#hostsOf(schedule);
    if (hostIds.some((id) => this.#turns.isTaken(id))) throw hostsInUse();
    const release = await this.#turns.take(hostIds);
    let isStarted = false;
    try {
      await this.#planFree(schedule, run, async (planned) => {
        // It may have been rejected or approved meanwhile.
        this.#waitingRun(runId);
        this.#checkApproved(run, planned, typedName);
        this.#waiting.delete(runId);
        this.#running.set(runId, run);
        Object.assign(run, { outcome: 'running', text: '', startedAt: this.#now(), approval: null });
        this.#writer.save(run);
        const started = Promise.withResolvers<void>();
        isStarted = true;
        const done = this.#guard(run, () => this.#send(schedule, run, planned, started.resolve)).finally(release);
        await Promise.race([started.promise, done]);
      });
      return run;
    } finally {
      if (!isStarted) release();
    }
  }

  /** Throws `invalidInput` if a new plan of a run that waits is not within what was approved, has no host, or needs a typed name. */
  #checkApproved(
    run: RecordedRun,
    { plan, outcome, skippedHosts, extent, deletes, approval }: PlannedRun,
    typedName: string | undefined,
  ): void {
    if (outcome === 'skipped') throw noHostToWorkOn(skippedHosts);
    const name = (id: HostId) => limitedHost(id, this.#options.sources);
    const beyond = beyondApproved(extent, run.approval ?? {}, name);
    if (beyond !== null) {
      Object.assign(run, { approval: extent, deleted: deletes, text: approval ?? run.text });
      this.#writer.save(run);
      throw changedSinceApproval(beyond);
    }
    if (plan) checkTypedName(plan, typedName);
  }

  reject(runId: string): RecordedRun {
    const run = this.#waitingRun(runId);
    this.#waiting.delete(runId);
    this.#end(run, { outcome: 'rejected', text: `Rejected by the operator. ${nothingSent}` });
    return run;
  }

  /** Ends the waiting runs of schedules that were removed, or whose action has changed. */
  dropWaiting(schedules: readonly Schedule[]): void {
    for (const run of this.#waiting.values()) {
      const schedule = schedules.find(({ id }) => id === run.scheduleId);
      if (schedule && isDeepStrictEqual(schedule.action, run.action)) continue;
      this.#waiting.delete(run.id);
      const text = schedule ? 'The action of the schedule was changed.' : 'The schedule was removed.';
      this.#end(run, { outcome: 'rejected', text: `${text} ${nothingSent}` });
    }
  }

  /** What a waiting run would do now. */
  planWaiting(schedule: Schedule, runId: string): Promise<PlannedRun> {
    return this.#plan(schedule, this.#waitingRun(runId));
  }

  /** What a run on some hosts would do now. */
  planOn(schedule: Schedule, hostIds: readonly HostId[]): Promise<PlannedRun> {
    const { failures, sources } = this.#options;
    return planRun(schedule, hostIds, (hostId) => failures.pauseReason(schedule.id, hostId), sources);
  }

  /** The data directory can be written again: continues with the records that could not be written. */
  continueInterrupted(): void {
    const { operations } = this.#options.sources;
    for (const run of this.#running.values()) {
      const operation = operations.list().find(({ id }) => id === run.operationId);
      if (operation?.state === 'interrupted') void this.#continueOrRetry(operation);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const forget of this.#forget) forget();
  }

  #now(): number {
    return this.#options.sources.clock.now();
  }

  #waitingRun(runId: string): RecordedRun {
    const run = this.#waiting.get(runId);
    if (run) return run;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'This run does not wait for approval.',
      remedy: 'It was approved, rejected, or removed with its schedule.',
    });
  }

  #hostsOf(schedule: Schedule): HostId[] {
    const { hosts, clouds } = this.#options.sources;
    return resolveTargets(schedule.targets, hosts(), clouds()).hostIds;
  }

  #plan(schedule: Schedule, run: RecordedRun): Promise<PlannedRun> {
    return this.planOn(schedule, run.hostIds ?? this.#hostsOf(schedule));
  }

  /**
   * Plans a run until none of its hosts became busy meanwhile: a plan leaves out busy hosts. Calls `use` with the plan in the
   * same turn, so that nothing else can start in between.
   */
  async #planFree(schedule: Schedule, run: RecordedRun, use: (planned: PlannedRun) => Promise<void>): Promise<void> {
    const { operations } = this.#options.sources;
    for (;;) {
      const planned = await this.#plan(schedule, run);
      const targets = planned.plan?.targets ?? [];
      const isFree = ({ hostId, verdict }: (typeof targets)[number]) =>
        verdict !== 'willDo' || operations.openAt(hostId).length === 0;
      if (this.#stopped || targets.every(isFree)) return use(planned);
    }
  }

  async #carryOut(schedule: Schedule, run: RecordedRun): Promise<void> {
    const isMaintenance = schedule.action.kind !== 'refresh';
    const release = await this.#turns.take(isMaintenance ? (run.hostIds ?? this.#hostsOf(schedule)) : []);
    try {
      if (this.#stopped) return;
      if (run.cause !== 'manual' && isBlackout(schedule, this.#now())) {
        const text = 'Other schedules used its hosts until a blackout began.';
        this.#end(run, { outcome: 'skipped', text: `${text} ${nothingSent}` });
        return;
      }
      await this.#planFree(schedule, run, async (planned) => {
        if (this.#stopped) return;
        run.skippedHosts = planned.skippedHosts;
        if (planned.approval === null) {
          await this.#send(schedule, run, planned);
          return;
        }
        Object.assign(run, { outcome: 'waiting', text: planned.approval });
        Object.assign(run, { approval: planned.extent, deleted: planned.deletes });
        this.#running.delete(run.id);
        this.#waiting.set(run.id, run);
        this.#writer.save(run);
      });
    } finally {
      release();
    }
  }

  /** Starts the planned operation and waits for its end. */
  async #send(
    { id, name }: Schedule,
    run: RecordedRun,
    { plan, outcome, text, skippedHosts }: PlannedRun,
    started: () => void = () => {},
  ): Promise<void> {
    run.skippedHosts = skippedHosts;
    if (!plan || plan.willDo === 0) {
      this.#end(run, { outcome, text });
      return;
    }
    const operation = await this.#options.sources.operations.start(plan.id, undefined, { id, name });
    run.operationId = operation.id;
    this.#writer.save(run);
    started();
    await this.#follow(run, operation);
  }

  /** Takes over an operation that an earlier console started. */
  async #resume(run: RecordedRun, operation: Operation): Promise<void> {
    run.operationId = operation.id;
    this.#writer.save(run);
    const release = await this.#turns.take(operation.hostIds);
    try {
      const { sources } = this.#options;
      const schedule = sources.schedules().find(({ id }) => id === run.scheduleId);
      const mayContinue = schedule !== undefined && (schedule.enabled || run.cause === 'manual') && !sources.paused();
      if (operation.state === 'interrupted' && !mayContinue) {
        this.#settle(run, operation);
        return;
      }
      if (operation.state === 'interrupted') await this.#continue(operation);
      await this.#follow(run, sources.operations.list().find(({ id }) => id === operation.id) ?? operation);
    } finally {
      release();
    }
  }

  /** Continues an operation, or tries again later: requests that were sent may not be answered yet. */
  async #continueOrRetry(operation: Operation): Promise<void> {
    const { log, sources } = this.#options;
    try {
      await this.#continue(operation);
    } catch (error) {
      if (error instanceof ExpectedFailure) {
        log.warn({ operation: operation.id, failure: error.failure.message }, 'the operation of a schedule waits');
        if (!this.#stopped) this.#forget.push(sources.clock.after(retryAfter, () => this.continueInterrupted()));
      } else log.error({ where: 'schedules', operation: operation.id, error }, 'fault');
    }
  }

  async #continue({ id, title }: Operation): Promise<void> {
    this.#options.log.info({ operation: id, title }, 'continuing the operation of a schedule');
    await this.#options.sources.operations.continue(id);
  }

  /** Waits until an operation ended, and settles its run. One that a full disk interrupted is waited for. */
  async #follow(run: RecordedRun, operation: Operation): Promise<void> {
    const ended = await new Promise<Operation>((resolve) => {
      if (isOver(operation)) resolve(operation);
      else this.#ends.set(operation.id, resolve);
    });
    this.#ends.delete(operation.id);
    if (!this.#stopped) this.#settle(run, ended);
  }

  #operationChanged(operation: Operation): void {
    if (this.#stopped || !isOver(operation)) return;
    this.#ends.get(operation.id)?.(operation);
  }

  #settle(run: RecordedRun, { id }: Operation): void {
    const { sources, failures } = this.#options;
    const { succeeded, skippedHosts, ...result } = resultOf(
      sources.operations.targets({ id, states: ['failed', 'unknown', 'refused'], limit: maxReasons }),
    );
    const notes: string[] = [];
    this.#writer.attempt(() => {
      for (const { hostId, reason } of result.failedHosts) {
        if (!failures.failed(run.scheduleId, hostId, reason, this.#now())) continue;
        notes.push(`Paused for ${limitedHost(hostId, sources)?.name ?? hostId} after three failures in a row.`);
      }
      for (const hostId of succeeded) {
        const isFruitless = run.cause === 'threshold' && result.deleted.images === 0;
        if (isFruitless) failures.postponed(run.scheduleId, hostId, this.#now());
        else failures.succeeded(run.scheduleId, hostId);
      }
    });
    const planned = run.skippedHosts.filter((one) => !skippedHosts.some(({ hostId }) => hostId === one.hostId));
    this.#end(run, { ...result, skippedHosts: [...planned, ...skippedHosts], text: [result.text, ...notes].join(' ') });
  }

  #end(run: RecordedRun, result: Partial<RecordedRun>): void {
    this.#running.delete(run.id);
    Object.assign(run, result, { endedAt: this.#now(), approval: null });
    // A plan that deletes nothing has deleted nothing, whatever an earlier plan of the run contained.
    if (run.operationId === null) run.deleted = { images: 0, bytes: 0 };
    this.#writer.attempt(() => this.#postpone(run));
    this.#writer.save(run);
  }

  /** A run by threshold that did not change its hosts is not repeated at every poll. */
  #postpone({ cause, operationId, scheduleId, hostIds }: RecordedRun): void {
    if (cause !== 'threshold' || operationId !== null) return;
    for (const hostId of hostIds ?? []) this.#options.failures.postponed(scheduleId, hostId, this.#now());
  }

  /** Runs a part of a run. An error ends the run. */
  async #guard(run: RecordedRun, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stopped) return;
      if (error instanceof ExpectedFailure) {
        const { code, message, remedy } = error.failure;
        const outcome = code === 'storage' || code === 'interrupted' ? 'interrupted' : 'failed';
        this.#end(run, { outcome, text: `${message} ${remedy}` });
        return;
      }
      const reference = randomUUID().slice(0, 8);
      this.#options.log.error({ where: 'schedules', run: run.id, reference, error }, 'fault');
      this.#end(run, { outcome: 'failed', text: `Internal error. Search the log for ${reference}.` });
    }
  }
}

function isOver({ state, failure }: Operation): boolean {
  // A full disk interrupts an operation; it continues when there is space.
  return state === 'finished' || state === 'cancelled' || (state === 'interrupted' && failure?.code !== 'storage');
}
