import { ExpectedFailure } from '../contract/failure.ts';
import type { ImageId } from '../contract/images.ts';

/**
 * An image id as a segment of a path. Ids of a queue may be anything (`not-a-uuid`), but some cannot be asked for at all:
 * a slash, even encoded, is 404 at Glance; `.` and `..` mean another path; and one told in bytes that are not UTF-8, or
 * in broken Unicode, cannot be told back.
 */
export function imageSegment(imageId: ImageId): string {
  const unusable =
    imageId === '' || imageId === '.' || imageId === '..' || /[/\uFFFD]/.test(imageId) || !imageId.isWellFormed();
  if (unusable) {
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
