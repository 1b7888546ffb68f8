import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
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
  Plan,
  Selected,
  Selection,
  TargetOutcome,
  TargetState,
  TargetsQuery,
} from '../contract/operations.ts';
import { type Clock, systemClock } from '../fleet/clock.ts';
import type { Logger } from '../store/log.ts';
import { Account, type Entry, entryOfPlan, sums } from './account.ts';
import { Asked } from './asked.ts';
import { type Bounds, boundsWith } from './bounds.ts';
import { Changes } from './changes.ts';
import type { Crew } from './crew.ts';
import { Dequeued } from './dequeued.ts';
import { Follower } from './follower.ts';
import { gather } from './ground.ts';
import type { OperatedHost } from './host-access.ts';
import { Journal } from './journal.ts';
import { pause } from './pause.ts';
import { pick } from './pick.ts';
import { planAction } from './planner.ts';
import { Plans } from './plans.ts';
import { PruneMarks } from './prune-marks.ts';
import type { RecordedOperation } from './recorded.ts';
import { recover } from './recover.ts';
import { askWhatIsTrue } from './resume.ts';
import { type Before, cancelUnsent, run } from './run.ts';
import { Scheduler } from './scheduler.ts';
import { titleOf } from './words.ts';

export type OperationsOptions = {
  access: (hostId: HostId) => OperatedHost;
  hosts: () => HostSummary[];
  /** What a queue plan knows of the images: the fleet's. */
  catalogue: (cloudId: CloudId) => Promise<Catalogue>;
  database: DatabaseSync;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  clock?: Clock;
  random?: () => number;
  bounds?: Partial<Bounds>;
};

/** Milliseconds that requests under way get to end when the console closes. */
const stopPatience = 500;

/** Everything that the operator asks for: planned, recorded, run, accounted for. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  readonly #crew: Crew;
  readonly #plans = new Plans();
  readonly #changes: Changes;
  /** All that are remembered, by id, newest first. */
  #history: Map<string, RecordedOperation>;
  /** Those under way. */
  readonly #accounts = new Map<string, Account>();
  /** What plans became, so that a second start of one finds its operation. */
  readonly #started = new Map<string, string>();
  #bounds: Bounds;
  #closed = false;

  /** Takes over the journal of the console before it: what that left under way is interrupted now. */
  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#bounds = boundsWith(options.bounds ?? {});
    const { access, database, log } = options;
    const bounds = () => this.#bounds;
    const clock = this.#clock;
    const stopping = this.#stopping.signal;
    const fault = (error: unknown) => log.error({ where: 'operations', error }, 'fault');
    const journal = new Journal(database, fault);
    this.#crew = {
      access,
      bounds,
      clock,
      random: options.random ?? Math.random,
      log,
      journal,
      scheduler: new Scheduler<Entry>({ bounds, clock, fault }),
      follower: new Follower({ access, bounds, clock, stopping, fault }),
      marks: new PruneMarks(database),
      dequeued: new Dequeued(),
      asked: new Asked(),
      askedByOthers: (account, hostId) => this.#asking(hostId, ['sent', 'following', 'unknown'], account),
      stopping,
    };
    this.#changes = new Changes(clock, () => this.#bounds.eventEvery, fault);
    this.#history = new Map(recover(journal).map((recorded) => [recorded.operation.id, recorded]));
    this.#forgetOld();
  }

  /** Which images on which hosts a selection means. Sends nothing that changes a host. */
  async select(_selection: Selection): Promise<Selected> {
    return { targets: [], images: 0, bytes: 0, unmatched: [], notes: [] };
  }

  /** What an action would do. Sends nothing that changes a host. */
  async plan(action: Action): Promise<Plan> {
    const { access, hosts, catalogue } = this.#options;
    const { dequeued, marks } = this.#crew;
    const ground = await gather(action, {
      access,
      hosts,
      catalogue,
      asking: (hostId) => this.#asking(hostId, ['waiting', 'sent', 'following', 'unknown']),
      dequeued: (hostId) => dequeued.of(hostId),
      prune: (summary) => {
        marks.observe(summary);
        return marks.of(summary.id);
      },
      bounds: this.#bounds,
      now: this.#clock.now(),
    });
    const plan = planAction(randomUUID(), action, ground);
    this.#plans.keep(plan, this.#bounds, this.#clock.now());
    return plan;
  }

  /** Runs a plan, once: a second call for it answers with the operation that it became. Recorded when it returns. */
  async start(planId: string, _typedName?: string): Promise<Operation> {
    const before = this.#started.get(planId);
    if (before !== undefined && this.#history.has(before)) return this.#find(before);
    const plan = this.#plans.take(planId, this.#clock.now());
    const entries = plan.targets.map(entryOfPlan);
    const operation: Operation = {
      id: randomUUID(),
      kind: plan.action.kind,
      title: titleOf(plan.action, plan.targets),
      state: 'running',
      startedAt: this.#clock.now(),
      endedAt: null,
      hostIds: [...new Set(plan.targets.map((target) => target.hostId))],
      ...sums(entries),
      pace: null,
    };
    const recorded = { operation, what: plan.action.kind === 'clear' ? plan.action.what : null };
    this.#crew.journal.create(recorded, entries);
    this.#started.set(planId, operation.id);
    this.#history = new Map([[operation.id, recorded], ...this.#history]);
    const account = this.#open(recorded, entries);
    run(this.#crew, account, () => this.#end(account));
    return account.operation();
  }

  /** Nothing more of it is sent; what was sent is waited for, and told. */
  async cancel(id: string): Promise<Operation> {
    const account = this.#accounts.get(id);
    if (!account) return this.#giveUp(id);
    if (account.state !== 'running') return account.operation();
    account.turn('cancelling', null);
    cancelUnsent(account, this.#crew.scheduler.drop(id));
    this.#crew.follower.release(id);
    return this.#find(id);
  }

  /**
   * Goes on with an operation that was interrupted, or of which something is unknown: asks the hosts what is true first,
   * then does only the rest. Asking is part of the operation: this returns before it.
   */
  async continue(id: string): Promise<Operation> {
    const operation = this.#find(id);
    if (this.#accounts.has(id)) return operation;
    const { waiting, unknown, following } = operation.counts;
    if (waiting + unknown + following === 0)
      throw nothingLeft('Nothing of this operation is open: all of it was told.');
    const recorded = { operation, what: this.#history.get(id)?.what ?? null };
    const account = this.#open(recorded, this.#crew.journal.entries(id));
    account.turn('running', null);
    const before: Before = (hostId, follow) => askWhatIsTrue(this.#crew, account, hostId, follow);
    run(this.#crew, account, () => this.#end(account), before);
    return account.operation();
  }

  /** A new plan of just the targets that failed. */
  async retryFailed(id: string): Promise<Plan> {
    const { operation, targets } = this.targets({ id });
    const failed = targets.filter((target) => target.state === 'failed');
    if (failed.length === 0) throw nothingLeft('Nothing of this operation failed.');
    return this.plan(actionOf(operation.kind, failed, this.#history.get(id)?.what ?? null));
  }

  /** All that are remembered, newest first. */
  list(_query: OperationsQuery = {}): Operation[] {
    return [...this.#history.keys()].map((id) => this.#find(id));
  }

  /** An operation with its targets, in the order of its plan, and what they come to host by host. */
  targets(query: TargetsQuery): OperationTargets {
    const operation = this.#find(query.id);
    const entries = this.#accounts.get(query.id)?.entries ?? this.#crew.journal.entries(query.id);
    return { operation, ...pick(entries, query) };
  }

  /** What was done to a host, to an image, or to an image on a host. */
  history(_query: HistoryQuery): History {
    return { entries: [], more: false };
  }

  /** Tells of each operation that begins, goes on or ends; of one that goes on, ten times a second at most. */
  onChange(listener: (operation: Operation) => void): () => void {
    return this.#changes.listen(listener);
  }

  /** How hard to lean on the hosts and how long to remember, from now on. */
  adjust(bounds: Partial<Bounds>): void {
    this.#bounds = boundsWith(bounds, this.#bounds);
    this.#crew.scheduler.wake();
    this.#forgetOld();
  }

  /** When a prune was sent to a host that never answered it and may run there still; null when there is none. */
  pruneHungSince(hostId: HostId): number | null {
    const mark = this.#crew.marks.mayRun(hostId, this.#clock.now(), this.#bounds.pruneMayRun);
    return mark?.state === 'hung' ? mark.at : null;
  }

  /** The operator's word that a host's service was restarted: a prune that hung there is over. */
  pruneOver(hostId: HostId): void {
    this.#crew.marks.remove(hostId);
  }

  /**
   * Gives up what is under way, within half a second; it is recorded as interrupted, and can be continued by the next
   * console. Call it before the database is closed.
   */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#crew.scheduler.stop();
    this.#stopping.abort();
    await Promise.race([this.#crew.scheduler.idle(), pause(this.#clock, stopPatience)]);
    this.#closed = true;
    this.#changes.stop();
    this.#crew.journal.flush();
    recover(this.#crew.journal);
  }

  /** An operation that was interrupted is not gone on with: what was not sent never will be. */
  #giveUp(id: string): Operation {
    const operation = this.#find(id);
    if (operation.state !== 'interrupted') return operation;
    const recorded = { operation, what: this.#history.get(id)?.what ?? null };
    const account = this.#open(recorded, this.#crew.journal.entries(id));
    const waiting = account.entries.filter((entry) => entry.state === 'waiting');
    account.turn('cancelling', null);
    cancelUnsent(account, waiting);
    this.#end(account);
    return account.operation();
  }

  #open(recorded: RecordedOperation, entries: readonly Entry[]): Account {
    const { journal } = this.#crew;
    const { id } = recorded.operation;
    const account: Account = new Account(recorded.operation, recorded.what, entries, (entry) => {
      if (this.#closed) return;
      if (entry && entry.state !== 'sent') journal.record(id, entry, this.#clock.now());
      if (!entry) journal.save(account.operation());
      this.#changes.tell(id, () => account.operation());
    });
    this.#accounts.set(id, account);
    this.#changes.tell(id, () => account.operation());
    return account;
  }

  #end(account: Account): void {
    const { waiting, sent } = account.operation().counts;
    if (this.#closed || waiting + sent > 0) return;
    account.turn(account.state === 'cancelling' ? 'cancelled' : 'finished', this.#clock.now());
    const recorded = { operation: account.operation(), what: account.what };
    this.#crew.journal.flush();
    this.#history.set(account.id, recorded);
    this.#accounts.delete(account.id);
    this.#changes.tellNow(account.id, () => recorded.operation);
    this.#forgetOld();
  }

  /** Images that operations under way are to queue at a host and that are in one of these states. */
  #asking(hostId: HostId, states: readonly TargetState[], except?: Account): ReadonlySet<ImageId> {
    const asking = new Set<ImageId>();
    for (const account of this.#accounts.values()) {
      if (account.kind !== 'queue' || account === except) continue;
      for (const { imageId, state } of account.ofHost(hostId)) {
        if (imageId !== null && states.includes(state)) asking.add(imageId);
      }
    }
    return asking;
  }

  #find(id: string): Operation {
    const operation = this.#accounts.get(id)?.operation() ?? this.#history.get(id)?.operation;
    if (operation) return operation;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'The console does not remember this operation.',
      remedy: 'It was probably forgotten for its age: look at the list of operations.',
    });
  }

  #forgetOld(): void {
    const { keepFor, keepMost } = this.#bounds;
    const oldest = this.#clock.now() - keepFor;
    const old: string[] = [];
    let kept = 0;
    for (const [id, { operation }] of this.#history) {
      if (this.#accounts.has(id)) continue;
      if (operation.startedAt < oldest || kept >= keepMost) old.push(id);
      else kept += 1;
    }
    if (old.length === 0) return;
    for (const id of old) this.#history.delete(id);
    this.#crew.journal.forget(old);
  }
}

function actionOf(
  kind: Action['kind'],
  targets: readonly Pick<TargetOutcome, 'hostId' | 'imageId'>[],
  what: RecordedOperation['what'],
): Action {
  const hostIds = targets.map((target) => target.hostId);
  switch (kind) {
    case 'queue':
    case 'delete':
      return { kind, targets: targets.map(({ hostId, imageId }) => ({ hostId, imageId: imageId ?? '' })) };
    case 'clear':
      return { kind, hostIds, what: what ?? 'both' };
    case 'prune':
    case 'clean':
      return { kind, hostIds };
  }
}

function nothingLeft(message: string): ExpectedFailure {
  return new ExpectedFailure({ code: 'invalidInput', message, remedy: 'Look at its targets for what came of each.' });
}
