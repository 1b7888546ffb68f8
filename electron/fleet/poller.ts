import type { Clock } from '../lib/clock.ts';

/**
 * Lets only so many pieces of work begin at once. One that takes longer than the patience gives its place up while it
 * goes on, so that hung hosts cannot keep the others waiting.
 */
export class ConcurrencyLimit {
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

const second = 1_000;
/** A host that keeps failing is asked at least this often, in milliseconds, unless its own interval is longer. */
const longestBackOff = 300 * second;
/** Each delay is made up to so much shorter or longer, so that hosts do not fall into step. */
const jitter = 0.1;

export type PollerOptions = {
  /** Asks the host. True when it answered; it must not throw. */
  poll: (signal: AbortSignal) => Promise<boolean>;
  /** Whether an effect of an action is still awaited on the host. */
  following: () => boolean;
  /** `polling` or `nextPollAt` changed. */
  changed: () => void;
  slots: ConcurrencyLimit;
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
};

/** When one host is polled: on a timer of its own, never twice at a time, later when it fails, sooner after an action. */
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

  /** Sets the interval in milliseconds; null pauses. From a pause, the first poll comes within a second. */
  configure(interval: number | null): void {
    if (interval === this.#interval || this.#stopping.signal.aborted) return;
    const waking = this.#interval === null;
    this.#interval = interval;
    if (this.#running) return;
    this.#schedule(waking ? this.#options.random() * Math.min(second, interval ?? 0) : this.#delay());
  }

  /** Polls now: a poll that begins after this call, shared with whoever else asks meanwhile. */
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

  /** Polls after 1 s, 2 s, 4 s and so on, up to the interval, as long as something is followed. */
  follow(): void {
    this.#followStep = 0;
    if (!this.#running) this.#schedule(this.#delay());
  }

  /** Forgets that the host failed, since what it failed for may be cured. */
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
        const answered = await this.#options.poll(this.#stopping.signal);
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
    const capped = Math.min(usual, Math.max(this.#interval, longestBackOff));
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
