import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { GoldenDifference, GoldenHostDrift } from '../contract/golden.ts';
import type { CachedImage, Catalogue, CatalogueImage, ImageId, QueuedImage } from '../contract/images.ts';
import { type Amount, addImage } from '../contract/operations.ts';

/** A host and its latest listing. */
export type HostSnapshot = {
  summary: Pick<HostSummary, 'id' | 'name' | 'state' | 'failure'>;
  images: Pick<HostImages, 'takenAt' | 'cached' | 'queued'>;
};

/** The images that a host should have. */
export type ExpectedImages = {
  members: ReadonlyMap<ImageId, CatalogueImage>;
  /** The images that any golden set wants there; all other cached images are extra. Undefined if nothing is extra. */
  wanted: ReadonlySet<ImageId> | undefined;
  catalogue: Pick<Catalogue, 'readAt' | 'failure'>;
};

type Sums = { present: Amount; missing: Amount; queued: Amount; stalled: number };

/** The drift of a host from a set, in numbers. */
export function driftOf(host: HostSnapshot, wanted: ExpectedImages): GoldenHostDrift {
  const { takenAt } = host.images;
  const sums = takenAt === null ? noSums : sumsOf(host.images, wanted.members);
  const extra = zero();
  if (takenAt !== null) forEachExtra(host.images, wanted.wanted, ({ sizeBytes }) => addImage(extra, sizeBytes));
  const reason = unknownReason(host, wanted);
  const differs = sums.missing.images + sums.queued.images + extra.images > 0;
  const state = reason !== null ? 'unknown' : differs ? 'drifted' : 'complete';
  return { hostId: host.summary.id, state, reason, takenAt, ...sums, extra };
}

/** The images in which a host differs from a set: missing ones first, then queued, then extra, each by name. */
export function differencesOf({ images }: HostSnapshot, { members, wanted }: ExpectedImages): GoldenDifference[] {
  const differences: GoldenDifference[] = [];
  if (images.takenAt === null) return differences;
  forEachMember(images, members, ({ id: imageId, name, sizeBytes }, there, waiting) => {
    if (there) return;
    const stalled = waiting?.stalled ?? null;
    differences.push({
      imageId,
      name,
      sizeBytes,
      state: waiting ? 'queued' : 'missing',
      stalled,
      catalogStatus: 'known',
    });
  });
  forEachExtra(images, wanted, ({ imageId, sizeBytes, description, catalogStatus }) => {
    differences.push({
      imageId,
      name: description?.name ?? null,
      sizeBytes,
      state: 'extra',
      stalled: null,
      catalogStatus,
    });
  });
  return differences.sort((a, b) => stateOrder[a.state] - stateOrder[b.state] || byName(a, b));
}

const stateOrder = { missing: 0, queued: 1, extra: 2 };
const nameCollator = new Intl.Collator('en', { numeric: true });
function byName(a: GoldenDifference, b: GoldenDifference): number {
  return nameCollator.compare(a.name ?? a.imageId, b.name ?? b.imageId) || (a.imageId < b.imageId ? -1 : 1);
}

/** Why the drift of a host is unknown; null if it is known. */
export function unknownReason(
  { summary, images }: HostSnapshot,
  { catalogue }: Pick<ExpectedImages, 'catalogue'>,
): string | null {
  if (catalogue.readAt === null) {
    return catalogue.failure
      ? `The image catalog could not be read: ${catalogue.failure.message}`.slice(0, 1_000)
      : 'The image catalog is being read.';
  }
  if (summary.state === 'failed') return (summary.failure?.message ?? 'Host unreachable.').slice(0, 1_000);
  return images.takenAt === null ? 'Host state pending.' : null;
}

type SnapshotImages = HostSnapshot['images'];
type Members = ExpectedImages['members'];

function forEachMember(
  { cached, queued }: SnapshotImages,
  members: Members,
  visit: (image: CatalogueImage, there: CachedImage | undefined, waiting: QueuedImage | undefined) => void,
): void {
  const there = cached.length > longList ? membersAmong(cached, members) : cachedById(cached);
  const waiting = new Map(queued.map((one) => [one.imageId, one]));
  for (const [imageId, image] of members) visit(image, there.get(imageId), waiting.get(imageId));
}

function forEachExtra(
  { cached }: SnapshotImages,
  wanted: ExpectedImages['wanted'],
  visit: (image: CachedImage) => void,
): void {
  if (!wanted) return;
  for (const image of cached) if (!wanted.has(image.imageId)) visit(image);
}

const noSums: Sums = { present: zero(), missing: zero(), queued: zero(), stalled: 0 };
const sumsByMembers = new WeakMap<
  Members,
  WeakMap<SnapshotImages['cached'], { queued: SnapshotImages['queued']; sums: Sums }>
>();

/** The sums of a host over a set, cached per set and snapshot: most hosts do not change between two calls. */
function sumsOf(images: SnapshotImages, members: Members): Sums {
  let ofMembers = sumsByMembers.get(members);
  if (!ofMembers) {
    ofMembers = new WeakMap();
    sumsByMembers.set(members, ofMembers);
  }
  const known = ofMembers.get(images.cached);
  if (known?.queued === images.queued) return known.sums;
  const sums = { present: zero(), missing: zero(), queued: zero(), stalled: 0 };
  forEachMember(images, members, ({ sizeBytes }, there, waiting) => {
    if (there) addImage(sums.present, there.sizeBytes);
    else addImage(waiting ? sums.queued : sums.missing, sizeBytes);
    if (!there && waiting?.stalled) sums.stalled += 1;
  });
  ofMembers.set(images.cached, { queued: images.queued, sums });
  return sums;
}

/** Lists with more images than this get no index, which would take too long at once, and much memory. */
const longList = 20_000;

function membersAmong(cached: readonly CachedImage[], members: Members): ReadonlyMap<ImageId, CachedImage> {
  const there = new Map<ImageId, CachedImage>();
  for (const image of cached) if (members.has(image.imageId)) there.set(image.imageId, image);
  return there;
}

const imagesById = new WeakMap<readonly CachedImage[], ReadonlyMap<ImageId, CachedImage>>();

/** The cached images by id, built once for each snapshot. */
function cachedById(cached: readonly CachedImage[]): ReadonlyMap<ImageId, CachedImage> {
  const known = imagesById.get(cached);
  if (known) return known;
  const made = new Map(cached.map((image) => [image.imageId, image]));
  imagesById.set(cached, made);
  return made;
}

function zero(): Amount {
  return { images: 0, bytes: 0 };
}
