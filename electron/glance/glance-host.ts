import { ExpectedFailure } from '../contract/failure.ts';
import type { AbilityName, Capabilities } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import type { Amount } from '../contract/operations.ts';
import { evidenceOf, jsonOf } from '../http/http-answer.ts';
import type { Session } from '../keystone/keystone-session.ts';
import { AuthenticatedRequests, defaultDeadlines, type RequestDeadlines } from './authenticated-requests.ts';
import type { CacheDialect, Cleared } from './cache-api.ts';
import { CacheApi, isCount } from './cache-api.ts';
import { type CacheListing, LastListing } from './cache-listing.ts';
import { askCapabilities, askVersions } from './capabilities.ts';
import { LegacyMiddleware } from './legacy-middleware.ts';
import { readFingerprint, type ServiceFingerprint } from './service-fingerprint.ts';
import { type ImageReading, readImage } from './warm-by-reading.ts';

/** The HTTP API of one glance-api host, at its own address. Every method throws only `ExpectedFailure`. */
export class GlanceHost {
  readonly address: string;
  readonly #requests: AuthenticatedRequests;
  /** How long each kind of request may take. After that time the console has given it up. */
  readonly deadlines: Readonly<RequestDeadlines>;
  readonly #lastListing = new LastListing();

  constructor(options: { address: string; session: Session; deadlines?: Partial<RequestDeadlines> | undefined }) {
    this.address = options.address;
    this.#requests = new AuthenticatedRequests(options.address, options.session);
    this.deadlines = { ...defaultDeadlines, ...options.deadlines };
  }

  /** Finds out what the host can do. Throws `cachingDisabled` when it has no way to manage a cache. */
  async capabilities(signal?: AbortSignal): Promise<Capabilities> {
    const versions = await this.versions(signal);
    return askCapabilities(this.#requests, versions, this.deadlines.list, signal);
  }

  /** Returns the versions of the host, newest first. Needs no token. */
  versions(signal?: AbortSignal): Promise<string[]> {
    return askVersions(this.#requests, this.deadlines.versions, signal);
  }

  /**
   * Lists the cached and queued images: the same object as long as the host answers the same. Retries after a 500,
   * which Glance 25 answers if a queue file disappears during the request.
   */
  async list(caps: Capabilities, signal?: AbortSignal): Promise<CacheListing> {
    const dialect = this.#dialect(caps, 'list');
    try {
      return await dialect.list(signal);
    } catch (error) {
      if (error instanceof ExpectedFailure && error.failure.status === 500) return dialect.list(signal);
      throw error;
    }
  }

  /**
   * Asks the host to cache an image. An accepted request proves nothing. The caller makes sure that the image is
   * neither queued nor being fetched there, because a second fetch corrupts what the host serves
   * (docs/glance-cache-api.md, traps 1 and 3).
   */
  async queue(caps: Capabilities, imageId: ImageId, signal?: AbortSignal): Promise<void> {
    await this.#dialect(caps, 'queue').queue(imageId, signal);
  }

  /**
   * Removes an image from the cache and the queue. An image that is already gone counts as success; `wasThere` reports
   * that if the host does.
   */
  async delete(caps: Capabilities, imageId: ImageId, signal?: AbortSignal): Promise<{ wasThere: boolean | undefined }> {
    return this.#dialect(caps, 'delete').delete(imageId, signal);
  }

  /** The oldest and newest images that the host shows, which distinguish its image service from others. */
  fingerprint(signal?: AbortSignal): Promise<ServiceFingerprint> {
    return readFingerprint(this.#requests, this.deadlines.catalogue, signal);
  }

  /** Removes all images. Returns the number, if the host reports it. */
  async clear(caps: Capabilities, what: 'cache' | 'queue' | 'both', signal?: AbortSignal): Promise<Cleared> {
    return this.#dialect(caps, 'clear').clear(what, signal);
  }

  /** Downloads an image through this host and discards it, so that the host caches it. */
  readImage(imageId: ImageId, reading: ImageReading, signal?: AbortSignal): Promise<number> {
    return readImage(this.#requests, imageId, reading, this.deadlines.read, signal);
  }

  /**
   * `POST /v2/cache/prune` (API 2.18). Returns the counts that the host reports. A `timeout` means that the prune may
   * still run or hang on the host (docs/glance-cache-api.md, section 5).
   */
  async prune(signal?: AbortSignal): Promise<Amount> {
    const deadlineMs = this.deadlines.prune;
    const answer = await this.#requests
      .expect({ method: 'POST', path: '/v2/cache/prune', what: 'prune the cache', deadlineMs, signal }, [200, 202, 204])
      .catch((error) => {
        const hangs = error instanceof ExpectedFailure && error.failure.code === 'timeout' && !error.failure.notSent;
        throw hangs ? this.#pruneHangs(error) : error;
      });
    const body = jsonOf(answer) as { total_files_pruned?: unknown; total_bytes_pruned?: unknown } | null | undefined;
    const [images, bytes] = [body?.total_files_pruned, body?.total_bytes_pruned];
    if (isCount(images) && isCount(bytes)) return { images, bytes };
    throw new ExpectedFailure({
      code: 'badResponse',
      message: `${this.address}: the host pruned its cache but did not report the result.`,
      remedy: 'Refresh the host to see the remaining images.',
      ...evidenceOf(answer),
    });
  }

  /** `POST /v2/cache/clean` (API 2.18). The host does not report what it removed. */
  async clean(signal?: AbortSignal): Promise<void> {
    const deadlineMs = this.deadlines.clean;
    const request = { method: 'POST', path: '/v2/cache/clean', what: 'clean the cache', deadlineMs, signal } as const;
    await this.#requests.expect(request, [200, 202, 204]);
  }

  #dialect(caps: Capabilities, name: AbilityName): CacheDialect {
    const ability = caps.abilities[name];
    if (!ability.can) {
      const message = `${this.address}: ${ability.reason}`;
      throw new ExpectedFailure({ code: 'unsupported', message, remedy: ability.remedy });
    }
    return ability.how === 'legacy'
      ? new LegacyMiddleware(this.#requests, this.deadlines, this.#lastListing)
      : new CacheApi(this.#requests, this.deadlines, this.#lastListing);
  }

  #pruneHangs(cause: ExpectedFailure): ExpectedFailure {
    const seconds = Math.round(this.deadlines.prune / 1000);
    return new ExpectedFailure(
      {
        code: 'timeout',
        message: `${this.address}: the prune did not end within ${seconds} s. It is still running or hangs: Glance 28 to 33 prune forever when files without a record keep the cache directory over image_cache_max_size.`,
        remedy:
          'Do not prune again: a hanging prune blocks later ones. Check the CPU time of glance-api on the host. If it hangs, remove the files in its cache directory that are not in the list, then restart glance-api. Only a restart stops the prune.',
      },
      { cause },
    );
  }
}
