import type { Clock } from '../../fleet/clock.ts';

/** Waits; ends early, without a throw, when the signal says so. */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const takeBack = clock.after(milliseconds, end);
    signal?.addEventListener('abort', end, { once: true });
    function end() {
      takeBack();
      signal?.removeEventListener('abort', end);
      resolve();
    }
  });
}
