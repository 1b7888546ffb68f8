import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long a server may close connections without an answer, in milliseconds. uwsgi does so at times, mostly after its
 * start.
 */
const retryMs = 30_000;

/**
 * Like `fetch`, but repeats the request if the connection is closed without an answer. Use it only for repeatable
 * requests.
 */
export async function fetchWithRetry(url: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(retryMs);
  for (;;) {
    try {
      return await fetch(url, { ...init, signal });
    } catch (error) {
      signal.throwIfAborted();
      // fetch throws this if there was no answer.
      if (!(error instanceof TypeError)) throw error;
      await delay(200, undefined, { signal });
    }
  }
}
