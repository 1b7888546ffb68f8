import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work after which all other waiting work gets its turn. */
const sliceMs = 10;

/**
 * Runs work that is too long to be done at once: after about 10 ms it lets other work run first, and continues. The
 * work is interrupted only where it yields, which it should do every few hundred microseconds.
 */
export async function inSlices<Result>(work: Iterator<void, Result>): Promise<Result> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - began < sliceMs) continue;
    await setImmediate();
    began = performance.now();
  }
}

/** Runs the same work without a pause, for callers that cannot wait. */
export function atOnce<Result>(work: Iterator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Elements of a list between two yields. */
export const stepLength = 1_000;
