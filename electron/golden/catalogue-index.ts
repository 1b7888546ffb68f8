import type { CatalogueImage, ImageId } from '../contract/images.ts';

/** A catalogue, ready to be asked. */
export type CatalogueIndex = {
  byId: ReadonlyMap<ImageId, CatalogueImage>;
  byName: ReadonlyMap<string, readonly CatalogueImage[]>;
  /** What names and rules can mean: only active images can be cached, and hidden ones are not offered any more. */
  offered: readonly CatalogueImage[];
};

const kept = new WeakMap<readonly CatalogueImage[], CatalogueIndex>();

/** Made once for each reading of a catalogue. */
export function indexOf(images: readonly CatalogueImage[]): CatalogueIndex {
  const known = kept.get(images);
  if (known) return known;
  const byName = new Map<string, CatalogueImage[]>();
  for (const image of images) {
    if (image.name === null) continue;
    const same = byName.get(image.name);
    if (same) same.push(image);
    else byName.set(image.name, [image]);
  }
  const index = { byId: new Map(images.map((image) => [image.id, image])), byName, offered: images.filter(isOffered) };
  kept.set(images, index);
  return index;
}

export function isOffered({ status, hidden }: CatalogueImage): boolean {
  return status === 'active' && !hidden;
}
