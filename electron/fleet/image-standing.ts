import type { CatalogueImage, Description, Standing } from '../contract/images.ts';

/** What is known of an image id beside its record. Shared by all hosts, so it is made once for each image. */
export type KnownImage = { standing: Standing; description: Description | null };

export const unchecked: KnownImage = { standing: 'unchecked', description: null };
export const orphan: KnownImage = { standing: 'orphan', description: null };
export const notVisible: KnownImage = { standing: 'notVisible', description: null };

export function knownFrom(image: CatalogueImage): KnownImage {
  const { name, status, diskFormat, owner, visibility, sizeBytes } = image;
  return {
    standing: 'known',
    description: { name, status, diskFormat, owner, visibility, catalogueSizeBytes: sizeBytes },
  };
}

export function sameDescription(one: Description | null, other: Description | null): boolean {
  if (one === other) return true;
  if (!one || !other) return false;
  return (
    one.name === other.name &&
    one.status === other.status &&
    one.diskFormat === other.diskFormat &&
    one.owner === other.owner &&
    one.visibility === other.visibility &&
    one.catalogueSizeBytes === other.catalogueSizeBytes
  );
}
