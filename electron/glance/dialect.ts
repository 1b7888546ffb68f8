import type { ImageId } from '../contract/images.ts';
import type { CacheListing } from './listing.ts';

/** How many a host says that it removed, where it says so. */
export type Cleared = { cached?: number; queued?: number };

/** What both ways of managing a host's cache can do. */
export interface CacheDialect {
  list(signal?: AbortSignal): Promise<CacheListing>;
  queue(imageId: ImageId, signal?: AbortSignal): Promise<void>;
  delete(imageId: ImageId, signal?: AbortSignal): Promise<{ wasThere: boolean | undefined }>;
  clear(what: 'cache' | 'queue' | 'both', signal?: AbortSignal): Promise<Cleared>;
}
