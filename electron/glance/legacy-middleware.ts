import { ExpectedFailure } from '../contract/failure.ts';
import type { ImageId } from '../contract/images.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { digestOf, jsonOf } from '../http/http-answer.ts';
import type { AuthenticatedRequests, HostRequest } from './authenticated-requests.ts';
import type { CacheDialect, Cleared } from './cache-api.ts';
import { isCount } from './cache-api.ts';
import { type CacheListing, cacheOnly, type LastListing, queueOnly, readListing } from './cache-listing.ts';
import { cachingDisabled } from './glance-failures.ts';
import { imageSegment } from './image-path.ts';

const done = [200, 202, 204];

/**
 * The middleware `cachemanagement` of Glance 18 to 23: `/v2/cached_images` and `/v2/queued_images`
 * (docs/glance-cache-api.md, section 7).
 */
export class LegacyMiddleware implements CacheDialect {
  readonly #requests: AuthenticatedRequests;
  readonly #deadlines: { list: number; change: number };
  readonly #last: LastListing;

  constructor(requests: AuthenticatedRequests, deadlines: { list: number; change: number }, last: LastListing) {
    this.#requests = requests;
    this.#last = last;
    this.#deadlines = deadlines;
  }

  async list(signal?: AbortSignal): Promise<CacheListing> {
    const [cached, queued] = await Promise.all([
      this.#read('cached_images', signal),
      this.#read('queued_images', signal),
    ]);
    const { address } = this.#requests;
    return this.#last.of(`${digestOf(cached)} ${digestOf(queued)}`, async (last) => {
      const one = await readListing(cached, cacheOnly, { address, signal, last });
      const other = await readListing(queued, queueOnly, { address, signal });
      return {
        cached: one.cached,
        queued: other.queued,
        odd: [...one.odd, ...other.odd],
        nullList: one.nullList || other.nullList,
      };
    });
  }

  /** Queues an image. The middleware checks no id and queues any text. */
  async queue(imageId: ImageId, signal?: AbortSignal): Promise<void> {
    await this.#change('PUT', `queued_images/${imageSegment(imageId)}`, `queue ${imageId}`, signal);
  }

  /**
   * Deletes an image from the cache and the queue, as the cache API does. The answer does not say whether it was there.
   */
  async delete(imageId: ImageId, signal?: AbortSignal): Promise<{ wasThere: boolean | undefined }> {
    const segment = imageSegment(imageId);
    await this.#change('DELETE', `queued_images/${segment}`, `delete ${imageId} from the queue`, signal);
    await this.#change('DELETE', `cached_images/${segment}`, `delete ${imageId} from the cache`, signal);
    return { wasThere: undefined };
  }

  /** Clears the cache, the queue or both. The count of the cache includes lock files, so it is only a hint. */
  async clear(what: 'cache' | 'queue' | 'both', signal?: AbortSignal): Promise<Cleared> {
    const cleared: Cleared = {};
    if (what !== 'cache') {
      const answer = await this.#change('DELETE', 'queued_images', 'clear the queue', signal);
      const queued = deletedOf(answer);
      if (queued !== undefined) cleared.queued = queued;
    }
    if (what !== 'queue') {
      const answer = await this.#change('DELETE', 'cached_images', 'clear the cache', signal);
      const cached = deletedOf(answer);
      if (cached !== undefined) cleared.cached = cached;
    }
    return cleared;
  }

  async #read(name: 'cached_images' | 'queued_images', signal?: AbortSignal): Promise<HttpAnswer> {
    const deadlineMs = this.#deadlines.list;
    const answer = await this.#expect(
      { method: 'GET', path: `/v2/${name}`, what: 'list the cache', deadlineMs, signal },
      [200],
    );
    return answer;
  }

  #change(method: 'PUT' | 'DELETE', path: string, what: string, signal?: AbortSignal): Promise<HttpAnswer> {
    const deadlineMs = this.#deadlines.change;
    return this.#expect({ method, path: `/v2/${path}`, what, deadlineMs, signal }, done);
  }

  /** The paths of the middleware exist for every id, so a 404 means that the middleware itself is gone. */
  async #expect(request: HostRequest, statuses: readonly number[]): Promise<HttpAnswer> {
    try {
      return await this.#requests.expect(request, statuses);
    } catch (error) {
      if (error instanceof ExpectedFailure && error.failure.code === 'notFound') {
        throw cachingDisabled(this.#requests.address, 'the cachemanagement middleware is no longer in its pipeline');
      }
      throw error;
    }
  }
}

function deletedOf(answer: HttpAnswer): number | undefined {
  const body = jsonOf(answer);
  const count = typeof body === 'object' && body !== null ? (body as { num_deleted?: unknown }).num_deleted : undefined;
  return isCount(count) ? count : undefined;
}
