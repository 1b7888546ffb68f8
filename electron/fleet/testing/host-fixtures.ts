import { ExpectedFailure, type Failure, type FailureCode } from '../../contract/failure.ts';
import type { Capabilities } from '../../contract/hosts.ts';
import type { CachedImage, CatalogueImage, ImageId, QueuedImage } from '../../contract/images.ts';
import type { CachedRecord } from '../../glance/cache-listing.ts';

const can = { can: true, how: 'cacheApi' } as const;
export const capabilities: Capabilities = {
  dialect: 'cacheApi',
  versions: ['2.18', '2.16', '2.14'],
  apiVersion: '2.18',
  release: '2026.2 (33) or later',
  fetch: 'atOnce',
  abilities: { list: can, queue: can, delete: can, clear: can, prune: can, clean: can },
};

export function record(imageId: ImageId, changes: Partial<CachedRecord> = {}): CachedRecord {
  return { imageId, sizeBytes: 1_000, hits: 0, lastAccessed: 1, lastModified: 1, ...changes };
}

export function failing(code: FailureCode, more: Partial<Failure> = {}): ExpectedFailure {
  return new ExpectedFailure(failureOf(code, more));
}

export function failureOf(code: FailureCode, more: Partial<Failure> = {}): Failure {
  return { code, message: `${code} at a host`, remedy: 'Look at it.', ...more };
}

export function cachedImage(imageId: ImageId, sizeBytes = 1_000, lastAccessed = 1_000): CachedImage {
  return { imageId, sizeBytes, hits: 0, lastAccessed, lastModified: 1_000, catalogStatus: 'known', description: null };
}

export function queuedImage(imageId: ImageId, stalled: string | null = null): QueuedImage {
  return { imageId, firstSeen: 1_000, stalled, catalogStatus: 'known', description: null };
}

export function catalogueImage(id: ImageId, changes: Partial<CatalogueImage> = {}): CatalogueImage {
  return {
    id,
    name: `name of ${id}`,
    status: 'active',
    sizeBytes: 1_000,
    diskFormat: 'raw',
    containerFormat: 'bare',
    owner: null,
    visibility: 'public',
    hidden: false,
    createdAt: null,
    updatedAt: null,
    tags: [],
    properties: {},
    ...changes,
  };
}
