import type { HostId } from '../../contract/hosts.ts';
import type { Action, PlannedTarget } from '../../contract/operations.ts';
import type { Ground, HostLook } from './look.ts';

/**
 * The name that the operator has to type before an action that destroys much on a cloud marked as production: more
 * images than `confirmAbove`, or a whole cache; what is queued does not count. The host's name where one host is touched there, else that of the cloud
 * of most targets. Null where a click is enough.
 */
export function typedNameOf(action: Action, targets: readonly PlannedTarget[], ground: Ground): string | null {
  if (action.kind === 'queue' || action.kind === 'clean' || action.kind === 'prefetch') return null;
  const touched = new Map<HostId, PlannedTarget[]>();
  for (const target of targets) {
    if (target.verdict !== 'willDo' || target.step === 'queue') continue;
    if (!ground.host(target.hostId)?.cloud?.production) continue;
    const ofHost = touched.get(target.hostId);
    if (ofHost) ofHost.push(target);
    else touched.set(target.hostId, [target]);
  }
  let images = 0;
  let whole = false;
  const clouds = new Map<string, number>();
  for (const [hostId, ofHost] of touched) {
    const look = ground.host(hostId);
    if (!look?.cloud) continue;
    images += ofHost.reduce((sum, target) => sum + (target.expected?.images ?? 1), 0);
    whole ||= takesWholeCache(action, look, ofHost);
    clouds.set(look.cloud.name, (clouds.get(look.cloud.name) ?? 0) + ofHost.length);
  }
  if (!whole && images <= ground.confirmAbove) return null;
  const [only] = touched.values();
  if (touched.size === 1 && only?.[0]) return only[0].hostName;
  const [most] = [...clouds].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? null;
}

function takesWholeCache(action: Action, look: HostLook, targets: readonly PlannedTarget[]): boolean {
  switch (action.kind) {
    case 'clear':
      return action.what !== 'queue';
    case 'prune':
      // Only the host knows its limit: it may be next to nothing.
      return targets.some(
        ({ expected, preview }) => expected === null || (expected.images > 0 && preview?.left.images === 0),
      );
    case 'delete':
    case 'align': {
      const cached = targets.filter(({ imageId }) => imageId !== null && look.cached.has(imageId)).length;
      return cached > 0 && cached === look.cached.size;
    }
    default:
      return false;
  }
}
