import type { HostId } from '../../../electron/contract/hosts.ts';
import type { PlannedTarget, PrunePreview } from '../../../electron/contract/operations.ts';
import { plural } from '../../lib/format.ts';

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
export function maintenanceRows(targets: readonly PlannedTarget[], open: ReadonlySet<HostId>): (HostRow | ImageRow)[] {
  return targets.flatMap((target) => {
    const { hostId, preview } = target;
    const isOpen = open.has(hostId) && preview !== null && preview.goes.length > 0;
    const row: HostRow = { is: 'host', id: hostId, target, open: isOpen };
    return isOpen && preview ? [row, ...imageRows(hostId, preview)] : [row];
  });
}

/** The targets of a prefetch as one for each host: what is read there image by image is summed up. */
export function sumPrefetchByHost(targets: readonly PlannedTarget[]): PlannedTarget[] {
  const hosts = new Map<HostId, PlannedTarget[]>();
  for (const target of targets) {
    const ofHost = hosts.get(target.hostId);
    if (ofHost) ofHost.push(target);
    else hosts.set(target.hostId, [target]);
  }
  return [...hosts.values()].flatMap((ofHost) => {
    const [first] = ofHost;
    if (!first) return [];
    return first.imageId === null ? [first] : [summedUp(first, ofHost)];
  });
}

function summedUp(first: PlannedTarget, targets: readonly PlannedTarget[]): PlannedTarget {
  const todo = targets.filter(({ verdict }) => verdict === 'willDo');
  const refused = targets.filter(({ verdict }) => verdict === 'refused');
  const already = targets.length - todo.length - refused.length;
  const [why, ...others] = new Set(refused.map(({ reason }) => reason));
  const reasons = [
    already > 0 ? `${plural(already, 'queued image needs', 'queued images need')} nothing.` : '',
    refused.length > 0 ? `${plural(refused.length, 'queued image is', 'queued images are')} left out.` : '',
    why && others.length === 0 ? why : '',
  ];
  return {
    ...first,
    imageId: null,
    imageName: null,
    rung: todo[0]?.rung ?? null,
    verdict: todo.length > 0 ? 'willDo' : already > 0 ? 'alreadyDone' : 'refused',
    reason: reasons.filter(Boolean).join(' ') || null,
    expected: {
      images: todo.length,
      bytes: todo.reduce((sum, { expected }) => sum + (expected?.bytes ?? 0), 0),
    },
    estimated: todo.some(({ estimated }) => estimated),
  };
}
