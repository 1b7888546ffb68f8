import type { Capabilities, HostId } from '../contract/hosts.ts';
import type { CachedImage, ImageId } from '../contract/images.ts';
import { stepLength } from '../lib/slices.ts';
import { DeleteWatch, type DequeuedImage, type ReturnWatch } from './delete-watch.ts';
import { defaultTimings, type HostTimings } from './host-timings.ts';
import type { PruneLock, PruneLocks } from './prune-locks.ts';
import { QueueWatch } from './queue-watch.ts';
import { OwnRemovals } from './removals/own-removals.ts';

/** Milliseconds for which a request is remembered: longer than the age of any list that an operation relies on. */
const requestRetention = 60_000;

/** What an operation did at a host. `read` images are cached by a download through the host, not by its own fetch. */
export type HostReport = {
  kind: 'queued' | 'read' | 'deleted' | 'cleared' | 'pruned';
  /** Left out, it is about all images of the host. */
  imageIds?: ImageId[];
  /** What was cleared. After a clear of only the cache, an image that a fetch brings is not one that reappeared. */
  what?: 'cache' | 'queue' | 'both';
};

export type HostStateOptions = {
  hostId: HostId;
  locks: PruneLocks;
  /** Epoch milliseconds. */
  now: () => number;
};

/**
 * The one owner of the activity at a host: fetches requested, recent deletes, a prune that may hang, and how long each
 * may take. Polling updates it, operations read it and report to it.
 */
export class HostState {
  readonly #options: HostStateOptions;
  readonly #queue: QueueWatch;
  readonly #deletes: DeleteWatch;
  readonly #requests = new Map<ImageId, number>();
  readonly ownRemovals: OwnRemovals;
  /** Epoch milliseconds when the last list was requested. */
  #listedAt = Number.NEGATIVE_INFINITY;
  #timings: HostTimings = defaultTimings;
  #changed: () => void = () => undefined;

  constructor(options: HostStateOptions) {
    this.#options = options;
    this.#queue = new QueueWatch(() => this.#timings);
    this.#deletes = new DeleteWatch(() => this.#timings);
    this.ownRemovals = new OwnRemovals(options.now);
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#options.now();
  }

  get timings(): HostTimings {
    return this.#timings;
  }

  configure(timings: HostTimings): void {
    this.#timings = timings;
  }

  /** `changed` is called whenever a prune lock changes, which the host's row shows. */
  onPruneChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Whether the host should be polled often: something is being fetched, or may reappear. */
  get following(): boolean {
    return this.#queue.following || this.#deletes.following;
  }

  /** Whether an image that this console requested is not cached yet. */
  get fetching(): boolean {
    return this.#queue.following;
  }

  /** Images that were deleted while the host fetched them, and are cached all the same. */
  get returned(): ReadonlySet<ImageId> {
    return this.#deletes.returned;
  }

  /** Processes the list of the host that was requested at `startedAt` (epoch milliseconds). Yields while it works. */
  *observe(
    cached: readonly Pick<CachedImage, 'imageId'>[],
    queued: readonly ImageId[],
    startedAt: number,
  ): Generator<void, void> {
    // Of the cached ones, only those that a request waits for.
    const listed = { cached: new Set<ImageId>(), queued: new Set<ImageId>() };
    for (const [index, { imageId }] of cached.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      if (this.#queue.has(imageId) || this.#deletes.watches(imageId)) listed.cached.add(imageId);
    }
    for (const [index, imageId] of queued.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      listed.queued.add(imageId);
    }
    const now = this.now();
    yield* this.#queue.observe(listed, startedAt, now);
    yield* this.#deletes.observe(listed, startedAt, now);
    this.#listedAt = startedAt;
  }

  /** An operation did something at the host. */
  report({ kind, imageIds, what }: HostReport): void {
    const now = this.now();
    if (kind === 'queued' && imageIds) {
      this.#deletes.wanted(imageIds);
      this.#queue.requested(imageIds, now);
    }
    if (kind === 'read' && imageIds) {
      this.#deletes.wanted(imageIds);
      this.#queue.readHere(imageIds);
    }
    if (kind === 'deleted' && imageIds) {
      this.#deletes.deleted(imageIds, (imageId) => this.#queue.has(imageId), now);
      this.#queue.removed(imageIds);
    }
    if (kind === 'deleted' && imageIds) this.noteRemoval(imageIds);
    if (kind === 'cleared' || kind === 'pruned') this.ownRemovals.note();
    // The next poll shows the remaining queue after a clear.
    if (kind === 'cleared' && what !== 'cache') this.#deletes.cleared(imageIds ?? this.#queue.ids(), now);
  }

  /** When the image was first seen queued, in epoch milliseconds; now, if it is new. */
  firstSeen(imageId: ImageId): number {
    return this.#queue.firstSeen(imageId, this.now());
  }

  /**
   * The reason why a queued image will probably not be fetched; null while it still may be. See {@link
   * QueueWatch.stalled}.
   */
  stalled(imageId: ImageId, fetch: Capabilities['fetch'], bytesBefore: number): string | null {
    return this.#queue.stalled(imageId, fetch, bytesBefore, this.now());
  }

  /**
   * Milliseconds that may pass before an image counts as stalled, if this many bytes are queued up to and including it.
   */
  maxQueueWait(fetch: Capabilities['fetch'], bytesBefore: number): number {
    return this.#queue.maxQueueWait(fetch, bytesBefore);
  }

  /** Images recently removed from the queue, and until when (epoch milliseconds) their fetch may continue unseen. */
  get recentDequeues(): ReadonlyMap<ImageId, number> {
    return this.#deletes.recentDequeues;
  }

  /**
   * Records that an operation removed these images from the queue, and what to watch for if a fetch may bring some
   * back. `at`: epoch milliseconds when it did, if that was earlier.
   */
  dequeued(images: readonly DequeuedImage[], at = Number.POSITIVE_INFINITY): ReturnWatch | undefined {
    const now = this.now();
    return this.#deletes.dequeued(images, Math.min(at, now), now);
  }

  /** The console is about to request an image from the host, or just did: an older list shows nothing about it. */
  noteRequest(imageId: ImageId): void {
    const now = this.now();
    // The oldest come first, because each entry is added at the end.
    for (const [id, at] of this.#requests) {
      if (now - at < requestRetention) break;
      this.#requests.delete(id);
    }
    this.#requests.delete(imageId);
    this.#requests.set(imageId, now);
  }

  /** Whether the console asked the host for an image at this time (epoch milliseconds) or later. */
  requestedSince(imageId: ImageId, at: number): boolean {
    return (this.#requests.get(imageId) ?? Number.NEGATIVE_INFINITY) >= at;
  }

  /** The console removed these images, or may have: an older list does not say whether they are there. */
  noteRemoval(imageIds: readonly ImageId[]): void {
    this.ownRemovals.note(imageIds);
  }

  /** Whether the console may have removed an image at this time (epoch milliseconds) or later. */
  removedSince(imageId: ImageId, at: number): boolean {
    return this.ownRemovals.last(imageId) >= at;
  }

  /** Whether the console may have removed an image since the host's last list was requested. */
  removedSinceList(imageId: ImageId): boolean {
    const at = this.ownRemovals.last(imageId);
    return at > Number.NEGATIVE_INFINITY && at >= this.#listedAt;
  }

  /** The last native prune, as far as it is remembered. */
  get pruneLock(): PruneLock | undefined {
    return this.#options.locks.of(this.#options.hostId);
  }

  /** The prune that may be running on the host at this moment, so that none may be sent. */
  get runningPrune(): PruneLock | undefined {
    const lock = this.pruneLock;
    if (!lock || lock.state === 'returned') return undefined;
    return this.now() - lock.at < this.#timings.pruneMayRun ? lock : undefined;
  }

  /** A prune is about to be sent. Recorded on disk when this returns. */
  pruneStarted(operationId: string): PruneLock {
    const { hostId, locks } = this.#options;
    const lock: PruneLock = { hostId, state: 'running', at: this.now(), operationId, overBytes: null };
    locks.set(lock);
    return lock;
  }

  /**
   * Records that a prune ended. `overBytes`: bytes that the host still has over its stated limit; null if that is not
   * known.
   */
  pruneReturned(prune: PruneLock, overBytes: number | null): void {
    this.#options.locks.set({ ...prune, state: 'returned', overBytes });
    this.#changed();
  }

  /** A prune did not answer: it may run until the service is restarted (docs/glance-cache-api.md, trap 4). */
  pruneUnanswered(prune: PruneLock): void {
    this.#options.locks.set({ ...prune, state: 'hung' });
    this.#changed();
  }

  /** The service was down and answers again, so a prune that hung has ended. */
  serviceRestarted(): void {
    if (this.pruneLock?.state === 'hung') this.pruneOver();
  }

  /** No prune runs there: it was not sent, the host refused it, or the operator says that the service was restarted. */
  pruneOver(): void {
    this.#options.locks.remove(this.#options.hostId);
    this.ownRemovals.note();
    this.#changed();
  }
}
