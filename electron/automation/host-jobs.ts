import PQueue from 'p-queue';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostJobs } from '../contract/host-jobs.ts';
import type { HostId } from '../contract/hosts.ts';
import type { RemoteAccess } from '../contract/remote.ts';
import type { Clock } from '../lib/clock.ts';
import type { FoundJobs } from '../ssh/read-host-jobs.ts';

/** Milliseconds from the start to the first reading of all hosts, and between two of them. */
const firstAfter = 60_000;
const interval = 12 * 3_600_000;
/** The hosts that are read at once. */
const concurrency = 4;

export type HostJobsOptions = {
  /** The hosts that have ssh access. */
  hosts: () => readonly HostId[];
  /** Null when the host has no ssh access. */
  access: (hostId: HostId) => RemoteAccess | null;
  read: (access: RemoteAccess, options: { signal: AbortSignal; unattended: boolean }) => Promise<FoundJobs>;
  clock: Clock;
  /** Called after each reading. */
  onChange: () => void;
  /** Called with an error that is no expected failure. */
  fault: (error: unknown) => void;
};

/**
 * The jobs that already prune and clean on the hosts themselves. Reads every host that has ssh access a minute after
 * the start and twice a day, without asking the operator anything, and one host on request. Changes nothing on hosts.
 */
export class HostJobsReader {
  readonly #options: HostJobsOptions;
  readonly #known = new Map<HostId, HostJobs>();
  readonly #stopping = new AbortController();
  readonly #queue = new PQueue({ concurrency });
  #cancelTimer: () => void;

  constructor(options: HostJobsOptions) {
    this.#options = options;
    this.#cancelTimer = options.clock.after(firstAfter, () => this.#readAll());
  }

  /** The last reading of every host that has ssh access, in the order of the hosts. */
  list(): HostJobs[] {
    return this.#options.hosts().map((hostId) => this.#known.get(hostId) ?? neverRead(hostId));
  }

  /** Reads the jobs of a host now. Throws the failure of ssh; throws `unsupported` when the host has no ssh access. */
  async read(hostId: HostId, signal?: AbortSignal): Promise<HostJobs> {
    const access = this.#options.access(hostId);
    if (!access) throw needsSsh();
    return this.#read(hostId, access, false, signal);
  }

  /** Reads nothing more. Readings in progress end with their ssh. */
  stop(): void {
    this.#cancelTimer();
    this.#queue.clear();
    this.#stopping.abort();
  }

  #readAll(): void {
    this.#cancelTimer = this.#options.clock.after(interval, () => this.#readAll());
    for (const hostId of this.#options.hosts()) {
      void this.#queue.add(async () => {
        const access = this.#options.access(hostId);
        if (!access || this.#stopping.signal.aborted) return;
        try {
          await this.#read(hostId, access, true);
        } catch (error) {
          // An expected failure is kept with the host.
          if (!(error instanceof ExpectedFailure) && !this.#stopping.signal.aborted) this.#options.fault(error);
        }
      });
    }
  }

  async #read(hostId: HostId, access: RemoteAccess, unattended: boolean, asked?: AbortSignal): Promise<HostJobs> {
    const stopping = this.#stopping.signal;
    const signal = asked ? AbortSignal.any([asked, stopping]) : stopping;
    const before = this.#known.get(hostId) ?? neverRead(hostId);
    try {
      const { jobs, unread } = await this.#options.read(access, { signal, unattended });
      const read = { hostId, readAt: this.#options.clock.now(), jobs, unread, failure: null };
      this.#known.set(hostId, read);
      return read;
    } catch (error) {
      if (error instanceof ExpectedFailure && !signal.aborted) {
        this.#known.set(hostId, { ...before, failure: error.failure });
      }
      throw error;
    } finally {
      if (!stopping.aborted) this.#options.onChange();
    }
  }
}

function neverRead(hostId: HostId): HostJobs {
  return { hostId, readAt: null, jobs: [], unread: [], failure: null };
}

/** The failure of asking for the jobs of a host that has no ssh access. */
export function needsSsh(): ExpectedFailure {
  return new ExpectedFailure({
    code: 'unsupported',
    message: 'Reading the jobs of this host requires SSH access, which is not set up.',
    remedy: 'Set up SSH access in the host or cloud settings.',
    notSent: true,
  });
}
