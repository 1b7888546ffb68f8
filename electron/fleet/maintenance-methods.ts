import type { Capabilities, Maintenance, MaintenanceMethod } from '../contract/hosts.ts';

const unstated = {
  reason: 'The cache limit is not set, and Glance does not report it.',
  remedy: 'Set the cache limit (image_cache_max_size) in the host settings.',
};

/**
 * Returns the methods to prune, clean and prefetch a host, best first, each with the reason if it cannot be used.
 * `overSsh`: whether access over ssh is configured for the host.
 */
export function maintenanceOf(
  capabilities: Capabilities | null,
  limitBytes: number | null,
  overSsh: boolean,
): Maintenance {
  if (!capabilities) return { prune: [], clean: [], prefetch: [] };
  return {
    prune: [native(capabilities, 'prune'), byProgram(overSsh, 'pruner'), byDeleting(capabilities, limitBytes)],
    clean: [native(capabilities, 'clean'), byProgram(overSsh, 'cleaner')],
    prefetch: [byProgram(overSsh, 'prefetcher'), byReading(capabilities)],
  };
}

/** The bytes that a share of a limit allows. */
export function shareOfLimit(limitBytes: number, percent: number): number {
  return Math.floor((limitBytes * percent) / 100);
}

function native({ abilities }: Capabilities, what: 'prune' | 'clean'): MaintenanceMethod {
  const ability = abilities[what];
  if (ability.can) return { method: 'native', usable: true };
  const { reason, remedy } = ability;
  return { method: 'native', usable: false, reason, remedy };
}

function byProgram(overSsh: boolean, program: 'pruner' | 'cleaner' | 'prefetcher'): MaintenanceMethod {
  if (overSsh) return { method: 'ssh', usable: true };
  return {
    method: 'ssh',
    usable: false,
    reason: `glance-cache-${program} requires SSH access, which is not set up.`,
    remedy: 'Set up SSH access in the host or cloud settings.',
  };
}

function byDeleting({ abilities }: Capabilities, limitBytes: number | null): MaintenanceMethod {
  if (!abilities.delete.can) {
    const { reason, remedy } = abilities.delete;
    return { method: 'delete', usable: false, reason, remedy };
  }
  return limitBytes === null ? { method: 'delete', usable: false, ...unstated } : { method: 'delete', usable: true };
}

/** Warming by reading needs the list of the queue; the rest is an ordinary download. */
function byReading({ abilities }: Capabilities): MaintenanceMethod {
  if (abilities.list.can) return { method: 'read', usable: true };
  const { reason, remedy } = abilities.list;
  return { method: 'read', usable: false, reason, remedy };
}
