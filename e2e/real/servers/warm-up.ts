import { fetchWithRetry } from './fetch-with-retry.ts';
import { closeConnection } from './identity.ts';

/** This many concurrent requests reach every worker process of a host. */
const requests = 8;

/**
 * Makes each worker process of a host validate a token once. Glance 33 sometimes finds its first connection to Keystone
 * closed and treats the token as invalid; two processes in a row may answer this misleading 401.
 */
export async function warmUp(address: string, token: string): Promise<void> {
  const headers = { 'X-Auth-Token': token, ...closeConnection };
  const once = async () => {
    const answer = await fetchWithRetry(`${address}/v2/images?limit=1`, { headers });
    await answer.arrayBuffer();
  };
  await Promise.all(Array.from({ length: requests }, once));
}
