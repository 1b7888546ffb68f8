import type { HostId } from '../../../electron/contract/hosts.ts';
import type { PlannedTarget } from '../../../electron/contract/operations.ts';
import { plural } from '../../lib/format.ts';

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
