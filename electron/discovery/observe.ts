import { createHash } from 'node:crypto';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostVerdict } from '../contract/hosts.ts';
import { HostRequests } from '../glance/host-requests.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { jsonOf } from '../http/http-answer.ts';
import type { Session } from '../keystone/keystone-session.ts';
import { alternates, differ, type Observation } from './balancer.ts';

/** How often an address is asked: two hosts behind it by chance give the same answer six times in one of 32 cases. */
const asks = 6;
/** Where the answers differ, until it is seen whether they come by turns. */
const mostAsks = 16;
/** Characters of all answers after which it is not asked further: a list of 5,000 images is about 700 KiB. */
const mostText = 8_000_000;
const deadlineMs = 15_000;

/**
 * Asks an address for the same again and again, each time on a connection of its own, and changes nothing there. What
 * fails ends it; what was seen before that counts.
 */
export async function observe(options: {
  address: string;
  session: Session;
  verdict: HostVerdict;
  signal?: AbortSignal | undefined;
}): Promise<Observation[]> {
  const { address, session, verdict, signal } = options;
  const requests = new HostRequests(address, session);
  const ask = askOf(requests, verdict, signal);
  if (!ask) return [];
  const seen: Observation[] = [];
  let text = 0;
  while (seen.length < asks || (seen.length < mostAsks && differ(seen) && !decided(seen))) {
    try {
      const answer = await ask();
      seen.push({ list: listOf(answer), headers: answer.headers });
      text += answer.text.length;
    } catch (error) {
      if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
      break;
    }
    if (text > mostText) break;
  }
  return seen;
}

function decided(seen: readonly Observation[]): boolean {
  return alternates(seen.map(({ list }) => list));
}

/** The cache where the login may list it, else the versions; nothing where the address does not answer. */
function askOf(
  requests: HostRequests,
  { capabilities, failure }: HostVerdict,
  signal: AbortSignal | undefined,
): (() => Promise<HttpAnswer>) | undefined {
  const request = (path: string, what: string) =>
    ({ method: 'GET', path, what, deadlineMs, headers: { connection: 'close' }, signal }) as const;
  if (capabilities && failure === null) {
    const path = capabilities.dialect === 'legacy' ? '/v2/cached_images' : '/v2/cache';
    return () => requests.send(request(path, 'list its cache'));
  }
  if (failure !== null && !/^(forbidden|cachingDisabled|unauthenticated)$/.test(failure.code)) return undefined;
  return () => requests.open(request('/', 'read its versions'));
}

/** Which images are cached or queued, or which versions are listed, in whatever order; hits and times change by themselves. */
function listOf(answer: HttpAnswer): string | null {
  const body = jsonOf(answer);
  if (typeof body !== 'object' || body === null) return null;
  const { cached_images: cached, queued_images: queued, versions } = body as Record<string, unknown>;
  const lists = [cached, queued, versions];
  if (!lists.some(Array.isArray)) return null;
  // An image that has just been fetched goes from one list to the other: that is no other cache.
  const names = new Set(lists.flatMap((list) => (Array.isArray(list) ? list.map(nameOf) : [])));
  return createHash('sha256')
    .update(JSON.stringify([...names].sort()))
    .digest('base64');
}

function nameOf(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return '';
  const { image_id: imageId, id } = entry as Record<string, unknown>;
  return typeof imageId === 'string' ? imageId : typeof id === 'string' ? id : '';
}
