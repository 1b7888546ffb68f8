import { delay } from '../../lib/abort.ts';
import type { Clock } from '../../lib/clock.ts';

/** What may come at once before it is held back, as milliseconds at the full rate; shorter pauses would only cost time. */
const burst = 100;

/** Holds back what comes faster than so many bytes a second, on average; null lets everything pass. */
export class Throttle {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number | null;
  /** When all that came was due at the rate. */
  #due = 0;

  constructor(clock: Clock, bytesPerSecond: number | null) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** So many bytes have come: resolves when more may come, or at once when the signal says so. */
  async took(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === null) return;
    const now = this.#clock.now();
    this.#due = Math.max(this.#due, now) + (bytes / this.#bytesPerSecond) * 1_000;
    if (this.#due - now > burst) await delay(this.#clock, this.#due - now, signal);
  }
}
