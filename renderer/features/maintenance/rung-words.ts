import type { RungName } from '../../../electron/contract/hosts.ts';

export type MaintenanceKind = 'prune' | 'clean' | 'prefetch';

const names: Record<RungName, string> = {
  native: 'By its own API',
  ssh: 'By its own program, over ssh',
  delete: 'By deletion',
  read: 'By reading',
};
const meanings: Record<MaintenanceKind, Partial<Record<RungName, string>>> = {
  prune: {
    native: 'The host prunes itself, down to the limit that it has itself. What goes is known beforehand only roughly.',
    ssh: 'Runs glance-cache-pruner on the host, which goes down to the limit that the host has itself.',
    delete:
      'The console deletes just these images, one by one, until within the limit that you stated. One that is accessed meanwhile stays.',
  },
  clean: {
    native: 'The host removes its invalid and stalled files itself.',
    ssh: 'Runs glance-cache-cleaner on the host.',
  },
  prefetch: {
    ssh: 'Runs glance-cache-prefetcher on the host, which fetches all that is queued there. Several releases have one that does not work; that is asked first.',
    read: 'The console downloads each queued image through the host, one after another, and throws it away: the host caches what passes through it.',
  },
};

/** A way of maintaining a host, by name: `By deletion`. */
export function rungLabel(rung: RungName): string {
  return names[rung];
}

/** What taking that way means. */
export function rungMeaning(kind: MaintenanceKind, rung: RungName): string {
  return meanings[kind][rung] ?? '';
}
