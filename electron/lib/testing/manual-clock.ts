import type { Clock } from '../clock.ts';

type Timer = { at: number; order: number; run: () => void };

/** A clock that stands still until a test moves it. Due timers run in order; between any two, promises settle. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = Date.UTC(2026, 10, 22)) {
    this.#now = now;
  }

  /** The number of timers that have not run yet. */
  get waiting(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.ceil(milliseconds), order: this.#order, run };
    this.#order += 1;
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Moves time forward by this many milliseconds. */
  async forward(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await this.#runUntil(until);
    this.#now = until;
  }

  /** Sets the clock forward or back, as when the machine slept: timers keep the time that they have left. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of this.#timers) timer.at += milliseconds;
  }

  /** Moves time until no timer is left. */
  run(): Promise<void> {
    return this.#runUntil(Number.POSITIVE_INFINITY);
  }

  async #runUntil(until: number): Promise<void> {
    for (;;) {
      await settled();
      const [next] = [...this.#timers].sort((one, other) => one.at - other.at || one.order - other.order);
      if (!next || next.at > until) return;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
  }
}

/** Resolves when all promises that need no timer have settled. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
