import { oneRequest } from './identity.ts';
import { patientFetch } from './patient-fetch.ts';

/** So many requests at once reach every worker process of a host, whichever of them takes which. */
const requests = 8;

/**
 * Has each worker process of a host check a token once. The first time, Glance 33 at times finds its connection to
 * Keystone closed, and takes that for a bad token: a 401 that says nothing, which two processes may even give in a row.
 */
export async function warmUp(address: string, token: string): Promise<void> {
  const headers = { 'X-Auth-Token': token, ...oneRequest };
  const once = async () => {
    const answer = await patientFetch(`${address}/v2/images?limit=1`, { headers });
    await answer.arrayBuffer();
  };
  await Promise.all(Array.from({ length: requests }, once));
}
