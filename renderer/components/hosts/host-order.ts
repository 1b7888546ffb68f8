import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { naturalKey } from '../table/table-sort.ts';
import { dotStateOf } from './host-link.tsx';
import { regionsOf } from './regions.ts';

const ranks = { failed: 0, attention: 1, waiting: 2, ok: 2 } as const;

/** Hosts with problems first: unreachable ones, then those that need attention. Within these the names are in natural order. */
export function problemsFirst(hosts: readonly HostSummary[]): HostSummary[] {
  const keyed = hosts.map((host) => ({ host, rank: ranks[dotStateOf(host)], key: naturalKey(host.name) }));
  return keyed.sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ host }) => host);
}

/** All hosts in the order of the rail: by cloud, by region, problems first. */
export function railOrder(hosts: readonly HostSummary[], cloudIds: readonly string[]): HostSummary[] {
  return cloudIds.flatMap((cloudId) =>
    regionsOf(hosts.filter((host) => host.cloudId === cloudId)).flatMap((region) => problemsFirst(region.hosts)),
  );
}

/** The order of the hosts in a picker: those that cannot be reached are last, otherwise the order stays. */
export function reachableFirst<Host extends Pick<HostSummary, 'state'>>(hosts: readonly Host[]): Host[] {
  return [...hosts.filter(({ state }) => state !== 'failed'), ...hosts.filter(({ state }) => state === 'failed')];
}
