import { jsonOf } from '../http/http-answer.ts';
import { notAListing } from './cache-listing.ts';
import type { HostRequests } from './host-requests.ts';

/**
 * The oldest images that an image service shows, each as its id and its time of creation. Two hosts that share one of
 * them share an image database: an image that was copied to another region may keep its id, but not its time. The oldest
 * images of a service hardly ever change. Empty when the service has no image.
 */
export type ServiceFingerprint = ReadonlySet<string>;

/** So many of the oldest images would have to go at once before a service is taken for another one. */
const images = 25;

/** Reads the fingerprint of the image service behind an address (docs/glance-cache-api.md, section 8). */
export async function readFingerprint(
  requests: HostRequests,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<ServiceFingerprint> {
  const path = `/v2/images?visibility=all&sort=created_at:asc&limit=${images}`;
  const answer = await requests.expect({ method: 'GET', path, what: 'list its images', deadlineMs, signal }, [200]);
  const list = (jsonOf(answer) as { images?: unknown } | null | undefined)?.images;
  if (!Array.isArray(list)) throw notAListing(requests.address, answer);
  return new Set(
    list.slice(0, images).flatMap((item) => {
      const { id, created_at: createdAt } = (item ?? {}) as { id?: unknown; created_at?: unknown };
      return isShort(id) && isShort(createdAt) ? [`${id} ${createdAt}`] : [];
    }),
  );
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}

/** Whether two fingerprints are of one image database. Services without any image cannot be told apart. */
export function isSameDatabase(one: ServiceFingerprint, other: ServiceFingerprint): boolean {
  if (one.size === 0 || other.size === 0) return one.size === other.size;
  for (const image of one) if (other.has(image)) return true;
  return false;
}
