import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { failure, procedure } from './failure.ts';

/**
 * An image id as a host tells it. Mostly a UUID, but a queue may hold anything that was ever asked for through the
 * legacy middleware, even `not-a-uuid`.
 */
export const imageId = z.string().min(1).max(1_000);
export type ImageId = z.infer<typeof imageId>;

/**
 * What is taken over of an image's tags and custom properties, whose number and length Glance itself hardly bounds: what
 * is beyond is left out whole, for half a value would match what it is not. A catalogue has thousands of images.
 */
export const maxTags = 64;
export const maxProperties = 64;
export const longestProperty = 255;

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
  tags: z.array(z.string().max(longestProperty)).max(maxTags),
  /** Custom properties, such as `os_distro`. */
  properties: z.record(z.string().max(longestProperty), z.string().max(longestProperty)),
});
export type CatalogueImage = z.infer<typeof catalogueImage>;

/** The catalogue of a cloud as last read, with what was wrong when it could not be read anew. */
export const catalogue = z.object({
  images: z.array(catalogueImage),
  readAt: z.number().nullable(),
  failure: failure.nullable(),
});
export type Catalogue = z.infer<typeof catalogue>;

/**
 * What is known of a cached or queued id beside its record: in the catalogue; asked for by id and gone (an orphan); not
 * visible to this login, which is not the same; or not asked yet.
 */
export const standing = z.enum(['known', 'orphan', 'notVisible', 'unchecked']);
export type Standing = z.infer<typeof standing>;

/** What a cached or queued image is, as far as the catalogue tells. */
export const description = catalogueImage
  .pick({ name: true, status: true, diskFormat: true, owner: true, visibility: true })
  .extend({ catalogueSizeBytes: z.number().nullable() });
export type Description = z.infer<typeof description>;

/** An image file in a host's cache. Times in epoch milliseconds; null where Glance says that it never was. */
export const cachedImage = z.object({
  imageId,
  sizeBytes: z.number().min(0),
  hits: z.number().min(0),
  lastAccessed: z.number().nullable(),
  lastModified: z.number().nullable(),
  standing,
  description: description.nullable(),
});
export type CachedImage = z.infer<typeof cachedImage>;

/** How a queued image stands with the console: seen waiting, followed since it was asked for here, or overdue. */
export const queuedImage = z.object({
  imageId,
  /** Epoch milliseconds when the console first saw it queued; the host does not tell since when it is. */
  firstSeen: z.number(),
  /** Why the console thinks that it will not be fetched by itself; null while there is hope. */
  stalled: z.string().max(1_000).nullable(),
  standing,
  description: description.nullable(),
});
export type QueuedImage = z.infer<typeof queuedImage>;

/** A record that is not what the API promises: shown as such, never trusted. */
export const oddRecord = z.object({ text: z.string().max(500), problem: z.string().max(500) });
export type OddRecord = z.infer<typeof oddRecord>;

// What makes a cached image one that could go: one place for these rules, for every page and every action.

export const dayMs = 24 * 3_600_000;
/** So many days at most may be asked for. */
export const maxDays = 36_500;

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

/** How well an image is what was typed: the smaller the better. */
const ranks = { id: 0, name: 1, idStart: 2, nameStart: 3, wordStart: 4, within: 5 } as const;

const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi;

/** What an operator typed or pasted to find images by. */
export type ImageMatcher = {
  /** Whether nothing was asked for, and so nothing is found. */
  empty: boolean;
  /** How well an image matches, from 0 for its very id; undefined where it does not. */
  rank(imageId: ImageId, name: string | null): number | undefined;
};

/**
 * Reads what was typed: part of a name or of an id, several such parts that must all be there, a whole id, also without
 * its dashes or in quotes; or several whole ids, of which each is wanted.
 */
export function imageMatcher(text: string): ImageMatcher {
  const typed = text.trim().toLowerCase();
  const ids = new Set(Array.from(typed.matchAll(uuid), ([id]) => bare(id)));
  // Nothing but ids, and what stands between the items of a list.
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
        // A part of an id may have been copied without its dashes.
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

/** An image that was found, and where it is. */
export const foundImage = z.object({
  imageId,
  name: z.string().max(1_000).nullable(),
  standing,
  sizeBytes: z.number().min(0).nullable(),
  /** Hosts that have it cached, or queued, and hosts of which it is not known. */
  cached: z.int().min(0),
  queued: z.int().min(0),
  unknown: z.int().min(0),
  /** All hosts of the clouds that have it. */
  hosts: z.int().min(0),
});
export type FoundImage = z.infer<typeof foundImage>;

export const foundImages = z.object({
  /** The best first. */
  images: z.array(foundImage).max(100),
  /** How many there are in all. */
  matching: z.int().min(0),
});
export type FoundImages = z.infer<typeof foundImages>;

/** What the catalogues have of an image: that of each cloud that has it. */
export const catalogued = z.object({
  entries: z.array(z.object({ cloudId, image: catalogueImage })).max(1_000),
});
export type Catalogued = z.infer<typeof catalogued>;

/** Whatever has a name or an id, found as it is typed. */
export const searchProcedures = {
  /** Images of any cloud, cached anywhere or not, by their name or id or a part of one, or by several whole ids. */
  images: procedure
    .input(z.object({ text: z.string().max(10_000), most: z.int().min(1).max(100).default(20) }))
    .output(foundImages),
  catalogued: procedure.input(z.object({ imageId })).output(catalogued),
};
