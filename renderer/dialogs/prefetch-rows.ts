import type { HostId } from '../../electron/contract/hosts.ts';
import type { PlannedTarget } from '../../electron/contract/operations.ts';
import { plural } from '../format/numbers.ts';

/** The targets of a prefetch as one for each host: what is read there image by image is summed up. */
export function prefetchHosts(targets: readonly PlannedTarget[]): PlannedTarget[] {
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
  const refused = targets.filter(({ verdict }) => verdict === 'refused').length;
  const left = targets.length - todo.length;
  const reasons = new Set(targets.flatMap(({ verdict, reason }) => (verdict === 'willDo' || !reason ? [] : [reason])));
  const [only] = reasons;
  const why = reasons.size === 1 && only !== undefined ? only : 'Each has its reason.';
  return {
    ...first,
    imageId: null,
    imageName: null,
    rung: todo[0]?.rung ?? null,
    verdict: todo.length > 0 ? 'willDo' : refused > 0 ? 'refused' : 'alreadyDone',
    reason: left === 0 ? null : `${plural(left, 'queued image is', 'queued images are')} not read. ${why}`,
    expected: {
      images: todo.length,
      bytes: todo.reduce((sum, { expected }) => sum + (expected?.bytes ?? 0), 0),
    },
    estimated: todo.some(({ estimated }) => estimated),
  };
}
