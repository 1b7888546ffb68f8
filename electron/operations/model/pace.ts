import type { ByteProgress, Pace as PaceView } from '../../contract/operations.ts';

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
