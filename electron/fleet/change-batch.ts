import type { HostId } from '../contract/hosts.ts';
import type { Clock } from '../lib/clock.ts';
import type { FleetChange } from './host-access.ts';

/** Milliseconds during which changes are collected into one batch. */
const batchDelay = 100;

/** Collects changes of hosts and reports them together. */
export class ChangeBatch {
  readonly #clock: Clock;
  readonly #listeners = new Set<(change: FleetChange) => void>();
  #changed = new Set<HostId>();
  #removed = new Set<HostId>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  changed(hostId: HostId): void {
    this.#removed.delete(hostId);
    this.#changed.add(hostId);
    this.#later();
  }

  removed(hostId: HostId): void {
    this.#changed.delete(hostId);
    this.#removed.add(hostId);
    this.#later();
  }

  listen(listener: (change: FleetChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #later(): void {
    if (this.#stopped) return;
    this.#cancel ??= this.#clock.after(batchDelay, () => {
      this.#cancel = undefined;
      const change = { changed: [...this.#changed], removed: [...this.#removed] };
      this.#changed = new Set();
      this.#removed = new Set();
      for (const listener of this.#listeners) listener(change);
    });
  }
}
