import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageServiceId } from '../../../electron/contract/images.ts';
import { useConsolePart } from '../../bridge/console-state.ts';

type Member = Pick<HostSummary, 'id' | 'name' | 'cloudId' | 'region' | 'imageServiceId'>;

/** The hosts of one image service. */
export type Region<Host> = { id: ImageServiceId; name: string; hosts: Host[] };

/**
 * Groups the hosts of a cloud by their image services, in the order of the hosts. A group has the name of the stated region of
 * its hosts. Hosts without one are in the login's region, unless they have shown that they are in several: those groups are
 * named after their first hosts.
 */
export function regionsOf<Host extends Member>(hosts: readonly Host[]): Region<Host>[] {
  const groups = new Map<ImageServiceId, Host[]>();
  for (const host of hosts) {
    const group = groups.get(host.imageServiceId);
    if (group) group.push(host);
    else groups.set(host.imageServiceId, [host]);
  }
  const ofLogin = [...groups.values()].filter((members) => members.some(({ region }) => region === null));
  const names = new Set<string>();
  return [...groups].map(([id, members]) => {
    const region = regionName(members, ofLogin.length === 1 && ofLogin[0] === members);
    // Hosts of one stated region may show that they have several databases.
    const name = names.has(region) ? `${region} (${members[0]?.name ?? ''})` : region;
    names.add(name);
    return { id, name, hosts: members };
  });
}

function regionName(hosts: readonly Member[], isLogins: boolean): string {
  const stated = hosts.find(({ region }) => region !== null)?.region;
  if (stated) return stated;
  return isLogins ? 'Login’s region' : `Region of ${hosts[0]?.name ?? ''}`;
}

/** The name of the region of each image service whose cloud has several; empty if every cloud has one. */
export function serviceNames(hosts: readonly Member[]): Readonly<Record<ImageServiceId, string>> {
  const names = regionNames(hosts);
  return Object.fromEntries(
    hosts.flatMap(({ id, imageServiceId }) => {
      const name = names.get(id);
      return name === undefined ? [] : [[imageServiceId, name]];
    }),
  );
}

/** `serviceNames` of all hosts. */
export function useServiceNames(): Readonly<Record<ImageServiceId, string>> {
  return useConsolePart(({ hosts }) => serviceNames(hosts)) ?? noNames;
}
const noNames = {};

/** The names of the regions of some image services as one text; empty if their cloud has only one. */
export function namesOfServices(
  serviceIds: readonly ImageServiceId[] | undefined,
  names: Readonly<Record<ImageServiceId, string>>,
): string {
  return (serviceIds ?? []).flatMap((id) => names[id] ?? []).join(', ');
}

/** The region of each host whose cloud has several; empty if every cloud has one. */
export function regionNames(hosts: readonly Member[]): ReadonlyMap<HostId, string> {
  const names = new Map<HostId, string>();
  for (const cloudId of new Set(hosts.map((host) => host.cloudId))) {
    const regions = regionsOf(hosts.filter((host) => host.cloudId === cloudId));
    if (regions.length < 2) continue;
    for (const { name, hosts: members } of regions) for (const { id } of members) names.set(id, name);
  }
  return names;
}
