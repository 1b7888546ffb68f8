import {
  type GoldenFound,
  type GoldenMember,
  type GoldenProblem,
  type GoldenSet,
  hasNoCondition,
} from '../contract/golden.ts';
import type { HostSettings } from '../contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../contract/images.ts';
import { type Amount, amountOf } from '../contract/operations.ts';
import { applyRule, type RuleFound } from './golden-rules.ts';

/** The part of a set that defines its images. */
export type SetContents = Pick<GoldenSet, 'images' | 'rules'>;

/** The images that a set resolves to, given one reading of the catalogue. */
export type Members = {
  images: ReadonlyMap<ImageId, CatalogueImage>;
  total: Amount;
  problems: GoldenProblem[];
  named: readonly (readonly CatalogueImage[])[];
  ruled: readonly RuleFound[];
};

const resolved = new WeakMap<readonly CatalogueImage[], WeakMap<SetContents, Members>>();

/** Resolves a set to its images. The result is cached per set and reading of the catalogue. */
export function membersOf(set: SetContents, catalogue: readonly CatalogueImage[]): Members {
  let ofCatalogue = resolved.get(catalogue);
  if (!ofCatalogue) {
    ofCatalogue = new WeakMap();
    resolved.set(catalogue, ofCatalogue);
  }
  const known = ofCatalogue.get(set);
  if (known) return known;
  const members = resolve(set, catalogueIndex(catalogue));
  ofCatalogue.set(set, members);
  return members;
}

function resolve(set: SetContents, index: CatalogueIndex): Members {
  const problems: GoldenProblem[] = [];
  const named = set.images.map((image, at) => {
    const { images, problem } = image.by === 'id' ? byId(image.imageId, index) : byName(image.name, index);
    if (problem !== undefined) problems.push({ part: { of: 'images', index: at }, text: problem.slice(0, 1_000) });
    return images;
  });
  const ruled = set.rules.map((rule, at) => {
    const found = applyRule(rule, index.offered);
    if (found.images.length === 0) {
      const text = hasNoCondition(rule)
        ? 'The rule has no condition. The name * matches all images.'
        : 'No active image matches this rule.';
      problems.push({ part: { of: 'rules', index: at }, text });
    }
    return found;
  });
  const images = new Map<ImageId, CatalogueImage>();
  for (const found of [...named, ...ruled.map((rule) => rule.images)]) {
    for (const image of found) images.set(image.id, image);
  }
  if (set.images.length === 0 && set.rules.length === 0) {
    problems.push({ part: null, text: 'The set has no image and no rule.' });
  }
  return { images, total: amountOf(images.values()), problems, named, ruled };
}

/**
 * Joins the results of a set in several image services. A problem of an image or a rule counts only if no service finds
 * anything for it, or if the services that do have the problem too.
 */
export function joinMembers(all: readonly Members[]): Members {
  const [only] = all;
  if (all.length === 1 && only) return only;
  const images = new Map(all.flatMap((members) => [...members.images]));
  const named = (only?.named ?? []).map((_, at) => unique(all.flatMap((members) => members.named[at] ?? [])));
  const ruled = (only?.ruled ?? []).map((_, at) => joinRules(all.flatMap((members) => members.ruled[at] ?? [])));
  const problems = new Map<string, GoldenProblem>();
  for (const members of all) {
    for (const problem of members.problems) {
      const { part } = problem;
      const finds = (one: Members) =>
        part !== null && (part.of === 'images' ? one.named[part.index] : one.ruled[part.index]?.images)?.length;
      if (!finds(members) && all.some(finds)) continue;
      problems.set(JSON.stringify(problem), problem);
    }
  }
  return { images, total: amountOf(images.values()), problems: [...problems.values()], named, ruled };
}

function joinRules(found: readonly RuleFound[]): RuleFound {
  const families = found.flatMap((one) => (one.families ? [...one.families] : []));
  return {
    images: unique(found.flatMap(({ images }) => images)),
    families: found.some((one) => one.families) ? new Map(families) : undefined,
    older: found.reduce((sum, one) => sum + one.older, 0),
  };
}

function unique(images: readonly CatalogueImage[]): CatalogueImage[] {
  return [...new Map(images.map((image) => [image.id, image])).values()];
}

type ImageMatch = { images: readonly CatalogueImage[]; problem?: string };

function byId(imageId: ImageId, { byId: known }: CatalogueIndex): ImageMatch {
  const image = known.get(imageId);
  if (!image) return { images: [], problem: `No image has the ID ${imageId}.` };
  if (image.status === 'active') return { images: [image] };
  return { images: [], problem: `${imageLabel(image)} is ${image.status}. Only active images can be cached.` };
}

function byName(name: string, { byName: known }: CatalogueIndex): ImageMatch {
  const all = known.get(name) ?? [];
  const images = all.filter(isOffered);
  if (images.length === 1) return { images };
  if (images.length > 1) {
    const problem = `${images.length} images are named “${name}”, and all of them are in the set. Use an image ID, or a rule for the newest.`;
    return { images, problem };
  }
  const [only] = all;
  if (!only) return { images, problem: `No image is named “${name}”.` };
  if (all.length > 1) return { images, problem: `No image named “${name}” is active and visible.` };
  const why = only.status === 'active' ? 'hidden. Use its image ID' : `${only.status}, not active`;
  return { images, problem: `“${name}” is ${why}.` };
}

function imageLabel({ id, name }: CatalogueImage): string {
  return name === null ? `The image ${id}` : `“${name}” (${id})`;
}

/** The images that each named image and each rule of a set selects, in their order. */
export function countMatches({ named, ruled }: Members): { images: GoldenFound[]; rules: GoldenFound[] } {
  return {
    images: named.map((images) => ({ ...amountOf(images), families: null, older: 0 })),
    rules: ruled.map(({ images, families, older }) => ({
      ...amountOf(images),
      families: families ? new Set(families.values()).size : null,
      older,
    })),
  };
}

const nameCollator = new Intl.Collator('en', { numeric: true });

/** The first `limit` images of a set by name, each with the named images and rules that find it. */
export function listMembers(members: Members, limit: number): GoldenMember[] {
  const sorted = [...members.images.values()].sort(
    (a, b) => nameCollator.compare(a.name ?? '', b.name ?? '') || (a.id < b.id ? -1 : 1),
  );
  const named = indexesImageMatch(members.named);
  const ruled = indexesImageMatch(members.ruled.map(({ images }) => images));
  return sorted.slice(0, limit).map((image) => ({
    imageId: image.id,
    name: image.name,
    sizeBytes: image.sizeBytes,
    createdAt: image.createdAt,
    byImages: named.get(image) ?? [],
    byRules: ruled.get(image) ?? [],
    family: members.ruled.map(({ families }) => families?.get(image)).find((family) => family !== undefined) ?? null,
  }));
}

function indexesImageMatch(found: readonly (readonly CatalogueImage[])[]): Map<CatalogueImage, number[]> {
  const at = new Map<CatalogueImage, number[]>();
  for (const [index, images] of found.entries()) {
    for (const image of images) {
      const before = at.get(image);
      if (before) before.push(index);
      else at.set(image, [index]);
    }
  }
  return at;
}

/** The hosts of a set in the order of the fleet, and the problems of how they are named. */
export function hostsOfSet<Host extends Pick<HostSettings, 'id' | 'cloudId' | 'labels'>>(
  { cloudId, hosts: wanted }: Pick<GoldenSet, 'cloudId' | 'hosts'>,
  all: readonly Host[],
): { hosts: Host[]; problems: GoldenProblem[] } {
  const ofCloud = all.filter((host) => host.cloudId === cloudId);
  const hosts = ofCloud.filter((host) => isInScope(wanted, host));
  const problems: string[] = [];
  if (wanted.kind === 'named') {
    const gone = wanted.hostIds.length - hosts.length;
    if (gone === 1) problems.push('1 of its hosts was removed from the console.');
    if (gone > 1) problems.push(`${gone} of its hosts were removed from the console.`);
  }
  if (wanted.kind === 'labels') {
    for (const label of wanted.labels) {
      if (!ofCloud.some(({ labels }) => labels.includes(label))) problems.push(`No host has the label “${label}”.`);
    }
  }
  if (hosts.length === 0) problems.push('The set has no hosts.');
  return { hosts, problems: problems.map((text) => ({ part: null, text })) };
}

function isInScope(wanted: GoldenSet['hosts'], { id, labels }: Pick<HostSettings, 'id' | 'labels'>): boolean {
  switch (wanted.kind) {
    case 'all':
      return true;
    case 'labels':
      return wanted.labels.some((label) => labels.includes(label));
    case 'named':
      return wanted.hostIds.includes(id);
  }
}

/** An index of a catalogue. */
type CatalogueIndex = {
  byId: ReadonlyMap<ImageId, CatalogueImage>;
  byName: ReadonlyMap<string, readonly CatalogueImage[]>;
  /** The images that names and rules can find: active (only those can be cached) and not hidden. */
  offered: readonly CatalogueImage[];
};

const indexes = new WeakMap<readonly CatalogueImage[], CatalogueIndex>();

/** The index of a catalogue, built once for each reading. */
function catalogueIndex(images: readonly CatalogueImage[]): CatalogueIndex {
  const known = indexes.get(images);
  if (known) return known;
  const byName = new Map<string, CatalogueImage[]>();
  for (const image of images) {
    if (image.name === null) continue;
    const same = byName.get(image.name);
    if (same) same.push(image);
    else byName.set(image.name, [image]);
  }
  const index = { byId: new Map(images.map((image) => [image.id, image])), byName, offered: images.filter(isOffered) };
  indexes.set(images, index);
  return index;
}

function isOffered({ status, hidden }: CatalogueImage): boolean {
  return status === 'active' && !hidden;
}
