import { setTimeout as delay } from 'node:timers/promises';

/** How long a server may close connections unanswered, in milliseconds: uwsgi does at times, a fresh server more often. */
const patience = 30_000;

/** Like `fetch`, and asks again where the connection is closed without an answer. For what may be done twice. */
export async function patientFetch(url: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(patience);
  for (;;) {
    try {
      return await fetch(url, { ...init, signal });
    } catch (error) {
      signal.throwIfAborted();
      // What fetch throws where no answer came.
      if (!(error instanceof TypeError)) throw error;
      await delay(200, undefined, { signal });
    }
  }
}
