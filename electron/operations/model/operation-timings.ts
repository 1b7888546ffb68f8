/** How hard operations may lean on the hosts, and how long they remember. Times in milliseconds. */
export type Bounds = {
  /** Hosts with requests under way at one time. Prunes and cleans, which may last, are counted apart. */
  hostsAtOnce: number;
  /** Requests under way at one host at one time, of all operations together. */
  requestsPerHost: number;
  /** Queue requests under way at one host at one time: each begins a fetch. */
  queuesPerHost: number;
  /** Tries of one request that is safe to repeat, the first included. */
  tries: number;
  /** The first back-off is between nothing and this, each further one up to double. */
  backOffFirst: number;
  backOffMost: number;
  /** A host that asks to be left alone for longer than this is not waited for. */
  retryAfterMost: number;
  /** How long a host keeps its turn while others wait for one. */
  turn: number;
  /** How old a host's list may be when a queue request is sent on its word. */
  listFresh: number;
  /** Between two looks at a list for an image that is in neither half: a fetch that ends is in neither for ~0.1 s. */
  secondLook: number;
  /** Between two looks at a host whose fetches are followed; grows from the first to the last. */
  followFirst: number;
  followMost: number;
  /** How long a program that is run over ssh may take. */
  programDeadline: number;
  /** How old a host's snapshot may be when a plan is made on its word. */
  planFresh: number;
  /** How long a plan can be started, how many are kept, and how many targets they hold together. */
  planLife: number;
  plansKept: number;
  planTargetsKept: number;
  /** Ended operations older or more than this are forgotten. */
  keepFor: number;
  keepMost: number;
  /** At most one event about an operation in this time. */
  eventEvery: number;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

export const defaultBounds: Bounds = {
  hostsAtOnce: 16,
  requestsPerHost: 2,
  queuesPerHost: 1,
  tries: 5,
  backOffFirst: 500,
  backOffMost: 15 * second,
  retryAfterMost: 10 * minute,
  turn: second,
  listFresh: 2 * second,
  secondLook: 300,
  followFirst: second,
  followMost: 10 * second,
  programDeadline: hour,
  planFresh: 2 * minute,
  planLife: 15 * minute,
  plansKept: 50,
  planTargetsKept: 400_000,
  keepFor: 90 * 24 * hour,
  keepMost: 1_000,
  eventEvery: 100,
};

/** Bounds with what is stated, held above what would stop everything. Throws on what is no number. */
export function boundsWith(stated: Partial<Bounds>, base: Bounds = defaultBounds): Bounds {
  const bounds = { ...base, ...stated };
  for (const [key, value] of Object.entries(bounds)) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`The bound ${key} is not a number from 0 up`);
  }
  for (const key of ['hostsAtOnce', 'requestsPerHost', 'queuesPerHost', 'tries'] as const) {
    bounds[key] = Math.max(1, Math.floor(bounds[key]));
  }
  return bounds;
}
