import { z } from 'zod';
import { failure } from './failure.ts';

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
export const mostTags = 64;
export const mostProperties = 64;
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
  tags: z.array(z.string().max(longestProperty)).max(mostTags),
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
