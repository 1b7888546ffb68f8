import type { Capabilities } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';

const second = 1_000;
/** At the end of a fetch the image is in neither list for about 0.1 s; what stays away longer than this has gone. */
const betweenLists = 10 * second;
/** Longer where the host's own job runs every 300 s: one run may just have been missed, and one may be running. */
const periodicMore = 360 * second;
/** Bytes a second that any image store manages. */
const slowestFetch = 10 * 1024 * 1024;

type Waiting = {
  firstSeen: number;
  /** When it was last seen queued, or asked for. */
  lastSeen: number;
  /** When an image that was queued no later than this one was last seen to have been fetched. */
  movedAt: number;
  askedHere: boolean;
};

const workerDied =
  'The fetch worker of one of the API processes of this host has probably died, as it does after one failed fetch. Restart the glance-api service on the host; then delete the image from the queue and queue it anew.';
const jobStopped =
  'This host fetches what is queued with a job of its own every 300 s, and that job has not fetched it. Look into the log of glance-api on the host and restart the service.';
const nobodyFetches = 'This host does not fetch what is queued by itself: run glance-cache-prefetcher on it.';

/** Follows what is queued on one host, also through the moment in which an image is in neither list. */
export class QueueWatch {
  readonly #waiting = new Map<ImageId, Waiting>();
  /** Images that are read through the host from here: that these are cached is not the host's own doing. */
  readonly #readHere = new Set<ImageId>();
  /** How long a queued image may wait for its turn, in milliseconds, beside the time that its fetch takes. */
  patience = 300 * second;

  /** Whether something that was asked for here still waits. */
  get following(): boolean {
    for (const one of this.#waiting.values()) if (one.askedHere) return true;
    return false;
  }

  /** Whether the image waits, as far as was seen in the last few seconds. */
  has(imageId: ImageId): boolean {
    return this.#waiting.has(imageId);
  }

  ids(): ImageId[] {
    return [...this.#waiting.keys()];
  }

  asked(imageIds: readonly ImageId[], now: number): void {
    for (const imageId of imageIds) {
      this.#waiting.set(imageId, { firstSeen: now, lastSeen: now, movedAt: now, askedHere: true });
    }
  }

  readHere(imageIds: readonly ImageId[]): void {
    for (const imageId of imageIds) this.#readHere.add(imageId);
  }

  removed(imageIds: readonly ImageId[]): void {
    for (const imageId of imageIds) this.#waiting.delete(imageId);
  }

  /** Takes in what a host listed. `startedAt` is when it was asked, which may be before an image was queued here. */
  observe(
    listed: { cached: ReadonlySet<ImageId>; queued: ReadonlySet<ImageId> },
    startedAt: number,
    now: number,
  ): void {
    for (const imageId of listed.queued) {
      const known = this.#waiting.get(imageId);
      if (known) known.lastSeen = now;
      else this.#waiting.set(imageId, { firstSeen: now, lastSeen: now, movedAt: now, askedHere: false });
    }
    let fetchedSince = Number.POSITIVE_INFINITY;
    for (const [imageId, one] of this.#waiting) {
      if (listed.queued.has(imageId) || startedAt < one.lastSeen) continue;
      if (listed.cached.has(imageId)) {
        if (!this.#readHere.has(imageId)) fetchedSince = Math.min(fetchedSince, one.firstSeen);
      } else if (now - one.lastSeen < betweenLists) continue;
      this.#waiting.delete(imageId);
      this.#readHere.delete(imageId);
    }
    for (const one of this.#waiting.values()) if (one.firstSeen >= fetchedSince) one.movedAt = now;
  }

  firstSeen(imageId: ImageId, now: number): number {
    return this.#waiting.get(imageId)?.firstSeen ?? now;
  }

  /**
   * Why the image will probably not be fetched; null while there is hope. `bytesBefore` is the size of what is queued up
   * to it and with it: each API process fetches one image after another.
   */
  stalled(imageId: ImageId, fetch: Capabilities['fetch'], bytesBefore: number, now: number): string | null {
    if (fetch === 'byProgram') return nobodyFetches;
    const one = this.#waiting.get(imageId);
    if (!one) return null;
    const allowed = this.patience + (fetch === 'periodic' ? periodicMore : 0) + (bytesBefore / slowestFetch) * second;
    if (now - Math.max(one.firstSeen, one.movedAt) <= allowed) return null;
    return fetch === 'atOnce' ? workerDied : jobStopped;
  }
}
