import type { HostId } from '../../contract/hosts.ts';

type Waiting = { hostIds: ReadonlySet<HostId>; go: (release: () => void) => void };

/**
 * Serialises the runs of schedules per host: a run gets its turn when no other run has one of its hosts, and no earlier
 * run waits for one of them.
 */
export class HostTurns {
  readonly #taken = new Set<HostId>();
  #waiting: Waiting[] = [];

  /** Resolves when it is the run's turn, to the function that ends the turn. */
  take(hostIds: readonly HostId[]): Promise<() => void> {
    return new Promise((go) => {
      this.#waiting.push({ hostIds: new Set(hostIds), go });
      this.#next();
    });
  }

  /** Whether a run has its turn at a host. */
  isTaken(hostId: HostId): boolean {
    return this.#taken.has(hostId);
  }

  #next(): void {
    const wanted = new Set(this.#taken);
    const ready: Waiting[] = [];
    this.#waiting = this.#waiting.filter((one) => {
      const isFree = ![...one.hostIds].some((hostId) => wanted.has(hostId));
      for (const hostId of one.hostIds) wanted.add(hostId);
      if (isFree) ready.push(one);
      return !isFree;
    });
    for (const { hostIds } of ready) for (const hostId of hostIds) this.#taken.add(hostId);
    for (const { hostIds, go } of ready) {
      let isReleased = false;
      go(() => {
        if (isReleased) return;
        isReleased = true;
        for (const hostId of hostIds) this.#taken.delete(hostId);
        this.#next();
      });
    }
  }
}
