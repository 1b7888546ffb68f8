import type { CloudId } from '../contract/clouds.ts';
import type { Coverage, CoverageImage } from '../contract/coverage.ts';
import type { FoundImage, FoundImages } from '../contract/images.ts';
import { imageMatcher } from '../contract/images.ts';

const naturally = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Returns the images that match the text, best match first, then by name.
 * @param cloudOf the cloud of each host of the coverage, in the order of the hosts
 */
export function searchImages(
  { images }: Pick<Coverage, 'images'>,
  cloudOf: readonly CloudId[],
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
  return { images: found.slice(0, limit).map(({ image }) => whereIs(image, cloudOf)), matching: found.length };
}

function calledAs({ name, imageId }: CoverageImage): string {
  return name || imageId;
}

function whereIs(
  { imageId, name, catalogStatus, sizeBytes, cells }: CoverageImage,
  cloudOf: readonly CloudId[],
): FoundImage {
  const counts = { c: 0, q: 0, '?': 0 };
  const clouds = new Set<CloudId | undefined>();
  for (const [at, cell] of [...cells].entries()) {
    if (cell === 'c' || cell === 'q' || cell === '?') counts[cell] += 1;
    // Where a host's list is unknown, its cell says nothing about the cloud. The cells of other hosts of the cloud
    // count.
    if (cell !== '-' && cell !== '?') clouds.add(cloudOf[at]);
  }
  const hosts = cloudOf.reduce((sum, cloudId) => sum + (clouds.has(cloudId) ? 1 : 0), 0);
  const unknown = [...cells].filter((cell, at) => cell === '?' && clouds.has(cloudOf[at])).length;
  return { imageId, name, catalogStatus, sizeBytes, cached: counts.c, queued: counts.q, unknown, hosts };
}
