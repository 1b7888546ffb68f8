import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { CloudId } from '../contract/clouds.ts';
import type { HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Catalogue, ImageId } from '../contract/images.ts';
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
  Selected,
  Selection,
  TargetState,
  TargetsQuery,
} from '../contract/operations.ts';
import { settlesWithin } from '../lib/abort.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Logger } from '../store/log.ts';
import { Journal, recover } from './journal/journal.ts';
import { JournalQueries, OperationHistory } from './journal/operation-history.ts';
import { OutputStore } from './journal/program-output.ts';
import { type CloudFlags, CloudGuard } from './model/cloud-guard.ts';
import type { OperatedHost, OperatedRemote } from './model/operated-host.ts';
import { type OperationLimits, withLimits } from './model/operation-timings.ts';
import type { RecordedOperation } from './model/recorded-operation.ts';
import { actionOf, nothingLeft, operationOfPlan, plannedHosts } from './model/recorded-operation.ts';
import { stepOf, type TargetRun, targetsOfPlan } from './model/target-run.ts';
import { planAction } from './plan/plan-action.ts';
import { checkProductionClouds, checkTypedName, PendingPlans } from './plan/plan-confirmation.ts';
import { collectPlanInputs, type PlanContext } from './plan/plan-inputs.ts';
import { selectImages } from './plan/select-images.ts';
import { HostFollower } from './run/fetch-follower.ts';
import type { OperationContext } from './run/operation-context.ts';
import { CancelSignals, OperationEvents } from './run/operation-context.ts';
import { OperationRun } from './run/operation-run.ts';
import { reconcileHost } from './run/resume-operation.ts';
import { type Before, cancelUnsent, releaseTarget, runOperation } from './run/run-operation.ts';
import { Scheduler } from './run/scheduler.ts';

export type OperationsOptions = {
  access: (hostId: HostId) => OperatedHost;
  hosts: () => HostSummary[];
  /** What a queue plan knows of the images: the fleet's. */
  catalogue: (cloudId: CloudId) => Promise<Catalogue>;
  /** What the operator has said of a cloud. */
  cloud: (cloudId: CloudId) => CloudFlags | undefined;
  /** On a cloud marked as production, what destroys more images than this asks for a name to be typed. */
  confirmAbove: () => number;
  /** Left out, nothing is run over ssh. */
  remote?: OperatedRemote;
  database: DatabaseSync;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  clock?: Clock;
  random?: () => number;
  limits?: Partial<OperationLimits>;
};

/** Operations that have hosts fetch images. */
const asksForImages: ReadonlySet<Operation['kind']> = new Set(['queue', 'align', 'prefetch']);
/** Milliseconds between two looks for what is too old to be kept, and between two words of an operation that stands still. */
const daily = 24 * 3_600_000;
const beat = 2_000;
/** Milliseconds that requests under way get to end when the console closes. */
const stopPatience = 500;

/** Everything that the operator asks for: planned, recorded, run, accounted for. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #crew: OperationContext;
  readonly #plans = new PendingPlans();
  readonly #changes: OperationEvents;
  readonly #archive: OperationHistory;
  readonly #guard: CloudGuard;
  /** Those under way. */
  readonly #accounts = new Map<string, OperationRun>();
  /** What plans became, so that a second start of one finds its operation. */
  readonly #started = new Map<string, Promise<string>>();
  /** Take back what is to be done later. */
  readonly #later = new Set<() => void>();
  #limits: OperationLimits;
  #closed = false;

  /** Takes over the journal of the console before it: what that left under way is interrupted now. */
  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#limits = withLimits(options.limits ?? {});
    const { access, database, log, cloud, hosts } = options;
    const limits = () => this.#limits;
    const clock = this.#clock;
    const stopping = this.#stopping.signal;
    const fault = (error: unknown) => log.error({ where: 'operations', error }, 'fault');
    const journal = new Journal(database, fault);
    const guard = new CloudGuard({ cloud, hosts });
    this.#guard = guard;
    this.#crew = {
      access,
      guard,
      limits,
      clock,
      random: options.random ?? Math.random,
      log,
      journal,
      scheduler: new Scheduler<TargetRun>({ bounds: limits, clock, fault }),
      follower: new HostFollower({ access, bounds: limits, clock, stopping, fault }),
      remote: options.remote,
      output: new OutputStore(database, fault),
      cancelSignals: new CancelSignals(),
      notifyProgress: (run) => this.#changes.notify(run.id, () => run.operation()),
      requestedByOthers: (run, hostId) => this.#asking(hostId, ['sent', 'following', 'unknown'], run),
      stopping,
    };
    this.#changes = new OperationEvents(clock, () => this.#limits.eventInterval, fault);
    const queries = new JournalQueries(database);
    this.#archive = new OperationHistory(
      { journal, queries, running: (id) => this.#accounts.get(id) },
      recover(journal),
    );
    this.#forgetDaily();
  }

  /** Which images on which hosts a selection means. Sends nothing that changes a host. */
  select(selection: Selection): Promise<Selected> {
    return selectImages(selection, this.#scene());
  }

  /** What an action would do. Sends nothing that changes a host. Throws `invalidInput` where it contradicts itself. */
  async plan(action: Action): Promise<Plan> {
    const inputs = await collectPlanInputs(action, this.#scene());
    const plan = planAction(randomUUID(), action, inputs);
    this.#plans.add(plan, this.#guard.productionClouds(plannedHosts(plan)), this.#limits, this.#clock.now());
    return plan;
  }

  /**
   * Runs a plan, once: a second call for it answers with the operation that it became. Recorded when it returns. Throws
   * `invalidInput` when the plan asks for a name and this is another, `forbidden` when a cloud is read-only by now.
   */
  async start(planId: string, typedName?: string): Promise<Operation> {
    const before = this.#started.get(planId);
    if (before) return this.#archive.find(await before);
    const { plan, productionClouds } = this.#plans.find(planId, this.#clock.now());
    const hostIds = plannedHosts(plan);
    this.#guard.requireWritable(hostIds);
    checkProductionClouds(productionClouds, this.#guard.productionClouds(hostIds));
    checkTypedName(plan, typedName);
    const begun = this.#begin(plan);
    this.#started.set(planId, begun);
    // A plan that could not be recorded, as on a full disk, may be tried again.
    begun.then(
      () => this.#plans.remove(planId),
      () => this.#started.delete(planId),
    );
    return this.#archive.find(await begun);
  }

  /** Nothing more of it is sent; what was sent is waited for, and told; programs run over ssh are ended. */
  async cancel(id: string): Promise<Operation> {
    const run = this.#accounts.get(id);
    if (!run) return this.#giveUp(id);
    if (run.state !== 'running') return run.operation();
    run.setState('cancelling', null);
    cancelUnsent(run, this.#crew.scheduler.drop(id));
    this.#crew.follower.release(id);
    this.#crew.cancelSignals.cancel(id);
    return run.operation();
  }

  /**
   * Goes on with an operation that was interrupted, or of which something is unknown: asks the hosts what is true first,
   * then does only the rest. Asking is part of the operation: this returns before it. Throws `forbidden` when a cloud of
   * it is read-only.
   */
  async continue(id: string): Promise<Operation> {
    const recorded = this.#archive.recorded(id);
    const { operation } = recorded;
    if (this.#accounts.has(id)) return operation;
    const { waiting, unknown, following } = operation.counts;
    if (waiting + unknown + following === 0)
      throw nothingLeft('Nothing of this operation is open: all of it was told.');
    this.#guard.requireWritable(new Set(operation.hostIds));
    const run = this.#open(recorded, this.#crew.journal.entries(id));
    run.setState('running', null);
    const before: Before = (hostId, follow) => reconcileHost(this.#crew, run, hostId, follow);
    runOperation(this.#crew, run, () => this.#end(run), before);
    return run.operation();
  }

  /** A new plan of just the targets that failed. */
  async retryFailed(id: string): Promise<Plan> {
    const { operation, detail } = this.#archive.recorded(id);
    const failed = this.#archive.targets({ id, states: ['failed'] }).targets;
    if (failed.length === 0) throw nothingLeft('Nothing of this operation failed.');
    return this.plan(actionOf(operation.kind, failed, detail));
  }

  /** Those that are remembered, newest first. */
  list(query: OperationsQuery = {}): Operation[] {
    return this.#archive.list(query);
  }

  /** An operation with its targets, in the order of its plan, and what they come to host by host. */
  targets(query: TargetsQuery): OperationTargets {
    return this.#archive.targets(query);
  }

  /** What was done to a host, to an image, or to an image on a host. */
  history(query: HistoryQuery): History {
    return this.#archive.history(query);
  }

  /** What the program of a host said in an operation, from a line on. Throws `notFound` when there is no such operation. */
  output({ id, hostId, from = 0 }: OutputQuery): ProgramOutput {
    this.#archive.recorded(id);
    return this.#crew.output.read(id, hostId, from);
  }

  /** Tells of each operation that begins, goes on or ends; of one that goes on, ten times a second at most. */
  onChange(listener: (operation: Operation) => void): () => void {
    return this.#changes.listen(listener);
  }

  /** How hard to lean on the hosts and how long to remember, from now on. */
  adjust(bounds: Partial<OperationLimits>): void {
    this.#limits = withLimits(bounds, this.#limits);
    this.#crew.scheduler.wake();
    this.#forgetOld();
  }

  /**
   * Gives up what is under way, within half a second; it is recorded as interrupted, and can be continued by the next
   * console. Call it before the database is closed.
   */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    for (const takeBack of this.#later) takeBack();
    this.#crew.scheduler.stop();
    this.#stopping.abort();
    await settlesWithin(this.#crew.scheduler.idle(), stopPatience, this.#clock);
    this.#closed = true;
    this.#changes.stop();
    this.#crew.output.close();
    this.#crew.journal.flush();
    recover(this.#crew.journal);
  }

  /** An operation that was interrupted is not gone on with: what was not sent never will be. */
  #giveUp(id: string): Operation {
    const recorded = this.#archive.recorded(id);
    if (recorded.operation.state !== 'interrupted') return recorded.operation;
    const run = this.#open(recorded, this.#crew.journal.entries(id));
    const waiting = run.targets.filter((target) => target.state === 'waiting');
    run.setState('cancelling', null);
    cancelUnsent(run, waiting);
    for (const target of run.targets) if (target.state === 'following') releaseTarget(this.#crew, run, target);
    this.#end(run);
    return run.operation();
  }

  async #begin(plan: Plan): Promise<string> {
    const targets = targetsOfPlan(plan.targets);
    const recorded = operationOfPlan(plan, targets, this.#clock.now());
    await this.#crew.journal.create(recorded, targets, this.#stopping.signal);
    this.#archive.add(recorded);
    const run = this.#open(recorded, targets);
    runOperation(this.#crew, run, () => this.#end(run));
    return recorded.operation.id;
  }

  #open(recorded: RecordedOperation, targets: readonly TargetRun[]): OperationRun {
    const { journal } = this.#crew;
    const { id } = recorded.operation;
    const changed = (target: TargetRun | null) => {
      if (this.#closed) return;
      if (target && target.state !== 'sent') journal.record(id, target, this.#clock.now());
      if (!target) journal.save(run.operation());
      this.#changes.notify(id, () => run.operation());
    };
    const run = new OperationRun(recorded.operation, recorded.detail, targets, changed, () => this.#clock.now());
    this.#accounts.set(id, run);
    this.#tellOn(run);
    return run;
  }

  #end(run: OperationRun): void {
    const { waiting, sent } = run.operation().counts;
    if (this.#closed || waiting + sent > 0) return;
    run.setState(run.state === 'cancelling' ? 'cancelled' : 'finished', this.#clock.now());
    const recorded = { operation: run.operation(), detail: run.detail };
    this.#crew.journal.flush();
    this.#archive.update(recorded);
    this.#accounts.delete(run.id);
    this.#changes.notifyNow(run.id, () => recorded.operation);
    this.#forgetOld();
  }

  /** Images that operations under way are to queue at a host, or to read there, and that are in one of these states. */
  #asking(hostId: HostId, states: readonly TargetState[], except?: OperationRun): ReadonlySet<ImageId> {
    const asking = new Set<ImageId>();
    for (const run of this.#accounts.values()) {
      if (run === except || !asksForImages.has(run.kind)) continue;
      for (const target of run.ofHost(hostId)) {
        const { imageId, state } = target;
        const asks = stepOf(run, target) === 'queue' || target.rung === 'read';
        if (imageId !== null && states.includes(state) && asks) asking.add(imageId);
      }
    }
    return asking;
  }

  /** What plans and selections are made from. */
  #scene(): PlanContext {
    const { access, hosts, catalogue, confirmAbove } = this.#options;
    return {
      access,
      hosts,
      catalogue,
      requested: (hostId) => this.#asking(hostId, ['waiting', 'sent', 'following', 'unknown']),
      guard: this.#guard,
      remote: this.#options.remote,
      confirmAbove: confirmAbove(),
      limits: this.#limits,
      now: this.#clock.now(),
    };
  }

  /** Tells of an operation for as long as it is under way, also while nothing of it moves: its pace does change. */
  #tellOn(run: OperationRun): void {
    if (this.#accounts.get(run.id) !== run) return;
    this.#changes.notify(run.id, () => run.operation());
    this.#after(beat, () => this.#tellOn(run));
  }

  #forgetDaily(): void {
    this.#forgetOld();
    this.#after(daily, () => this.#forgetDaily());
  }

  #forgetOld(): void {
    this.#archive.forgetOld(this.#limits, this.#clock.now());
  }

  #after(milliseconds: number, run: () => void): void {
    const takeBack = this.#clock.after(milliseconds, () => {
      this.#later.delete(takeBack);
      run();
    });
    this.#later.add(takeBack);
  }
}
