import { ExpectedFailure } from '../contract/failure.ts';
import type { Clock } from './clock.ts';

/**
 * Ends work that goes on for too long, in milliseconds, whether or not it heeds its signal. Every request has a deadline
 * of its own; this is for what they are made of together.
 */
export async function withDeadline<Result>(
  options: { clock: Clock; milliseconds: number; signal: AbortSignal; what: string },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const late = new ExpectedFailure({
    code: 'timeout',
    message: `${options.what} did not answer within ${Math.round(options.milliseconds / 1_000)} s.`,
    remedy: 'See whether the host is overloaded or hung.',
  });
  const cancel = options.clock.after(options.milliseconds, () => ending.abort(late));
  try {
    return await untilAborted(work(signal), signal);
  } finally {
    cancel();
  }
}

/** What a promise comes to, or the signal's reason as soon as it is aborted. The work itself may go on. */
export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
