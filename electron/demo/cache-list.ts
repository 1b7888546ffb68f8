import type { CacheRow } from './cache.ts';
import type { DemoNode } from './node.ts';
import type { CacheDriver } from './releases.ts';

/** The body of `GET /v2/cache`: the keys of an entry, their order and the kind of times are those of the driver. */
export function cacheList(node: DemoNode): { cached_images: unknown[] | null; queued_images: unknown[] } {
  return { cached_images: cachedEntries(node), queued_images: queuedEntries(node) };
}

export function cachedEntries(node: DemoNode): unknown[] | null {
  if (node.nullList) return null;
  const rows = node.cache.rows(node.driver === 'sqlite');
  const entries: unknown[] = rows.map((row) => entry(row, node.driver, node.timeShift));
  return [...entries, ...node.oddCached];
}

export function queuedEntries(node: DemoNode): unknown[] {
  return [...node.cache.queued(), ...node.oddQueued];
}

function entry(row: CacheRow, driver: CacheDriver, shift: number): Record<string, unknown> {
  const accessed = row.lastAccessed + shift;
  const modified = row.lastModified + shift;
  if (driver === 'centralized_db') {
    return {
      id: row.rowId,
      image_id: row.imageId,
      last_accessed: accessed,
      last_modified: modified,
      size: row.size,
      hits: row.hits,
      checksum: null,
    };
  }
  if (driver === 'xattr') {
    return {
      image_id: row.imageId,
      last_modified: Math.floor(modified),
      last_accessed: Math.floor(accessed),
      size: row.size,
      hits: row.hits,
    };
  }
  return {
    image_id: row.imageId,
    hits: row.hits,
    last_accessed: accessed,
    last_modified: modified,
    size: row.size,
  };
}
