import { type GoldenRule, hasNoCondition } from '../contract/golden.ts';
import type { CatalogueImage } from '../contract/images.ts';

/** The images that a rule finds. */
export type RuleFound = {
  images: CatalogueImage[];
  /** The family of each image, if the rule selects per family. */
  families: ReadonlyMap<CatalogueImage, string> | undefined;
  /** The number of images that meet the conditions but are not among the newest. */
  older: number;
};

/** Finds the images that a rule selects. A rule without a condition selects none. */
export function applyRule(rule: GoldenRule, offered: readonly CatalogueImage[]): RuleFound {
  if (hasNoCondition(rule)) return { images: [], families: undefined, older: 0 };
  const matching = offered.filter(conditionOf(rule));
  const { newest } = rule;
  if (!newest) return { images: matching, families: undefined, older: 0 };
  const byAge = matching.sort(newestFirst);
  if (newest.per === 'rule') {
    const images = byAge.slice(0, newest.count);
    return { images, families: undefined, older: byAge.length - images.length };
  }
  const taken = new Map<string, number>();
  const families = new Map<CatalogueImage, string>();
  for (const image of byAge) {
    // An image without a name is a family of its own.
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

/** Images of the same time are ordered by id, so that the result is always the same. */
function newestFirst(a: CatalogueImage, b: CatalogueImage): number {
  const older = (b.createdAt ?? Number.NEGATIVE_INFINITY) - (a.createdAt ?? Number.NEGATIVE_INFINITY);
  if (older !== 0 && !Number.isNaN(older)) return older;
  return a.id < b.id ? -1 : 1;
}

/** The mark of a version (`v2`, `rc1`), or a part that begins with a digit: `33`, `4`, `2026w05`, `20261101T0800Z`. */
const versionPart = /^(v|r|b|rc|sp|rev|build)?\d/i;

/**
 * The family of an image's name: the name in lower case without the version or date at its end. The first part always
 * stays. `goldenRule.newest` in the contract describes the rule to the operator.
 */
export function familyOf(name: string): string {
  const parts = name
    .trim()
    .toLowerCase()
    .split(/([-_.\s]+)/);
  let length = parts.length;
  // Parts and separators alternate; a separator at the end leaves an empty last part.
  while (length > 2 && (parts[length - 1] === '' || versionPart.test(parts[length - 1] ?? ''))) length -= 2;
  return parts.slice(0, length).join('');
}

/**
 * Returns a test for a whole text. In the pattern, `*` matches any number of characters and `?` one; case does not
 * matter. The time is at most proportional to the length of the pattern times the length of the text.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern.toLowerCase());
  return (text) => matches(wanted, Array.from(text.toLowerCase()));
}

/** Backtracks to the last `*` only: if that fails, an earlier `*` cannot help either. */
function matches(wanted: readonly string[], text: readonly string[]): boolean {
  let place = 0;
  let star = -1;
  let starPlace = 0;
  let at = 0;
  while (place < text.length) {
    const one = wanted[at];
    if (one === '*') {
      star = at;
      starPlace = place;
      at += 1;
    } else if (one !== undefined && (one === '?' || one === text[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      starPlace += 1;
      place = starPlace;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
