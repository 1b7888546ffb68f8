import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure, procedure } from './failure.ts';

/**
 * An image id as a host reports it. Usually a UUID, but the queue of the legacy middleware accepts any text, even
 * `not-a-uuid`.
 */
export const imageId = z.string().min(1).max(1_000);
export type ImageId = z.infer<typeof imageId>;

/**
 * Identifies an image service: the hosts that share one image database, such as those of a region. The first service of a
 * cloud has the id of the cloud. Opaque otherwise.
 */
export const imageServiceId = z.string().min(1).max(400);
export type ImageServiceId = z.infer<typeof imageServiceId>;

/**
 * Limits for an image's tags and custom properties, which Glance hardly limits itself. What exceeds a limit is left
 * out, never cut: a cut value would match rules that it must not match. A catalogue has thousands of images.
 */
export const maxTags = 64;
export const maxProperties = 64;
export const maxPropertyLength = 255;

/** An image of the catalogue (`GET /v2/images`). Times in epoch milliseconds, sizes in bytes. */
export const catalogueImage = z.object({
  id: imageId,
  name: z.string().max(1_000).nullable(),
  status: z.string().max(100),
  sizeBytes: z.number().nullable(),
  diskFormat: z.string().max(100).nullable(),
  containerFormat: z.string().max(100).nullable(),
  owner: z.string().max(255).nullable(),
  visibility: z.string().max(100).nullable(),
  hidden: z.boolean(),
  createdAt: z.number().nullable(),
  updatedAt: z.number().nullable(),
  tags: z.array(z.string().max(maxPropertyLength)).max(maxTags),
  /** Custom properties, such as `os_distro`. */
  properties: z.record(z.string().max(maxPropertyLength), z.string().max(maxPropertyLength)),
});
export type CatalogueImage = z.infer<typeof catalogueImage>;

/**
 * The catalogue of an image service as last read. `failure` says why the last attempt to read it failed, and is null when it did
 * not.
 */
export const catalogue = z.object({
  images: z.array(catalogueImage),
  readAt: z.number().nullable(),
  failure: failure.nullable(),
});
export type Catalogue = z.infer<typeof catalogue>;

/**
 * How the id of a cached or queued image relates to the catalogue. `known`: listed. `orphan`: Glance answered that the
 * image does not exist. `notVisible`: the login may not see the image, which may still exist. `unchecked`: not looked
 * up yet.
 */
export const catalogStatus = z.enum(['known', 'orphan', 'notVisible', 'unchecked']);
export type CatalogStatus = z.infer<typeof catalogStatus>;

/** The catalogue's data of a cached or queued image. */
export const description = catalogueImage
  .pick({ name: true, status: true, diskFormat: true, owner: true, visibility: true })
  .extend({ catalogueSizeBytes: z.number().nullable() });
export type Description = z.infer<typeof description>;

/** An image in a host's cache. Times in epoch milliseconds; null when Glance reports that it never happened. */
export const cachedImage = z.object({
  imageId,
  /** Null when the host reports no valid size. Such an image is cached like any other; its size is unknown, not 0. */
  sizeBytes: z.number().min(0).nullable(),
  hits: z.number().min(0),
  lastAccessed: z.number().nullable(),
  lastModified: z.number().nullable(),
  catalogStatus,
  description: description.nullable(),
});
export type CachedImage = z.infer<typeof cachedImage>;

/** An image in a host's queue. */
export const queuedImage = z.object({
  imageId,
  /** Epoch milliseconds when the console first saw the image queued. The API does not report when it was queued. */
  firstSeen: z.number(),
  /** Why the image counts as stalled. Null when it does not. */
  stalled: z.string().max(1_000).nullable(),
  catalogStatus,
  description: description.nullable(),
});
export type QueuedImage = z.infer<typeof queuedImage>;

/**
 * A record of a host's list that does not match the API's schema. It is shown with its problem. An image whose id can be
 * read is also in the list of its images, whatever else is wrong with its record.
 */
export const oddRecord = z.object({ text: z.string().max(500), problem: z.string().max(500) });
export type OddRecord = z.infer<typeof oddRecord>;

// The rules for cached images that can be removed. Every page and every action uses these functions.

export const dayMs = 24 * 3_600_000;
/** The maximum for an age in days. */
export const maxDays = 36_500;

export function isOrphan({ catalogStatus }: Pick<CachedImage, 'catalogStatus'>): boolean {
  return catalogStatus === 'orphan';
}

/**
 * When a cached image was last used, in epoch milliseconds. An image that was never read has the time of its caching as
 * the last access (docs/glance-cache-api.md, section 2). Null when the host reports no time.
 */
export function lastUsed({ lastAccessed, lastModified }: Pick<CachedImage, 'lastAccessed' | 'lastModified'>) {
  return lastAccessed ?? lastModified;
}

/**
 * Whether a cached image was not read for at least `days` days before `now` (epoch milliseconds). An image without a
 * time is not idle.
 */
export function isIdle(image: Pick<CachedImage, 'lastAccessed' | 'lastModified'>, now: number, days: number): boolean {
  const last = lastUsed(image);
  return last !== null && now - last >= days * dayMs;
}

/**
 * Whether an image was never read from the cache and has been cached for at least `days` days before `now` (epoch
 * milliseconds). With `days` 0 only the hits count. With more, an image without a time of caching does not match.
 */
export function isNeverHit(image: Pick<CachedImage, 'hits' | 'lastModified'>, now: number, days = 0): boolean {
  if (image.hits > 0) return false;
  return days === 0 || (image.lastModified !== null && now - image.lastModified >= days * dayMs);
}

/** The ranks of a match; the smallest is the best. */
const ranks = { id: 0, name: 1, idStart: 2, nameStart: 3, wordStart: 4, within: 5 } as const;

const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi;

/** Matches images against a search text. */
export type ImageMatcher = {
  /** Whether the text is empty, so that nothing should be found. */
  empty: boolean;
  /** The rank of an image, 0 for an exact id. Undefined when the image does not match. */
  rank(imageId: ImageId, name: string | null): number | undefined;
};

/**
 * Creates a matcher from what an operator types or pastes: parts of a name or an id that must all occur, or one or
 * several whole ids (also quoted or without dashes), of which each matches.
 */
export function imageMatcher(text: string): ImageMatcher {
  const typed = text.trim().toLowerCase();
  const ids = new Set(Array.from(typed.matchAll(uuid), ([id]) => bare(id)));
  // Contains only ids and the separators of a list.
  if (ids.size > 0 && /^[\s"'`,;|[\]]*$/.test(typed.replace(uuid, ''))) {
    return { empty: false, rank: (imageId) => (ids.has(bare(imageId.toLowerCase())) ? ranks.id : undefined) };
  }
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const bareTyped = bare(typed);
  return {
    empty: words.length === 0,
    rank(imageId, name) {
      const id = imageId.toLowerCase();
      const called = name?.toLowerCase() ?? '';
      if (!words.every((word) => called.includes(word) || id.includes(word))) {
        // The start of an id can be typed without dashes.
        return words.length === 1 && bareTyped.length > 8 && bare(id).startsWith(bareTyped) ? ranks.idStart : undefined;
      }
      if (id === typed) return ranks.id;
      if (called === typed) return ranks.name;
      if (id.startsWith(typed)) return ranks.idStart;
      if (called.startsWith(typed)) return ranks.nameStart;
      return words.every((word) => startsAWord(called, word)) ? ranks.wordStart : ranks.within;
    },
  };
}

function bare(id: string): string {
  return id.replaceAll('-', '');
}

function startsAWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/** A search result, with the number of hosts in each state. */
export const foundImage = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  catalogStatus,
  sizeBytes: z.number().min(0).nullable(),
  /** The numbers of hosts where the image is cached, queued, or in an unknown state. */
  cached: z.int().min(0),
  queued: z.int().min(0),
  unknown: z.int().min(0),
  /** The image services that have the image, or whose hosts have it cached. */
  imageServiceIds: z.array(imageServiceId).max(1_000),
  /** The number of hosts of these image services. */
  hosts: z.int().min(0),
});
export type FoundImage = z.infer<typeof foundImage>;

export const foundImages = z.object({
  /** Best matches first. */
  images: z.array(foundImage).max(100),
  /** The number of all matches, including those not listed. */
  matching: z.int().min(0),
});
export type FoundImages = z.infer<typeof foundImages>;

/** The catalogue entries of an image, one for each image service that has it. */
export const catalogued = z.object({
  entries: z.array(z.object({ cloudId, imageServiceId, image: catalogueImage })).max(1_000),
});
export type Catalogued = z.infer<typeof catalogued>;

/** Finds images by name or id. */
export const searchProcedures = {
  /** Searches the images of all clouds, cached or not, with `imageMatcher`. */
  images: procedure
    .input(z.object({ text: z.string().max(10_000), limit: z.int().min(1).max(100).default(20) }))
    .output(foundImages),
  catalogued: procedure.input(z.object({ imageId })).output(catalogued),
};
