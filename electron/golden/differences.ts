import { isDeepStrictEqual } from 'node:util';
import type { GoldenHosts, GoldenImage, GoldenRule, GoldenSet } from '../contract/golden.ts';
import { type Known, nameOfHost } from './write-yaml.ts';
import { quoted } from './yaml-nodes.ts';

/** What becomes different from one state of a set to the next, in words; nothing where they mean the same. */
export function differencesBetween(last: GoldenSet, next: GoldenSet, known: Known): string[] {
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

function hostWords({ hosts, cloudId }: GoldenSet, known: Known): string {
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
