import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { relist } from '../model/image-index.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import type { Bounds } from '../model/operation-timings.ts';

/** Something that is looked for in a host's snapshots. */
export type Followed = {
  operationId: string;
  hostId: HostId;
  /** Looks once; `undefined` when the host did not answer. True when it need not be looked for any more. */
  look(seen: ImageIndex | undefined, now: number): boolean;
  /** The operation was cancelled; nobody looks any more. */
  released(): void;
  /** Once, when it was found, given up or released. */
  ended(): void;
};

export type FollowerOptions = {
  access: (hostId: HostId) => OperatedHost;
  bounds: () => Bounds;
  clock: Clock;
  stopping: AbortSignal;
  fault: (error: unknown) => void;
};

type Watch = { items: Set<Followed>; wait: number; nudge: AbortController };

/** Looks at hosts again and again, each at its own pace, for as long as something there is to be seen happening. */
export class Follower {
  readonly #watches = new Map<HostId, Watch>();
  readonly #options: FollowerOptions;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  follow(item: Followed): void {
    const first = this.#options.bounds().followFirst;
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

  /** Gives up what an operation follows. */
  release(operationId: string): void {
    for (const watch of this.#watches.values()) {
      for (const item of [...watch.items]) {
        if (item.operationId !== operationId) continue;
        item.released();
        end(watch, item);
      }
    }
  }

  async #watch(hostId: HostId, watch: Watch): Promise<void> {
    const { access, bounds, clock, stopping, fault } = this.#options;
    while (watch.items.size > 0 && !stopping.aborted) {
      watch.nudge = new AbortController();
      await delay(clock, watch.wait, AbortSignal.any([watch.nudge.signal, stopping]));
      if (stopping.aborted) break;
      watch.wait = Math.min(bounds().followMost, Math.max(1, watch.wait * 1.5));
      const present = [...watch.items];
      let seen: ImageIndex | undefined;
      try {
        seen = await relist(access(hostId), stopping);
      } catch (error) {
        if (!(error instanceof ExpectedFailure)) fault(error);
      }
      if (stopping.aborted) break;
      // What came while the host was asked is first seen with the next answer: this one may be older than it.
      for (const item of present) if (watch.items.has(item) && item.look(seen, clock.now())) end(watch, item);
    }
    this.#watches.delete(hostId);
  }
}

function end(watch: Watch, item: Followed): void {
  if (watch.items.delete(item)) item.ended();
}
