import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { GoldenDifference, GoldenHostDrift } from '../contract/golden.ts';
import type { CachedImage, Catalogue, CatalogueImage, ImageId, QueuedImage } from '../contract/images.ts';
import type { Amount } from '../contract/operations.ts';

/** What is known of a host. */
export type HostSnapshot = {
  summary: Pick<HostSummary, 'id' | 'name' | 'state' | 'failure'>;
  images: Pick<HostImages, 'takenAt' | 'cached' | 'queued'>;
};

/** What a host should have. */
export type ExpectedImages = {
  members: ReadonlyMap<ImageId, CatalogueImage>;
  /** What any golden set wants there: all else that is cached is extra. Undefined where nothing counts as extra. */
  wanted: ReadonlySet<ImageId> | undefined;
  catalogue: Pick<Catalogue, 'readAt' | 'failure'>;
};

type Sums = { present: Amount; missing: Amount; queued: Amount; stalled: number };

/** How a host stands to a set, in numbers. */
export function driftOf(host: HostSnapshot, wanted: ExpectedImages): GoldenHostDrift {
  const { takenAt } = host.images;
  const sums = takenAt === null ? noSums : sumsOf(host.images, wanted.members);
  const extra = none();
  if (takenAt !== null) eachExtra(host.images, wanted.wanted, ({ sizeBytes }) => add(extra, sizeBytes));
  const reason = unknownReason(host, wanted);
  const differs = sums.missing.images + sums.queued.images + extra.images > 0;
  const state = reason !== null ? 'unknown' : differs ? 'drifted' : 'complete';
  return { hostId: host.summary.id, state, reason, takenAt, ...sums, extra };
}

/** The images that make up a host's drift: what is missing first, then by name. */
export function differencesOf({ images }: HostSnapshot, { members, wanted }: ExpectedImages): GoldenDifference[] {
  const differences: GoldenDifference[] = [];
  if (images.takenAt === null) return differences;
  eachMember(images, members, ({ id: imageId, name, sizeBytes }, there, waiting) => {
    if (there) return;
    const stalled = waiting?.stalled ?? null;
    differences.push({ imageId, name, sizeBytes, state: waiting ? 'queued' : 'missing', stalled, standing: 'known' });
  });
  eachExtra(images, wanted, ({ imageId, sizeBytes, description, standing }) => {
    differences.push({ imageId, name: description?.name ?? null, sizeBytes, state: 'extra', stalled: null, standing });
  });
  return differences.sort((a, b) => states[a.state] - states[b.state] || byName(a, b));
}

const states = { missing: 0, queued: 1, extra: 2 };
const byNames = new Intl.Collator('en', { numeric: true });
function byName(a: GoldenDifference, b: GoldenDifference): number {
  return byNames.compare(a.name ?? a.imageId, b.name ?? b.imageId) || (a.imageId < b.imageId ? -1 : 1);
}

/** Why nothing certain can be said of a host now; null when it can. */
export function unknownReason(
  { summary, images }: HostSnapshot,
  { catalogue }: Pick<ExpectedImages, 'catalogue'>,
): string | null {
  if (catalogue.readAt === null) {
    return catalogue.failure
      ? `The image catalogue could not be read: ${catalogue.failure.message}`.slice(0, 1_000)
      : 'The image catalogue is being read.';
  }
  if (summary.state === 'failed') return (summary.failure?.message ?? 'The host does not answer.').slice(0, 1_000);
  return images.takenAt === null ? 'The host was not read yet.' : null;
}

type SnapshotImages = HostSnapshot['images'];
type Members = ExpectedImages['members'];

function eachMember(
  { cached, queued }: SnapshotImages,
  members: Members,
  visit: (image: CatalogueImage, there: CachedImage | undefined, waiting: QueuedImage | undefined) => void,
): void {
  const there = cachedById(cached);
  const waiting = new Map(queued.map((one) => [one.imageId, one]));
  for (const [imageId, image] of members) visit(image, there.get(imageId), waiting.get(imageId));
}

function eachExtra(
  { cached }: SnapshotImages,
  wanted: ExpectedImages['wanted'],
  visit: (image: CachedImage) => void,
): void {
  if (!wanted) return;
  for (const image of cached) if (!wanted.has(image.imageId)) visit(image);
}

const noSums: Sums = { present: none(), missing: none(), queued: none(), stalled: 0 };
const summed = new WeakMap<
  Members,
  WeakMap<SnapshotImages['cached'], { queued: SnapshotImages['queued']; sums: Sums }>
>();

/** Made once for each set and snapshot: most hosts are as they were when they are looked at again. */
function sumsOf(images: SnapshotImages, members: Members): Sums {
  let ofMembers = summed.get(members);
  if (!ofMembers) {
    ofMembers = new WeakMap();
    summed.set(members, ofMembers);
  }
  const known = ofMembers.get(images.cached);
  if (known?.queued === images.queued) return known.sums;
  const sums = { present: none(), missing: none(), queued: none(), stalled: 0 };
  eachMember(images, members, ({ sizeBytes }, there, waiting) => {
    if (there) add(sums.present, there.sizeBytes);
    else add(waiting ? sums.queued : sums.missing, sizeBytes);
    if (!there && waiting?.stalled) sums.stalled += 1;
  });
  ofMembers.set(images.cached, { queued: images.queued, sums });
  return sums;
}

const byIds = new WeakMap<readonly CachedImage[], ReadonlyMap<ImageId, CachedImage>>();

/** Made once for each snapshot of a host. */
function cachedById(cached: readonly CachedImage[]): ReadonlyMap<ImageId, CachedImage> {
  const known = byIds.get(cached);
  if (known) return known;
  const made = new Map(cached.map((image) => [image.imageId, image]));
  byIds.set(cached, made);
  return made;
}

function none(): Amount {
  return { images: 0, bytes: 0 };
}

function add(sum: Amount, bytes: number | null): void {
  sum.images += 1;
  sum.bytes += bytes ?? 0;
}
