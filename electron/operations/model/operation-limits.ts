/** The limits of operations: concurrency, retries and intervals. Times in milliseconds. */
export type OperationLimits = {
  /**
   * Hosts that receive requests concurrently. Hosts with a long request (a prune, a clean, a program over ssh) and
   * hosts that are read from are counted separately, each with the same maximum. The scheduler (run/request-scheduler)
   * counts the three kinds.
   */
  hostConcurrency: number;
  /** Concurrent requests per host, over all operations. One download may run beside them. */
  requestsPerHost: number;
  /** Concurrent queue requests per host. Each of them starts a fetch. */
  queuesPerHost: number;
  /** Tries of one request that is safe to repeat, the first included. */
  maxTries: number;
  /** The maximum of the first, random back-off. The maximum doubles with each further attempt. */
  firstBackOff: number;
  maxBackOff: number;
  /** The longest `Retry-After` of a host that the console waits for. */
  maxRetryAfter: number;
  /** How long a host keeps its turn while others wait for one. */
  hostTurn: number;
  /** The maximum age of a host's list that a queue request relies on. */
  maxListAge: number;
  /**
   * The interval before the list is read again for an image that is neither cached nor queued. An image is in neither
   * list for about 0.1 s when its fetch ends.
   */
  relistDelay: number;
  /** The interval between two lists of a host whose fetches are followed; it grows from the first value to the last. */
  minFollowInterval: number;
  maxFollowInterval: number;
  /** How long a program that is run over ssh may take. */
  programDeadline: number;
  /** The maximum age of a host's snapshot on which a plan is based. */
  maxSnapshotAge: number;
  /** How long a plan can be started, how many plans are kept, and how many targets they have together. */
  planLifetime: number;
  maxPlans: number;
  maxPlanTargets: number;
  /** Ended operations that are older, or more than this number, are removed. */
  retention: number;
  maxOperations: number;
  /** At most one event about an operation in this time. */
  eventInterval: number;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const defaultLimits: OperationLimits = {
  hostConcurrency: 16,
  requestsPerHost: 2,
  queuesPerHost: 1,
  maxTries: 5,
  firstBackOff: 500,
  maxBackOff: 15 * second,
  maxRetryAfter: 10 * minute,
  hostTurn: second,
  maxListAge: 2 * second,
  relistDelay: 300,
  minFollowInterval: second,
  maxFollowInterval: 10 * second,
  programDeadline: hour,
  maxSnapshotAge: 2 * minute,
  planLifetime: 15 * minute,
  maxPlans: 50,
  maxPlanTargets: 400_000,
  retention: 90 * 24 * hour,
  maxOperations: 1_000,
  eventInterval: 100,
};

/**
 * The default limits with the stated ones, raised to values that do not stop everything. Throws if a value is not a
 * number.
 */
export function withLimits(stated: Partial<OperationLimits>, base: OperationLimits = defaultLimits): OperationLimits {
  const limits = { ...base, ...stated };
  for (const [key, value] of Object.entries(limits)) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`The bound ${key} is not a number from 0 up`);
  }
  for (const key of ['hostConcurrency', 'requestsPerHost', 'queuesPerHost', 'maxTries'] as const) {
    limits[key] = Math.max(1, Math.floor(limits[key]));
  }
  return limits;
}
