import type { Clock } from '../lib/clock.ts';

/**
 * Limits how many tasks start at the same time. A task that takes longer than `timeoutMs` milliseconds releases its
 * slot and continues, so that hung hosts do not block the others.
 */
export class ConcurrencyLimit {
  readonly #limit: number;
  readonly #timeout: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(options: { limit: number; timeoutMs: number; clock: Clock }) {
    this.#limit = options.limit;
    this.#timeout = options.timeoutMs;
    this.#clock = options.clock;
  }

  /** Runs the work as soon as there is a free slot. Urgent work comes first. */
  async run<Result>(work: () => Promise<Result>, urgent: boolean): Promise<Result> {
    if (this.#taken < this.#limit) this.#taken += 1;
    else await this.#place(urgent);
    let held = true;
    const leave = () => {
      if (!held) return;
      held = false;
      this.#passOn();
    };
    const cancel = this.#clock.after(this.#timeout, leave);
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

  /** Hands the place to the next waiting task without freeing it in between. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken -= 1;
  }
}

const second = 1_000;
/** Longest interval in milliseconds between polls of a failing host, unless its own interval is longer. */
const maxBackOff = 300 * second;
/** Each delay varies by this share, so that hosts are not polled in step. */
const jitter = 0.1;

export type PollerOptions = {
  /** Polls the host. Resolves to whether it answered; must not throw. */
  poll: (signal: AbortSignal) => Promise<boolean>;
  /** Whether the effect of an action is still awaited on the host. */
  following: () => boolean;
  /** Called after each poll with the milliseconds that it took, and whether the host answered. */
  polled: (milliseconds: number, answered: boolean) => void;
  /** `polling` or `nextPollAt` changed. */
  changed: () => void;
  slots: ConcurrencyLimit;
  clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  random: () => number;
};

/**
 * Decides when one host is polled: on its own timer, never twice at the same time, less often while it fails, more
 * often after an action.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  #interval: number | null = null;
  #failures = 0;
  #followStep: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #nextPollAt: number | null = null;
  #running: { begun: boolean; done: Promise<void> } | undefined;
  #after: Promise<void> | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  get polling(): boolean {
    return this.#running?.begun ?? false;
  }

  /** Epoch milliseconds; null while paused or while a poll runs. */
  get nextPollAt(): number | null {
    return this.#nextPollAt;
  }

  /** Sets the interval in milliseconds; null pauses. After a pause, the first poll starts within a second. */
  configure(interval: number | null): void {
    if (interval === this.#interval || this.#stopping.signal.aborted) return;
    const waking = this.#interval === null;
    this.#interval = interval;
    if (this.#running) return;
    this.#schedule(waking ? this.#options.random() * Math.min(second, interval ?? 0) : this.#delay());
  }

  /** Polls now. The poll starts after this call, and is shared by all callers that ask meanwhile. */
  now(): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    if (!this.#running) return this.#begin(true);
    if (!this.#running.begun) return this.#running.done;
    this.#after ??= this.#running.done.then(() => {
      this.#after = undefined;
      return this.now();
    });
    return this.#after;
  }

  /** Polls after 1 s, 2 s, 4 s and so on up to the interval, while an effect is awaited. */
  follow(): void {
    this.#followStep = 0;
    if (!this.#running) this.#schedule(this.#delay());
  }

  /** Forgets past failures, because their cause may have been fixed. */
  forgive(): void {
    this.#failures = 0;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#schedule(null);
    await this.#running?.done;
  }

  #begin(urgent: boolean): Promise<void> {
    const run = { begun: false, done: Promise.resolve() };
    this.#schedule(null);
    this.#running = run;
    run.done = this.#options.slots
      .run(async () => {
        run.begun = true;
        if (this.#stopping.signal.aborted) return;
        this.#options.changed();
        const { clock, poll, polled } = this.#options;
        const startedAt = clock.now();
        const answered = await poll(this.#stopping.signal);
        if (!this.#stopping.signal.aborted) polled(clock.now() - startedAt, answered);
        this.#failures = answered ? 0 : this.#failures + 1;
      }, urgent)
      .finally(() => {
        this.#running = undefined;
        this.#schedule(this.#stopping.signal.aborted ? null : this.#delay());
      });
    return run.done;
  }

  #delay(): number | null {
    if (this.#interval === null) return null;
    const usual = this.#interval * 2 ** Math.min(Math.max(0, this.#failures - 1), 20);
    const capped = Math.min(usual, Math.max(this.#interval, maxBackOff));
    const delay = capped * (1 - jitter + 2 * jitter * this.#options.random());
    if (this.#followStep === undefined || this.#failures > 0) return delay;
    if (!this.#options.following()) {
      this.#followStep = undefined;
      return delay;
    }
    const sooner = second * 2 ** this.#followStep;
    this.#followStep = Math.min(this.#followStep + 1, 20);
    return Math.min(delay, sooner);
  }

  #schedule(delay: number | null): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#nextPollAt = delay === null ? null : Math.round(this.#options.clock.now() + delay);
    if (delay !== null) {
      this.#cancelTimer = this.#options.clock.after(delay, () => {
        if (!this.#running) void this.#begin(false);
      });
    }
    this.#options.changed();
  }
}
