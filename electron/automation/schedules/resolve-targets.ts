import type { CloudSettings } from '../../contract/clouds.ts';
import type { HostId, HostSettings } from '../../contract/hosts.ts';
import type { ScheduleTargets } from '../../contract/schedules.ts';

export type TargetHost = Pick<HostSettings, 'id' | 'cloudId' | 'labels' | 'region'>;

/**
 * The hosts of a schedule among those that the console has now, in the order of the fleet. `problem` says why there can
 * be none any more.
 */
export function resolveTargets(
  { hosts: which, onlyHostIds }: ScheduleTargets,
  hosts: readonly TargetHost[],
  clouds: readonly Pick<CloudSettings, 'id'>[],
): { hostIds: HostId[]; problem: string | null } {
  const only = onlyHostIds && new Set(onlyHostIds);
  const isMeant = matcher(which);
  const hostIds = hosts.filter((host) => (only?.has(host.id) ?? true) && isMeant(host)).map(({ id }) => id);
  if (hostIds.length > 0) return { hostIds, problem: null };
  return { hostIds, problem: problemOf(which, only !== null, clouds) };
}

function problemOf(
  which: ScheduleTargets['hosts'],
  isFrozen: boolean,
  clouds: readonly Pick<CloudSettings, 'id'>[],
): string | null {
  const isGone = (cloudId: string) => !clouds.some(({ id }) => id === cloudId);
  if (which.kind === 'named') return 'All of its hosts were removed from the console.';
  if (which.kind === 'clouds' && which.cloudIds.every(isGone)) return 'Its clouds were removed from the console.';
  if (which.kind === 'regions' && which.regions.every(({ cloudId }) => isGone(cloudId))) {
    return 'The clouds of its regions were removed from the console.';
  }
  return isFrozen ? 'It is limited to hosts that no longer match or were removed from the console.' : null;
}

function matcher(which: ScheduleTargets['hosts']): (host: TargetHost) => boolean {
  switch (which.kind) {
    case 'all':
      return () => true;
    case 'named': {
      const named = new Set(which.hostIds);
      return ({ id }) => named.has(id);
    }
    case 'labels': {
      const labels = new Set(which.labels);
      return (host) => host.labels.some((label) => labels.has(label));
    }
    case 'regions':
      return ({ cloudId, region }) => which.regions.some((one) => one.cloudId === cloudId && one.region === region);
    case 'clouds': {
      const clouds = new Set(which.cloudIds);
      return ({ cloudId }) => clouds.has(cloudId);
    }
  }
}
