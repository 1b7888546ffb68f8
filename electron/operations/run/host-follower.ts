import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import { type ImageIndex, relist } from '../model/image-index.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import type { OperationLimits } from '../model/operation-limits.ts';

/**
 * Checks a host's list, which is `undefined` if the host did not answer. Returns true when no further list is needed.
 */
export type CheckList = (index: ImageIndex | undefined, now: number) => boolean;

/** A condition on the lists of a host that a target waits for. */
export type FollowedTarget = {
  operationId: string;
  hostId: HostId;
  check: CheckList;
  /** Called when the operation is cancelled. */
  released(): void;
  /** Called once, when `check` returned true or the operation was cancelled. */
  ended(): void;
};

export type HostFollowerOptions = {
  access: (hostId: HostId) => OperatedHost;
  limits: () => OperationLimits;
  clock: Clock;
  stopping: AbortSignal;
  fault: (error: unknown) => void;
};

/** `wait`: milliseconds until the next list. `nudge` ends the wait. */
type HostWatch = { items: Set<FollowedTarget>; wait: number; nudge: AbortController };

/** Lists hosts repeatedly while targets are followed there. The interval of each host grows until something new is followed. */
export class HostFollower {
  readonly #watches = new Map<HostId, HostWatch>();
  readonly #options: HostFollowerOptions;

  constructor(options: HostFollowerOptions) {
    this.#options = options;
  }

  follow(item: FollowedTarget): void {
    const first = this.#options.limits().minFollowInterval;
    const watch = this.#watches.get(item.hostId);
    if (watch) {
      watch.items.add(item);
      if (watch.wait > first) watch.nudge.abort();
      watch.wait = first;
      return;
    }
    const begun = { items: new Set([item]), wait: first, nudge: new AbortController() };
    this.#watches.set(item.hostId, begun);
    void this.#watch(item.hostId, begun);
  }

  /** Stops following the targets of an operation. */
  release(operationId: string): void {
    for (const watch of this.#watches.values()) {
      for (const item of [...watch.items]) {
        if (item.operationId !== operationId) continue;
        item.released();
        end(watch, item);
      }
    }
  }

  /** Stops following the targets of an operation, which stay as they are. */
  abandon(operationId: string): void {
    for (const watch of this.#watches.values())
      for (const item of [...watch.items]) if (item.operationId === operationId) end(watch, item);
  }

  async #watch(hostId: HostId, watch: HostWatch): Promise<void> {
    const { access, limits, clock, stopping, fault } = this.#options;
    while (watch.items.size > 0 && !stopping.aborted) {
      watch.nudge = new AbortController();
      await delay(clock, watch.wait, AbortSignal.any([watch.nudge.signal, stopping]));
      if (stopping.aborted) break;
      watch.wait = Math.min(limits().maxFollowInterval, Math.max(1, watch.wait * 1.5));
      const present = [...watch.items];
      let index: ImageIndex | undefined;
      try {
        index = await relist(access(hostId), stopping);
      } catch (error) {
        if (!(error instanceof ExpectedFailure)) fault(error);
      }
      if (stopping.aborted) break;
      // Targets added during the request wait for the next list, because this one may be older.
      for (const item of present) if (watch.items.has(item) && item.check(index, clock.now())) end(watch, item);
    }
    this.#watches.delete(hostId);
  }
}

function end(watch: HostWatch, item: FollowedTarget): void {
  if (watch.items.delete(item)) item.ended();
}
