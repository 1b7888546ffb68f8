import type { GoldenRule } from '../contract/golden.ts';
import type { CatalogueImage } from '../contract/images.ts';

/** What a rule finds. */
export type RuleFound = {
  images: CatalogueImage[];
  /** The family of each image, where the rule goes by families. */
  families: ReadonlyMap<CatalogueImage, string> | undefined;
  /** How many met the conditions, but are not new enough. */
  older: number;
};

/** Whether a rule says anything of an image; one that does not would mean all of them. */
export function hasNoCondition({ name, tags, properties, visibility }: GoldenRule): boolean {
  return name === '' && tags.length === 0 && Object.keys(properties).length === 0 && visibility === null;
}

/** What a rule finds among images; nothing where it states no condition. */
export function applyRule(rule: GoldenRule, offered: readonly CatalogueImage[]): RuleFound {
  if (hasNoCondition(rule)) return { images: [], families: undefined, older: 0 };
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

/** The mark of a version (`v2`, `rc1`), or a part that begins with a digit: `33`, `4`, `2026w05`, `20261101T0800Z`. */
const versionPart = /^(v|r|b|rc|sp|rev|build)?\d/i;

/**
 * The family of an image's name: what is left without the version or date at its end, in lower case. The rule is told to
 * the operator in the contract (`goldenRule.newest`); the first part always stays.
 */
export function familyOf(name: string): string {
  const parts = name
    .trim()
    .toLowerCase()
    .split(/([-_.\s]+)/);
  let length = parts.length;
  // Parts and what separates them take turns; an empty last part comes of a separator at the end.
  while (length > 2 && (parts[length - 1] === '' || versionPart.test(parts[length - 1] ?? ''))) length -= 2;
  return parts.slice(0, length).join('');
}

/**
 * Whether a whole text is as a pattern says, in which `*` stands for any characters, also none, and `?` for one; upper
 * and lower case are the same. Takes time in proportion to pattern times text at the worst, whatever the pattern.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern.toLowerCase());
  return (text) => matches(wanted, Array.from(text.toLowerCase()));
}

/** Goes back to the last `*` only: what an earlier one took cannot help where a later one could not. */
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
