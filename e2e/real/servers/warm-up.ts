import { oneRequest } from './identity.ts';
import { patientFetch } from './patient-fetch.ts';

/** This many concurrent requests reach every worker process of a host. */
const requests = 8;

/**
 * Makes each worker process of a host validate a token once. Glance 33 sometimes finds its first connection to Keystone
 * closed and treats the token as invalid; two processes in a row may answer this misleading 401.
 */
export async function warmUp(address: string, token: string): Promise<void> {
  const headers = { 'X-Auth-Token': token, ...oneRequest };
  const once = async () => {
    const answer = await patientFetch(`${address}/v2/images?limit=1`, { headers });
    await answer.arrayBuffer();
  };
  await Promise.all(Array.from({ length: requests }, once));
}
