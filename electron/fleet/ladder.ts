import type { Capabilities, Maintenance, Rung } from '../contract/hosts.ts';

const unstated = {
  reason: 'How large its cache may be is not stated, and Glance does not tell it.',
  remedy: 'State its limit (image_cache_max_size) in its settings.',
};

/** How a host can be pruned and cleaned, best way first. */
export function maintenanceOf(capabilities: Capabilities | null, limitBytes: number | null): Maintenance {
  if (!capabilities) return { prune: [], clean: [] };
  return {
    prune: [native(capabilities, 'prune'), byDeleting(capabilities, limitBytes)],
    clean: [native(capabilities, 'clean')],
  };
}

function native({ abilities }: Capabilities, what: 'prune' | 'clean'): Rung {
  const ability = abilities[what];
  if (ability.can) return { rung: 'native', usable: true };
  const { reason, remedy } = ability;
  return { rung: 'native', usable: false, reason, remedy };
}

function byDeleting({ abilities }: Capabilities, limitBytes: number | null): Rung {
  if (!abilities.delete.can) {
    const { reason, remedy } = abilities.delete;
    return { rung: 'delete', usable: false, reason, remedy };
  }
  return limitBytes === null ? { rung: 'delete', usable: false, ...unstated } : { rung: 'delete', usable: true };
}
