import { nameOfAddress, parseAddress } from '../contract/address.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { ImageId } from '../contract/images.ts';
import { refusal } from '../glance/glance-failures.ts';
import { HostRequests } from '../glance/host-requests.ts';
import { imageSegment } from '../glance/image-path.ts';
import { jsonOf, wordsOfAnswer } from '../http/http-answer.ts';
import type { Session } from '../keystone/keystone-session.ts';
import type { FoundHosts } from './found-hosts.ts';

/** A host that can be asked for nodes, with images that it is known to have cached, most promising first. */
export type NodesAsker = { name: string; address: string; imageIds: readonly ImageId[] };

/** Images that one host is asked about, and requests in all: an image more rarely names a host more. */
const imagesPerAsker = 24;
const mostRequests = 200;
const mostNodes = 1_000;
const deadlineMs = 30_000;

/**
 * The hosts that keep their caches in one database with these, by `GET /v2/cache/nodes/{image}` (Glance 33 with the
 * driver centralized_db): an answer names the hosts that have one image cached, each by its worker_self_reference_url. A
 * host that has none of the images asked about is not named. Those that are themselves named need not be asked.
 */
export async function findNodes(
  askers: readonly NodesAsker[],
  session: Session,
  signal?: AbortSignal,
): Promise<FoundHosts> {
  const found: FoundHosts = { candidates: [], problems: [] };
  const named = new Set<string>();
  const strange = new Set<string>();
  let left = mostRequests;
  for (const asker of askers) {
    if (named.has(asker.address) || left <= 0) continue;
    const requests = new HostRequests(asker.address, session);
    if (asker.imageIds.length === 0) {
      found.problems.push({
        line: null,
        text: `${asker.name} has nothing cached: it can only be asked which hosts have a certain image.`,
      });
    }
    try {
      for (const imageId of asker.imageIds.slice(0, imagesPerAsker)) {
        if (left <= 0) break;
        left -= 1;
        for (const reference of await nodesOf(requests, imageId, signal)) {
          const address = parseAddress(reference);
          if (address === undefined) strange.add(reference);
          else if (!named.has(address) && named.size < mostNodes) {
            named.add(address);
            const from = `shares its cache database with ${asker.name}`.slice(0, 500);
            found.candidates.push({ address, name: nameOfAddress(address), limitBytes: null, from });
          }
        }
      }
    } catch (error) {
      if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
      found.problems.push({
        line: null,
        text: `${asker.name}: ${error.failure.message} ${error.failure.remedy}`.slice(0, 1_000),
      });
    }
    if (found.problems.length >= 100) break;
  }
  for (const reference of [...strange].slice(0, 50)) {
    const text = `A host calls itself “${reference.slice(0, 200)}”, which is no address: see its worker_self_reference_url.`;
    found.problems.push({ line: null, text });
  }
  return found;
}

/** Who has an image cached. An image that is gone from Glance names nobody (404). */
async function nodesOf(requests: HostRequests, imageId: ImageId, signal: AbortSignal | undefined): Promise<string[]> {
  let segment: string;
  try {
    segment = imageSegment(imageId);
  } catch (error) {
    // An id that no path can hold is nobody's cached image.
    if (error instanceof ExpectedFailure) return [];
    throw error;
  }
  const path = `/v2/cache/nodes/${segment}`;
  const request = { method: 'GET', path, what: 'ask which hosts have an image', deadlineMs, signal } as const;
  const answer = await requests.send(request);
  if (answer.status === 200) {
    const body = jsonOf(answer);
    if (Array.isArray(body)) return body.filter((item) => typeof item === 'string').slice(0, mostNodes);
    throw unasked(
      'badResponse',
      `${requests.address}: no list of hosts in the answer.`,
      'Check that it is a glance-api host.',
    );
  }
  if (answer.status === 404 && /^Image /.test(wordsOfAnswer(answer) ?? '')) return [];
  if (answer.status === 409) {
    throw unasked(
      'unsupported',
      `${requests.address}: its caches are in no common database (image_cache_driver is not centralized_db).`,
      'Find its neighbours in another way.',
    );
  }
  if (answer.status === 404 || answer.status === 405) {
    throw unasked(
      'unsupported',
      `${requests.address}: this Glance cannot be asked for its neighbours.`,
      'Glance 2026.2 (33) and later can.',
    );
  }
  throw refusal(requests.asked(request), answer);
}

function unasked(code: 'unsupported' | 'badResponse', message: string, remedy: string): ExpectedFailure {
  return new ExpectedFailure({ code, message, remedy });
}
