import { z } from 'zod';
import { cloudId } from './clouds.ts';
import { catalogueImage, imageId, standing } from './images.ts';
import { procedure } from './procedure.ts';

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
