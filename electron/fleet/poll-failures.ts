import type { Failure } from '../contract/failure.ts';
import type { HostSummary } from '../contract/fleet.ts';

type Shown = Pick<HostSummary, 'failure' | 'failedTries' | 'failingSince'>;
const none: Shown = { failure: null, failedTries: 0, failingSince: null };

/** The polls of one host that failed since it last answered. */
export class PollFailures {
  #shown = none;
  /** Whether a connection was refused since the host last answered, which means that its service was down. */
  #refused = false;

  /** The part of them that the host's row shows. */
  get shown(): Shown {
    return this.#shown;
  }

  /** A poll failed at `now` (epoch milliseconds). Returns whether it is the first one since the host answered. */
  failed(failure: Failure, now: number): boolean {
    const { failedTries, failingSince } = this.#shown;
    this.#shown = { failure, failedTries: failedTries + 1, failingSince: failingSince ?? now };
    this.#refused ||= failure.refused ?? false;
    return failedTries === 0;
  }

  /** The host answered. Returns whether it failed before, and whether its service was down. */
  answered(): { failed: boolean; wasDown: boolean } {
    const before = { failed: this.#shown.failure !== null, wasDown: this.#refused };
    this.#shown = none;
    this.#refused = false;
    return before;
  }
}
