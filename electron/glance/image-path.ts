import { ExpectedFailure } from '../contract/failure.ts';
import type { Capabilities } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';

/** Below `/v2/cache/` of a host with API 2.18 these name procedures, not images. */
const procedures = new Set(['prune', 'clean', 'nodes']);

/**
 * Why no request to Glance can name this image id; undefined when one can. It is the only owner of that rule. A queue may
 * hold anything that was ever requested through the legacy middleware, such as `not-a-uuid`, and Glance answers 404 to
 * every id with a slash, also when it is encoded (docs/glance-cache-api.md, sections 2 and 3). `capabilities` is given
 * for a request to the cache of a host, where some words name procedures.
 */
export function addressProblem(
  imageId: ImageId,
  capabilities?: Pick<Capabilities, 'versions'> | null,
): string | undefined {
  if (imageId === '') return 'The ID is empty, and a request for it would apply to the whole cache.';
  if (imageId === '.' || imageId === '..') return 'This ID would change the path of the URL.';
  if (imageId.includes('/')) return 'Glance does not support IDs with a slash, even encoded.';
  if (!imageId.isWellFormed() || imageId.includes('\uFFFD')) {
    return 'The ID is not valid UTF-8 and cannot be used in a request.';
  }
  if (capabilities?.versions.includes('2.18') && procedures.has(imageId)) {
    return `Glance interprets “${imageId}” here as a method name, not as an image ID.`;
  }
  return undefined;
}

/** An image id as one segment of a URL's path. Throws `invalidInput` for an id that has no address. */
export function imageSegment(imageId: ImageId): string {
  if (addressProblem(imageId) !== undefined) {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: `Glance has no URL for the image ID ${JSON.stringify(imageId.slice(0, 200))}.`,
      remedy: 'To remove it, clear the whole queue of the host, or delete its file in the queue directory on the host.',
      notSent: true,
    });
  }
  return encodeURIComponent(imageId);
}
