import type { RungName } from '../../electron/contract/hosts.ts';

export type MaintenanceKind = 'prune' | 'clean';

const names: Record<RungName, string> = {
  native: 'By its own API',
  ssh: 'By its own program, over ssh',
  delete: 'By deletion',
};
const meanings: Record<MaintenanceKind, Record<RungName, string>> = {
  prune: {
    native: 'The host prunes itself, down to the limit that it has itself. What goes is known beforehand only roughly.',
    ssh: 'Runs glance-cache-pruner on the host, which goes down to the limit that the host has itself.',
    delete:
      'The console deletes just these images, one by one, until within the limit that you stated. One that is accessed meanwhile stays.',
  },
  clean: {
    native: 'The host removes its invalid and stalled files itself.',
    ssh: 'Runs glance-cache-cleaner on the host.',
    delete: '',
  },
};

/** A way of pruning or cleaning a host, by name: `By deletion`. */
export function rungLabel(rung: RungName): string {
  return names[rung];
}

/** What taking that way means. */
export function rungMeaning(kind: MaintenanceKind, rung: RungName): string {
  return meanings[kind][rung];
}
