import { ExpectedFailure } from '../contract/failure.ts';
import type { AddressMark, HostVerdict } from '../contract/hosts.ts';
import { AuthenticatedRequests } from '../glance/authenticated-requests.ts';
import { namesDigest } from '../glance/cache-listing.ts';
import { readAnswer } from '../http/answer-reader.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import type { CatalogueEntry, Session } from '../keystone/keystone-session.ts';
import type { ResolvedAddresses } from './address-lookup.ts';

/** One answer of an address, received on its own connection. */
export type Observation = {
  /** A digest of the list in the answer; null if there was none. */
  list: string | null;
  /** The headers, with lower-case names. */
  headers: Record<string, string>;
};

/** The consequence of a load balancer, as shown to the operator. */
const loadBalancerMeaning =
  'Each host has its own cache. Through a load balancer each request may reach a different host, so the displayed images and the actions would apply to any of them.';

/** Headers that identify the server. `Server` does so only if two values alternate. */
const identifyingHeaders = [
  'server',
  'via',
  'x-served-by',
  'x-server',
  'x-server-id',
  'x-backend',
  'x-backend-server',
  'x-haproxy-server',
  'x-upstream',
  'x-node',
  'x-hostname',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-server',
];
/** Names of load balancers and proxies in `Server` and `Via`. Web servers (nginx, Apache) also run on hosts. */
const proxyNames = /\b(haproxy|awselb|big-?ip|netscaler|octavia|traefik|envoy|varnish|cloudflare)\b/i;

/**
 * Whether two values alternate: A, B, A, B, with any others in between. A cache that changes during the requests goes from
 * A to B to C and does not return twice, so it does not count.
 */
export function alternates(values: readonly (string | null)[]): boolean {
  const distinct = [...new Set(values.filter((value) => value !== null))];
  return distinct.some((a) => distinct.some((b) => a !== b && isAlternating(values, a, b)));
}

function isAlternating(values: readonly (string | null)[], a: string, b: string): boolean {
  let seen = 0;
  for (const value of values) if (value === (seen % 2 === 0 ? a : b)) seen += 1;
  return seen >= 4;
}

/** Whether the answers differ at all, so that more requests are worthwhile. */
function differ(observations: readonly Observation[]): boolean {
  return (
    new Set(observations.map(({ list }) => list)).size > 1 ||
    identifyingHeaders.some((name) => new Set(observations.map(({ headers }) => headers[name])).size > 1)
  );
}

/** The signs of a load balancer in the answers of one address. `throughProxy`: the console's own proxy adds such headers. */
export function answerMarks(observations: readonly Observation[], throughProxy: boolean): AddressMark[] {
  const marks: AddressMark[] = [];
  const header = identifyingHeaders.find((name) => alternates(observations.map(({ headers }) => headers[name] ?? '')));
  const lists = alternates(observations.map(({ list }) => list));
  if (lists || header !== undefined) {
    const seen = lists
      ? `${observations.length} requests to the address returned different caches.`
      : `${observations.length} requests to the address returned different ${header} headers.`;
    marks.push({ kind: 'answersDiffer', label: 'several hosts respond', text: `${seen} ${loadBalancerMeaning}` });
  }
  const sign = throughProxy ? undefined : proxySignOf(observations);
  if (sign !== undefined) {
    const text = `The responses have ${sign}, which Glance does not send. This usually comes from a load balancer. ${loadBalancerMeaning}`;
    marks.push({ kind: 'between', label: 'proxy in between', text });
  }
  return marks;
}

function proxySignOf(observations: readonly Observation[]): string | undefined {
  for (const { headers } of observations) {
    const cookie = /^([\w.-]{1,60})=/.exec(headers['set-cookie'] ?? '')?.[1];
    if (cookie !== undefined) return `the cookie ${cookie}`;
    const named = proxyNames.exec(`${headers['server'] ?? ''} ${headers['via'] ?? ''}`)?.[1];
    if (named !== undefined) return `the name ${named}`;
    const header = identifyingHeaders.find((name) => name !== 'server' && headers[name] !== undefined);
    if (header !== undefined) return `the header ${header}`;
  }
  return undefined;
}

/** Answers per address. Two hosts behind it give the same answer six times by chance in one case of 32. */
const minAnswers = 6;
/** Answers where they differ, until it is clear whether they alternate. */
const maxAnswers = 16;
/** Characters of all answers together, after which the requests end. A list of 5,000 images has about 700 KiB. */
const maxCharacters = 8_000_000;
const deadlineMs = 15_000;

/**
 * Sends the same request to an address several times, each on its own connection, and changes nothing there. A failure
 * ends it; the answers before it are returned.
 */
export async function observeAnswers(options: {
  address: string;
  session: Session;
  verdict: HostVerdict;
  signal?: AbortSignal | undefined;
}): Promise<Observation[]> {
  const { address, session, verdict, signal } = options;
  const requests = new AuthenticatedRequests(address, session);
  const ask = askOf(requests, verdict, signal);
  if (!ask) return [];
  const seen: Observation[] = [];
  let text = 0;
  while (seen.length < minAnswers || (seen.length < maxAnswers && differ(seen) && !decided(seen))) {
    try {
      const answer = await ask();
      const list = await readAnswer(answer, namesDigest, { address: requests.address, signal });
      seen.push({ list, headers: answer.headers });
      text += answer.large?.bytes ?? answer.text.length;
    } catch (error) {
      if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
      break;
    }
    if (text > maxCharacters) break;
  }
  return seen;
}

function decided(seen: readonly Observation[]): boolean {
  return alternates(seen.map(({ list }) => list));
}

/**
 * The request to repeat: lists the cache if the login may do so, otherwise the versions, without a token. Undefined if
 * the address does not answer.
 */
function askOf(
  requests: AuthenticatedRequests,
  { capabilities, failure }: HostVerdict,
  signal: AbortSignal | undefined,
): (() => Promise<HttpAnswer>) | undefined {
  const request = (path: string, what: string) =>
    ({ method: 'GET', path, what, deadlineMs, headers: { connection: 'close' }, signal }) as const;
  if (capabilities && failure === null) {
    const path = capabilities.dialect === 'legacy' ? '/v2/cached_images' : '/v2/cache';
    return () => requests.send(request(path, 'list the cache'));
  }
  if (failure !== null && !/^(forbidden|cachingDisabled|unauthenticated)$/.test(failure.code)) return undefined;
  return () => requests.open(request('/', 'read the API versions'));
}

/** The interfaces and regions of an endpoint: `public and internal, RegionOne`. */
export function describeEntries(entries: readonly CatalogueEntry[]): string {
  const interfaces = [...new Set(entries.map((entry) => entry.interface))];
  const regions = [...new Set(entries.flatMap((entry) => entry.regions))];
  return [interfaces.join(' and '), ...regions].join(', ').slice(0, 300);
}

/** The signs of a load balancer in an address itself. `isNode`: a host names itself by this address. */
export function addressMarks(
  address: string,
  resolved: ResolvedAddresses,
  entries: readonly CatalogueEntry[],
  isNode = false,
): AddressMark[] {
  const marks: AddressMark[] = [];
  const same = entries.filter((entry) => resolved.same(entry.address, address));
  if (same.length > 0) {
    const named = `The image service in the service catalog (${describeEntries(same)}) has this address.`;
    const text = isNode
      ? `${named} A host also reports it as its own address, so it may be that single host. ${loadBalancerMeaning}`
      : `${named} This is usually a load balancer; in a cloud with one glance-api host it may be the host itself. ${loadBalancerMeaning}`;
    marks.push({ kind: 'catalogue', label: 'service catalog endpoint', text: text.slice(0, 1_000) });
  }
  const ips = resolved.several(address);
  if (ips.length > 0) {
    const shown = `${ips.slice(0, 4).join(', ')}${ips.length > 4 ? ', …' : ''}`;
    const text = `The name resolves to ${ips.length} addresses (${shown}), and each request may use a different one. ${loadBalancerMeaning} Add them one by one.`;
    marks.push({ kind: 'manyAddresses', label: `${ips.length} addresses`, text });
  }
  return marks;
}
