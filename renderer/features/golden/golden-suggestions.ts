import { useMemo } from 'react';
import type { CloudId } from '../../../electron/contract/clouds.ts';
import type { CatalogueImage } from '../../../electron/contract/images.ts';
import { useCatalogue } from '../../bridge/queries.ts';

export type Suggestions = {
  /** The tags that most images have, with how many. */
  tags: readonly { word: string; images: number }[];
  /** The custom properties of the catalogue, each with its values. */
  properties: ReadonlyMap<string, readonly string[]>;
};

const mostTags = 12;
const mostProperties = 200;
const mostValues = 100;
const kept = new WeakMap<readonly CatalogueImage[], Suggestions>();

/** What the images of a catalogue have, to be offered where rules are written. Made once for each reading of it. */
export function suggestionsOf(images: readonly CatalogueImage[]): Suggestions {
  const known = kept.get(images);
  if (known) return known;
  const tags = new Map<string, number>();
  const properties = new Map<string, Set<string>>();
  for (const image of images) {
    for (const tag of image.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    for (const [key, value] of Object.entries(image.properties)) {
      const values = properties.get(key);
      if (values) values.add(value);
      else if (properties.size < mostProperties) properties.set(key, new Set([value]));
    }
  }
  const sorted = [...properties].sort(([a], [b]) => (a < b ? -1 : 1));
  const made = {
    tags: [...tags]
      .map(([word, count]) => ({ word, images: count }))
      .sort((a, b) => b.images - a.images || (a.word < b.word ? -1 : 1))
      .slice(0, mostTags),
    properties: new Map(sorted.map(([key, values]) => [key, [...values].sort().slice(0, mostValues)])),
  };
  kept.set(images, made);
  return made;
}

const none: never[] = [];

/** A cloud's catalogue by id, with suggestions for rules. */
export function useCatalogueSuggestions(cloudId: CloudId) {
  const { data } = useCatalogue(cloudId);
  const images = data?.images ?? none;
  const byId = useMemo(() => new Map(images.map((image) => [image.id, image])), [images]);
  return { byId, suggestions: suggestionsOf(images) };
}
