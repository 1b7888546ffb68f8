import type { CachedImage } from './images.ts';

// What makes a cached image one that could go: one place for these rules, for every page and every action.

export const dayMs = 24 * 3_600_000;
/** So many days at most may be asked for. */
export const mostDays = 36_500;

export function isOrphan({ standing }: Pick<CachedImage, 'standing'>): boolean {
  return standing === 'orphan';
}

/**
 * When a cached image was last read, in epoch milliseconds; null where the host does not tell. One that was never read
 * carries the time of its caching (docs/glance-cache-api.md, section 2), and so counts as used when it was cached.
 */
export function lastUsed({ lastAccessed, lastModified }: Pick<CachedImage, 'lastAccessed' | 'lastModified'>) {
  return lastAccessed ?? lastModified;
}

/** Whether nobody read it for so many days. What has no time at all is not idle: nothing tells that it is. */
export function isIdle(image: Pick<CachedImage, 'lastAccessed' | 'lastModified'>, now: number, days: number): boolean {
  const last = lastUsed(image);
  return last !== null && now - last >= days * dayMs;
}

/**
 * Whether it was never read from the cache although it has been there for so many days; what was cached later had no
 * chance. Where no days are wanted, its hits alone tell; where they are, one without a time of caching is not meant.
 */
export function isNeverHit(image: Pick<CachedImage, 'hits' | 'lastModified'>, now: number, days = 0): boolean {
  if (image.hits > 0) return false;
  return days === 0 || (image.lastModified !== null && now - image.lastModified >= days * dayMs);
}
