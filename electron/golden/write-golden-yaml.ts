import { stringify } from 'yaml';
import type { CloudId, CloudSettings } from '../contract/clouds.ts';
import type { GoldenImage, GoldenRule, GoldenSet } from '../contract/golden.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';

/** The clouds and hosts of the console, by which a file names them. */
export type Inventory = {
  clouds: readonly Pick<CloudSettings, 'id' | 'name'>[];
  hosts: readonly Pick<HostSettings, 'id' | 'cloudId' | 'name' | 'address' | 'labels'>[];
};

/** The only key of such a file. */
export const rootKey = 'golden_sets';

/**
 * Golden sets as YAML, to live in git: in a stable order, nothing said that goes without saying, no id of the console.
 * A host that is not in the console any more is left out.
 */
export function writeGolden(sets: readonly GoldenSet[], known: Inventory): string {
  const cloudName = (id: CloudId) => known.clouds.find((cloud) => cloud.id === id)?.name ?? '';
  const written = sets
    .map((set) => ({ set, cloud: cloudName(set.cloudId) }))
    .sort((a, b) => order(a.cloud, b.cloud) || order(a.set.name, b.set.name))
    .map(({ set, cloud }) => ({
      name: set.name,
      ...(set.note === '' ? {} : { note: set.note }),
      cloud,
      hosts: hostsAsWritten(set, known),
      ...(set.exact ? { exact: true } : {}),
      ...(set.images.length === 0 ? {} : { images: set.images.map(imageAsWritten) }),
      ...(set.rules.length === 0 ? {} : { rules: set.rules.map(ruleAsWritten) }),
    }));
  // Older readers take `yes` and `12:30` for something else than text: those are quoted for them.
  return stringify({ [rootKey]: written }, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

function hostsAsWritten({ cloudId, hosts }: GoldenSet, known: Inventory): unknown {
  switch (hosts.kind) {
    case 'all':
      return 'all';
    case 'labels':
      return { labels: [...hosts.labels] };
    case 'named': {
      const named = hosts.hostIds.map((id) => nameOfHost(id, cloudId, known)).filter((name) => name !== undefined);
      return { names: named };
    }
  }
}

/** A host's name; its address where another host of the cloud could be meant by that name as well. */
export function nameOfHost(id: HostId, cloudId: CloudId, { hosts }: Inventory): string | undefined {
  const ofCloud = hosts.filter((host) => host.cloudId === cloudId);
  const host = ofCloud.find((one) => one.id === id);
  if (!host) return undefined;
  const clear = ofCloud.every((one) => one === host || (one.name !== host.name && one.address !== host.name));
  return clear ? host.name : host.address;
}

function imageAsWritten(image: GoldenImage): unknown {
  return image.by === 'id' ? { id: image.imageId } : { name: image.name };
}

function ruleAsWritten({ name, tags, properties, visibility, newest }: GoldenRule): unknown {
  const sorted = Object.entries(properties).sort(([a], [b]) => order(a, b));
  return {
    ...(name === '' ? {} : { name }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    ...(sorted.length === 0 ? {} : { properties: Object.fromEntries(sorted) }),
    ...(visibility === null ? {} : { visibility }),
    ...(newest === null ? {} : { newest: newest.count, per: newest.per }),
  };
}

/** By code units: the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
