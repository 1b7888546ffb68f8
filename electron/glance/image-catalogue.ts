import { ExpectedFailure } from '../contract/failure.ts';
import type { CatalogueImage, ImageId } from '../contract/images.ts';
import { readAnswer } from '../http/answer-reader.ts';
import type { Session } from '../keystone/keystone-session.ts';
import { AuthenticatedRequests, defaultDeadlines, type HostRequest } from './authenticated-requests.ts';
import { notAListing } from './cache-listing.ts';
import { imageReader, pageReader, pageSize } from './catalogue-image.ts';
import { failureOfAnswer } from './glance-failures.ts';
import { imageSegment } from './image-path.ts';
import { absenceOf, type Described } from './orphan-detection.ts';
import { readFingerprint, type ServiceFingerprint } from './service-fingerprint.ts';

const maxPages = 500;
/** How many images before a deleted one are tried as marker, and how often the reading then starts again. */
const maxMarkers = 20;
const maxRestarts = 3;
/**
 * A query with more ids makes the URL too long for some servers, which then ignore the filter (Glance 33 under uwsgi).
 */
const idsPerQuery = 100;
const lookupConcurrency = 6;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function markersGone(address: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'hostError',
    message: `${address}: the image list kept changing while it was read.`,
    remedy: 'Many images are being deleted, or the service returns inconsistent pages. Try again later.',
  });
}

/**
 * The images of an image service, `GET /v2/images`. All hosts of the service and its load balancer give the same answer
 * (docs/glance-cache-api.md, section 8).
 */
export class ImageCatalogue {
  readonly #requests: AuthenticatedRequests;
  readonly #deadlineMs: number;

  constructor(options: { address: string; session: Session; deadlineMs?: number }) {
    this.#requests = new AuthenticatedRequests(options.address, options.session);
    this.#deadlineMs = options.deadlineMs ?? defaultDeadlines.catalogue;
  }

  /**
   * Reads all images that this login sees. It needs two queries, because hidden images are listed only when asked for.
   */
  async readAll(signal?: AbortSignal): Promise<CatalogueImage[]> {
    const images = new Map<ImageId, CatalogueImage>();
    await this.#readPages('visibility=all', images, signal);
    await this.#readPages('visibility=all&os_hidden=true', images, signal);
    return [...images.values()];
  }

  /** The oldest and newest images of the service, which identify it. */
  fingerprint(signal?: AbortSignal): Promise<ServiceFingerprint> {
    return readFingerprint(this.#requests, this.#deadlineMs, signal);
  }

  /** Looks up each of these ids. */
  async describe(ids: readonly ImageId[], signal?: AbortSignal): Promise<Map<ImageId, Described>> {
    const described = new Map<ImageId, Described>();
    const { rest } = await this.#findByIds('visibility=all', ids, described, signal);
    await this.#describeEach(rest, described, signal);
    return described;
  }

  /**
   * The existing images among some ids that another host reported as gone. Sends few requests, because it does not find
   * out why an image is missing.
   */
  async find(ids: readonly ImageId[], signal?: AbortSignal): Promise<CatalogueImage[]> {
    const found = new Map<ImageId, Described>();
    const visible = await this.#findByIds('visibility=all', ids, found, signal);
    const hidden = await this.#findByIds('visibility=all&os_hidden=true', visible.rest, found, signal);
    await this.#describeEach([...new Set([...visible.unanswered, ...hidden.unanswered])], found, signal);
    return [...found.values()].filter((image) => typeof image === 'object');
  }

  /** Finds ids in the list. Returns those that are not found, and among them those that the list says nothing about. */
  async #findByIds(
    query: string,
    ids: readonly ImageId[],
    found: Map<ImageId, Described>,
    signal?: AbortSignal,
  ): Promise<{ rest: ImageId[]; unanswered: ImageId[] }> {
    const wanted = [...new Set(ids)];
    const plain = wanted.filter((id) => uuid.test(id));
    const unanswered = wanted.filter((id) => !uuid.test(id));
    for (let start = 0; start < plain.length; start += idsPerQuery) {
      const batch = plain.slice(start, start + idsPerQuery);
      const search = `${query}&limit=${idsPerQuery}&id=${encodeURIComponent(`in:${batch.join(',')}`)}`;
      const page = await this.#page(search, { marker: undefined, signal });
      if (page === 'markerGone') continue;
      const among = new Set(batch);
      for (const image of page.images) if (among.has(image.id)) found.set(image.id, image);
      // A server may list fewer images in a page than it is asked for.
      if (page.more) unanswered.push(...batch.filter((id) => !found.has(id)));
    }
    const rest = wanted.filter((id) => !found.has(id));
    return { rest, unanswered };
  }

  async #describeEach(ids: readonly ImageId[], described: Map<ImageId, Described>, signal?: AbortSignal) {
    const rest = ids.filter((id) => !described.has(id)).values();
    const worker = async () => {
      for (const id of rest) described.set(id, await this.#describeOne(id, signal));
    };
    await Promise.all(Array.from({ length: lookupConcurrency }, worker));
  }

  /**
   * Builds the query of the next page itself, because Glance's `next` loses repeated parameters. An image that is
   * deleted between two pages is not a marker any more (Glance answers 400 or 404): the image before it is tried, and
   * if many are gone, the reading starts again.
   */
  async #readPages(query: string, images: Map<ImageId, CatalogueImage>, signal?: AbortSignal): Promise<void> {
    /** The images that the pages so far listed, in their order. */
    let listed: ImageId[] = [];
    let restarts = 0;
    let tries = 0;
    for (let page = 0; page < maxPages; page += 1) {
      const marker = listed.at(-1);
      const found = await this.#page(
        `${query}&limit=${pageSize}${marker ? `&marker=${encodeURIComponent(marker)}` : ''}`,
        {
          marker,
          signal,
        },
      );
      if (found === 'markerGone') {
        for (const id of listed.splice(-1)) images.delete(id);
        tries += 1;
        if (tries <= maxMarkers && listed.length > 0) continue;
        if (restarts >= maxRestarts) throw markersGone(this.#requests.address);
        for (const id of listed) images.delete(id);
        listed = [];
        tries = 0;
        restarts += 1;
        continue;
      }
      tries = 0;
      const before = images.size;
      for (const image of found.images) images.set(image.id, image);
      // Stops when a page contains nothing new, so that a misbehaving server cannot keep the console reading.
      if (!found.more || found.images.length === 0 || images.size === before) return;
      for (const { id } of found.images) listed.push(id);
    }
  }

  /** Reads one page; `markerGone` if the answer says that the image of the marker does not exist. */
  async #page(
    query: string,
    { marker, signal }: { marker: ImageId | undefined; signal: AbortSignal | undefined },
  ): Promise<{ images: CatalogueImage[]; more: boolean } | 'markerGone'> {
    const request = this.#request(`/v2/images?${query}`, 'list images', signal);
    const answer = await this.#requests.send(request);
    const { address } = this.#requests;
    if (answer.status === 200) {
      const page = await readAnswer(answer, pageReader, { address, signal });
      if (!page) throw notAListing(address, answer);
      return page;
    }
    if (marker !== undefined && (answer.status === 400 || answer.status === 404)) return 'markerGone';
    throw failureOfAnswer(this.#requests.describe(request), answer);
  }

  async #describeOne(id: ImageId, signal?: AbortSignal): Promise<Described> {
    let segment: string;
    try {
      segment = imageSegment(id);
    } catch (error) {
      // Only a queue can hold such an id; no image has it.
      if (error instanceof ExpectedFailure) return 'orphan';
      throw error;
    }
    const request = this.#request(`/v2/images/${segment}`, `look up the image ${id}`, signal);
    const answer = await this.#requests.send(request);
    if (answer.status === 200) {
      const { address } = this.#requests;
      const image = await readAnswer(answer, imageReader, { address, signal });
      if (image?.id === id) return image;
      throw notAListing(address, answer);
    }
    const absence = await absenceOf(answer, this.#requests.session, signal);
    if (absence) return absence;
    throw failureOfAnswer(this.#requests.describe(request), answer);
  }

  #request(path: string, what: string, signal?: AbortSignal): HostRequest {
    return { method: 'GET', path, what, deadlineMs: this.#deadlineMs, signal };
  }
}
