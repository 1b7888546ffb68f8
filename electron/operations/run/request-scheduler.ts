import type { HostId } from '../../contract/hosts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { OperationLimits } from '../model/operation-limits.ts';

/**
 * The jobs of one operation at one host. `long` jobs may take minutes. `queue` jobs have their own limit. `read` jobs
 * may take hours, so they are counted separately from all others: one at a time at each host.
 */
export type Work<Job> = {
  hostId: HostId;
  operationId: string;
  kind: 'request' | 'queue' | 'long' | 'read';
  jobs: Job[];
  /** Does one job. Resolves to milliseconds if the job must be repeated; nothing is sent to the host until then. */
  run(job: Job): Promise<number | undefined>;
  /** Called once, when no job waits or runs any more. */
  ended(): void;
};

type QueuedWork<Job> = { work: Work<Job>; next: number; again: Job[]; running: number };
type HostLane<Job> = {
  hostId: HostId;
  queued: QueuedWork<Job>[];
  quick: number;
  long: number;
  reads: number;
  queues: number;
  /** The number of pauses that are not over. Only its timer ends a pause: the clock may be a little behind it. */
  pauses: number;
  turnEnds: number;
};

/**
 * Decides which jobs run when: a limited number of hosts at once, a limited number of requests at each host, and the
 * operations at a host in turn. A slow host delays only itself, unless the number of slow hosts reaches the limit of
 * hosts.
 */
export class Scheduler<Job> {
  /** In the order of their turn: the host that began to send last comes last. */
  readonly #lanes = new Map<HostId, HostLane<Job>>();
  readonly #limits: () => OperationLimits;
  readonly #clock: Clock;
  readonly #fault: (error: unknown) => void;
  readonly #wakes = new Set<() => void>();
  #quickHosts = 0;
  #longHosts = 0;
  #readingHosts = 0;
  #stopped = false;
  #running = 0;
  #idleListeners: (() => void)[] = [];
  #dispatching = false;

  constructor(options: { limits: () => OperationLimits; clock: Clock; fault: (error: unknown) => void }) {
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#fault = options.fault;
  }

  add(work: Work<Job>): void {
    const queued = { work, next: 0, again: [], running: 0 };
    const lane = this.#lanes.get(work.hostId);
    if (lane) lane.queued.push(queued);
    else this.#lanes.set(work.hostId, newLane(work.hostId, queued));
    if (waiting(queued) === 0) this.#endIfDone(this.#laneOf(work.hostId), queued);
    this.#dispatchSoon();
  }

  /** Removes the jobs of an operation that are not running, at one host or at all hosts, and returns them. */
  drop(operationId: string, hostId?: HostId): Job[] {
    const dropped: Job[] = [];
    for (const lane of [...this.#lanes.values()]) {
      if (hostId !== undefined && lane.hostId !== hostId) continue;
      for (const queued of [...lane.queued]) {
        if (queued.work.operationId !== operationId) continue;
        for (const job of queued.again) dropped.push(job);
        for (const job of queued.work.jobs.slice(queued.next)) dropped.push(job);
        queued.again = [];
        queued.next = queued.work.jobs.length;
        this.#endIfDone(lane, queued);
      }
    }
    this.#dispatchSoon();
    return dropped;
  }

  /** Starts no more jobs. Running jobs continue. */
  stop(): void {
    this.#stopped = true;
    for (const cancelTimer of this.#wakes) cancelTimer();
    this.#wakes.clear();
  }

  /** Resolves when no job runs. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.push(resolve));
  }

  /** Call this when limits may have grown. */
  wake(): void {
    this.#dispatchSoon();
  }

  #dispatchSoon(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    queueMicrotask(() => {
      this.#dispatching = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#stopped) return;
    for (const lane of [...this.#lanes.values()]) {
      for (let queued = this.#next(lane); queued; queued = this.#next(lane)) this.#begin(lane, queued);
    }
  }

  /** The work that may start a job at this host now, if any. */
  #next(lane: HostLane<Job>): QueuedWork<Job> | undefined {
    const limits = this.#limits();
    if (lane.pauses > 0) return undefined;
    const full = lane.quick + lane.long >= limits.requestsPerHost;
    return lane.queued.find((queued) => {
      if (waiting(queued) === 0) return false;
      if (queued.work.kind === 'read') return lane.reads === 0 && this.#readingHosts < limits.hostConcurrency;
      if (full) return false;
      if (queued.work.kind === 'long') return lane.long > 0 || this.#longHosts < limits.hostConcurrency;
      if (queued.work.kind === 'queue' && lane.queues >= limits.queuesPerHost) return false;
      if (lane.quick === 0) return this.#quickHosts < limits.hostConcurrency;
      return this.#clock.now() < lane.turnEnds || !this.#othersWait(lane);
    });
  }

  /** Whether another host waits for a turn and none is free. */
  #othersWait(lane: HostLane<Job>): boolean {
    if (this.#quickHosts < this.#limits().hostConcurrency) return false;
    for (const other of this.#lanes.values()) {
      if (other === lane || other.quick > 0 || other.pauses > 0) continue;
      if (other.queued.some((queued) => isQuick(queued.work) && waiting(queued) > 0)) return true;
    }
    return false;
  }

  #begin(lane: HostLane<Job>, queued: QueuedWork<Job>): void {
    const job = take(queued);
    // The operation moves behind the others at this host, and the host behind the other hosts.
    lane.queued.splice(lane.queued.indexOf(queued), 1);
    lane.queued.push(queued);
    queued.running += 1;
    this.#running += 1;
    if (queued.work.kind === 'read') {
      lane.reads += 1;
      this.#readingHosts += 1;
    } else if (queued.work.kind === 'long') {
      if (lane.long === 0) this.#longHosts += 1;
      lane.long += 1;
    } else {
      if (lane.quick === 0) {
        this.#quickHosts += 1;
        lane.turnEnds = this.#clock.now() + this.#limits().hostTurn;
        this.#lanes.delete(lane.hostId);
        this.#lanes.set(lane.hostId, lane);
      }
      lane.quick += 1;
      if (queued.work.kind === 'queue') lane.queues += 1;
    }
    void this.#carryOut(lane, queued, job);
  }

  async #carryOut(lane: HostLane<Job>, queued: QueuedWork<Job>, job: Job): Promise<void> {
    let again: number | undefined;
    try {
      again = await queued.work.run(job);
    } catch (error) {
      this.#fault(error);
    }
    queued.running -= 1;
    this.#running -= 1;
    if (queued.work.kind === 'read') {
      lane.reads -= 1;
      this.#readingHosts -= 1;
    } else if (queued.work.kind === 'long') {
      lane.long -= 1;
      if (lane.long === 0) this.#longHosts -= 1;
    } else {
      lane.quick -= 1;
      if (lane.quick === 0) this.#quickHosts -= 1;
      if (queued.work.kind === 'queue') lane.queues -= 1;
    }
    if (again !== undefined && !this.#stopped) {
      queued.again.push(job);
      this.#pauseLane(lane, again);
    }
    this.#endIfDone(lane, queued);
    this.#dispatchSoon();
    if (this.#running > 0) return;
    for (const resolve of this.#idleListeners.splice(0)) resolve();
  }

  #pauseLane(lane: HostLane<Job>, milliseconds: number): void {
    lane.pauses += 1;
    const cancelTimer = this.#clock.after(milliseconds, () => {
      this.#wakes.delete(cancelTimer);
      lane.pauses -= 1;
      this.#leaveIfIdle(lane);
      this.#dispatchSoon();
    });
    this.#wakes.add(cancelTimer);
  }

  #endIfDone(lane: HostLane<Job>, queued: QueuedWork<Job>): void {
    if (queued.running > 0 || waiting(queued) > 0) return;
    const at = lane.queued.indexOf(queued);
    if (at < 0) return;
    lane.queued.splice(at, 1);
    this.#leaveIfIdle(lane);
    queued.work.ended();
  }

  /** A host with a pause keeps its lane, so that the pause holds for the next operation too. */
  #leaveIfIdle(lane: HostLane<Job>): void {
    if (lane.queued.length === 0 && lane.pauses === 0) this.#lanes.delete(lane.hostId);
  }

  #laneOf(hostId: HostId): HostLane<Job> {
    const lane = this.#lanes.get(hostId);
    if (!lane) throw new Error(`No lane for ${hostId}`);
    return lane;
  }
}

function newLane<Job>(hostId: HostId, queued: QueuedWork<Job>): HostLane<Job> {
  return { hostId, queued: [queued], quick: 0, long: 0, reads: 0, queues: 0, pauses: 0, turnEnds: 0 };
}

function isQuick({ kind }: Pick<Work<unknown>, 'kind'>): boolean {
  return kind === 'request' || kind === 'queue';
}

function waiting<Job>(queued: QueuedWork<Job>): number {
  return queued.again.length + queued.work.jobs.length - queued.next;
}

function take<Job>(queued: QueuedWork<Job>): Job {
  const again = queued.again.shift();
  if (again !== undefined) return again;
  const job = queued.work.jobs[queued.next];
  if (job === undefined) throw new Error('No job waits');
  queued.next += 1;
  return job;
}
