import type { CloudId } from '../../../electron/contract/clouds.ts';
import {
  type GoldenDraft,
  type GoldenHosts,
  type GoldenImage,
  type GoldenRule,
  type GoldenSet,
  hasNoCondition,
} from '../../../electron/contract/golden.ts';

/** A rule as it is typed. `key` tells it from the others while they come and go. */
export type RuleForm = {
  key: number;
  name: string;
  tags: string;
  properties: { key: number; name: string; value: string }[];
  visibility: NonNullable<GoldenRule['visibility']> | '';
  newest: 'all' | 'family' | 'rule';
  count: string;
};

/** A set as it is typed. What was chosen of one kind of hosts stays while another is looked at. */
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
  return { key: newKey(), name: '', tags: '', properties: [], visibility: '', newest: 'all', count: '2' };
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

/** A set, to be edited; hosts that are gone are left out. */
export function formOf(set: GoldenSet, isThere: (hostId: string) => boolean): GoldenSetForm {
  const { id, cloudId, name, note, hosts, exact, images, rules } = set;
  return {
    id,
    cloudId,
    name,
    note,
    hosts: hosts.kind,
    labels: hosts.kind === 'labels' ? hosts.labels : [],
    hostIds: hosts.kind === 'named' ? hosts.hostIds.filter(isThere) : [],
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
      count: String(rule.newest?.count ?? 2),
    })),
  };
}

/** The words between commas. */
export function splitTags(text: string): string[] {
  return [...new Set(text.split(',').map((word) => word.trim()))].filter((word) => word !== '');
}

/** How many of the newest; undefined for what is no such number. */
export function parseCount(text: string): number | undefined {
  const count = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= 1_000 ? count : undefined;
}

/** What is typed as a set. A number that is none yet counts as one, a property without a name not at all. */
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
    newest: newest === 'all' ? null : { count: parseCount(count) ?? 1, per: newest },
  };
}

/** Why a set cannot be saved as it is typed; undefined where it can. */
export function formProblem(text: GoldenSetForm): string | undefined {
  if (text.name.trim() === '') return 'Give the set a name.';
  if (text.images.length === 0 && text.rules.length === 0) return 'Name at least one image, or add a rule.';
  if (text.hosts === 'named' && text.hostIds.length === 0) return 'Choose at least one host.';
  if (text.hosts === 'labels' && text.labels.length === 0) return 'Choose at least one label.';
  const wrong = text.rules.findIndex(({ newest, count }) => newest !== 'all' && parseCount(count) === undefined);
  if (wrong >= 0) return `Rule ${wrong + 1}: the newest are a number from 1 to 1,000.`;
  const empty = text.rules.findIndex((rule) => hasNoCondition(ruleOf(rule)));
  if (empty >= 0) return `Rule ${empty + 1} states no condition.`;
  return undefined;
}

/** An image by its name where nothing else has that name, else by its id. */
export function referenceTo(
  image: { id: string; name: string | null },
  names: ReadonlyMap<string, number>,
): GoldenImage {
  const unique = image.name !== null && names.get(image.name) === 1;
  return unique && image.name !== null ? { by: 'name', name: image.name } : { by: 'id', imageId: image.id };
}

/** Images beside those that are there already; none twice. */
export function addImages(before: readonly GoldenImage[], more: readonly GoldenImage[]): GoldenImage[] {
  const all = new Map([...before, ...more].map((image) => [imageKey(image), image]));
  return [...all.values()];
}

export function imageKey(image: GoldenImage): string {
  return image.by === 'id' ? `id ${image.imageId}` : `name ${image.name}`;
}
