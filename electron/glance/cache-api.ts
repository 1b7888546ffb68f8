import type { ImageId } from '../contract/images.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { digestOf, jsonOf } from '../http/http-answer.ts';
import type { AuthenticatedRequests, HostRequest } from './authenticated-requests.ts';
import { type CacheListing, cacheAndQueue, type LastListing, readListing } from './cache-listing.ts';
import { failureOfAnswer, saysCachingIsOff, saysNoSuchPath } from './glance-failures.ts';
import { imageSegment } from './image-path.ts';

/** The counts of removed images, if a host reports them. */
export type Cleared = { cached?: number; queued?: number };

/** The operations that both APIs to a host's cache offer. */
export interface CacheDialect {
  list(signal?: AbortSignal): Promise<CacheListing>;
  queue(imageId: ImageId, signal?: AbortSignal): Promise<void>;
  delete(imageId: ImageId, signal?: AbortSignal): Promise<{ wasThere: boolean | undefined }>;
  clear(what: 'cache' | 'queue' | 'both', signal?: AbortSignal): Promise<Cleared>;
}

/** Success statuses: Glance 24.0 answers 200, 24.1 mixes 200 and 202, 25 and later answer 202 and 204. */
const done = [200, 202, 204];

/** The cache API `/v2/cache`, from Glance 24 (API 2.14) on (docs/glance-cache-api.md, sections 2 to 4). */
export class CacheApi implements CacheDialect {
  readonly #requests: AuthenticatedRequests;
  readonly #deadlines: { list: number; change: number };
  readonly #last: LastListing;

  constructor(requests: AuthenticatedRequests, deadlines: { list: number; change: number }, last: LastListing) {
    this.#requests = requests;
    this.#last = last;
    this.#deadlines = deadlines;
  }

  async list(signal?: AbortSignal): Promise<CacheListing> {
    const deadlineMs = this.#deadlines.list;
    const request: HostRequest = { method: 'GET', path: '/v2/cache', what: 'list the cache', deadlineMs, signal };
    const answer = await this.#requests.expect(request, [200]);
    const { address } = this.#requests;
    return this.#last.of(digestOf(answer), (last) => readListing(answer, cacheAndQueue, { address, signal, last }));
  }

  async queue(imageId: ImageId, signal?: AbortSignal): Promise<void> {
    await this.#requests.expect(this.#change('PUT', `/${imageSegment(imageId)}`, `queue ${imageId}`, signal), done);
  }

  async delete(imageId: ImageId, signal?: AbortSignal): Promise<{ wasThere: boolean | undefined }> {
    const request = this.#change('DELETE', `/${imageSegment(imageId)}`, `delete ${imageId}`, signal);
    const answer = await this.#requests.send(request);
    // Glance also answers 204 for an image that it knows and that was not cached.
    if (done.includes(answer.status)) return { wasThere: undefined };
    if (answer.status === 404 && !saysCachingIsOff(answer) && !saysNoSuchPath(answer)) return { wasThere: false };
    throw failureOfAnswer(this.#requests.describe(request), answer);
  }

  /** Clears the cache, the queue or both. For both the header is omitted, because Glance answers 400 to `both`. */
  async clear(what: 'cache' | 'queue' | 'both', signal?: AbortSignal): Promise<Cleared> {
    const words = what === 'both' ? 'clear the cache and the queue' : `clear the ${what}`;
    const request = this.#change('DELETE', '', words, signal);
    const answer = await this.#requests.expect(
      what === 'both' ? request : { ...request, headers: { 'x-image-cache-clear-target': what } },
      done,
    );
    return countsOf(answer);
  }

  #change(method: 'PUT' | 'DELETE', path: string, what: string, signal?: AbortSignal): HostRequest {
    return { method, path: `/v2/cache${path}`, what, deadlineMs: this.#deadlines.change, signal };
  }
}

/** Reads the counts, which only Glance 24.0 reports. */
function countsOf(answer: HttpAnswer): Cleared {
  const body = answer.text === '' ? undefined : jsonOf(answer);
  if (typeof body !== 'object' || body === null) return {};
  const { cache_deleted: cached, queue_deleted: queued } = body as Record<string, unknown>;
  return { ...(isCount(cached) ? { cached } : {}), ...(isCount(queued) ? { queued } : {}) };
}

/** Whether a value is a count: a safe integer from 0 up. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
