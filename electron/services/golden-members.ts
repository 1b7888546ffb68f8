import type { CloudId } from '../contract/clouds.ts';
import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import { hostsOfSet } from '../golden/golden-set.ts';
import type { Rooms } from './rooms.ts';

export type GoldenMembers = {
  /** The images that golden sets want on a host. */
  on: (hostId: HostId) => ReadonlySet<ImageId>;
  /** Clouds with golden sets whose catalogue was never read, so that it is not known what these want. */
  unknown: CloudId[];
};

const nothing: ReadonlySet<ImageId> = new Set();

/** What golden sets want where, by the catalogues as last read. */
export async function goldenMembers({ golden, inventory, fleet }: Rooms): Promise<GoldenMembers> {
  const wanted = new Map<HostId, Set<ImageId>>();
  const unknown: CloudId[] = [];
  for (const cloudId of new Set(inventory.goldenSets.map((set) => set.cloudId))) {
    const [members, { readAt }] = await Promise.all([golden.membership(cloudId), fleet.catalogue(cloudId)]);
    if (readAt === null) unknown.push(cloudId);
    for (const set of inventory.goldenSets) {
      const imageIds = members.find(({ id }) => id === set.id)?.imageIds;
      if (!imageIds) continue;
      for (const { id } of hostsOfSet(set, fleet.summaries()).hosts) {
        const onHost = wanted.get(id) ?? new Set();
        for (const imageId of imageIds) onHost.add(imageId);
        wanted.set(id, onHost);
      }
    }
  }
  return { on: (hostId) => wanted.get(hostId) ?? nothing, unknown };
}
