import type { FailureCode } from '../../../electron/contract/failure.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatCount, plural } from '../../lib/format.ts';

/** Sums over the last snapshots of some hosts; bytes, epoch milliseconds. */
export type FleetSums = {
  hosts: number;
  images: number;
  bytes: number;
  limitBytes: number;
  limited: number;
  hits: number;
  queued: number;
  oldestQueued: number | null;
  orphans: number;
  orphanBytes: number;
};

/** Adds up what the hosts last told, those that do not answer now included. */
export function sumsOf(hosts: readonly HostSummary[]): FleetSums {
  const sums: FleetSums = {
    hosts: 0,
    images: 0,
    bytes: 0,
    limitBytes: 0,
    limited: 0,
    hits: 0,
    queued: 0,
    oldestQueued: null,
    orphans: 0,
    orphanBytes: 0,
  };
  for (const { limitBytes, totals } of hosts) {
    if (limitBytes !== null) {
      sums.limitBytes += limitBytes;
      sums.limited += 1;
    }
    if (!totals) continue;
    sums.hosts += 1;
    sums.images += totals.cachedImages;
    sums.bytes += totals.sizeBytes;
    sums.hits += totals.hits;
    sums.queued += totals.queued;
    sums.orphans += totals.orphans;
    sums.orphanBytes += totals.orphanBytes;
    if (totals.oldestQueued !== null)
      sums.oldestQueued = Math.min(sums.oldestQueued ?? Number.POSITIVE_INFINITY, totals.oldestQueued);
  }
  return sums;
}

const away: readonly FailureCode[] = ['unreachable', 'timeout', 'tls'];

/** The fleet in a line: `5 hosts, 1 needs attention, 1 unreachable`. */
export function fleetLine(hosts: readonly HostSummary[]): string {
  const attention = hosts.filter(({ state, warnings }) => state === 'reachable' && warnings.length > 0).length;
  const unreachable = hosts.filter(({ failure }) => failure && away.includes(failure.code)).length;
  const failing = hosts.filter(({ state }) => state === 'failed').length - unreachable;
  const waiting = hosts.filter(({ state }) => state === 'waiting').length;
  return [
    plural(hosts.length, 'host'),
    attention > 0 ? `${formatCount(attention)} ${attention === 1 ? 'needs' : 'need'} attention` : '',
    unreachable > 0 ? `${formatCount(unreachable)} unreachable` : '',
    failing > 0 ? `${formatCount(failing)} failing` : '',
    waiting > 0 ? `${formatCount(waiting)} not asked yet` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The hosts whose name, address, note, version, state or warnings hold every word of a text. */
export function filterHosts(hosts: readonly HostSummary[], text: string): readonly HostSummary[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return hosts;
  return hosts.filter((host) => {
    const all = [
      host.name,
      host.address,
      host.note,
      host.state,
      host.capabilities?.apiVersion ?? '',
      host.failure ? `${host.failure.code} ${host.failure.message}` : '',
      ...host.warnings.map(({ label }) => label),
    ]
      .join('\n')
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
