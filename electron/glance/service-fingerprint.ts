import { jsonOf } from '../http/http-answer.ts';
import type { AuthenticatedRequests } from './authenticated-requests.ts';
import { notAListing } from './cache-listing.ts';

/**
 * The oldest and the newest images that an image service shows, each as its time of creation and its id, so that they sort by
 * time. An image that was copied to another region may keep its id, but not its time. The oldest images hardly ever change;
 * the newest ones tell a database from another one that was restored from its dump. Both are empty when there is no image.
 */
export type ServiceFingerprint = { oldest: ReadonlySet<string>; newest: ReadonlySet<string> };

/** This many of the oldest images would have to be deleted at once before a service counts as another one. */
const images = 25;

/** Reads the fingerprint of the image service behind an address (docs/glance-cache-api.md, section 8). */
export async function readFingerprint(
  requests: AuthenticatedRequests,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<ServiceFingerprint> {
  const read = async (order: 'asc' | 'desc') => {
    const path = `/v2/images?visibility=all&sort=created_at:${order}&limit=${images}`;
    const answer = await requests.expect({ method: 'GET', path, what: 'list images', deadlineMs, signal }, [200]);
    const list = (jsonOf(answer) as { images?: unknown } | null | undefined)?.images;
    if (!Array.isArray(list)) throw notAListing(requests.address, answer);
    const shown = list.slice(0, images).flatMap((item) => {
      const { id, created_at: createdAt } = (item ?? {}) as { id?: unknown; created_at?: unknown };
      return isShort(id) && isShort(createdAt) ? [`${createdAt} ${id}`] : [];
    });
    return new Set(shown);
  };
  const oldest = await read('asc');
  return { oldest, newest: oldest.size < images ? oldest : await read('desc') };
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 100;
}

/**
 * Whether two fingerprints can be of one image database: they share one of the oldest images. Services without any
 * image cannot be distinguished.
 */
export function hasSameOrigin({ oldest: one }: ServiceFingerprint, { oldest: other }: ServiceFingerprint): boolean {
  return one.size === 0 || other.size === 0 ? one.size === other.size : inBoth(one, other).size > 0;
}

/** Whether two fingerprints also have the same newest images, so that nothing distinguishes their databases. */
export function isSameDatabase(one: ServiceFingerprint, other: ServiceFingerprint): boolean {
  const sameSize = one.newest.size === other.newest.size;
  return hasSameOrigin(one, other) && sameSize && inBoth(one.newest, other.newest).size === one.newest.size;
}

type Asked = { fingerprint(signal?: AbortSignal): Promise<ServiceFingerprint> };

/**
 * Whether two hosts share one image database. Where their newest images differ, the two are asked in turn: an image that
 * one shows before and after the other does not show it proves that they have two databases, whatever is uploaded or
 * deleted meanwhile. Throws the failure of a host that does not answer.
 *
 * @param shown what the first host showed before
 */
export async function shareDatabase(
  shown: ServiceFingerprint,
  one: Asked,
  other: Asked,
  signal?: AbortSignal,
): Promise<boolean> {
  const between = await other.fingerprint(signal);
  if (!hasSameOrigin(shown, between)) return false;
  if (isSameDatabase(shown, between)) return true;
  const after = await one.fingerprint(signal);
  if (lacksAny(between, inBoth(shown.newest, after.newest))) return false;
  const last = await other.fingerprint(signal);
  return !lacksAny(after, inBoth(between.newest, last.newest));
}

/** Whether a service lacks any of some images. It shows only the newest ones, so nothing is known about older ones. */
function lacksAny({ newest }: ServiceFingerprint, wanted: ReadonlySet<string>): boolean {
  const [last] = newest.size < images ? [] : [...newest].map(timeOf).sort();
  for (const image of wanted) {
    if (!newest.has(image) && (last === undefined || timeOf(image) > last)) return true;
  }
  return false;
}

function inBoth(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...one].filter((image) => other.has(image)));
}

function timeOf(image: string): string {
  return image.slice(0, image.indexOf(' '));
}
