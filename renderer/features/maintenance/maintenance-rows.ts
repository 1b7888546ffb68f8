import { plural } from '../../../electron/contract/counts.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import {
  type Amount,
  addAmount,
  type PlannedTarget,
  type PrunePreview,
} from '../../../electron/contract/operations.ts';

export type HostRow = { is: 'host'; id: string; target: PlannedTarget; open: boolean };
export type ImageRow = {
  is: 'image';
  id: string;
  image: PrunePreview['goes'][number];
  /** The position in the order of removal, from 1. */
  place: number;
  /** Bytes that remain cached after this image and those before it are removed, without those of unknown size. */
  leftBytes: number;
};

/** The images that a prune removes, in the order of removal, each with the bytes that remain after it. */
export function imageRows(hostId: HostId, { goes, held }: PrunePreview): ImageRow[] {
  let leftBytes = held.bytes;
  return goes.map((image, index) => {
    leftBytes -= image.sizeBytes ?? 0;
    return { is: 'image', id: `${hostId} ${image.imageId}`, image, place: index + 1, leftBytes };
  });
}

/** A row for each host, followed by a row for each of its affected images if the host is expanded. */
export function maintenanceRows(targets: readonly PlannedTarget[], open: ReadonlySet<HostId>): (HostRow | ImageRow)[] {
  return targets.flatMap((target) => {
    const { hostId, preview } = target;
    const isOpen = open.has(hostId) && preview !== null && preview.goes.length > 0;
    const row: HostRow = { is: 'host', id: hostId, target, open: isOpen };
    return isOpen && preview ? [row, ...imageRows(hostId, preview)] : [row];
  });
}

/** The targets of a prefetch as one target for each host: the images of a host that are read one by one are added up. */
export function sumPrefetchByHost(targets: readonly PlannedTarget[]): PlannedTarget[] {
  const hosts = Map.groupBy(targets, ({ hostId }) => hostId);
  return [...hosts.values()].flatMap((ofHost) => {
    const [first] = ofHost;
    if (!first) return [];
    return first.imageId === null ? [first] : [sumTargets(first, ofHost)];
  });
}

function sumTargets(first: PlannedTarget, targets: readonly PlannedTarget[]): PlannedTarget {
  const todo = targets.filter(({ verdict }) => verdict === 'willDo');
  const refused = targets.filter(({ verdict }) => verdict === 'refused');
  const already = targets.length - todo.length - refused.length;
  const [why, ...others] = new Set(refused.map(({ reason }) => reason));
  const reasons = [
    already > 0 ? `${plural(already, 'queued image')} already done.` : '',
    refused.length > 0 ? `${plural(refused.length, 'queued image')} skipped.` : '',
    why && others.length === 0 ? why : '',
  ];
  return {
    ...first,
    imageId: null,
    imageName: null,
    method: todo[0]?.method ?? null,
    verdict: todo.length > 0 ? 'willDo' : already > 0 ? 'alreadyDone' : 'refused',
    reason: reasons.filter(Boolean).join(' ') || null,
    expected: sumExpected(todo),
    estimated: todo.some(({ estimated }) => estimated),
  };
}

function sumExpected(targets: readonly PlannedTarget[]): Amount {
  const sum: Amount = { images: 0, bytes: 0 };
  for (const { expected } of targets) addAmount(sum, expected ?? { images: 1, bytes: 0, unsized: 1 });
  return sum;
}
