import type { GoldenRule } from '../contract/golden.ts';
import type { CatalogueImage } from '../contract/images.ts';
import { familyOf } from './family.ts';
import { globMatcher } from './glob.ts';

/** What a rule finds. */
export type RuleFound = {
  images: CatalogueImage[];
  /** The family of each image, where the rule goes by families. */
  families: ReadonlyMap<CatalogueImage, string> | undefined;
  /** How many met the conditions, but are not new enough. */
  older: number;
};

/** Whether a rule says anything of an image; one that does not would mean all of them. */
export function statesNothing({ name, tags, properties, visibility }: GoldenRule): boolean {
  return name === '' && tags.length === 0 && Object.keys(properties).length === 0 && visibility === null;
}

/** What a rule finds among images; nothing where it states no condition. */
export function applyRule(rule: GoldenRule, offered: readonly CatalogueImage[]): RuleFound {
  if (statesNothing(rule)) return { images: [], families: undefined, older: 0 };
  const met = offered.filter(conditionOf(rule));
  const { newest } = rule;
  if (!newest) return { images: met, families: undefined, older: 0 };
  const byAge = met.sort(newestFirst);
  if (newest.per === 'rule') {
    const images = byAge.slice(0, newest.count);
    return { images, families: undefined, older: byAge.length - images.length };
  }
  const taken = new Map<string, number>();
  const families = new Map<CatalogueImage, string>();
  for (const image of byAge) {
    // An image without a name is of no family but its own.
    const family = image.name === null ? image.id : familyOf(image.name);
    const before = taken.get(family) ?? 0;
    if (before >= newest.count) continue;
    taken.set(family, before + 1);
    families.set(image, family);
  }
  return { images: [...families.keys()], families, older: byAge.length - families.size };
}

function conditionOf({ name, tags, properties, visibility }: GoldenRule): (image: CatalogueImage) => boolean {
  const isNamed = name === '' ? undefined : globMatcher(name);
  const wanted = Object.entries(properties);
  return (image) =>
    (visibility === null || image.visibility === visibility) &&
    tags.every((tag) => image.tags.includes(tag)) &&
    wanted.every(([key, value]) => Object.hasOwn(image.properties, key) && image.properties[key] === value) &&
    (isNamed === undefined || (image.name !== null && isNamed(image.name)));
}

/** The id decides between images of one time, so that the same ones are taken every time. */
function newestFirst(a: CatalogueImage, b: CatalogueImage): number {
  const older = (b.createdAt ?? Number.NEGATIVE_INFINITY) - (a.createdAt ?? Number.NEGATIVE_INFINITY);
  if (older !== 0 && !Number.isNaN(older)) return older;
  return a.id < b.id ? -1 : 1;
}
