import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { CloudId } from '../contract/clouds.ts';
import type { HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Catalogue, ImageServiceId } from '../contract/images.ts';
import type {
  Action,
  History,
  HistoryQuery,
  Operation,
  OperationsQuery,
  OperationTargets,
  OutputQuery,
  Plan,
  ProgramOutput,
  TargetsQuery,
} from '../contract/operations.ts';
import type { Selected, Selection } from '../contract/selections.ts';
import { settlesWithin } from '../lib/abort.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Logger } from '../store/log.ts';
import type { StorageHealth } from '../store/storage-health.ts';
import { ClearContents } from './journal/clear-contents.ts';
import type { CommitCount } from './journal/commit-count.ts';
import { Journal } from './journal/journal.ts';
import { OperationHistory } from './journal/operation-history.ts';
import { ProgramOutputStore } from './journal/output-store.ts';
import { restoreLost } from './journal/restore-lost-operations.ts';
import type { StartedOperations } from './journal/started-operations.ts';
import { type CloudFlags, CloudGuard } from './model/cloud-guard.ts';
import type { OperatedHost, OperatedRemote } from './model/operated-host.ts';
import {
  nothingToDo,
  operationOfPlan,
  plannedHosts,
  type RecordedOperation,
  retryAction,
  stillAnswering,
} from './model/operation-from-plan.ts';
import { type OperationLimits, withLimits } from './model/operation-limits.ts';
import { type TargetRun, targetsOfPlan } from './model/target-run.ts';
import { planAction } from './plan/plan-action.ts';
import { checkProductionClouds, checkTypedName, PendingPlans } from './plan/plan-confirmation.ts';
import { collectPlanInputs, type PlanContext } from './plan/plan-inputs.ts';
import { selectImages } from './plan/select-images.ts';
import { continueHost } from './run/continue-host.ts';
import { HostFollower } from './run/host-follower.ts';
import { cancelUnsent, interruptRun } from './run/interrupt-run.ts';
import { OpenTargets } from './run/open-targets.ts';
import { CancelSignals, type OperationContext, OperationEvents } from './run/operation-context.ts';
import { cancelOpen, type PrepareHost, runOperation } from './run/operation-runner.ts';
import { OperationRun } from './run/operation-state.ts';
import { Scheduler } from './run/request-scheduler.ts';

export type OperationsOptions = {
  /** Recorded with each operation, to distinguish consoles that operate the same hosts. */
  consoleName?: string | undefined;
  access: (hostId: HostId) => OperatedHost;
  hosts: () => HostSummary[];
  /** The catalogue of an image service. */
  catalogue: (serviceId: ImageServiceId) => Promise<Catalogue>;
  /** The operator's flags of a cloud. */
  cloud: (cloudId: CloudId) => CloudFlags | undefined;
  /** On a production cloud, destroying more images than this requires a typed name. */
  confirmAbove: () => number;
  /** If left out, nothing is run over ssh. */
  remote?: OperatedRemote;
  database: DatabaseSync;
  /** Whether the database can be written. */
  storage: StorageHealth;
  /** The list of the started operations. If left out, the loss of operations by the database is not detected. */
  started?: StartedOperations;
  /** If left out, the loss of the newest commits is not detected. */
  commits?: CommitCount;
  /** Receives a text for the operator if operations are missing. */
  notice?: (text: string) => void;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  clock?: Clock;
  random?: () => number;
  limits?: Partial<OperationLimits>;
};

/** Milliseconds between two removals of operations that are past their retention. */
const retentionInterval = 24 * 3_600_000;
/** Milliseconds between two events of a running operation of which no target changes. */
const heartbeat = 2_000;
/** Milliseconds that requests may take to end when the console closes. */
const stopTimeout = 500;

/** Plans, runs and records the operator's actions. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #context: OperationContext;
  readonly #plans = new PendingPlans();
  readonly #events: OperationEvents;
  readonly #history: OperationHistory;
  readonly #guard: CloudGuard;
  readonly #runs = new Map<string, OperationRun>();
  /** Operations that ended while they could not be written. The database is behind. */
  readonly #unwritten = new Map<string, OperationRun>();
  /** Cancel timers that are not due yet. */
  readonly #timers = new Set<() => void>();
  readonly #removeCheck: () => void;
  #limits: OperationLimits;
  #closed = false;

  /** Reads the journal of earlier runs. Operations that it has as running count as interrupted. */
  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#limits = withLimits(options.limits ?? {});
    const { access, database, storage, log, cloud, hosts } = options;
    const [limits, clock] = [() => this.#limits, this.#clock];
    const stopping = this.#stopping.signal;
    const fault = (error: unknown) => log.error({ where: 'operations', error }, 'fault');
    const journal = new Journal({
      database,
      storage,
      commits: options.commits,
      fault,
      unwritable: (failure) => {
        const toSend = [...this.#runs.values()].filter((run) => run.operation().counts.waiting > 0);
        for (const run of toSend) interruptRun(this.#context, run, failure);
      },
      written: () => this.#unwritten.clear(),
    });
    this.#removeCheck = storage.addCheck(() => journal.check());
    restoreLost(database, options, clock.now());
    this.#guard = new CloudGuard({ cloud, hosts });
    this.#events = new OperationEvents(clock, () => this.#limits.eventInterval, fault);
    this.#context = {
      access,
      guard: this.#guard,
      limits,
      clock,
      random: options.random ?? Math.random,
      log,
      journal,
      clearContents: new ClearContents(journal),
      storage,
      scheduler: new Scheduler<TargetRun>({ limits, clock, fault }),
      follower: new HostFollower({ access, limits, clock, stopping, fault }),
      remote: options.remote,
      output: new ProgramOutputStore(database, storage, fault),
      cancelSignals: new CancelSignals(),
      notifyProgress: (run) => this.#events.changed(run),
      openTargets: new OpenTargets(() => this.#runs.values(), access),
      removedByOthers: (run, hostId, since) => this.#history.removalsSince(hostId, since, run.id),
      stopping,
    };
    this.#history = new OperationHistory({
      journal,
      database,
      running: (id) => this.#runs.get(id) ?? this.#unwritten.get(id),
    });
    options.started?.compact(this.#history.all());
    this.#removeOldDaily();
  }

  /** Resolves a selection to images on hosts. Sends nothing that changes a host. */
  select(selection: Selection): Promise<Selected> {
    return selectImages(selection, this.#planContext());
  }

  /** Plans an action. Sends nothing that changes a host. Throws `invalidInput` if the action contradicts itself. */
  async plan(action: Action): Promise<Plan> {
    const inputs = await collectPlanInputs(action, this.#planContext());
    const plan = planAction(randomUUID(), action, inputs);
    this.#plans.add(plan, this.#guard.productionClouds(plannedHosts(plan)), this.#limits, this.#clock.now());
    return plan;
  }

  /**
   * Runs a plan, once: a repeated call returns the operation of the first. The operation is recorded when this returns.
   * Throws `invalidInput` if the plan requires another typed name, `forbidden` if a cloud has become read-only, `notFound`
   * if the plan is too old, and `storage` if it cannot be recorded. A schedule needs no typed name: saving it did.
   */
  async start(planId: string, typedName?: string, schedule?: Operation['schedule']): Promise<Operation> {
    const started = this.#plans.startedAs(planId);
    if (started) return this.#history.find(await started);
    const { plan, productionClouds } = this.#plans.find(planId, this.#clock.now());
    const hostIds = plannedHosts(plan);
    this.#guard.requireWritable(hostIds);
    checkProductionClouds(productionClouds, this.#guard.productionClouds(hostIds));
    if (!schedule) checkTypedName(plan, typedName);
    return this.#history.find(await this.#plans.start(planId, this.#begin(plan, schedule), this.#limits.maxPlans));
  }

  /**
   * Cancels an operation: nothing more is sent, requests in flight are waited for, and programs run over ssh are ended.
   * An interrupted operation ends without being continued.
   */
  async cancel(id: string): Promise<Operation> {
    const run = this.#runs.get(id);
    if (!run) return this.#cancelInterrupted(id);
    if (run.state !== 'running') return run.operation();
    const isInterrupted = run.interruption !== undefined;
    run.setState('cancelling', null);
    cancelUnsent(run, this.#context.scheduler.drop(id));
    if (isInterrupted) cancelOpen(this.#context, run);
    this.#context.follower.release(id);
    this.#context.cancelSignals.cancel(id);
    return run.operation();
  }

  /**
   * Continues an operation that was interrupted or has targets with an unknown outcome. The hosts are first asked about
   * those targets; only the rest is sent. Returns before they answer. Throws `forbidden` if one of its clouds is
   * read-only, and `storage` if nothing can be recorded yet.
   */
  async continue(id: string): Promise<Operation> {
    const recorded = this.#history.recorded(id);
    const { operation } = recorded;
    const running = this.#runs.get(id);
    if (running?.interruption) throw stillAnswering(operation.counts.sent);
    if (running) return operation;
    const { waiting, unknown, following } = operation.counts;
    if (waiting + unknown + following === 0) throw nothingToDo('All targets of this operation have a result.');
    this.#guard.requireWritable(new Set(operation.hostIds));
    const unwritable = this.#context.storage.check();
    if (unwritable) throw unwritable;
    const run = this.#open(recorded, this.#context.journal.targets(id));
    run.setState('running', null);
    const prepare: PrepareHost = (hostId, follow) => continueHost(this.#context, run, hostId, follow);
    runOperation(this.#context, run, () => this.#end(run), prepare);
    return run.operation();
  }

  /** Plans an action for the failed targets of an operation. */
  async retryFailed(id: string): Promise<Plan> {
    const { operation, detail } = this.#history.recorded(id);
    const failed = this.#history.targets({ id, states: ['failed'] }).targets;
    if (failed.length === 0) throw nothingToDo('No targets of this operation failed.');
    return this.plan(retryAction(operation.kind, failed, detail));
  }

  /** The remembered operations, newest first. */
  list(query: OperationsQuery = {}): Operation[] {
    return this.#history.list(query);
  }

  /** An operation with its targets in the order of its plan, and the totals of each host. */
  targets(query: TargetsQuery): OperationTargets {
    return this.#history.targets(query);
  }

  /** The operations on a host, on an image, or on an image of a host. */
  history(query: HistoryQuery): History {
    return this.#history.history(query);
  }

  /** The titles of the running operations that have something open at a host. */
  openAt(hostId: HostId): string[] {
    return this.#context.openTargets.titlesAt(hostId);
  }

  /** The output of a host's program in an operation, from a line on. Throws `notFound` if there is no such operation. */
  output({ id, hostId, from = 0 }: OutputQuery): ProgramOutput {
    this.#history.recorded(id);
    return this.#context.output.read(id, hostId, from);
  }

  /** Calls a listener with each operation that begins, changes or ends; at most once in `eventInterval` for each. */
  onChange(listener: (operation: Operation) => void): () => void {
    return this.#events.onChange(listener);
  }

  /** Calls a listener with the ids of operations that were removed because they are past their retention. */
  onRemove(listener: (ids: readonly string[]) => void): () => void {
    return this.#events.onRemove(listener);
  }

  /** Changes the limits from now on. */
  adjust(limits: Partial<OperationLimits>): void {
    this.#limits = withLimits(limits, this.#limits);
    this.#context.scheduler.wake();
    this.#removeOld();
  }

  /** Stops what is running, within half a second, and records it as interrupted. Call before the database is closed. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    for (const cancelTimer of this.#timers) cancelTimer();
    this.#context.scheduler.stop();
    this.#stopping.abort();
    await settlesWithin(this.#context.scheduler.idle(), stopTimeout, this.#clock);
    this.#closed = true;
    this.#events.stop();
    this.#context.output.close();
    this.#removeCheck();
    try {
      if (this.#context.journal.isStuck) this.#context.journal.check();
      this.#history.recover();
    } catch (error) {
      // The next start does the same. Outcomes that could not be written are unknown to it.
      if (!this.#context.storage.report(error)) throw error;
    }
  }

  #cancelInterrupted(id: string): Operation {
    const recorded = this.#history.recorded(id);
    if (recorded.operation.state !== 'interrupted') return recorded.operation;
    const run = this.#open(recorded, this.#unwritten.get(id)?.targets ?? this.#context.journal.targets(id));
    run.setState('cancelling', null);
    cancelOpen(this.#context, run);
    this.#end(run);
    return run.operation();
  }

  async #begin(plan: Plan, schedule: Operation['schedule']): Promise<string> {
    const targets = targetsOfPlan(plan.targets);
    const by = { schedule, console: this.#options.consoleName };
    const recorded = operationOfPlan(plan, targets, this.#clock.now(), by);
    await this.#context.journal.create(recorded, targets, this.#stopping.signal);
    this.#options.started?.add(recorded);
    this.#history.add(recorded);
    const run = this.#open(recorded, targets);
    runOperation(this.#context, run, () => this.#end(run));
    return recorded.operation.id;
  }

  #open(recorded: RecordedOperation, targets: readonly TargetRun[]): OperationRun {
    const { journal } = this.#context;
    const { id } = recorded.operation;
    const changed = (target: TargetRun | null) => {
      if (this.#closed) return;
      if (target && target.state !== 'sent') journal.record(id, target, this.#clock.now());
      if (!target) journal.save(run.operation());
      this.#events.changed(run);
    };
    const run = new OperationRun(recorded.operation, recorded.detail, targets, changed, () => this.#clock.now());
    this.#runs.set(id, run);
    this.#sendHeartbeats(run);
    return run;
  }

  #end(run: OperationRun): void {
    const { waiting, sent, following, unknown } = run.operation().counts;
    const isInterrupted = run.interruption !== undefined && waiting + following + unknown > 0;
    if (this.#closed || (waiting + sent > 0 && !isInterrupted)) return;
    const ended = run.state === 'cancelling' ? 'cancelled' : 'finished';
    run.setState(isInterrupted ? 'interrupted' : ended, this.#clock.now());
    const { journal } = this.#context;
    journal.flush();
    this.#history.update({ operation: run.operation(), detail: run.detail });
    this.#runs.delete(run.id);
    if (journal.isStuck) this.#unwritten.set(run.id, run);
    this.#events.ended(run);
    this.#removeOld();
  }

  #planContext(): PlanContext {
    const { access, hosts, catalogue, confirmAbove, remote } = this.#options;
    return {
      access,
      hosts,
      catalogue,
      openAt: (hostId) => this.#context.openTargets.snapshot(hostId),
      interrupted: () => this.#history.list({}).filter(({ state }) => state === 'interrupted'),
      guard: this.#guard,
      remote,
      confirmAbove: confirmAbove(),
      limits: this.#limits,
      now: this.#clock.now(),
    };
  }

  #sendHeartbeats(run: OperationRun): void {
    if (this.#runs.get(run.id) !== run) return;
    this.#events.changed(run);
    this.#after(heartbeat, () => this.#sendHeartbeats(run));
  }

  #removeOldDaily(): void {
    this.#removeOld();
    this.#after(retentionInterval, () => this.#removeOldDaily());
  }

  #removeOld(): void {
    const { started } = this.#options;
    try {
      const removed = this.#history.removeOld(this.#limits, this.#clock.now(), (ids) => started?.remove(ids));
      if (removed.length > 0) this.#events.removed(removed);
    } catch (error) {
      // They are removed later.
      if (!this.#context.storage.report(error)) throw error;
    }
  }

  #after(milliseconds: number, run: () => void): void {
    const cancelTimer = this.#clock.after(milliseconds, () => {
      this.#timers.delete(cancelTimer);
      run();
    });
    this.#timers.add(cancelTimer);
  }
}
