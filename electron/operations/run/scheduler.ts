import type { HostId } from '../../contract/hosts.ts';
import type { Clock } from '../../lib/clock.ts';
import type { OperationLimits } from '../model/operation-timings.ts';

/**
 * Some jobs at one host for one operation. `long` jobs may last for minutes; `queue` jobs have a bound of their own;
 * `read` jobs may last for hours, so they are counted apart from all others: one at a time at each host.
 */
export type Work<Job> = {
  hostId: HostId;
  operationId: string;
  kind: 'request' | 'queue' | 'long' | 'read';
  jobs: Job[];
  /** Does one job. Answers with milliseconds when it is to be done again, the host left alone until then. */
  run(job: Job): Promise<number | undefined>;
  /** Once, when no job of it waits or is under way any more. */
  ended(): void;
};

type Held<Job> = { work: Work<Job>; next: number; again: Job[]; underWay: number };
type Lane<Job> = {
  hostId: HostId;
  held: Held<Job>[];
  quick: number;
  long: number;
  reads: number;
  queues: number;
  /** How many pauses are not over; a timer may ring early by the clock, so it alone ends its pause. */
  pauses: number;
  turnEnds: number;
};

/**
 * Who may send what, when: so many hosts at once, so many requests at each, the operations at a host in turn. A slow
 * host holds back nobody but itself, up to as many slow hosts as there may be hosts at once.
 */
export class Scheduler<Job> {
  /** In order of their turn: who began to send last is last. */
  readonly #lanes = new Map<HostId, Lane<Job>>();
  readonly #bounds: () => OperationLimits;
  readonly #clock: Clock;
  readonly #fault: (error: unknown) => void;
  readonly #wakes = new Set<() => void>();
  #quickHosts = 0;
  #longHosts = 0;
  #readingHosts = 0;
  #stopped = false;
  #underWay = 0;
  #idlers: (() => void)[] = [];
  #dispatching = false;

  constructor(options: { bounds: () => OperationLimits; clock: Clock; fault: (error: unknown) => void }) {
    this.#bounds = options.bounds;
    this.#clock = options.clock;
    this.#fault = options.fault;
  }

  add(work: Work<Job>): void {
    const held = { work, next: 0, again: [], underWay: 0 };
    const lane = this.#lanes.get(work.hostId);
    if (lane) lane.held.push(held);
    else this.#lanes.set(work.hostId, newLane(work.hostId, held));
    if (waiting(held) === 0) this.#endIfDone(this.#laneOf(work.hostId), held);
    this.#dispatchSoon();
  }

  /** Takes the jobs of an operation that are not under way out, at one host or at all, and returns them. */
  drop(operationId: string, hostId?: HostId): Job[] {
    const dropped: Job[] = [];
    for (const lane of [...this.#lanes.values()]) {
      if (hostId !== undefined && lane.hostId !== hostId) continue;
      for (const held of [...lane.held]) {
        if (held.work.operationId !== operationId) continue;
        for (const job of held.again) dropped.push(job);
        for (const job of held.work.jobs.slice(held.next)) dropped.push(job);
        held.again = [];
        held.next = held.work.jobs.length;
        this.#endIfDone(lane, held);
      }
    }
    this.#dispatchSoon();
    return dropped;
  }

  /** Nothing is begun any more; what is under way goes on. */
  stop(): void {
    this.#stopped = true;
    for (const takeBack of this.#wakes) takeBack();
    this.#wakes.clear();
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  /** Bounds may have grown: looks again at who may begin. */
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
      for (let held = this.#next(lane); held; held = this.#next(lane)) this.#begin(lane, held);
    }
  }

  /** The work that may begin a job at this host now, if any. */
  #next(lane: Lane<Job>): Held<Job> | undefined {
    const bounds = this.#bounds();
    if (lane.pauses > 0) return undefined;
    const full = lane.quick + lane.long >= bounds.requestsPerHost;
    return lane.held.find((held) => {
      if (waiting(held) === 0) return false;
      if (held.work.kind === 'read') return lane.reads === 0 && this.#readingHosts < bounds.hostConcurrency;
      if (full) return false;
      if (held.work.kind === 'long') return lane.long > 0 || this.#longHosts < bounds.hostConcurrency;
      if (held.work.kind === 'queue' && lane.queues >= bounds.queuesPerHost) return false;
      if (lane.quick === 0) return this.#quickHosts < bounds.hostConcurrency;
      return this.#clock.now() < lane.turnEnds || !this.#othersWait(lane);
    });
  }

  /** Whether a host without a turn wants one and none is free. */
  #othersWait(lane: Lane<Job>): boolean {
    if (this.#quickHosts < this.#bounds().hostConcurrency) return false;
    for (const other of this.#lanes.values()) {
      if (other === lane || other.quick > 0 || other.pauses > 0) continue;
      if (other.held.some((held) => isQuick(held.work) && waiting(held) > 0)) return true;
    }
    return false;
  }

  #begin(lane: Lane<Job>, held: Held<Job>): void {
    const job = take(held);
    // The operation that was served goes behind the others at this host, and the host behind the other hosts.
    lane.held.splice(lane.held.indexOf(held), 1);
    lane.held.push(held);
    held.underWay += 1;
    this.#underWay += 1;
    if (held.work.kind === 'read') {
      lane.reads += 1;
      this.#readingHosts += 1;
    } else if (held.work.kind === 'long') {
      if (lane.long === 0) this.#longHosts += 1;
      lane.long += 1;
    } else {
      if (lane.quick === 0) {
        this.#quickHosts += 1;
        lane.turnEnds = this.#clock.now() + this.#bounds().hostTurn;
        this.#lanes.delete(lane.hostId);
        this.#lanes.set(lane.hostId, lane);
      }
      lane.quick += 1;
      if (held.work.kind === 'queue') lane.queues += 1;
    }
    void this.#carryOut(lane, held, job);
  }

  async #carryOut(lane: Lane<Job>, held: Held<Job>, job: Job): Promise<void> {
    let again: number | undefined;
    try {
      again = await held.work.run(job);
    } catch (error) {
      this.#fault(error);
    }
    held.underWay -= 1;
    this.#underWay -= 1;
    if (held.work.kind === 'read') {
      lane.reads -= 1;
      this.#readingHosts -= 1;
    } else if (held.work.kind === 'long') {
      lane.long -= 1;
      if (lane.long === 0) this.#longHosts -= 1;
    } else {
      lane.quick -= 1;
      if (lane.quick === 0) this.#quickHosts -= 1;
      if (held.work.kind === 'queue') lane.queues -= 1;
    }
    if (again !== undefined && !this.#stopped) {
      held.again.push(job);
      this.#pauseLane(lane, again);
    }
    this.#endIfDone(lane, held);
    this.#dispatchSoon();
    if (this.#underWay > 0) return;
    for (const resolve of this.#idlers.splice(0)) resolve();
  }

  #pauseLane(lane: Lane<Job>, milliseconds: number): void {
    lane.pauses += 1;
    const takeBack = this.#clock.after(milliseconds, () => {
      this.#wakes.delete(takeBack);
      lane.pauses -= 1;
      this.#leaveIfIdle(lane);
      this.#dispatchSoon();
    });
    this.#wakes.add(takeBack);
  }

  #endIfDone(lane: Lane<Job>, held: Held<Job>): void {
    if (held.underWay > 0 || waiting(held) > 0) return;
    const at = lane.held.indexOf(held);
    if (at < 0) return;
    lane.held.splice(at, 1);
    this.#leaveIfIdle(lane);
    held.work.ended();
  }

  /** A host that asked to be left alone keeps its lane, so that the next operation leaves it alone too. */
  #leaveIfIdle(lane: Lane<Job>): void {
    if (lane.held.length === 0 && lane.pauses === 0) this.#lanes.delete(lane.hostId);
  }

  #laneOf(hostId: HostId): Lane<Job> {
    const lane = this.#lanes.get(hostId);
    if (!lane) throw new Error(`No lane for ${hostId}`);
    return lane;
  }
}

function newLane<Job>(hostId: HostId, held: Held<Job>): Lane<Job> {
  return { hostId, held: [held], quick: 0, long: 0, reads: 0, queues: 0, pauses: 0, turnEnds: 0 };
}

function isQuick({ kind }: Pick<Work<unknown>, 'kind'>): boolean {
  return kind === 'request' || kind === 'queue';
}

function waiting<Job>(held: Held<Job>): number {
  return held.again.length + held.work.jobs.length - held.next;
}

function take<Job>(held: Held<Job>): Job {
  const again = held.again.shift();
  if (again !== undefined) return again;
  const job = held.work.jobs[held.next];
  if (job === undefined) throw new Error('No job waits');
  held.next += 1;
  return job;
}
