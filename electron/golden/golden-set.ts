import type { GoldenFound, GoldenMember, GoldenProblem, GoldenSet } from '../contract/golden.ts';
import type { HostSettings } from '../contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../contract/images.ts';
import type { Amount } from '../contract/operations.ts';
import { applyRule, hasNoCondition, type RuleFound } from './golden-rules.ts';

/** What a set consists of. */
export type SetContents = Pick<GoldenSet, 'images' | 'rules'>;

/** The images that a set means, by one reading of the catalogue. */
export type Members = {
  images: ReadonlyMap<ImageId, CatalogueImage>;
  total: Amount;
  problems: GoldenProblem[];
  named: readonly (readonly CatalogueImage[])[];
  ruled: readonly RuleFound[];
};

const kept = new WeakMap<readonly CatalogueImage[], WeakMap<SetContents, Members>>();

/** The images that a set means. Made once for each set and reading of the catalogue. */
export function membersOf(set: SetContents, catalogue: readonly CatalogueImage[]): Members {
  let ofCatalogue = kept.get(catalogue);
  if (!ofCatalogue) {
    ofCatalogue = new WeakMap();
    kept.set(catalogue, ofCatalogue);
  }
  const known = ofCatalogue.get(set);
  if (known) return known;
  const members = resolve(set, indexOf(catalogue));
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
        ? 'The rule states no condition. A name of * means all images.'
        : 'No active image meets the conditions of this rule.';
      problems.push({ part: { of: 'rules', index: at }, text });
    }
    return found;
  });
  const images = new Map<ImageId, CatalogueImage>();
  for (const found of [...named, ...ruled.map((rule) => rule.images)]) {
    for (const image of found) images.set(image.id, image);
  }
  if (set.images.length === 0 && set.rules.length === 0) {
    problems.push({ part: null, text: 'The set names no image and has no rule.' });
  }
  return { images, total: amountOf(images.values()), problems, named, ruled };
}

type ByImage = { images: readonly CatalogueImage[]; problem?: string };

function byId(imageId: ImageId, { byId: known }: CatalogueIndex): ByImage {
  const image = known.get(imageId);
  if (!image) return { images: [], problem: `No image has the id ${imageId}.` };
  if (image.status === 'active') return { images: [image] };
  return { images: [], problem: `${imageLabel(image)} is ${image.status}: only an active image can be cached.` };
}

function byName(name: string, { byName: known }: CatalogueIndex): ByImage {
  const all = known.get(name) ?? [];
  const images = all.filter(isOffered);
  if (images.length === 1) return { images };
  if (images.length > 1) {
    const problem = `${images.length} images are called “${name}”, and all of them belong to the set. Name one by its id, or take the newest by a rule.`;
    return { images, problem };
  }
  const [only] = all;
  if (!only) return { images, problem: `No image is called “${name}”.` };
  if (all.length > 1) return { images, problem: `No image called “${name}” is both active and not hidden.` };
  const why = only.status === 'active' ? 'hidden: name it by its id' : `${only.status}, not active`;
  return { images, problem: `“${name}” is ${why}.` };
}

function imageLabel({ id, name }: CatalogueImage): string {
  return name === null ? `The image ${id}` : `“${name}” (${id})`;
}

/** How many and how much; an image whose size the catalogue does not tell counts nothing. */
export function amountOf(images: Iterable<CatalogueImage>): Amount {
  const sum = { images: 0, bytes: 0 };
  for (const { sizeBytes } of images) {
    sum.images += 1;
    sum.bytes += sizeBytes ?? 0;
  }
  return sum;
}

/** What each image and each rule of a set finds, in their order. */
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

const byNames = new Intl.Collator('en', { numeric: true });

/** The first `most` images of a set by name, each with what means it. */
export function listMembers(members: Members, most: number): GoldenMember[] {
  const sorted = [...members.images.values()].sort(
    (a, b) => byNames.compare(a.name ?? '', b.name ?? '') || (a.id < b.id ? -1 : 1),
  );
  const named = places(members.named);
  const ruled = places(members.ruled.map(({ images }) => images));
  return sorted.slice(0, most).map((image) => ({
    imageId: image.id,
    name: image.name,
    sizeBytes: image.sizeBytes,
    createdAt: image.createdAt,
    byImages: named.get(image) ?? [],
    byRules: ruled.get(image) ?? [],
    family: members.ruled.map(({ families }) => families?.get(image)).find((family) => family !== undefined) ?? null,
  }));
}

function places(found: readonly (readonly CatalogueImage[])[]): Map<CatalogueImage, number[]> {
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

/** The hosts that a set is for, in the order of the fleet, and what is wrong with how they are named. */
export function hostsOfSet<Host extends Pick<HostSettings, 'id' | 'cloudId' | 'labels'>>(
  { cloudId, hosts: wanted }: Pick<GoldenSet, 'cloudId' | 'hosts'>,
  all: readonly Host[],
): { hosts: Host[]; problems: GoldenProblem[] } {
  const ofCloud = all.filter((host) => host.cloudId === cloudId);
  const hosts = ofCloud.filter((host) => isInScope(wanted, host));
  const problems: string[] = [];
  if (wanted.kind === 'named') {
    const gone = wanted.hostIds.length - hosts.length;
    if (gone === 1) problems.push('One of its hosts is not in the console any more.');
    if (gone > 1) problems.push(`${gone} of its hosts are not in the console any more.`);
  }
  if (wanted.kind === 'labels') {
    for (const label of wanted.labels) {
      if (!ofCloud.some(({ labels }) => labels.includes(label))) problems.push(`No host has the label “${label}”.`);
    }
  }
  if (hosts.length === 0) problems.push('The set is for no host.');
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

/** A catalogue, ready to be asked. */
export type CatalogueIndex = {
  byId: ReadonlyMap<ImageId, CatalogueImage>;
  byName: ReadonlyMap<string, readonly CatalogueImage[]>;
  /** What names and rules can mean: only active images can be cached, and hidden ones are not offered any more. */
  offered: readonly CatalogueImage[];
};

const indexes = new WeakMap<readonly CatalogueImage[], CatalogueIndex>();

/** Made once for each reading of a catalogue. */
export function indexOf(images: readonly CatalogueImage[]): CatalogueIndex {
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

export function isOffered({ status, hidden }: CatalogueImage): boolean {
  return status === 'active' && !hidden;
}
