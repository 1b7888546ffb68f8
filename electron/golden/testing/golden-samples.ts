import type { HostImages } from '../../contract/fleet.ts';
import { type GoldenSet, goldenSet } from '../../contract/golden.ts';
import type { CatalogueImage, ImageId } from '../../contract/images.ts';
import type { GoldenHost } from '../golden.ts';

/** An active, public image of a catalogue, whose name is its id by default. */
export function image(id: ImageId, changes: Partial<CatalogueImage> = {}): CatalogueImage {
  return {
    id,
    name: id,
    status: 'active',
    sizeBytes: 100,
    diskFormat: 'raw',
    containerFormat: 'bare',
    owner: null,
    visibility: 'public',
    hidden: false,
    createdAt: 0,
    updatedAt: null,
    tags: [],
    properties: {},
    ...changes,
  };
}

/** A golden set of the cloud `c`, for all its hosts. */
export function golden(changes: Partial<GoldenSet> = {}): GoldenSet {
  return goldenSet.parse({ id: 'g', cloudId: 'c', name: 'base', hosts: { kind: 'all' }, ...changes });
}

/** A host of the cloud `c` that answers. */
export function host(id: string, changes: Partial<GoldenHost> = {}): GoldenHost {
  return {
    id,
    cloudId: 'c',
    imageServiceId: changes.cloudId ?? 'c',
    name: id,
    labels: [],
    state: 'reachable',
    failure: null,
    ...changes,
  };
}

/** The images of a host, as seen at the time 5. */
export function holds(hostId: string, cached: readonly ImageId[], queued: readonly ImageId[] = []): HostImages {
  return {
    hostId,
    revision: 1,
    takenAt: 5,
    cached: cached.map((imageId) => ({
      imageId,
      sizeBytes: 90,
      hits: 0,
      lastAccessed: null,
      lastModified: null,
      catalogStatus: 'known',
      description: null,
    })),
    queued: queued.map((imageId) => ({
      imageId,
      firstSeen: 1,
      stalled: null,
      catalogStatus: 'known',
      description: null,
    })),
    odd: [],
  };
}
