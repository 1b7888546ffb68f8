import type { Capabilities } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import { stepLength } from '../lib/slices.ts';
import { type HostTimings, maxFetchTime } from './host-timings.ts';

/** Times in epoch milliseconds. */
type Waiting = {
  firstSeen: number;
  /** When it was last seen queued, or requested. */
  lastSeen: number;
  /** When the last fetch of an image that was queued no later than this one was observed. */
  movedAt: number;
  /** Whether this console requested it. */
  requestedHere: boolean;
};

const workerDied =
  'A fetch worker of this host has probably died, which happens after one failed fetch. Restart the glance-api service on the host, then requeue the image.';
const jobStopped =
  'The periodic job of this host (every 300 s) has not fetched the image. Check the glance-api log on the host and restart the service.';
const jobMissing =
  'This Glance release fetches queued images with a periodic job (every 300 s), but no fetch was observed on this host. Some releases lack this job under uwsgi (Launchpad 1939307): run glance-cache-prefetcher on the host. Otherwise check the glance-api log and restart the service.';
const nobodyFetches = 'This host needs a manual prefetch: run glance-cache-prefetcher on it.';

/**
 * Tracks what is queued on one host and decides when a fetch counts as stalled. It is the only owner of that rule: the
 * host's row shows the answer and operations act on it.
 */
export class QueueWatch {
  readonly #waiting = new Map<ImageId, Waiting>();
  /** Images that this console reads through the host. Their being cached does not prove that the host fetches. */
  readonly #readHere = new Set<ImageId>();
  readonly #timings: () => HostTimings;
  /** Whether the host was seen to fetch something that was queued. */
  #hasFetched = false;

  constructor(timings: () => HostTimings) {
    this.#timings = timings;
  }

  /** Whether something that this console requested still waits. */
  get following(): boolean {
    for (const one of this.#waiting.values()) if (one.requestedHere) return true;
    return false;
  }

  /** Whether the image was queued when the host last listed its images, or has been requested since. */
  has(imageId: ImageId): boolean {
    return this.#waiting.has(imageId);
  }

  ids(): ImageId[] {
    return [...this.#waiting.keys()];
  }

  requested(imageIds: readonly ImageId[], now: number): void {
    for (const imageId of imageIds) {
      this.#waiting.set(imageId, { firstSeen: now, lastSeen: now, movedAt: now, requestedHere: true });
    }
  }

  readHere(imageIds: readonly ImageId[]): void {
    for (const imageId of imageIds) this.#readHere.add(imageId);
  }

  removed(imageIds: readonly ImageId[]): void {
    for (const imageId of imageIds) this.#waiting.delete(imageId);
  }

  /**
   * Processes the list of the host. `startedAt` (epoch milliseconds) is when the list was requested: an image that was
   * queued after that is not expected in it. Yields while it works (`lib/slices.ts`): a queue may have 250,000 images.
   */
  *observe(
    listed: { cached: ReadonlySet<ImageId>; queued: ReadonlySet<ImageId> },
    startedAt: number,
    now: number,
  ): Generator<void, void> {
    let visited = 0;
    for (const imageId of listed.queued) {
      visited += 1;
      if (visited % stepLength === 0) yield;
      const known = this.#waiting.get(imageId);
      if (known) known.lastSeen = now;
      else this.#waiting.set(imageId, { firstSeen: now, lastSeen: now, movedAt: now, requestedHere: false });
    }
    let fetchedSince = Number.POSITIVE_INFINITY;
    for (const [imageId, one] of this.#waiting) {
      visited += 1;
      if (visited % stepLength === 0) yield;
      if (listed.queued.has(imageId) || startedAt < one.lastSeen) continue;
      if (listed.cached.has(imageId)) {
        if (!this.#readHere.has(imageId)) {
          fetchedSince = Math.min(fetchedSince, one.firstSeen);
          this.#hasFetched = true;
        }
      } else if (now - one.lastSeen < this.#timings().vanishAfter) continue;
      this.#waiting.delete(imageId);
      this.#readHere.delete(imageId);
    }
    if (fetchedSince === Number.POSITIVE_INFINITY) return;
    for (const one of this.#waiting.values()) {
      visited += 1;
      if (visited % stepLength === 0) yield;
      if (one.firstSeen >= fetchedSince) one.movedAt = now;
    }
  }

  firstSeen(imageId: ImageId, now: number): number {
    return this.#waiting.get(imageId)?.firstSeen ?? now;
  }

  /**
   * The reason why the image will probably not be fetched, as a text for the operator; null while it still may be.
   * `bytesBefore` is the size of the queue up to and including the image: each API process fetches one image after
   * another.
   */
  stalled(imageId: ImageId, fetch: Capabilities['fetch'], bytesBefore: number, now: number): string | null {
    if (fetch === 'byProgram') return nobodyFetches;
    const one = this.#waiting.get(imageId);
    if (!one) return null;
    if (now - Math.max(one.firstSeen, one.movedAt) <= this.maxQueueWait(fetch, bytesBefore)) return null;
    if (fetch === 'atOnce') return workerDied;
    return this.#hasFetched ? jobStopped : jobMissing;
  }

  /**
   * The time in milliseconds before an image counts as stalled, for `bytesBefore` bytes queued up to and including it.
   */
  maxQueueWait(fetch: Capabilities['fetch'], bytesBefore: number): number {
    const timings = this.#timings();
    return maxFetchTime(timings, bytesBefore) + (fetch === 'periodic' ? timings.periodicExtra : 0);
  }
}
