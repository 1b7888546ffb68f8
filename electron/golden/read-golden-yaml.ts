import { isAlias, isMap, type Node } from 'yaml';
import {
  type GoldenImage,
  type GoldenRule,
  goldenRule,
  goldenSet,
  hasNoCondition,
  maxGoldenSets,
} from '../contract/golden.ts';
import {
  describeKind,
  type FileKind,
  goldenKind,
  inventoryKind,
  kindOfData,
  kindOfText,
  looksLikeIniInventory,
} from '../lib/file-kind.ts';
import { type FileProblem, quoted, YamlFile } from '../lib/yaml-file.ts';
import { rootKey } from './write-golden-yaml.ts';

/** A text of the file and its line. */
export type TextWithLine = { text: string; line: number | null };

/** A set as it is written in the file: clouds and hosts by their names. */
export type WrittenSet = {
  line: number | null;
  name: string;
  note: string;
  cloud: TextWithLine | undefined;
  hosts: { kind: 'all' } | { kind: 'labels'; labels: string[] } | { kind: 'names'; names: TextWithLine[] };
  exact: boolean;
  images: GoldenImage[];
  rules: GoldenRule[];
};

const setKeys = ['name', 'note', 'cloud', 'hosts', 'exact', 'images', 'rules'];
const ruleKeys = ['name', 'tags', 'properties', 'visibility', 'newest', 'per'];
const visibilities = ['public', 'private', 'shared', 'community'] as const;

/** Reads the sets of a YAML file and all of its problems. With problems, the sets may be incomplete. */
export function readGolden(text: string): { sets: WrittenSet[]; problems: FileProblem[] } {
  const other = kindOfText(text) ?? (looksLikeIniInventory(text) ? inventoryKind : undefined);
  if (other) return { sets: [], problems: [problemOf(other)] };
  const file = new YamlFile(text);
  if (file.problems.length > 0) return { sets: [], problems: file.problems };
  const kind = kindOfData(file.outline());
  if (kind && kind !== goldenKind) return { sets: [], problems: [problemOf(kind)] };
  const root = file.entries(file.root, 'The file', [rootKey]);
  const list = root?.[0];
  if (root && !list && file.problems.length === 0) file.problem(1, `The file has no ${rootKey} key.`);
  const items = list ? file.items(list.value, rootKey, maxGoldenSets) : undefined;
  const sets = (items ?? []).map((item) => readSet(file, item)).filter((set) => set !== undefined);
  return { sets, problems: file.problems };
}

function problemOf(kind: FileKind): FileProblem {
  const { is, remedy } = describeKind(kind, 'golden');
  return { line: 1, text: `${is} ${remedy}` };
}

function readSet(file: YamlFile, node: Node | null): WrittenSet | undefined {
  const line = file.lineOf(node);
  const entries = withoutAliases(file, file.entries(node, 'A golden set', setKeys));
  if (!entries) return undefined;
  const value = (key: string) => entries.find((entry) => entry.key === key);
  const name = value('name');
  if (!name) return file.problem(line, 'A golden set has no name.');
  const named = goldenSet.shape.name.safeParse(file.text(name.value, 'The name of a golden set', 100));
  if (!named.success) return file.problem(name.at, 'The name of a golden set is empty or too long.');
  const set: WrittenSet = {
    line,
    name: named.data,
    note: '',
    cloud: undefined,
    hosts: { kind: 'all' },
    exact: false,
    images: [],
    rules: [],
  };
  for (const { key, at, value: node } of entries) {
    if (key === 'note') set.note = file.text(node, 'A note', 1_000) ?? '';
    if (key === 'cloud') set.cloud = textWithLine(file.text(node, 'A cloud', 100), at);
    if (key === 'exact') set.exact = readFlag(file, node, at);
    if (key === 'hosts') set.hosts = readHosts(file, node) ?? set.hosts;
    if (key === 'images') set.images = readList(file, node, 'images', 2_000, readImage);
    if (key === 'rules') set.rules = readList(file, node, 'rules', 100, readRule);
  }
  if (set.images.length === 0 && set.rules.length === 0 && file.problems.length === 0) {
    file.problem(line, `${quoted(set.name)} has no image and no rule.`);
  }
  return set;
}

function textWithLine(text: string | undefined, line: number | null): TextWithLine | undefined {
  return text === undefined ? undefined : { text, line };
}

/** Refuses aliases as values: they can multiply the content of a small file. */
function withoutAliases(file: YamlFile, entries: ReturnType<YamlFile['entries']>) {
  for (const { value, at } of entries ?? []) if (isAlias(value)) file.problem(at, noAlias);
  return entries?.filter(({ value }) => !isAlias(value));
}
const noAlias = 'Aliases (*name) are not supported. Enter the value itself.';

function readList<Item>(
  file: YamlFile,
  node: Node | null,
  what: string,
  most: number,
  read: (file: YamlFile, node: Node | null) => Item | undefined,
): Item[] {
  const items = file.items(node, `The list of ${what}`, most) ?? [];
  return items.map((item) => (isAlias(item) ? file.problem(item, noAlias) : read(file, item))).filter(isThere);
}

function isThere<Item>(item: Item | undefined): item is Item {
  return item !== undefined;
}

function readFlag(file: YamlFile, node: Node | null, at: number | null): boolean {
  const text = file.text(node, 'The value of exact', 100)?.toLowerCase();
  if (text !== undefined && text !== 'true' && text !== 'false') {
    file.problem(at, `${quoted(text)} is not true or false.`);
  }
  return text === 'true';
}

function readHosts(file: YamlFile, node: Node | null): WrittenSet['hosts'] | undefined {
  const how = 'hosts must be “all” or a mapping with labels or names.';
  const single = isMap(node) ? undefined : file.text(node, 'The value of hosts', 100);
  if (single === 'all') return { kind: 'all' };
  if (single !== undefined) return file.problem(node, how);
  if (!isMap(node)) return undefined;
  const entries = withoutAliases(file, file.entries(node, 'The hosts of a set', ['labels', 'names']));
  const [entry] = entries ?? [];
  if (!entry || entries?.length !== 1) return file.problem(node, how);
  if (entry.key === 'labels') {
    const labels = readList(file, entry.value, 'labels', 20, (_, item) => file.text(item, 'A label', 50)?.trim());
    if (labels.includes('')) return file.problem(entry.at, 'A label is empty.');
    return { kind: 'labels', labels };
  }
  const names = readList(file, entry.value, 'hosts', 1_000, (_, item) =>
    textWithLine(file.text(item, 'A host name', 500), file.lineOf(item)),
  );
  return { kind: 'names', names };
}

function readImage(file: YamlFile, node: Node | null): GoldenImage | undefined {
  const entries = withoutAliases(file, file.entries(node, 'An image', ['name', 'id']));
  if (!entries) return undefined;
  const [entry] = entries;
  if (!entry || entries.length !== 1) return file.problem(node, 'An image must have either a name or an id.');
  const text = file.text(entry.value, entry.key === 'id' ? 'An image id' : 'An image name', 1_000);
  if (text === '') return file.problem(entry.at, `The ${entry.key} of an image is empty.`);
  if (text === undefined) return undefined;
  return entry.key === 'id' ? { by: 'id', imageId: text } : { by: 'name', name: text };
}

function readRule(file: YamlFile, node: Node | null): GoldenRule | undefined {
  const entries = withoutAliases(file, file.entries(node, 'A rule', ruleKeys));
  if (!entries) return undefined;
  const rule = goldenRule.parse({});
  let count: number | undefined;
  let per: { text: string; at: number | null } | undefined;
  for (const { key, at, value } of entries) {
    if (key === 'name') rule.name = (file.text(value, 'The name pattern of a rule', 255) ?? '').trim();
    if (key === 'tags') rule.tags = readList(file, value, 'tags', 20, (_, item) => readWord(file, item, 'A tag'));
    if (key === 'properties') rule.properties = readProperties(file, value);
    if (key === 'visibility') {
      const text = file.text(value, 'A visibility', 100);
      const known = visibilities.find((one) => one === text);
      if (known) rule.visibility = known;
      else if (text !== undefined) file.problem(at, `${quoted(text)} is not one of ${visibilities.join(', ')}.`);
    }
    if (key === 'newest') {
      const text = file.text(value, 'The value of newest', 100);
      if (text !== undefined && /^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1_000) count = Number(text);
      else if (text !== undefined) file.problem(at, `${quoted(text)} is not a number from 1 to 1000.`);
    }
    if (key === 'per') per = { text: file.text(value, 'The value of per', 100) ?? 'family', at };
  }
  if (per && per.text !== 'family' && per.text !== 'rule') {
    file.problem(per.at, `${quoted(per.text)} is not family or rule.`);
  }
  if (per && !entries.some(({ key }) => key === 'newest')) file.problem(per.at, 'per requires newest.');
  if (count !== undefined) rule.newest = { count, per: per?.text === 'rule' ? 'rule' : 'family' };
  if (hasNoCondition(rule) && file.problems.length === 0) {
    return file.problem(node, 'A rule has no condition: name, tags, properties or visibility.');
  }
  return rule;
}

function readWord(file: YamlFile, node: Node | null, what: string): string | undefined {
  const text = file.text(node, what, 255);
  return text === '' ? file.problem(node, `${what} is empty.`) : text;
}

function readProperties(file: YamlFile, node: Node | null): Record<string, string> {
  const entries = withoutAliases(file, file.entries(node, 'The properties of a rule')) ?? [];
  if (entries.length > 20) file.problem(node, `A rule has ${entries.length} properties; the maximum is 20.`);
  const properties: [string, string][] = [];
  for (const { key, at, value } of entries) {
    const text = file.text(value, 'The value of a property', 255);
    if (key === '' || key.length > 255 || key === '__proto__')
      file.problem(at, `${quoted(key)} is not a property name.`);
    else if (text !== undefined) properties.push([key, text]);
  }
  return Object.fromEntries(properties);
}
