import type { HostSummary } from '../../../electron/contract/fleet.ts';

/** The order of the hosts in a picker: those that cannot be reached are last, else the order stays. */
export function reachableFirst<Host extends Pick<HostSummary, 'state'>>(hosts: readonly Host[]): Host[] {
  return [...hosts.filter(({ state }) => state !== 'failed'), ...hosts.filter(({ state }) => state === 'failed')];
}
