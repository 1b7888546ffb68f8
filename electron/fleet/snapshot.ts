import { type HostTotals, noHostTotals } from '../contract/fleet.ts';
import type { Capabilities } from '../contract/hosts.ts';
import type { CachedImage, ImageId, OddRecord, QueuedImage } from '../contract/images.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import { type KnownImage, sameDescription } from '../glance/orphan-detection.ts';
import { hideSecrets } from '../lib/secrets-in-use.ts';
import { stepLength } from '../lib/slices.ts';
import type { HostState } from './host-state.ts';
import { assumedSize } from './host-timings.ts';

/** The images of a host as the console shows them, with totals. */
export type Snapshot = { cached: CachedImage[]; queued: QueuedImage[]; odd: OddRecord[]; totals: HostTotals };

export type SnapshotView = {
  lookUp: (imageId: ImageId) => KnownImage;
  state: Pick<HostState, 'stalled' | 'firstSeen'>;
  fetch: Capabilities['fetch'];
  /**
   * The previous snapshot. Its unchanged images are reused, because a long list would otherwise take its memory twice.
   */
  last?: Snapshot | undefined;
};

/**
 * Joins the list of a host with the data about its ids. The parser of the list has removed repeated ids. Yields while
 * it works (`lib/slices.ts`), because a list may have 250,000 images.
 */
export function* snapshotSteps(listing: CacheListing, view: SnapshotView): Generator<void, Snapshot> {
  const odd = listing.odd.map(({ text, problem }) => ({ text: hideSecrets(text), problem: hideSecrets(problem) }));
  const cached: CachedImage[] = [];
  const totals = noHostTotals();
  for (const [index, record] of listing.cached.entries()) {
    if (index % stepLength === stepLength - 1) yield;
    const { catalogStatus, description } = view.lookUp(record.imageId);
    const before = view.last?.cached[index];
    const isSame = before?.imageId === record.imageId && sameRecord(before, { ...record, catalogStatus, description });
    cached.push(isSame ? before : { ...record, catalogStatus, description });
    const { sizeBytes, hits } = record;
    const isUnsized = sizeBytes === null ? 1 : 0;
    totals.sizeBytes += sizeBytes ?? 0;
    totals.unsized += isUnsized;
    totals.hits += hits;
    if (catalogStatus === 'orphan') {
      totals.orphans += 1;
      totals.orphanBytes += sizeBytes ?? 0;
      totals.unsizedOrphans += isUnsized;
    }
  }
  const queued = yield* queueSteps(listing.queued, view);
  for (const { firstSeen, stalled } of queued) {
    totals.oldestQueued = Math.min(totals.oldestQueued ?? firstSeen, firstSeen);
    if (stalled !== null) totals.stalled += 1;
  }
  // A misbehaving host may list sizes whose sum is no safe integer.
  for (const sum of ['sizeBytes', 'hits', 'orphanBytes'] as const) {
    totals[sum] = Math.min(totals[sum], Number.MAX_SAFE_INTEGER);
  }
  totals.cachedImages = cached.length;
  totals.queued = queued.length;
  totals.oddRecords = odd.length;
  return { cached, queued, odd, totals };
}

function* queueSteps(ids: readonly ImageId[], { lookUp, state, fetch }: SnapshotView): Generator<void, QueuedImage[]> {
  const queued: QueuedImage[] = [];
  let bytesBefore = 0;
  for (const imageId of ids) {
    if (queued.length % stepLength === stepLength - 1) yield;
    const { catalogStatus, description } = lookUp(imageId);
    bytesBefore += assumedSize(description?.catalogueSizeBytes ?? null);
    const stalled = state.stalled(imageId, fetch, bytesBefore);
    queued.push({ imageId, firstSeen: state.firstSeen(imageId), stalled, catalogStatus, description });
  }
  return queued;
}

/**
 * Whether two snapshots show the same images. Glance does not define the order of cached images, so it is ignored.
 * Yields while it works.
 */
export function* sameImagesSteps(one: Snapshot, other: Snapshot): Generator<void, boolean> {
  if (one.cached.length !== other.cached.length || one.queued.length !== other.queued.length) return false;
  if (one.odd.length !== other.odd.length) return false;
  for (const [index, image] of one.queued.entries()) {
    if (index % stepLength === stepLength - 1) yield;
    const twin = other.queued[index];
    if (!twin || !sameQueued(image, twin)) return false;
  }
  for (const [index, record] of one.odd.entries()) {
    const twin = other.odd[index];
    if (twin?.text !== record.text || twin.problem !== record.problem) return false;
  }
  return yield* sameCachedSteps(one.cached, other.cached);
}

function* sameCachedSteps(one: readonly CachedImage[], other: readonly CachedImage[]): Generator<void, boolean> {
  let byId: Map<ImageId, CachedImage> | undefined;
  for (const [index, image] of one.entries()) {
    if (index % stepLength === stepLength - 1) yield;
    let twin = other[index];
    if (twin?.imageId !== image.imageId) {
      byId ??= yield* indexSteps(other);
      twin = byId.get(image.imageId);
    }
    if (!twin || (twin !== image && !sameRecord(image, twin))) return false;
  }
  return true;
}

function* indexSteps(images: readonly CachedImage[]): Generator<void, Map<ImageId, CachedImage>> {
  const byId = new Map<ImageId, CachedImage>();
  for (const image of images) {
    byId.set(image.imageId, image);
    if (byId.size % stepLength === 0) yield;
  }
  return byId;
}

function sameRecord(one: CachedImage, other: CachedImage): boolean {
  return (
    one.sizeBytes === other.sizeBytes &&
    one.hits === other.hits &&
    one.lastAccessed === other.lastAccessed &&
    one.lastModified === other.lastModified &&
    one.catalogStatus === other.catalogStatus &&
    sameDescription(one.description, other.description)
  );
}

function sameQueued(one: QueuedImage, other: QueuedImage): boolean {
  return (
    one.imageId === other.imageId &&
    one.firstSeen === other.firstSeen &&
    one.stalled === other.stalled &&
    one.catalogStatus === other.catalogStatus &&
    sameDescription(one.description, other.description)
  );
}
