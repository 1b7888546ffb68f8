import type { Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import {
  addAmount,
  type ByteProgress,
  type Operation,
  type Pace,
  type TargetOutcome,
  type TargetState,
} from '../../contract/operations.ts';
import { type Activity, activityOf } from '../model/operation-conflicts.ts';
import type { RecordedOperation } from '../model/operation-from-plan.ts';
import { amountFor, isSettled, type TargetRun, totalsOf } from '../model/target-run.ts';

type Outcome = Partial<Pick<TargetRun, 'text' | 'failure' | 'actual'>>;

/** `all`: the number of open targets. `byImage` is made when it is first asked for. */
type HostTargets = {
  targets: TargetRun[];
  open: Record<Activity, number>;
  all: number;
  byImage?: ReadonlyMap<ImageId | null, TargetRun>;
};

/** The state of one operation while it runs: its targets, and totals that always agree with them. */
export class OperationRun {
  readonly targets: readonly TargetRun[];
  readonly detail: RecordedOperation['detail'];
  /** Whether it ran before: other operations may have run since its requests were sent. */
  readonly isContinued: boolean;
  readonly #operation: Operation;
  readonly #changed: (target: TargetRun | null) => void;
  readonly #byHost = new Map<HostId, HostTargets>();
  readonly #pace: PaceMeter;

  /**
   * `changed` is called with each target that changed, and with null when the state of the operation itself changed.
   * `now` returns epoch milliseconds.
   */
  constructor(
    operation: Operation,
    detail: OperationRun['detail'],
    targets: readonly TargetRun[],
    changed: (target: TargetRun | null) => void,
    now: () => number,
  ) {
    this.#operation = { ...operation, ...totalsOf(targets) };
    this.detail = detail;
    this.isContinued = operation.state !== 'running';
    this.targets = targets;
    this.#changed = changed;
    this.#pace = new PaceMeter(now);
    for (const target of targets) {
      let ofHost = this.#byHost.get(target.hostId);
      if (!ofHost) {
        ofHost = { targets: [], open: noneOpen(), all: 0 };
        this.#byHost.set(target.hostId, ofHost);
      }
      ofHost.targets.push(target);
      if (!isSettled(target.state)) this.#countOpen(target, 1);
    }
  }

  get id(): string {
    return this.#operation.id;
  }

  get kind(): Operation['kind'] {
    return this.#operation.kind;
  }

  get title(): string {
    return this.#operation.title;
  }

  get state(): Operation['state'] {
    return this.#operation.state;
  }

  /**
   * The reason why nothing more of it is sent, although it was not cancelled. It is interrupted when its last request
   * is answered.
   */
  get interruption(): Failure | undefined {
    return this.#operation.failure;
  }

  /** A copy of the operation as it is now. */
  operation(): Operation {
    const { counts, actual, freed, state } = this.#operation;
    const totals = { counts: { ...counts }, actual: { ...actual }, freed: freed && { ...freed } };
    if (state !== 'running' && state !== 'cancelling') return { ...this.#operation, ...totals, pace: null };
    const progress = this.#operation.kind === 'prefetch' ? byteProgressOf(this.targets) : undefined;
    const pace = this.#pace.read(counts.waiting + counts.sent + counts.following, progress);
    return { ...this.#operation, ...totals, pace, ...(progress ? { progress } : {}) };
  }

  /** Moves a target to a state. Omitted parts of its outcome are cleared. */
  setTarget(target: TargetRun, state: TargetState, outcome: Outcome = {}): void {
    const { counts } = this.#operation;
    const amount = amountFor(target, this.#operation);
    const bytesBefore = doneBytes(target);
    const settled = Number(isSettled(state)) - Number(isSettled(target.state));
    counts[target.state] -= 1;
    if (target.state === 'done') addAmount(amount, target.actual, -1);
    target.state = state;
    target.text = outcome.text?.slice(0, 2_000) ?? null;
    target.failure = outcome.failure ?? null;
    target.actual = outcome.actual ?? null;
    counts[state] += 1;
    if (state === 'done') addAmount(amount, target.actual, 1);
    // Bytes already counted while the download ran are not counted twice.
    const counted = state === 'done' ? (target.progress?.bytes ?? 0) : 0;
    // The pace of an `align` is that of its fetches: deletes take no time for their bytes.
    const bytes = target.step === 'delete' ? 0 : doneBytes(target) - bytesBefore - counted;
    if (state !== 'sent' && state !== 'following') delete target.progress;
    if (settled !== 0) this.#countOpen(target, -settled);
    if (settled !== 0 || bytes !== 0) this.#pace.add(settled, bytes);
    this.#changed(target);
  }

  /** Records how many bytes of a target have arrived. Its state does not change. */
  setProgress(target: TargetRun, progress: ByteProgress): void {
    const bytes = progress.bytes - (target.progress?.bytes ?? 0);
    target.progress = progress;
    if (bytes !== 0) this.#pace.add(0, bytes);
  }

  /** Sends nothing more of a running operation. */
  interrupt(failure: Failure): void {
    this.#operation.failure = failure;
    this.#changed(null);
  }

  /**
   * `endedAt` in epoch milliseconds; null while it runs. Only an interrupted operation keeps the reason of its
   * interruption.
   */
  setState(state: Operation['state'], endedAt: number | null): void {
    if (state !== 'interrupted') delete this.#operation.failure;
    this.#operation.state = state;
    this.#operation.endedAt = endedAt;
    this.#changed(null);
  }

  ofHost(hostId: HostId): readonly TargetRun[] {
    return this.#byHost.get(hostId)?.targets ?? [];
  }

  /** The number of targets at a host that are not settled, by activity; undefined if all are settled. */
  openAt(hostId: HostId): Readonly<Record<Activity, number>> | undefined {
    const ofHost = this.#byHost.get(hostId);
    return ofHost && ofHost.all > 0 ? ofHost.open : undefined;
  }

  /** The target with an image at a host, or with the host as a whole if `imageId` is null. */
  targetOf(hostId: HostId, imageId: ImageId | null): TargetRun | undefined {
    const ofHost = this.#byHost.get(hostId);
    if (!ofHost) return undefined;
    ofHost.byImage ??= new Map(ofHost.targets.map((target) => [target.imageId, target]));
    return ofHost.byImage.get(imageId);
  }

  #countOpen(target: TargetRun, sign: number): void {
    const ofHost = this.#byHost.get(target.hostId);
    if (!ofHost) return;
    ofHost.open[activityOf(this.kind, target)] += sign;
    ofHost.all += sign;
  }
}

function noneOpen(): Record<Activity, number> {
  return { queue: 0, delete: 0, read: 0, clear: 0, prune: 0, clean: 0, prefetch: 0 };
}

function doneBytes({ state, actual }: TargetRun): number {
  return state === 'done' ? (actual?.bytes ?? 0) : 0;
}

const openStates: ReadonlySet<TargetState> = new Set(['waiting', 'sent', 'following']);

/** The bytes so far of all targets that are done or open; `undefined` if none has byte progress. */
function byteProgressOf(targets: readonly TargetOutcome[]): ByteProgress | undefined {
  if (!targets.some(({ method, progress }) => method === 'read' || progress)) return undefined;
  const sum = { bytes: 0, of: 0 };
  let isUnknown = false;
  for (const { state, actual, progress, expected } of targets) {
    if (state === 'done') {
      sum.bytes += actual?.bytes ?? 0;
      sum.of += actual?.bytes ?? 0;
    } else if (openStates.has(state)) {
      const of = progress?.of ?? (expected && expected.bytes > 0 ? expected.bytes : null);
      sum.bytes += progress?.bytes ?? 0;
      sum.of += of ?? 0;
      isUnknown ||= of === null;
    }
  }
  return { bytes: sum.bytes, of: isUnknown ? null : sum.of };
}

/** Milliseconds over which the pace is measured, and before which none is reported. */
const paceWindow = 30_000;
const minPaceWindow = 1_000;
/** Milliseconds that are counted as one step. */
const paceStep = 500;

/** Measures how fast targets are settled and bytes moved, over the last half minute. */
export class PaceMeter {
  readonly #now: () => number;
  readonly #startedAt: number;
  #steps: { at: number; targets: number; bytes: number }[] = [];
  #isEmpty = true;

  /** `now` returns epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** Counts settled targets, and bytes freed or fetched. Negative numbers undo earlier ones. */
  add(targets: number, bytes: number): void {
    const now = this.#now();
    this.#isEmpty = false;
    const last = this.#steps.at(-1);
    if (last && now - last.at < paceStep) {
      last.targets += targets;
      last.bytes += bytes;
      return;
    }
    this.#steps.push({ at: now, targets, bytes });
    this.#dropOld(now);
  }

  /**
   * The pace, with the remaining time for this many `open` targets; null until there is enough to measure. If the byte
   * progress is known, the remaining time is derived from it.
   */
  read(open: number, progress?: ByteProgress): Pace | null {
    const now = this.#now();
    const since = Math.min(paceWindow, now - this.#startedAt);
    if (since < minPaceWindow || (this.#isEmpty && since < paceWindow)) return null;
    this.#dropOld(now);
    let targets = 0;
    let bytes = 0;
    for (const step of this.#steps) {
      targets += step.targets;
      bytes += step.bytes;
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
    const first = this.#steps.findIndex(({ at }) => now - at <= paceWindow);
    this.#steps = first < 0 ? [] : this.#steps.slice(first);
  }
}
