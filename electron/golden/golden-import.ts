import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CloudId } from '../contract/clouds.ts';
import type { GoldenHosts, GoldenImage, GoldenImport, GoldenRule, GoldenSet } from '../contract/golden.ts';
import type { HostId } from '../contract/hosts.ts';
import { type FileProblem, quoted } from '../lib/yaml-file.ts';
import { readGolden, type TextWithLine, type WrittenSet } from './read-golden-yaml.ts';
import { type Inventory, nameOfHost } from './write-golden-yaml.ts';

/** The changes that a file makes, and the resulting sets. There are no sets while there are problems. */
export type ImportPlan = Pick<GoldenImport, 'changes' | 'problems'> & { sets: GoldenSet[] };

/**
 * Compares a file of golden sets with the present sets.
 *
 * @param into the cloud to import all sets into; undefined for the clouds that the file names
 */
export function planImport(
  text: string,
  known: Inventory,
  present: readonly GoldenSet[],
  into: CloudId | undefined,
): ImportPlan {
  const { sets: written, problems } = readGolden(text);
  const plan: ImportPlan = { changes: [], problems: [...problems], sets: [] };
  const lines = new Map<string, number | null>();
  for (const one of written) {
    const resolved = resolve(one, known, into, plan.problems);
    if (!resolved) continue;
    const key = `${resolved.cloudId} ${resolved.name.toLowerCase()}`;
    const twin = lines.get(key);
    if (twin !== undefined) {
      plan.problems.push({ line: one.line, text: `${quoted(one.name)} is a duplicate of line ${twin ?? '?'}.` });
      continue;
    }
    lines.set(key, one.line);
    const last = present.find(
      (set) => set.cloudId === resolved.cloudId && set.name.toLowerCase() === resolved.name.toLowerCase(),
    );
    const set = { id: last?.id ?? randomUUID(), ...resolved };
    const differences = describeChanges(last ?? { ...set, exact: false, images: [], rules: [] }, set, known);
    const change = !last ? 'add' : differences.length > 0 ? 'change' : 'same';
    const cloudName = known.clouds.find(({ id }) => id === set.cloudId)?.name ?? '';
    plan.changes.push({ name: set.name, cloudName, change, differences: differences.slice(0, 20) });
    if (change !== 'same') plan.sets.push(set);
  }
  plan.problems = plan.problems.slice(0, 100);
  if (plan.problems.length > 0) plan.sets = [];
  return plan;
}

function resolve(
  written: WrittenSet,
  known: Inventory,
  into: CloudId | undefined,
  problems: FileProblem[],
): Omit<GoldenSet, 'id'> | undefined {
  const cloudId = into ?? cloudOf(written, known, problems);
  if (cloudId === undefined) return undefined;
  const { name, note, exact, images, rules } = written;
  return { cloudId, name, note, hosts: hostsOf(written.hosts, cloudId, known, problems), exact, images, rules };
}

function cloudOf({ cloud, name, line }: WrittenSet, known: Inventory, problems: FileProblem[]): CloudId | undefined {
  if (!cloud) {
    const [only, ...others] = known.clouds;
    if (only && others.length === 0) return only.id;
    problems.push({ line, text: `${quoted(name)} has no cloud.` });
    return undefined;
  }
  const named = known.clouds.filter((one) => one.name === cloud.text);
  const [only] = named;
  if (only && named.length === 1) return only.id;
  const text = only
    ? `${named.length} clouds are named ${quoted(cloud.text)}. Select the cloud to import into.`
    : `No cloud in the console is named ${quoted(cloud.text)}. Rename it, or select the cloud to import into.`;
  problems.push({ line: cloud.line, text });
  return undefined;
}

function hostsOf(hosts: WrittenSet['hosts'], cloudId: CloudId, known: Inventory, problems: FileProblem[]): GoldenHosts {
  if (hosts.kind === 'all') return hosts;
  if (hosts.kind === 'labels') return { kind: 'labels', labels: [...new Set(hosts.labels)] };
  const ofCloud = known.hosts.filter((host) => host.cloudId === cloudId);
  const ids = hosts.names.map((said) => hostOf(said, ofCloud, problems)).filter((id) => id !== undefined);
  return { kind: 'named', hostIds: [...new Set(ids)] };
}

/** Finds a host by its name or its address. */
function hostOf(
  { text, line }: TextWithLine,
  ofCloud: Inventory['hosts'],
  problems: FileProblem[],
): HostId | undefined {
  const named = ofCloud.filter((host) => host.name === text);
  const found = named.length > 0 ? named : ofCloud.filter((host) => host.address === text);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  const why = only ? `${found.length} hosts have this name; use the address` : 'no host with this name in the cloud';
  problems.push({ line, text: `${quoted(text)}: ${why}.` });
  return undefined;
}

/** Describes how a set changes, one phrase per change. Empty if both states are equivalent. */
function describeChanges(last: GoldenSet, next: GoldenSet, known: Inventory): string[] {
  const changes: string[] = [];
  if (last.name !== next.name) changes.push(`name: ${quoted(last.name)} → ${quoted(next.name)}`);
  if (last.note !== next.note) changes.push('note changed');
  if (!sameHosts(last.hosts, next.hosts)) {
    changes.push(`hosts: ${hostsLabel(last, known)} → ${hostsLabel(next, known)}`);
  }
  if (last.exact !== next.exact) changes.push(next.exact ? 'exact on' : 'exact off');
  changes.push(
    ...listDifferences(last.images, next.images, imageLabel),
    ...listDifferences(last.rules, next.rules, ruleLabel),
  );
  if (changes.length === 0 && !isDeepStrictEqual([last.images, last.rules], [next.images, next.rules])) {
    changes.push('order changed');
  }
  return changes.map((one) => one.slice(0, 500));
}

function sameHosts(last: GoldenHosts, next: GoldenHosts): boolean {
  const sorted = (hosts: GoldenHosts) => ({
    kind: hosts.kind,
    which: [...(hosts.kind === 'labels' ? hosts.labels : hosts.kind === 'named' ? hosts.hostIds : [])].sort(),
  });
  return isDeepStrictEqual(sorted(last), sorted(next));
}

function hostsLabel({ hosts, cloudId }: GoldenSet, known: Inventory): string {
  if (hosts.kind === 'all') return 'all hosts of the cloud';
  const words = hosts.kind === 'labels' ? hosts.labels : hosts.hostIds.map((id) => nameOfHost(id, cloudId, known));
  const shown = words.map((word) => word ?? 'a removed host');
  const more = shown.length > 5 ? ` and ${shown.length - 5} more` : '';
  return `${hosts.kind === 'labels' ? 'labels ' : ''}${shown.slice(0, 5).join(', ')}${more}`;
}

function listDifferences<Item>(last: readonly Item[], next: readonly Item[], label: (item: Item) => string): string[] {
  const before = new Set(last.map(label));
  const after = new Set(next.map(label));
  const added = [...after].filter((one) => !before.has(one)).map((one) => `adds ${one}`);
  return [...added, ...[...before].filter((one) => !after.has(one)).map((one) => `removes ${one}`)];
}

function imageLabel(image: GoldenImage): string {
  return image.by === 'id' ? `the image ${image.imageId}` : `the image ${quoted(image.name)}`;
}

function ruleLabel({ name, tags, properties, visibility, newest }: GoldenRule): string {
  const conditions = [
    ...(name === '' ? [] : [`name ${name}`]),
    ...tags.map((tag) => `tag ${tag}`),
    ...Object.entries(properties)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    ...(visibility === null ? [] : [visibility]),
    ...(newest ? [`newest ${newest.count}${newest.per === 'family' ? ' of each family' : ''}`] : []),
  ];
  return `the rule ${conditions.join(', ')}`;
}
