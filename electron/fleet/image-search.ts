import type { Coverage, CoverageImage } from '../contract/coverage.ts';
import type { FoundImage, FoundImages, ImageServiceId } from '../contract/images.ts';
import { imageMatcher } from '../contract/images.ts';
import { BestOf } from '../lib/best-of.ts';
import { stepLength } from '../lib/slices.ts';

const naturally = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Returns the images that match the text, best match first, then by name. Yields while it works (`lib/slices.ts`).
 * @param serviceOf the image service of each host of the coverage, in the order of the hosts
 */
export function* searchSteps(
  { images }: Pick<Coverage, 'images'>,
  serviceOf: readonly ImageServiceId[],
  text: string,
  limit: number,
): Generator<void, FoundImages> {
  const matcher = imageMatcher(text);
  if (matcher.empty) return { images: [], matching: 0 };
  const best = new BestOf<{ image: CoverageImage; rank: number }>(
    limit,
    (one, other) => one.rank - other.rank || naturally.compare(calledAs(one.image), calledAs(other.image)),
  );
  for (const [index, image] of images.entries()) {
    const rank = matcher.rank(image.imageId, image.name);
    if (rank !== undefined) best.add({ image, rank });
    if (index % stepLength === stepLength - 1) yield;
  }
  return { images: best.list.map(({ image }) => whereIs(image, serviceOf)), matching: best.offered };
}

function calledAs({ name, imageId }: CoverageImage): string {
  return name || imageId;
}

function whereIs(
  { imageId, name, catalogStatus, sizeBytes, cells }: CoverageImage,
  serviceOf: readonly ImageServiceId[],
): FoundImage {
  const counts = { c: 0, q: 0, '?': 0 };
  const services = new Set<ImageServiceId>();
  for (const [at, cell] of [...cells].entries()) {
    if (cell === 'c' || cell === 'q' || cell === '?') counts[cell] += 1;
    // Where a host's list is unknown, its cell says nothing about the service. The cells of other hosts of the service
    // count.
    const serviceId = serviceOf[at];
    if (cell !== '-' && cell !== '?' && serviceId !== undefined) services.add(serviceId);
  }
  const hosts = serviceOf.reduce((sum, serviceId) => sum + (services.has(serviceId) ? 1 : 0), 0);
  const unknown = [...cells].filter((cell, at) => cell === '?' && services.has(serviceOf[at] ?? '')).length;
  const imageServiceIds = [...services].slice(0, 1_000);
  const { c: cached, q: queued } = counts;
  return { imageId, name, catalogStatus, sizeBytes, cached, queued, unknown, imageServiceIds, hosts };
}
