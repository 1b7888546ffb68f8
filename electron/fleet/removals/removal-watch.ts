import type { ExternalRemoval } from '../../contract/external-removals.ts';
import type { ImageId } from '../../contract/images.ts';
import { amountOf } from '../../contract/operations.ts';
import type { CachedRecord, CacheListing } from '../../glance/cache-listing.ts';
import type { KnownImage } from '../../glance/orphan-detection.ts';
import { stepLength } from '../../lib/slices.ts';
import type { OwnRemovals } from './own-removals.ts';

/** Milliseconds by which a removal of this console may show late in the host's lists. */
const slack = 10_000;
/** Milliseconds for which a removal waits for the image catalogue, which says whether Glance still has the images. */
const catalogueTimeout = 900_000;
/** Milliseconds during which nothing is concluded after the missing copies are listed again. */
const ignoredAfterReturn = 3_600_000;
/** Images and removals that are watched for that once they were reported. */
const maxWatchedCopies = 100;
const maxWatchedRemovals = 5;

type Removal = Omit<ExternalRemoval, 'hostId'>;
type List = { listing: CacheListing; startedAt: number };
/** Images that were gone from one list to the next, and when the list after confirmed it. */
type Gone = { from: number; until: number; copies: Map<ImageId, CachedRecord>; confirmedAt: number | undefined };

export type RemovalWatchOptions = {
  /** The parts of the host's state that matter here. */
  state: {
    readonly ownRemovals: OwnRemovals;
    /** A prune of this console that may run there; undefined if there is none. */
    readonly runningPrune: object | undefined;
    /** Whether the console asked the host for an image at this time (epoch milliseconds) or later. */
    requestedSince(imageId: ImageId, at: number): boolean;
    /** Milliseconds. */
    readonly timings: { readonly earlierRequests: number; readonly maxListGap: number };
  };
  /** The host's image service's entry for an id. */
  lookUp: (imageId: ImageId) => KnownImage;
  /** Whether reading the image catalogue, as it is known now, began at this time (epoch milliseconds) or later. */
  isCatalogueSince: (at: number) => boolean;
  /** Reads the image catalogue soon. */
  readCatalogue: () => void;
  /** Called when something else removed images. */
  onRemoval: (removal: Removal) => void;
  /** A removal that was reported was none. */
  onReturn: (removal: Pick<Removal, 'from' | 'until'>) => void;
};

/**
 * Tells which images something else than this console removed from a host's cache, by the lists of the host. It says so only
 * of images that were gone from one list to the next while nothing of this console could remove them, that the list after
 * lacks too, and that Glance has still: one that is deleted in Glance leaves the cache of the host that handled it
 * (docs/glance-cache-api.md, section 4). So orphans do not count, as they may have been deleted just then.
 */
export class RemovalWatch {
  readonly #options: RemovalWatchOptions;
  #last: List | undefined;
  #firstAt: number | undefined;
  #gone: Gone[] = [];
  #reported: Gone[] = [];
  #ignoredUntil = Number.NEGATIVE_INFINITY;

  constructor(options: RemovalWatchOptions) {
    this.#options = options;
  }

  /** The host did not list its images, or may be another one: its next list is compared with no earlier one. */
  interrupt(): void {
    this.#last = undefined;
    this.#gone = this.#gone.filter(({ confirmedAt }) => confirmedAt !== undefined);
  }

  /** Takes in a list that was requested at `startedAt` and arrived at `now` (epoch milliseconds). Yields while it works. */
  *observe(listing: CacheListing, startedAt: number, now: number): Generator<void, void> {
    const last = this.#last;
    const { ownRemovals, timings } = this.#options.state;
    // In place of a list, a damaged cache database (docs/glance-cache-api.md, trap 12).
    this.#last = listing.nullList ? undefined : { listing, startedAt };
    if (listing.nullList) return;
    if (last?.listing !== listing) yield* this.#findReturned(listing, now);
    yield* this.#confirm(now);
    this.#firstAt ??= startedAt;
    const earliest = Math.max(this.#ignoredUntil, this.#firstAt + timings.earlierRequests, now - timings.maxListGap);
    const isComparable = last && last.listing !== listing && last.startedAt >= earliest && last.startedAt <= now;
    if (isComparable) yield* this.#compare(last, listing, now);
    ownRemovals.forget(startedAt - slack);
    yield* this.#judge(now);
  }

  *#compare(before: List, listing: CacheListing, now: number): Generator<void, void> {
    const { state } = this.#options;
    const left = yield* leftSteps(before.listing.cached, listing.cached);
    if (left.length === 0 || state.runningPrune || hasOtherOddRecords(before.listing, listing)) return;
    if (yield* showsOlderCopies(before, listing)) return;
    const queued = new Set([...before.listing.queued, ...listing.queued]);
    const copies = new Map<ImageId, CachedRecord>();
    for (const [index, record] of left.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      const { imageId } = record;
      const isOwn = state.ownRemovals.last(imageId) >= before.startedAt - slack;
      // A fetch that fails also removes the copy that was there (docs/glance-cache-api.md, section 3).
      const isFetched = queued.has(imageId) || state.requestedSince(imageId, before.startedAt - slack);
      if (!isOwn && !isFetched) copies.set(imageId, record);
    }
    if (copies.size > 0) this.#gone.push({ from: before.startedAt, until: now, copies, confirmedAt: undefined });
  }

  /** A second list lacks the images too. Until then the first may have been incomplete, and this console removed them. */
  *#confirm(now: number): Generator<void, void> {
    const { state, readCatalogue } = this.#options;
    for (const gone of this.#gone) {
      if (gone.confirmedAt !== undefined) continue;
      gone.confirmedAt = now;
      let visited = 0;
      for (const imageId of gone.copies.keys()) {
        visited += 1;
        if (visited % stepLength === 0) yield;
        const isOwn = state.runningPrune || state.ownRemovals.last(imageId) >= gone.from - slack;
        if (isOwn) gone.copies.delete(imageId);
      }
      readCatalogue();
    }
    this.#gone = this.#gone.filter(({ copies }) => copies.size > 0);
  }

  /** Copies that are listed again were never removed: the lists are incomplete, or not those of one cache. */
  *#findReturned({ cached }: CacheListing, now: number): Generator<void, void> {
    if (this.#gone.length + this.#reported.length === 0) return;
    const watched = new Map<ImageId, CachedRecord>();
    for (const { copies } of [...this.#reported, ...this.#gone]) {
      for (const [imageId, copy] of copies) watched.set(imageId, copy);
    }
    let isBack = false;
    for (const [index, record] of cached.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      const copy = watched.get(record.imageId);
      isBack = copy !== undefined && copy.lastModified === record.lastModified;
      if (isBack) break;
    }
    if (!isBack) return;
    this.#ignoredUntil = now + ignoredAfterReturn;
    for (const { from, until } of this.#reported) this.#options.onReturn({ from, until });
    this.#gone = [];
    this.#reported = [];
  }

  /**
   * Reports confirmed removals that were not deletes in Glance: the catalogue, which was read after that, has the
   * images.
   */
  *#judge(now: number): Generator<void, void> {
    const { lookUp, isCatalogueSince, onRemoval } = this.#options;
    const waiting: Gone[] = [];
    for (const gone of this.#gone) {
      if (gone.confirmedAt === undefined || !isCatalogueSince(gone.confirmedAt)) {
        if (now - gone.until < catalogueTimeout) waiting.push(gone);
        continue;
      }
      const copies: CachedRecord[] = [];
      for (const [index, copy] of [...gone.copies.values()].entries()) {
        if (index % stepLength === stepLength - 1) yield;
        if (lookUp(copy.imageId).catalogStatus === 'known') copies.push(copy);
      }
      if (copies.length === 0) continue;
      onRemoval({ from: gone.from, until: gone.until, removed: amountOf(copies) });
      const watched = copies.slice(0, maxWatchedCopies).map((copy) => [copy.imageId, copy] as const);
      this.#reported.push({ ...gone, copies: new Map(watched) });
    }
    this.#gone = waiting;
    this.#reported = this.#reported.slice(-maxWatchedRemovals);
  }
}

/** The records of a list whose images another one lacks. */
function* leftSteps(before: readonly CachedRecord[], after: readonly CachedRecord[]): Generator<void, CachedRecord[]> {
  let start = 0;
  while (start < before.length && before[start]?.imageId === after[start]?.imageId) {
    start += 1;
    if (start % stepLength === 0) yield;
  }
  if (start === before.length) return [];
  const there = new Set<ImageId>();
  for (let index = start; index < after.length; index += 1) {
    if (index % stepLength === 0) yield;
    there.add(after[index]?.imageId ?? '');
  }
  const left: CachedRecord[] = [];
  for (let index = start; index < before.length; index += 1) {
    if (index % stepLength === 0) yield;
    const record = before[index];
    if (record && !there.has(record.imageId)) left.push(record);
  }
  return left;
}

/** Whether a list has unreadable records that the last one did not have: they may be of any image. */
function hasOtherOddRecords(before: CacheListing, after: CacheListing): boolean {
  const known = new Set(before.odd.map(({ text }) => text));
  return after.odd.some(({ text }) => !known.has(text));
}

/** Milliseconds by which the clock of a host may be behind. */
const clockTolerance = 60_000;

/**
 * Whether a list has copies that are older than the last list, which did not have them: the host is a load balancer, and
 * this is the cache of another node (docs/glance-cache-api.md, trap 9).
 */
function* showsOlderCopies({ listing, startedAt }: List, after: CacheListing): Generator<void, boolean> {
  const known = new Map<ImageId, CachedRecord>();
  for (const record of listing.cached) {
    known.set(record.imageId, record);
    if (known.size % stepLength === 0) yield;
  }
  for (const [index, { imageId, lastModified }] of after.cached.entries()) {
    if (index % stepLength === stepLength - 1) yield;
    const isOld = lastModified !== null && lastModified < startedAt - clockTolerance;
    if (isOld && known.get(imageId)?.lastModified !== lastModified) return true;
  }
  return false;
}
