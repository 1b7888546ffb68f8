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
  if (imageId === '') return 'The id is empty: a request for it would mean the whole cache.';
  if (imageId === '.' || imageId === '..') return 'A URL cannot end in this id: it would name another path.';
  if (imageId.includes('/')) return 'Glance finds no id with a slash in it, also when it is encoded.';
  if (!imageId.isWellFormed() || imageId.includes('\uFFFD')) {
    return 'The host told this id in bytes that are not UTF-8: it cannot be named in a request.';
  }
  if (capabilities?.versions.includes('2.18') && procedures.has(imageId)) {
    return `Glance takes “${imageId}” in this place for the name of a procedure, not of an image.`;
  }
  return undefined;
}

/** An image id as one segment of a URL's path. Throws `invalidInput` for an id that has no address. */
export function imageSegment(imageId: ImageId): string {
  if (addressProblem(imageId) !== undefined) {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: `Glance has no address for the image id ${JSON.stringify(imageId.slice(0, 200))}.`,
      remedy:
        'Clear the whole queue of the host to be rid of it, or remove its file in the queue directory on the host.',
      notSent: true,
    });
  }
  return encodeURIComponent(imageId);
}
