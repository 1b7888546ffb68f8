import type { ImageId } from '../contract/images.ts';
import { jsonOf } from '../http/http-answer.ts';
import { type HttpDownload, incompleteDownload } from '../http/http-download.ts';
import { isCount } from './cache-api.ts';
import { failureOfAnswer } from './glance-failures.ts';
import type { HostRequests } from './host-requests.ts';
import { imageSegment } from './image-path.ts';

/** How an image is read away. */
export type ImageReading = Pick<HttpDownload, 'taken'> & {
  /** As the catalogue tells; null where it does not, then the host is asked. No more is read than that. */
  sizeBytes: number | null;
};

/**
 * `GET /v2/images/{id}/file`, of which nothing is kept. A host whose caching middleware is on caches by it what it had
 * not cached, and takes it out of its queue (docs/glance-cache-api.md, sections 2 and 7: as the first download does). Resolves
 * to the bytes that came.
 */
export async function readImage(
  requests: HostRequests,
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
    // What is cached on its way comes without a length.
    taken: (bytes: number, of: number | null) => taken(bytes, of ?? size),
    signal,
  } as const;
  const answer = await requests.download(request);
  // An image of no bytes, or without data: 204.
  const bytes = answer.status === 204 ? 0 : answer.bytes;
  if (bytes === null) throw failureOfAnswer(requests.asked(request), answer);
  if (bytes < size) throw incompleteDownload(new URL(`${requests.address}${path}`), bytes, size);
  return bytes;
}

/** The size of an image as its host tells it, in bytes; one without data has none. */
async function askSize(
  requests: HostRequests,
  imageId: ImageId,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<number> {
  const path = `/v2/images/${imageSegment(imageId)}`;
  const what = `tell the size of ${imageId}`;
  const answer = await requests.expect({ method: 'GET', path, what, deadlineMs, signal }, [200]);
  const body = jsonOf(answer) as { size?: unknown } | null | undefined;
  return isCount(body?.size) ? body.size : 0;
}
