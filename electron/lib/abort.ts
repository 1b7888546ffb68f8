import { type Clock, systemClock } from './clock.ts';

/**
 * Resolves or rejects as the work does, or rejects as soon as the signal is aborted: with the signal's reason, or with
 * the result of `reason`. The work itself may continue; its late result is dropped.
 */
export function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  reason: () => unknown = () => signal?.reason,
): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(reason());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Runs work that is given up after this many milliseconds, whether or not it listens to the signal it gets. Throws the
 * result of `timeout` when the time is over.
 */
export async function withDeadline<Result>(
  options: { clock: Clock; milliseconds: number; signal: AbortSignal; timeout: () => Error },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const signal = AbortSignal.any([options.signal, deadline.signal]);
  const cancel = options.clock.after(options.milliseconds, () => deadline.abort(options.timeout()));
  try {
    return await untilAborted(work(signal), signal);
  } finally {
    cancel();
  }
}

/** Whether a promise settles, either way, within this many milliseconds. Never throws. */
export function settlesWithin(
  promise: Promise<unknown>,
  milliseconds: number,
  clock: Clock = systemClock,
): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(milliseconds, () => resolve(false));
    const settle = () => {
      cancel();
      resolve(true);
    };
    promise.then(settle, settle);
  });
}

/** Waits for this many milliseconds, or until the signal is aborted. Never throws. */
export function delay(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(milliseconds, end);
    signal?.addEventListener('abort', end, { once: true });
    function end() {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}
