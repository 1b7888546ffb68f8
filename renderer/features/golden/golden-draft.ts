import type { CloudId } from '../../../electron/contract/clouds.ts';
import {
  type GoldenDraft,
  type GoldenHosts,
  type GoldenImage,
  type GoldenRule,
  type GoldenSet,
  hasNoCondition,
} from '../../../electron/contract/golden.ts';
import type { CatalogueImage } from '../../../electron/contract/images.ts';
import type { ImagesByService } from '../../bridge/queries.ts';

/** The form values of a rule. `key` identifies the rule while others are added and removed. */
export type RuleForm = {
  key: number;
  name: string;
  tags: string;
  properties: { key: number; name: string; value: string }[];
  visibility: NonNullable<GoldenRule['visibility']> | '';
  newest: 'all' | 'family' | 'rule';
  /** Undefined while the typed text is not a number from 1 to 1,000. */
  count: number | undefined;
};

/** The form values of a set. Chosen labels and hosts are kept while another kind of hosts is selected. */
export type GoldenSetForm = {
  id: string | undefined;
  cloudId: CloudId;
  name: string;
  note: string;
  hosts: GoldenHosts['kind'];
  labels: readonly string[];
  hostIds: readonly string[];
  exact: boolean;
  images: readonly GoldenImage[];
  rules: readonly RuleForm[];
};

let keys = 0;
export function newKey(): number {
  keys += 1;
  return keys;
}

export function newRule(): RuleForm {
  return { key: newKey(), name: '', tags: '', properties: [], visibility: '', newest: 'all', count: 2 };
}

/** Whether a rule is still empty. */
export function isEmptyRule(rule: RuleForm | undefined): boolean {
  if (!rule) return false;
  const { name, tags, properties, visibility, newest } = rule;
  return name === '' && tags === '' && properties.length === 0 && visibility === '' && newest === 'all';
}

/** The form values, in which every empty rule counts as one with a condition. */
export function withoutEmptyRules(form: GoldenSetForm): GoldenSetForm {
  return { ...form, rules: form.rules.map((rule) => (isEmptyRule(rule) ? { ...rule, name: '*' } : rule)) };
}

export function emptyForm(cloudId: CloudId): GoldenSetForm {
  return {
    id: undefined,
    cloudId,
    name: '',
    note: '',
    hosts: 'all',
    labels: [],
    hostIds: [],
    exact: false,
    images: [],
    rules: [],
  };
}

/** The form values of a saved set. Hosts that were removed from the console are left out. */
export function formOf(set: GoldenSet, exists: (hostId: string) => boolean): GoldenSetForm {
  const { id, cloudId, name, note, hosts, exact, images, rules } = set;
  return {
    id,
    cloudId,
    name,
    note,
    hosts: hosts.kind,
    labels: hosts.kind === 'labels' ? hosts.labels : [],
    hostIds: hosts.kind === 'named' ? hosts.hostIds.filter(exists) : [],
    exact,
    images,
    rules: rules.map((rule) => ({
      key: newKey(),
      name: rule.name,
      tags: rule.tags.join(', '),
      properties: Object.entries(rule.properties).map(([property, value]) => ({
        key: newKey(),
        name: property,
        value,
      })),
      visibility: rule.visibility ?? '',
      newest: rule.newest?.per ?? 'all',
      count: rule.newest?.count ?? 2,
    })),
  };
}

/** Splits a list of tags at its commas. */
export function splitTags(text: string): string[] {
  return [...new Set(text.split(',').map((word) => word.trim()))].filter((word) => word !== '');
}

/** The form values as a draft of the contract. An invalid number counts as 1; properties without a name are left out. */
export function draftOf(text: GoldenSetForm): GoldenDraft {
  const { id, cloudId, name, note, exact, images, rules } = text;
  return {
    ...(id === undefined ? {} : { id }),
    cloudId,
    name: name.trim(),
    note: note.trim(),
    hosts: hostsOf(text),
    exact,
    images: [...images],
    rules: rules.map(ruleOf),
  };
}

function hostsOf({ hosts, labels, hostIds }: GoldenSetForm): GoldenHosts {
  if (hosts === 'labels') return { kind: 'labels', labels: [...labels] };
  return hosts === 'named' ? { kind: 'named', hostIds: [...hostIds] } : { kind: 'all' };
}

function ruleOf({ name, tags, properties, visibility, newest, count }: RuleForm): GoldenRule {
  const stated = properties.filter((property) => property.name.trim() !== '');
  return {
    name: name.trim(),
    tags: splitTags(tags),
    properties: Object.fromEntries(stated.map((property) => [property.name.trim(), property.value])),
    visibility: visibility === '' ? null : visibility,
    newest: newest === 'all' ? null : { count: count ?? 1, per: newest },
  };
}

/** Why the form values cannot be saved; undefined if they can. */
export function formProblem(text: GoldenSetForm): string | undefined {
  if (text.name.trim() === '') return 'Enter a name.';
  if (text.images.length === 0 && text.rules.length === 0) return 'Add at least one image or rule.';
  if (text.hosts === 'named' && text.hostIds.length === 0) return 'Select at least one host.';
  if (text.hosts === 'labels' && text.labels.length === 0) return 'Select at least one label.';
  const wrong = text.rules.findIndex(({ newest, count }) => newest !== 'all' && count === undefined);
  if (wrong >= 0) return `Rule ${wrong + 1}: enter a number from 1 to 1,000.`;
  const empty = text.rules.findIndex((rule) => hasNoCondition(ruleOf(rule)));
  if (empty >= 0) return `Rule ${empty + 1} has no condition.`;
  return undefined;
}

/** A reference to an image: by its name if the name is unique, or else by its id. */
export function referenceTo(
  image: { id: string; name: string | null },
  names: ReadonlyMap<string, number>,
): GoldenImage {
  const unique = image.name !== null && names.get(image.name) === 1;
  return unique && image.name !== null ? { by: 'name', name: image.name } : { by: 'id', imageId: image.id };
}

/**
 * The number of images with a name that a set can select, in the image service that has most of them: a name may exist
 * once in each.
 */
export function countNames(
  images: readonly CatalogueImage[],
  servicesOf: ImagesByService,
): ReadonlyMap<string, number> {
  const inService = new Map<string, number>();
  const names = new Map<string, number>();
  for (const { id, name, status, hidden } of images) {
    if (name === null || status !== 'active' || hidden) continue;
    for (const serviceId of servicesOf.get(id) ?? ['']) {
      const key = `${serviceId} ${name}`;
      const count = (inService.get(key) ?? 0) + 1;
      inService.set(key, count);
      names.set(name, Math.max(count, names.get(name) ?? 0));
    }
  }
  return names;
}

/** Adds images to a list without duplicates. */
export function addImages(before: readonly GoldenImage[], more: readonly GoldenImage[]): GoldenImage[] {
  const all = new Map([...before, ...more].map((image) => [imageKey(image), image]));
  return [...all.values()];
}

export function imageKey(image: GoldenImage): string {
  return image.by === 'id' ? `id ${image.imageId}` : `name ${image.name}`;
}
