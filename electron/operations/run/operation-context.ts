import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Operation } from '../../contract/operations.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../store/log.ts';
import type { StorageHealth } from '../../store/storage-health.ts';
import type { ClearContents } from '../journal/clear-contents.ts';
import type { Journal } from '../journal/journal.ts';
import type { Removals } from '../journal/operation-history.ts';
import type { ProgramOutputStore } from '../journal/output-store.ts';
import type { CloudGuard } from '../model/cloud-guard.ts';
import { type ImageIndex, relist } from '../model/image-index.ts';
import type { OperatedHost, OperatedRemote } from '../model/operated-host.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import type { TargetRun } from '../model/target-run.ts';
import type { CheckList, HostFollower } from './host-follower.ts';
import type { OpenTargets } from './open-targets.ts';
import type { OperationRun } from './operation-state.ts';
import type { Scheduler, Work } from './request-scheduler.ts';

/** What all running operations share. */
export type OperationContext = {
  access(hostId: HostId): OperatedHost;
  limits(): OperationLimits;
  clock: Clock;
  random(): number;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  journal: Journal;
  clearContents: ClearContents;
  storage: StorageHealth;
  scheduler: Scheduler<TargetRun>;
  follower: HostFollower;
  guard: CloudGuard;
  /** Undefined if nothing can be run over ssh. */
  remote: OperatedRemote | undefined;
  output: ProgramOutputStore;
  cancelSignals: CancelSignals;
  /** Called when something of an operation changed other than the state of a target, such as its byte progress. */
  notifyProgress(run: OperationRun): void;
  openTargets: OpenTargets;
  /** What other operations removed from a host since a time in epoch milliseconds. */
  removedByOthers(run: OperationRun, hostId: HostId, since: number): Removals;
  /** Aborted when the console closes. Requests in flight are given up and recorded as unknown. */
  stopping: AbortSignal;
};

/** Carries out one kind of action, target by target. */
export interface Runner {
  jobKind(jobs: readonly TargetRun[]): Work<TargetRun>['kind'];
  /** Sends one target and settles it. Resolves to the milliseconds until it should be tried again, if it should. */
  send(target: TargetRun): Promise<number | undefined>;
  /** Called once for each host, when no target of the operation waits there any more. */
  finishHost?(hostId: HostId): Promise<void>;
}

/**
 * Follows a target in the lists of its host. The operation does not end before `check` returns true. A target that `check`
 * leaves waiting is sent again.
 */
export type Follow = (target: TargetRun, check: CheckList) => void;

/** What a host lists now; `undefined` if it cannot be asked. Its own row shows the failure. */
export async function tryRelist(
  { access, stopping }: OperationContext,
  hostId: HostId,
): Promise<ImageIndex | undefined> {
  try {
    return await relist(access(hostId), stopping);
  } catch (error) {
    if (error instanceof ExpectedFailure) return undefined;
    throw error;
  }
}

/** Notifies listeners of changed operations, at most once in an interval for each. The last state is never skipped. */
export class OperationEvents {
  readonly #changeListeners = new Set<(operation: Operation) => void>();
  readonly #removeListeners = new Set<(ids: readonly string[]) => void>();
  /** Operations notified within the interval, and whether they changed again since. */
  readonly #throttled = new Map<string, { changedAgain: boolean; cancelTimer: () => void }>();
  readonly #clock: Clock;
  readonly #interval: () => number;
  readonly #fault: (error: unknown) => void;

  /** `interval` in milliseconds. `fault` receives the errors of listeners; the other listeners are still called. */
  constructor(clock: Clock, interval: () => number, fault: (error: unknown) => void) {
    this.#clock = clock;
    this.#interval = interval;
    this.#fault = fault;
  }

  onChange(listener: (operation: Operation) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onRemove(listener: (ids: readonly string[]) => void): () => void {
    this.#removeListeners.add(listener);
    return () => this.#removeListeners.delete(listener);
  }

  changed(run: Pick<OperationRun, 'id' | 'operation'>): void {
    const throttled = this.#throttled.get(run.id);
    if (throttled) {
      throttled.changedAgain = true;
      return;
    }
    const cancelTimer = this.#clock.after(this.#interval(), () => {
      const changedAgain = this.#throttled.get(run.id)?.changedAgain;
      this.#throttled.delete(run.id);
      if (changedAgain) this.changed(run);
    });
    this.#throttled.set(run.id, { changedAgain: false, cancelTimer });
    this.#emit(this.#changeListeners, run.operation());
  }

  /** Notifies at once of the last state of an operation. */
  ended(run: Pick<OperationRun, 'id' | 'operation'>): void {
    this.#throttled.get(run.id)?.cancelTimer();
    this.#throttled.delete(run.id);
    this.#emit(this.#changeListeners, run.operation());
  }

  removed(ids: readonly string[]): void {
    this.#emit(this.#removeListeners, ids);
  }

  stop(): void {
    for (const { cancelTimer } of this.#throttled.values()) cancelTimer();
    this.#throttled.clear();
    this.#changeListeners.clear();
    this.#removeListeners.clear();
  }

  #emit<Value>(listeners: ReadonlySet<(value: Value) => void>, value: Value): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.#fault(error);
      }
    }
  }
}

/** Signals for work that a cancel of the operation ends at once, instead of waiting for it: programs, downloads. */
export class CancelSignals {
  readonly #open = new Map<string, Set<AbortController>>();

  /** A signal that is aborted when the operation is cancelled. Call `close` when it is not needed any more. */
  add(operationId: string): { signal: AbortSignal; close(): void } {
    const controller = new AbortController();
    const ofOperation = this.#open.get(operationId) ?? new Set();
    this.#open.set(operationId, ofOperation.add(controller));
    return {
      signal: controller.signal,
      close: () => {
        ofOperation.delete(controller);
        if (ofOperation.size === 0) this.#open.delete(operationId);
      },
    };
  }

  cancel(operationId: string): void {
    for (const controller of this.#open.get(operationId) ?? []) controller.abort(new Error('Cancelled'));
  }
}
