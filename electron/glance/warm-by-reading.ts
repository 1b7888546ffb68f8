import type { ImageId } from '../contract/images.ts';
import { jsonOf } from '../http/http-answer.ts';
import { type HttpDownload, incompleteDownload } from '../http/http-download.ts';
import type { AuthenticatedRequests } from './authenticated-requests.ts';
import { isCount } from './cache-api.ts';
import { failureOfAnswer } from './glance-failures.ts';
import { imageSegment } from './image-path.ts';

/** How an image is downloaded and discarded. */
export type ImageReading = Pick<HttpDownload, 'taken'> & {
  /** Bytes, as the catalogue says; null to ask the host. No more is read. */
  sizeBytes: number | null;
};

/**
 * Downloads `GET /v2/images/{id}/file` and discards it. A host with the caching middleware caches the image by that and
 * takes it out of its queue (docs/glance-cache-api.md, sections 2 and 7). Resolves to the bytes received.
 */
export async function readImage(
  requests: AuthenticatedRequests,
  imageId: ImageId,
  { sizeBytes, taken }: ImageReading,
  idleMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const path = `/v2/images/${imageSegment(imageId)}/file`;
  const what = `read the data of ${imageId}`;
  const size = sizeBytes ?? (await askSize(requests, imageId, idleMs, signal));
  const request = {
    method: 'GET',
    path,
    what,
    idleMs,
    maxBytes: size,
    // A host that caches the image meanwhile sends no length.
    taken: (bytes: number, of: number | null) => taken(bytes, of ?? size),
    signal,
  } as const;
  const answer = await requests.download(request);
  // Glance answers 204 for an image that is empty or has no data.
  const bytes = answer.status === 204 ? 0 : answer.bytes;
  if (bytes === null) throw failureOfAnswer(requests.describe(request), answer);
  if (bytes < size) throw incompleteDownload(new URL(`${requests.address}${path}`), bytes, size);
  return bytes;
}

/** Asks the host for the size of an image in bytes; 0 for one without data. */
async function askSize(
  requests: AuthenticatedRequests,
  imageId: ImageId,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const path = `/v2/images/${imageSegment(imageId)}`;
  const what = `read the size of ${imageId}`;
  const answer = await requests.expect({ method: 'GET', path, what, deadlineMs, signal }, [200]);
  const body = jsonOf(answer) as { size?: unknown } | null | undefined;
  return isCount(body?.size) ? body.size : 0;
}
