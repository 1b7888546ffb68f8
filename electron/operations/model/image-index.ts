import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { CachedImage, ImageId, QueuedImage } from '../../contract/images.ts';
import { type Amount, addImage, amountOf } from '../../contract/operations.ts';
import { inSlices, stepLength } from '../../lib/slices.ts';
import type { OperatedHost } from './operated-host.ts';

/** The images of a host by id. */
export type ImageIndex = {
  cached: ReadonlyMap<ImageId, CachedImage>;
  queued: ReadonlyMap<ImageId, QueuedImage>;
};

/** Keyed by the list and not by the snapshot: a host may wrap one list in a new snapshot on each call. */
const cachedIndexes: IndexCache<CachedImage> = new WeakMap();
const queuedIndexes: IndexCache<QueuedImage> = new WeakMap();
type IndexCache<Image> = WeakMap<readonly Image[], ReadonlyMap<ImageId, Image>>;

/** The images of a snapshot by id. The index of each list is built once, however often this is called. */
export function indexImages({ cached, queued }: Pick<HostImages, 'cached' | 'queued'>): ImageIndex {
  return { cached: indexOf(cached, cachedIndexes), queued: indexOf(queued, queuedIndexes) };
}

/**
 * The same index, built in slices, because building it at once for a huge host would block other calls for too long.
 * Later calls of `imagesById` use the result.
 */
export async function indexImagesInSlices(images: Pick<HostImages, 'cached' | 'queued'>): Promise<ImageIndex> {
  await inSlices(indexSteps(images.cached, cachedIndexes));
  await inSlices(indexSteps(images.queued, queuedIndexes));
  return indexImages(images);
}

function* indexSteps<Image extends { imageId: ImageId }>(
  images: readonly Image[],
  indexes: IndexCache<Image>,
): Generator<void, void> {
  if (indexes.has(images)) return;
  const index = new Map<ImageId, Image>();
  for (const [at, image] of images.entries()) {
    index.set(image.imageId, image);
    if (at % stepLength === stepLength - 1) yield;
  }
  if (!indexes.has(images)) indexes.set(images, index);
}

function indexOf<Image extends { imageId: ImageId }>(images: readonly Image[], indexes: IndexCache<Image>) {
  const known = indexes.get(images);
  if (known) return known;
  const index = new Map(images.map((image) => [image.imageId, image]));
  indexes.set(images, index);
  return index;
}

/**
 * Whether a host's list is known. `null` in place of a list means that it is not (docs/glance-cache-api.md, trap 12).
 */
export function isListReadable(summary: Pick<HostSummary, 'warnings'>): boolean {
  return !summary.warnings.some((warning) => warning.kind === 'nullList');
}

/** Asks a host for its list now. Throws the host's failure if it does not answer, or answers without a list. */
export async function relist(access: OperatedHost, signal: AbortSignal): Promise<ImageIndex> {
  const images = await access.refresh(signal);
  if (isListReadable(access.summary())) return indexImagesInSlices(images);
  const { name, address } = access.summary();
  throw new ExpectedFailure({
    code: 'badResponse',
    message: `${name} (${address}) returned null instead of its image list: it cannot read its cache database.`,
    remedy: 'Check the glance-api log on the host and the database in its cache directory.',
  });
}

/** The cached images that are in the first list only. */
export function removedFrom(before: ImageIndex, after: ImageIndex): Amount {
  return amountOf([...before.cached.values()].filter(({ imageId }) => !after.cached.has(imageId)));
}

/** The result of a queue: the images that are cached now, and the number that is still queued. */
export function fetchedSince(
  before: Pick<ImageIndex, 'queued'>,
  after: ImageIndex | undefined,
): { fetched: Amount; left: number } {
  const fetched: Amount = { images: 0, bytes: 0 };
  let left = 0;
  for (const imageId of before.queued.keys()) {
    if (after?.queued.has(imageId)) left += 1;
    const cached = after?.cached.get(imageId);
    if (cached) addImage(fetched, cached.sizeBytes);
  }
  return { fetched, left };
}

/** Whether an image that was queued is in neither list, as it is for about 0.1 s when its fetch ends. */
export function isBetweenLists(imageId: ImageId, before: Pick<ImageIndex, 'queued'>, after: ImageIndex): boolean {
  return before.queued.has(imageId) && !after.queued.has(imageId) && !after.cached.has(imageId);
}
