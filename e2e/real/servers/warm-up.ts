import { setTimeout as delay } from 'node:timers/promises';
import { oneRequest } from './identity.ts';

/** So many requests at once reach every worker process of a host, whichever of them takes which. */
const requests = 8;
/** How long a server may close connections unanswered, in milliseconds: one that has just started does at times. */
const patience = 30_000;

/**
 * Has each worker process of a host check a token once. The first time, Glance 33 at times finds its connection to
 * Keystone closed, and takes that for a bad token: a 401 that says nothing, which two processes may even give in a row.
 */
export async function warmUp(address: string, token: string): Promise<void> {
  const headers = { 'X-Auth-Token': token, ...oneRequest };
  const signal = AbortSignal.timeout(patience);
  const once = async (): Promise<void> => {
    try {
      const answer = await fetch(`${address}/v2/images?limit=1`, { headers, signal });
      await answer.arrayBuffer();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TypeError)) throw error;
      await delay(200, undefined, { signal });
      await once();
    }
  };
  await Promise.all(Array.from({ length: requests }, once));
}
