import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CloudId } from '../contract/clouds.ts';
import type { GoldenHosts, GoldenImage, GoldenImport, GoldenRule, GoldenSet } from '../contract/golden.ts';
import type { HostId } from '../contract/hosts.ts';
import { readGolden, type TextWithLine, type WrittenSet } from './read-golden-yaml.ts';
import { type Inventory, nameOfHost } from './write-golden-yaml.ts';
import { type FileProblem, quoted } from './yaml-file.ts';

/** What a file would change, and the sets as they become; none while there are problems. */
export type ImportPlan = Pick<GoldenImport, 'changes' | 'problems'> & { sets: GoldenSet[] };

/** What a file of golden sets means for this console. `into`: all of them for that cloud. */
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
      plan.problems.push({ line: one.line, text: `${quoted(one.name)} is there already, in line ${twin ?? '?'}.` });
      continue;
    }
    lines.set(key, one.line);
    const last = present.find(
      (set) => set.cloudId === resolved.cloudId && set.name.toLowerCase() === resolved.name.toLowerCase(),
    );
    const set = { id: last?.id ?? randomUUID(), ...resolved };
    const differences = differencesBetween(last ?? { ...set, exact: false, images: [], rules: [] }, set, known);
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
    problems.push({ line, text: `${quoted(name)} does not say for which cloud it is.` });
    return undefined;
  }
  const named = known.clouds.filter((one) => one.name === cloud.text);
  const [only] = named;
  if (only && named.length === 1) return only.id;
  const text = only
    ? `${named.length} clouds are called ${quoted(cloud.text)}: choose the one to import into.`
    : `No cloud of the console is called ${quoted(cloud.text)}. Rename it, or choose the cloud to import into.`;
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

/** A host by its name or its address. */
function hostOf(
  { text, line }: TextWithLine,
  ofCloud: Inventory['hosts'],
  problems: FileProblem[],
): HostId | undefined {
  const named = ofCloud.filter((host) => host.name === text);
  const found = named.length > 0 ? named : ofCloud.filter((host) => host.address === text);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  const why = only
    ? `${found.length} hosts are called so: name the one by its address`
    : 'no host of the cloud is called so';
  problems.push({ line, text: `${quoted(text)}: ${why}.` });
  return undefined;
}

/** What becomes different from one state of a set to the next, in words; nothing where they mean the same. */
export function differencesBetween(last: GoldenSet, next: GoldenSet, known: Inventory): string[] {
  const said: string[] = [];
  if (last.name !== next.name) said.push(`name: ${quoted(last.name)} becomes ${quoted(next.name)}`);
  if (last.note !== next.note) said.push('another note');
  if (!sameHosts(last.hosts, next.hosts)) {
    said.push(`hosts: ${hostWords(last, known)} become ${hostWords(next, known)}`);
  }
  if (last.exact !== next.exact) said.push(next.exact ? 'becomes exact' : 'is not exact any more');
  said.push(
    ...listDifferences(last.images, next.images, imageWords),
    ...listDifferences(last.rules, next.rules, ruleWords),
  );
  if (said.length === 0 && !isDeepStrictEqual([last.images, last.rules], [next.images, next.rules])) {
    said.push('another order');
  }
  return said.map((one) => one.slice(0, 500));
}

function sameHosts(last: GoldenHosts, next: GoldenHosts): boolean {
  const sorted = (hosts: GoldenHosts) => ({
    kind: hosts.kind,
    which: [...(hosts.kind === 'labels' ? hosts.labels : hosts.kind === 'named' ? hosts.hostIds : [])].sort(),
  });
  return isDeepStrictEqual(sorted(last), sorted(next));
}

function hostWords({ hosts, cloudId }: GoldenSet, known: Inventory): string {
  if (hosts.kind === 'all') return 'all of the cloud';
  const words = hosts.kind === 'labels' ? hosts.labels : hosts.hostIds.map((id) => nameOfHost(id, cloudId, known));
  const shown = words.map((word) => word ?? 'a host that is gone');
  const more = shown.length > 5 ? ` and ${shown.length - 5} more` : '';
  return `${hosts.kind === 'labels' ? 'those labelled ' : ''}${shown.slice(0, 5).join(', ')}${more}`;
}

function listDifferences<Item>(last: readonly Item[], next: readonly Item[], words: (item: Item) => string): string[] {
  const before = new Set(last.map(words));
  const after = new Set(next.map(words));
  const added = [...after].filter((one) => !before.has(one)).map((one) => `adds ${one}`);
  return [...added, ...[...before].filter((one) => !after.has(one)).map((one) => `removes ${one}`)];
}

function imageWords(image: GoldenImage): string {
  return image.by === 'id' ? `the image ${image.imageId}` : `the image ${quoted(image.name)}`;
}

function ruleWords({ name, tags, properties, visibility, newest }: GoldenRule): string {
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
