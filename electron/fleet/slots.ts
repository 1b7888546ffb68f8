import type { Clock } from '../lib/clock.ts';

/**
 * Lets only so many pieces of work begin at once. One that takes longer than the patience gives its place up while it
 * goes on, so that hung hosts cannot keep the others waiting.
 */
export class Slots {
  readonly #limit: number;
  readonly #patience: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(options: { limit: number; patienceMs: number; clock: Clock }) {
    this.#limit = options.limit;
    this.#patience = options.patienceMs;
    this.#clock = options.clock;
  }

  /** Runs the work when there is a place for it; urgent work before the rest. */
  async run<Result>(work: () => Promise<Result>, urgent: boolean): Promise<Result> {
    if (this.#taken < this.#limit) this.#taken += 1;
    else await this.#place(urgent);
    let held = true;
    const leave = () => {
      if (!held) return;
      held = false;
      this.#passOn();
    };
    const cancel = this.#clock.after(this.#patience, leave);
    try {
      return await work();
    } finally {
      cancel();
      leave();
    }
  }

  #place(urgent: boolean): Promise<void> {
    return new Promise((resolve) => {
      if (urgent) this.#waiting.unshift(resolve);
      else this.#waiting.push(resolve);
    });
  }

  /** The place goes to the next one waiting, without ever being free between the two. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken -= 1;
  }
}
