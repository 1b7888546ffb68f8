import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { Capabilities } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import type { NodesAsker } from './nodes.ts';

/** Glance 33 lists this version, and with it comes `/v2/cache/nodes` (it has no number of its own). */
const sinceVersion = '2.18';

/** The hosts of a cloud that may be asked for their neighbours. Whether their driver is the central one only they tell. */
export function canBeAsked(hosts: readonly HostSummary[]): HostSummary[] {
  return hosts.filter(
    ({ state, capabilities }) => state === 'reachable' && capabilities !== null && tellsNeighbours(capabilities),
  );
}

/** Whether a host has the path at all. */
export function tellsNeighbours({ versions }: Pick<Capabilities, 'versions'>): boolean {
  return versions.includes(sinceVersion);
}

/**
 * The hosts with the images that each has cached, those first that many hosts have and that are often read: the more
 * wanted an image is, the more hosts an answer names.
 */
export function askersOf(hosts: readonly HostSummary[], imagesOf: (hostId: string) => HostImages): NodesAsker[] {
  const lists = hosts.map((host) => ({ host, cached: imagesOf(host.id).cached }));
  const wanted = new Map<ImageId, { hosts: number; hits: number }>();
  for (const { cached } of lists) {
    for (const { imageId, hits } of cached) {
      const sum = wanted.get(imageId) ?? { hosts: 0, hits: 0 };
      wanted.set(imageId, { hosts: sum.hosts + 1, hits: sum.hits + hits });
    }
  }
  const weight = (imageId: ImageId) => wanted.get(imageId) ?? { hosts: 0, hits: 0 };
  const byWant = (a: ImageId, b: ImageId) => weight(b).hosts - weight(a).hosts || weight(b).hits - weight(a).hits;
  return lists.map(({ host, cached }) => ({
    name: host.name,
    address: host.address,
    imageIds: cached.map(({ imageId }) => imageId).sort(byWant),
  }));
}
