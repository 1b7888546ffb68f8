import type { HostId } from '../../../electron/contract/hosts.ts';
import type { PlannedTarget, PrunePreview } from '../../../electron/contract/operations.ts';

export type HostRow = { is: 'host'; id: string; target: PlannedTarget; open: boolean };
export type ImageRow = {
  is: 'image';
  id: string;
  image: PrunePreview['goes'][number];
  /** From 1: in this order they go. */
  place: number;
  /** Bytes that are still cached once this one and those before it are gone. */
  leftBytes: number;
};

/** The images that a prune takes, in their order, with what is left after each. */
export function imageRows(hostId: HostId, { goes, held }: PrunePreview): ImageRow[] {
  let leftBytes = held.bytes;
  return goes.map((image, index) => {
    leftBytes -= image.sizeBytes;
    return { is: 'image', id: `${hostId} ${image.imageId}`, image, place: index + 1, leftBytes };
  });
}

/** A row for each host, and below those that are open one for each image that goes. */
export function previewRows(targets: readonly PlannedTarget[], open: ReadonlySet<HostId>): (HostRow | ImageRow)[] {
  return targets.flatMap((target) => {
    const { hostId, preview } = target;
    const isOpen = open.has(hostId) && preview !== null && preview.goes.length > 0;
    const row: HostRow = { is: 'host', id: hostId, target, open: isOpen };
    return isOpen && preview ? [row, ...imageRows(hostId, preview)] : [row];
  });
}
