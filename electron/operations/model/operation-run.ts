import type { HostId } from '../../contract/hosts.ts';
import type {
  Amount,
  ByteProgress,
  Operation,
  Pace as PaceView,
  PlannedTarget,
  TargetOutcome,
  TargetState,
} from '../../contract/operations.ts';
import type { RecordedOperation } from './recorded-operation.ts';

/** One target of an operation, as it stands, with what only the main process needs of it. */
export type Entry = TargetOutcome & {
  position: number;
  tries: number;
  /** Epoch milliseconds when it was last sent. */
  sentAt: number | null;
  /** Of an image that a prune deletes: its last access as planned, epoch milliseconds. It goes only if that is so still. */
  plannedAccess: number | null;
};

type Outcome = Partial<Pick<Entry, 'text' | 'failure' | 'actual'>>;

/** Targets that need nothing more. */
const settled: ReadonlySet<TargetState> = new Set(['done', 'alreadyDone', 'failed', 'refused', 'cancelled']);

/** The account of one operation: its targets, and sums that always agree with them. */
export class Account {
  readonly entries: readonly Entry[];
  readonly what: RecordedOperation['what'];
  readonly #operation: Operation;
  readonly #changed: (entry: Entry | null) => void;
  readonly #byHost = new Map<HostId, Entry[]>();
  readonly #pace: Pace;

  /** `changed` is told of each target that changed, and with null when the operation's own state did. `now` in ms. */
  constructor(
    operation: Operation,
    what: Account['what'],
    entries: readonly Entry[],
    changed: (entry: Entry | null) => void,
    now: () => number,
  ) {
    this.#operation = { ...operation, ...sums(entries) };
    this.what = what;
    this.entries = entries;
    this.#changed = changed;
    this.#pace = new Pace(now);
    for (const entry of entries) {
      const ofHost = this.#byHost.get(entry.hostId);
      if (ofHost) ofHost.push(entry);
      else this.#byHost.set(entry.hostId, [entry]);
    }
  }

  get id(): string {
    return this.#operation.id;
  }

  get kind(): Operation['kind'] {
    return this.#operation.kind;
  }

  get state(): Operation['state'] {
    return this.#operation.state;
  }

  /** The operation as it stands now; a copy. */
  operation(): Operation {
    const { counts, actual, freed, state } = this.#operation;
    const runs = state === 'running' || state === 'cancelling';
    const sums = { counts: { ...counts }, actual: { ...actual }, freed: freed && { ...freed } };
    if (!runs) return { ...this.#operation, ...sums, pace: null };
    const progress = this.#operation.kind === 'prefetch' ? byteProgressOf(this.entries) : undefined;
    const pace = this.#pace.read(counts.waiting + counts.sent + counts.following, progress);
    return { ...this.#operation, ...sums, pace, ...(progress ? { progress } : {}) };
  }

  /** A target has come to another state; what is not said of its outcome is cleared, save what it amounts to. */
  set(entry: Entry, state: TargetState, outcome: Outcome = {}): void {
    const { counts } = this.#operation;
    const sum = sumOf(entry, this.#operation);
    // What an `align` fetches is its pace; what goes, goes at once.
    const paced = entry.step === 'delete' ? 0 : 1;
    const before = entry.state === 'done' ? (entry.actual?.bytes ?? 0) : 0;
    const news = Number(isSettled(state)) - Number(isSettled(entry.state));
    counts[entry.state] -= 1;
    if (entry.state === 'done') add(sum, entry.actual, -1);
    entry.state = state;
    entry.text = outcome.text?.slice(0, 2_000) ?? null;
    entry.failure = outcome.failure ?? null;
    entry.actual = outcome.actual ?? null;
    counts[state] += 1;
    if (state === 'done') add(sum, entry.actual, 1);
    // What was noted while it came is not noted again.
    const came = state === 'done' ? (entry.progress?.bytes ?? 0) : 0;
    const bytes = paced * ((state === 'done' ? (entry.actual?.bytes ?? 0) : 0) - before - came);
    if (state !== 'sent' && state !== 'following') delete entry.progress;
    if (news !== 0 || bytes !== 0) this.#pace.note(news, bytes);
    this.#changed(entry);
  }

  /** Bytes of a target have come; it stands as it stood. */
  advance(entry: Entry, progress: ByteProgress): void {
    const news = progress.bytes - (entry.progress?.bytes ?? 0);
    entry.progress = progress;
    if (news !== 0) this.#pace.note(0, news);
  }

  turn(state: Operation['state'], endedAt: number | null): void {
    this.#operation.state = state;
    this.#operation.endedAt = endedAt;
    this.#changed(null);
  }

  ofHost(hostId: HostId): readonly Entry[] {
    return this.#byHost.get(hostId) ?? [];
  }
}

export function isSettled(state: TargetState): boolean {
  return settled.has(state);
}

/** A planned target as it stands before anything is sent. */
function entryOfPlan(target: PlannedTarget, plannedAccess: number | null = null): Omit<Entry, 'position'> {
  const { hostId, hostName, imageId, imageName, step, expected, rung, verdict, reason } = target;
  const state = verdict === 'willDo' ? 'waiting' : verdict;
  const text = verdict === 'willDo' ? null : reason;
  const actual = verdict === 'alreadyDone' ? { images: 0, bytes: 0 } : null;
  return {
    hostId,
    hostName,
    imageId,
    imageName,
    step,
    expected,
    rung,
    state,
    text,
    failure: null,
    actual,
    tries: 0,
    sentAt: null,
    plannedAccess,
  };
}

/** The targets of a plan to be run: a prune by deletion has one for each image, so that the account names it. */
export function entriesOfPlan(targets: readonly PlannedTarget[]): Entry[] {
  const entries = targets.flatMap((target) => {
    const { rung, verdict, preview } = target;
    if (rung !== 'delete' || verdict !== 'willDo' || !preview) return [entryOfPlan(target)];
    return preview.goes.map(({ imageId, imageName, sizeBytes, lastAccessed }) =>
      entryOfPlan({ ...target, imageId, imageName, expected: { images: 1, bytes: sizeBytes } }, lastAccessed),
    );
  });
  return entries.map((entry, position) => ({ ...entry, position }));
}

/** Counts, total and amounts of some targets. */
export function sums(
  entries: readonly Pick<Entry, 'state' | 'actual' | 'step'>[],
): Pick<Operation, 'counts' | 'total' | 'actual' | 'freed'> {
  const counts = noCounts();
  const amounts = { actual: nothing(), freed: entries.some(({ step }) => step !== null) ? nothing() : null };
  for (const entry of entries) {
    counts[entry.state] += 1;
    if (entry.state === 'done') add(sumOf(entry, amounts), entry.actual, 1);
  }
  return { counts, total: entries.length, ...amounts };
}

/** The sum that a target belongs to: fetched and freed bytes are never one number. */
export function sumOf({ step }: Pick<Entry, 'step'>, { actual, freed }: Pick<Operation, 'actual' | 'freed'>): Amount {
  return step === 'delete' && freed ? freed : actual;
}

/** What is done to a target: in an `align` each has its own. */
export function deedOf({ kind }: Pick<Account, 'kind'>, { step }: Pick<Entry, 'step'>): Operation['kind'] {
  return step ?? kind;
}

export function nothing(): Amount {
  return { images: 0, bytes: 0 };
}

/** No targets, by state. */
export function noCounts(): Record<TargetState, number> {
  return {
    waiting: 0,
    sent: 0,
    following: 0,
    done: 0,
    alreadyDone: 0,
    failed: 0,
    refused: 0,
    cancelled: 0,
    unknown: 0,
  };
}

function add(sum: Amount, amount: Amount | null, sign: 1 | -1): void {
  sum.images += sign * (amount?.images ?? 0);
  sum.bytes += sign * (amount?.bytes ?? 0);
}

/** What was done this long ago, in milliseconds, still counts. */
const window = 30_000;
/** Before so many milliseconds nothing is said. */
const soonest = 1_000;
const step = 500;

/** How fast targets are settled, over the last half minute. Times in epoch milliseconds. */
export class Pace {
  readonly #now: () => number;
  readonly #begun: number;
  #steps: { at: number; targets: number; bytes: number }[] = [];
  #any = false;

  constructor(now: () => number) {
    this.#now = now;
    this.#begun = now();
  }

  /** Targets were settled and bytes freed or fetched; less than nothing when that is taken back. */
  note(targets: number, bytes: number): void {
    const now = this.#now();
    this.#any = true;
    const last = this.#steps.at(-1);
    if (last && now - last.at < step) {
      last.targets += targets;
      last.bytes += bytes;
      return;
    }
    this.#steps.push({ at: now, targets, bytes });
    this.#dropOld(now);
  }

  /** `open` targets are not settled yet. Where bytes are seen to come, they tell how long it takes. */
  read(open: number, progress?: ByteProgress): PaceView | null {
    const now = this.#now();
    const since = Math.min(window, now - this.#begun);
    if (since < soonest || (!this.#any && since < window)) return null;
    this.#dropOld(now);
    let targets = 0;
    let bytes = 0;
    for (const one of this.#steps) {
      targets += one.targets;
      bytes += one.bytes;
    }
    const targetsPerSecond = Math.max(0, targets / since) * 1_000;
    const bytesPerSecond = Math.max(0, bytes / since) * 1_000;
    const [left, perSecond] =
      progress && progress.of !== null
        ? [Math.max(0, progress.of - progress.bytes), bytesPerSecond]
        : [open, targetsPerSecond];
    const remainingSeconds = open === 0 ? 0 : perSecond > 0 ? left / perSecond : null;
    return { targetsPerSecond, bytesPerSecond, remainingSeconds };
  }

  #dropOld(now: number): void {
    const first = this.#steps.findIndex(({ at }) => now - at <= window);
    this.#steps = first < 0 ? [] : this.#steps.slice(first);
  }
}

type Counted = Pick<TargetOutcome, 'rung' | 'state' | 'expected' | 'actual' | 'progress'>;

const open: ReadonlySet<TargetState> = new Set(['waiting', 'sent', 'following']);

/** How far the bytes of all targets have come that are done or open; `undefined` where none is seen to come. */
export function byteProgressOf(entries: readonly Counted[]): ByteProgress | undefined {
  if (!entries.some(({ rung, progress }) => rung === 'read' || progress)) return undefined;
  const sum = { bytes: 0, of: 0 };
  let untold = false;
  for (const { state, actual, progress, expected } of entries) {
    if (state === 'done') {
      sum.bytes += actual?.bytes ?? 0;
      sum.of += actual?.bytes ?? 0;
    } else if (open.has(state)) {
      const of = progress?.of ?? (expected && expected.bytes > 0 ? expected.bytes : null);
      sum.bytes += progress?.bytes ?? 0;
      sum.of += of ?? 0;
      untold ||= of === null;
    }
  }
  return { bytes: sum.bytes, of: untold ? null : sum.of };
}
