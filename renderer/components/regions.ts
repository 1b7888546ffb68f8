import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { HostId } from '../../electron/contract/hosts.ts';
import type { ImageServiceId } from '../../electron/contract/images.ts';

type Member = Pick<HostSummary, 'id' | 'name' | 'cloudId' | 'region' | 'imageServiceId'>;

/** The hosts of one image service. */
export type Region<Host> = { id: ImageServiceId; name: string; hosts: Host[] };

/**
 * Groups the hosts of a cloud by their image services, in the order of the hosts. A group has the names of the stated regions
 * of its hosts. Hosts without one are in the login's region, unless they have shown that they are in several: those groups
 * are named after their first hosts.
 */
export function regionsOf<Host extends Member>(hosts: readonly Host[]): Region<Host>[] {
  const groups = new Map<ImageServiceId, Host[]>();
  for (const host of hosts) {
    const group = groups.get(host.imageServiceId);
    if (group) group.push(host);
    else groups.set(host.imageServiceId, [host]);
  }
  const ofLogin = [...groups.values()].filter((members) => members.some(({ region }) => region === null));
  return [...groups].map(([id, members]) => ({
    id,
    name: regionName(members, ofLogin.length === 1 && ofLogin[0] === members),
    hosts: members,
  }));
}

function regionName(hosts: readonly Member[], isLogins: boolean): string {
  const named = [...new Set(hosts.flatMap(({ region }) => region ?? []))];
  if (named.length > 0) return [...named, ...(isLogins ? ['login’s region'] : [])].join(', ');
  return isLogins ? 'Login’s region' : `Region of ${hosts[0]?.name ?? ''}`;
}

/** The region of each host whose cloud has several; empty where every cloud has one. */
export function regionNames(hosts: readonly Member[]): ReadonlyMap<HostId, string> {
  const names = new Map<HostId, string>();
  for (const cloudId of new Set(hosts.map((host) => host.cloudId))) {
    const regions = regionsOf(hosts.filter((host) => host.cloudId === cloudId));
    if (regions.length < 2) continue;
    for (const { name, hosts: members } of regions) for (const { id } of members) names.set(id, name);
  }
  return names;
}
