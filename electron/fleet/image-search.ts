import type { Coverage, CoverageImage } from '../contract/coverage.ts';
import type { FoundImage, FoundImages, ImageServiceId } from '../contract/images.ts';
import { imageMatcher } from '../contract/images.ts';

const naturally = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Returns the images that match the text, best match first, then by name.
 * @param serviceOf the image service of each host of the coverage, in the order of the hosts
 */
export function searchImages(
  { images }: Pick<Coverage, 'images'>,
  serviceOf: readonly ImageServiceId[],
  text: string,
  limit: number,
): FoundImages {
  const matcher = imageMatcher(text);
  if (matcher.empty) return { images: [], matching: 0 };
  const found: { image: CoverageImage; rank: number }[] = [];
  for (const image of images) {
    const rank = matcher.rank(image.imageId, image.name);
    if (rank !== undefined) found.push({ image, rank });
  }
  found.sort((one, other) => one.rank - other.rank || naturally.compare(calledAs(one.image), calledAs(other.image)));
  return { images: found.slice(0, limit).map(({ image }) => whereIs(image, serviceOf)), matching: found.length };
}

function calledAs({ name, imageId }: CoverageImage): string {
  return name || imageId;
}

function whereIs(
  { imageId, name, catalogStatus, sizeBytes, cells }: CoverageImage,
  serviceOf: readonly ImageServiceId[],
): FoundImage {
  const counts = { c: 0, q: 0, '?': 0 };
  const services = new Set<ImageServiceId | undefined>();
  for (const [at, cell] of [...cells].entries()) {
    if (cell === 'c' || cell === 'q' || cell === '?') counts[cell] += 1;
    // Where a host's list is unknown, its cell says nothing about the service. The cells of other hosts of the service
    // count.
    if (cell !== '-' && cell !== '?') services.add(serviceOf[at]);
  }
  const hosts = serviceOf.reduce((sum, serviceId) => sum + (services.has(serviceId) ? 1 : 0), 0);
  const unknown = [...cells].filter((cell, at) => cell === '?' && services.has(serviceOf[at])).length;
  return { imageId, name, catalogStatus, sizeBytes, cached: counts.c, queued: counts.q, unknown, hosts };
}
