import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Operation } from '../../contract/operations.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../store/log.ts';
import type { Journal } from '../journal/journal.ts';
import type { OutputStore } from '../journal/program-output.ts';
import type { CloudGuard } from '../model/cloud-guard.ts';
import type { ImageIndex } from '../model/image-index.ts';
import type { OperatedHost, OperatedRemote } from '../model/operated-host.ts';
import type { OperationLimits } from '../model/operation-timings.ts';
import type { TargetRun } from '../model/target-run.ts';
import type { HostFollower } from './fetch-follower.ts';
import type { OperationRun } from './operation-run.ts';
import type { Scheduler, Work } from './scheduler.ts';

/** What all operations share. */
export type OperationContext = {
  access(hostId: HostId): OperatedHost;
  limits(): OperationLimits;
  clock: Clock;
  random(): number;
  log: Pick<Logger, 'error' | 'warn' | 'info'>;
  journal: Journal;
  scheduler: Scheduler<TargetRun>;
  follower: HostFollower;
  guard: CloudGuard;
  /** None where there is no ssh. */
  remote: OperatedRemote | undefined;
  output: OutputStore;
  cancelSignals: CancelSignals;
  /** An operation has something new to tell that is no target's state. */
  notifyProgress(run: OperationRun): void;
  /** Images of a host that another operation has asked for, and does not know the outcome of. */
  requestedByOthers(run: OperationRun, hostId: HostId): ReadonlySet<ImageId>;
  /** Aborted when the console closes: what is under way is given up and recorded as unknown. */
  stopping: AbortSignal;
};

/** One action as it is run, target by target. */
export interface Runner {
  jobKind(jobs: readonly TargetRun[]): Work<TargetRun>['kind'];
  /** Sends one target and settles it, or answers with milliseconds until it should be tried again. */
  send(target: TargetRun): Promise<number | undefined>;
  /** When nothing of this operation waits at a host any more: the last look at it. */
  finishHost?(hostId: HostId): Promise<void>;
}

export type CreateRunner = (context: OperationContext, run: OperationRun, follow: Follow) => Runner;

/** Goes on looking at a target whose host has accepted it; the operation does not end before that does. */
export type Follow = (target: TargetRun, look: (seen: ImageIndex | undefined, now: number) => boolean) => void;

type Listener = (operation: Operation) => void;

/** Tells listeners of operations that change, of each at most so often; the last state is always told. */
export class OperationEvents {
  readonly #listeners = new Set<Listener>();
  /** Operations told of lately: what to tell when their time is over, if anything changed meanwhile. */
  readonly #resting = new Map<string, { late: (() => Operation) | null; takeBack: () => void }>();
  readonly #clock: Clock;
  readonly #every: () => number;
  readonly #fault: (error: unknown) => void;

  /** `every` in milliseconds. A listener that throws is told to `fault`, and harms no other. */
  constructor(clock: Clock, every: () => number, fault: (error: unknown) => void) {
    this.#clock = clock;
    this.#every = every;
    this.#fault = fault;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  notify(id: string, current: () => Operation): void {
    const resting = this.#resting.get(id);
    if (resting) {
      resting.late = current;
      return;
    }
    const takeBack = this.#clock.after(this.#every(), () => {
      const late = this.#resting.get(id)?.late;
      this.#resting.delete(id);
      if (late) this.notify(id, late);
    });
    this.#resting.set(id, { late: null, takeBack });
    this.#announce(current());
  }

  /** Tells at once, and nothing older after it. */
  notifyNow(id: string, current: () => Operation): void {
    this.#resting.get(id)?.takeBack();
    this.#resting.delete(id);
    this.#announce(current());
  }

  stop(): void {
    for (const { takeBack } of this.#resting.values()) takeBack();
    this.#resting.clear();
    this.#listeners.clear();
  }

  #announce(operation: Operation): void {
    for (const listener of this.#listeners) {
      try {
        listener(operation);
      } catch (error) {
        this.#fault(error);
      }
    }
  }
}

/** What of an operation can be ended at once when it is cancelled, instead of being waited for: programs on hosts. */
export class CancelSignals {
  readonly #open = new Map<string, Set<AbortController>>();

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
