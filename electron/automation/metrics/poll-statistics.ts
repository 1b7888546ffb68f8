import { Histogram } from 'prom-client';
import type { HostId } from '../../contract/hosts.ts';
import type { FinishedPoll, Fleet } from '../../fleet/fleet.ts';

export type PollCounts = { polls: number; failures: number; lastSeconds: number };

/** Counts polls and their durations from now on. */
export class PollStatistics {
  readonly #hosts = new Map<HostId, PollCounts>();
  /** Over all hosts, since a histogram of each would be too many series. */
  readonly durations = new Histogram({
    name: 'glance_console_poll_duration_seconds',
    help: 'Duration of the polls of all hosts.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers: [],
  });
  readonly #unsubscribe: (() => void)[];

  constructor(fleet: Pick<Fleet, 'onPoll' | 'onChange'>) {
    this.#unsubscribe = [
      fleet.onPoll((poll) => this.#note(poll)),
      fleet.onChange(({ removed }) => {
        for (const hostId of removed) this.#hosts.delete(hostId);
      }),
    ];
  }

  /** Undefined before the first poll of a host. */
  of(hostId: HostId): PollCounts | undefined {
    return this.#hosts.get(hostId);
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #note({ hostId, milliseconds, answered }: FinishedPoll): void {
    const { polls, failures } = this.#hosts.get(hostId) ?? { polls: 0, failures: 0 };
    const lastSeconds = milliseconds / 1_000;
    this.#hosts.set(hostId, { polls: polls + 1, failures: failures + (answered ? 0 : 1), lastSeconds });
    this.durations.observe(lastSeconds);
  }
}
