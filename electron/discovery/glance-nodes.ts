import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { Capabilities } from '../contract/hosts.ts';
import { nameOfAddress, parseAddress } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import { AuthenticatedRequests } from '../glance/authenticated-requests.ts';
import { failureOfAnswer } from '../glance/glance-failures.ts';
import { imageSegment } from '../glance/image-path.ts';
import { jsonOf, messageOfAnswer } from '../http/http-answer.ts';
import type { Session } from '../keystone/keystone-session.ts';
import type { FoundHosts } from './host-candidates.ts';

/** A host that can be asked for nodes, with the images it has cached, those first that the most hosts have. */
export type NodeSource = { name: string; address: string; imageIds: readonly ImageId[] };

/** Images that one host is asked about, and requests in total. More images rarely name more hosts. */
const imagesPerSource = 24;
const maxRequests = 200;
const maxNodes = 1_000;
const deadlineMs = 30_000;

/**
 * The hosts that share a cache database with these, by `GET /v2/cache/nodes/{image}` (Glance 33 with the driver
 * centralized_db). An answer names the hosts that have one image cached, each by its worker_self_reference_url, so a host
 * that has none of the images is not found. Hosts that an answer names are not asked themselves.
 */
export async function findNodes(
  sources: readonly NodeSource[],
  session: Session,
  signal?: AbortSignal,
): Promise<FoundHosts> {
  const found: FoundHosts = { candidates: [], problems: [] };
  const named = new Set<string>();
  const invalid = new Set<string>();
  let left = maxRequests;
  for (const source of sources) {
    if (named.has(source.address) || left <= 0) continue;
    const requests = new AuthenticatedRequests(source.address, session);
    if (source.imageIds.length === 0) {
      found.problems.push({
        line: null,
        text: `${source.name} has no cached images. Neighbours can be found only through a cached image.`,
      });
    }
    try {
      for (const imageId of source.imageIds.slice(0, imagesPerSource)) {
        if (left <= 0) break;
        left -= 1;
        for (const reference of await nodesOf(requests, imageId, signal)) {
          const address = parseAddress(reference);
          if (address === undefined) invalid.add(reference);
          else if (!named.has(address) && named.size < maxNodes) {
            named.add(address);
            const from = `shares its cache database with ${source.name}`.slice(0, 500);
            found.candidates.push({ address, name: nameOfAddress(address), limitBytes: null, from });
          }
        }
      }
    } catch (error) {
      if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
      found.problems.push({
        line: null,
        text: `${source.name}: ${error.failure.message} ${error.failure.remedy}`.slice(0, 1_000),
      });
    }
    if (found.problems.length >= 100) break;
  }
  for (const reference of [...invalid].slice(0, 50)) {
    const text = `A host reports “${reference.slice(0, 200)}” as its address, which is not valid. Check its worker_self_reference_url.`;
    found.problems.push({ line: null, text });
  }
  return found;
}

/** The references of the hosts that have an image cached; none if Glance no longer has the image (404). */
async function nodesOf(
  requests: AuthenticatedRequests,
  imageId: ImageId,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  let segment: string;
  try {
    segment = imageSegment(imageId);
  } catch (error) {
    // No host can have an image cached whose id does not fit into a URL.
    if (error instanceof ExpectedFailure) return [];
    throw error;
  }
  const path = `/v2/cache/nodes/${segment}`;
  const request = { method: 'GET', path, what: 'list the hosts that have an image', deadlineMs, signal } as const;
  const answer = await requests.send(request);
  if (answer.status === 200) {
    const body = jsonOf(answer);
    if (Array.isArray(body)) return body.filter((item) => typeof item === 'string').slice(0, maxNodes);
    throw notAvailable(
      'badResponse',
      `${requests.address}: no host list in the response.`,
      'Check that it is a glance-api host.',
    );
  }
  if (answer.status === 404 && /^Image /.test(messageOfAnswer(answer) ?? '')) return [];
  if (answer.status === 409) {
    throw notAvailable(
      'unsupported',
      `${requests.address}: its hosts do not share a cache database (image_cache_driver is not centralized_db).`,
      'Use another source.',
    );
  }
  if (answer.status === 404 || answer.status === 405) {
    throw notAvailable(
      'unsupported',
      `${requests.address}: this Glance release cannot list its neighbours.`,
      'This requires Glance 2026.2 (33) or later.',
    );
  }
  throw failureOfAnswer(requests.describe(request), answer);
}

function notAvailable(code: 'unsupported' | 'badResponse', message: string, remedy: string): ExpectedFailure {
  return new ExpectedFailure({ code, message, remedy });
}

/** The API version of Glance 33, the first release with `/v2/cache/nodes`, which has no version of its own. */
const sinceVersion = '2.18';

/** The hosts that have the nodes API. Whether they use the driver centralized_db is only known from their answer. */
export function hostsWithNodesApi(hosts: readonly HostSummary[]): HostSummary[] {
  return hosts.filter(
    ({ state, capabilities }) => state === 'reachable' && capabilities !== null && hasNodesApi(capabilities),
  );
}

/** Whether the Glance of a host has the nodes API. */
export function hasNodesApi({ versions }: Pick<Capabilities, 'versions'>): boolean {
  return versions.includes(sinceVersion);
}

/**
 * The hosts with their cached images, those first that the most hosts have cached and that have the most hits: they name
 * the most hosts.
 */
export function rankNodeSources(hosts: readonly HostSummary[], imagesOf: (hostId: string) => HostImages): NodeSource[] {
  const lists = hosts.map((host) => ({ host, cached: imagesOf(host.id).cached }));
  const demand = new Map<ImageId, { hosts: number; hits: number }>();
  for (const { cached } of lists) {
    for (const { imageId, hits } of cached) {
      const sum = demand.get(imageId) ?? { hosts: 0, hits: 0 };
      demand.set(imageId, { hosts: sum.hosts + 1, hits: sum.hits + hits });
    }
  }
  const weight = (imageId: ImageId) => demand.get(imageId) ?? { hosts: 0, hits: 0 };
  const byDemand = (a: ImageId, b: ImageId) => weight(b).hosts - weight(a).hosts || weight(b).hits - weight(a).hits;
  return lists.map(({ host, cached }) => ({
    name: host.name,
    address: host.address,
    imageIds: cached.map(({ imageId }) => imageId).sort(byDemand),
  }));
}
