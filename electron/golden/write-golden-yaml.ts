import { stringify } from 'yaml';
import type { CloudId, CloudSettings } from '../contract/clouds.ts';
import type { GoldenImage, GoldenRule, GoldenSet } from '../contract/golden.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';

/** The clouds and hosts that a file can name. */
export type Inventory = {
  clouds: readonly Pick<CloudSettings, 'id' | 'name'>[];
  hosts: readonly Pick<HostSettings, 'id' | 'cloudId' | 'name' | 'address' | 'labels'>[];
};

/** The only top-level key of a file of golden sets. */
export const rootKey = 'golden_sets';

/**
 * Writes golden sets as YAML that is suited to version control: in a stable order, without default values and without ids
 * of the console. Hosts that were removed from the console are left out.
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
      hosts: hostsToYaml(set, known),
      ...(set.exact ? { exact: true } : {}),
      ...(set.images.length === 0 ? {} : { images: set.images.map(imageToYaml) }),
      ...(set.rules.length === 0 ? {} : { rules: set.rules.map(ruleToYaml) }),
    }));
  // YAML 1.1 readers take `yes` for a boolean and `12:30` for a number: such texts are quoted.
  return stringify({ [rootKey]: written }, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

function hostsToYaml({ cloudId, hosts }: GoldenSet, known: Inventory): unknown {
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

/** The name of a host, or its address if the name is ambiguous within the cloud. */
export function nameOfHost(id: HostId, cloudId: CloudId, { hosts }: Inventory): string | undefined {
  const ofCloud = hosts.filter((host) => host.cloudId === cloudId);
  const host = ofCloud.find((one) => one.id === id);
  if (!host) return undefined;
  const clear = ofCloud.every((one) => one === host || (one.name !== host.name && one.address !== host.name));
  return clear ? host.name : host.address;
}

function imageToYaml(image: GoldenImage): unknown {
  return image.by === 'id' ? { id: image.imageId } : { name: image.name };
}

function ruleToYaml({ name, tags, properties, visibility, newest }: GoldenRule): unknown {
  const sorted = Object.entries(properties).sort(([a], [b]) => order(a, b));
  return {
    ...(name === '' ? {} : { name }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    ...(sorted.length === 0 ? {} : { properties: Object.fromEntries(sorted) }),
    ...(visibility === null ? {} : { visibility }),
    ...(newest === null ? {} : { newest: newest.count, per: newest.per }),
  };
}

/** Compares by code units, which is the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
