import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { GoldenDifference, GoldenHostDrift } from '../contract/golden.ts';
import type { CachedImage, Catalogue, CatalogueImage, ImageId, Standing } from '../contract/images.ts';
import type { Amount } from '../contract/operations.ts';

/** What is known of a host. */
export type SeenHost = {
  summary: Pick<HostSummary, 'id' | 'name' | 'state' | 'failure'>;
  images: Pick<HostImages, 'takenAt' | 'cached' | 'queued'>;
};

/** What a host should have. */
export type Wanted = {
  members: ReadonlyMap<ImageId, CatalogueImage>;
  /**
   * Whether a cached image is wanted there by any golden set, so that it is not extra; undefined where nothing counts as
   * extra.
   */
  isWanted: ((imageId: ImageId) => boolean) | undefined;
  catalogue: Pick<Catalogue, 'readAt' | 'failure'>;
};

/** How a host stands to a set, in numbers. */
export function driftOf(host: SeenHost, wanted: Wanted): GoldenHostDrift {
  const sums = { missing: none(), queued: none(), extra: none() };
  let stalled = 0;
  const present = compare(host, wanted, (state, _, __, bytes, why) => {
    add(sums[state], bytes);
    if (why !== null) stalled += 1;
  });
  const reason = whyUnknown(host, wanted);
  const differs = sums.missing.images + sums.queued.images + sums.extra.images > 0;
  const state = reason !== null ? 'unknown' : differs ? 'drifted' : 'complete';
  return { hostId: host.summary.id, state, reason, takenAt: host.images.takenAt, present, ...sums, stalled };
}

/** The images that make up a host's drift: what is missing first, then by name. */
export function differencesOf(host: SeenHost, wanted: Wanted): GoldenDifference[] {
  const differences: GoldenDifference[] = [];
  compare(host, wanted, (state, imageId, name, sizeBytes, stalled, standing) => {
    differences.push({ imageId, name, sizeBytes, state, stalled, standing });
  });
  return differences.sort((a, b) => states[a.state] - states[b.state] || byName(a, b));
}

const states = { missing: 0, queued: 1, extra: 2 };
const byNames = new Intl.Collator('en', { numeric: true });
function byName(a: GoldenDifference, b: GoldenDifference): number {
  return byNames.compare(a.name ?? a.imageId, b.name ?? b.imageId) || (a.imageId < b.imageId ? -1 : 1);
}

/** Why nothing certain can be said of a host now; null when it can. */
export function whyUnknown({ summary, images }: SeenHost, { catalogue }: Pick<Wanted, 'catalogue'>): string | null {
  if (catalogue.readAt === null) {
    return catalogue.failure
      ? `The image catalogue could not be read: ${catalogue.failure.message}`.slice(0, 1_000)
      : 'The image catalogue is being read.';
  }
  if (summary.state === 'failed') return (summary.failure?.message ?? 'The host does not answer.').slice(0, 1_000);
  return images.takenAt === null ? 'The host was not read yet.' : null;
}

type Visit = (
  state: GoldenDifference['state'],
  imageId: ImageId,
  name: string | null,
  sizeBytes: number | null,
  stalled: string | null,
  standing: Standing,
) => void;

/** Tells each difference of a host that was read, without making anything of it; returns what is there as it should be. */
function compare({ images }: SeenHost, { members, isWanted }: Wanted, visit: Visit): Amount {
  const present = none();
  if (images.takenAt === null) return present;
  const cached = cachedById(images.cached);
  const queued = new Map(images.queued.map((one) => [one.imageId, one]));
  for (const [imageId, { name, sizeBytes }] of members) {
    const there = cached.get(imageId);
    const waiting = queued.get(imageId);
    if (there) add(present, there.sizeBytes);
    else visit(waiting ? 'queued' : 'missing', imageId, name, sizeBytes, waiting?.stalled ?? null, 'known');
  }
  if (!isWanted) return present;
  for (const { imageId, sizeBytes, description, standing } of images.cached) {
    if (!isWanted(imageId)) visit('extra', imageId, description?.name ?? null, sizeBytes, null, standing);
  }
  return present;
}

const kept = new WeakMap<readonly CachedImage[], ReadonlyMap<ImageId, CachedImage>>();

/** Made once for each snapshot of a host. */
function cachedById(cached: readonly CachedImage[]): ReadonlyMap<ImageId, CachedImage> {
  const known = kept.get(cached);
  if (known) return known;
  const made = new Map(cached.map((image) => [image.imageId, image]));
  kept.set(cached, made);
  return made;
}

function none(): Amount {
  return { images: 0, bytes: 0 };
}

function add(sum: Amount, bytes: number | null): void {
  sum.images += 1;
  sum.bytes += bytes ?? 0;
}
