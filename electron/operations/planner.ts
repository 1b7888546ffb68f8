import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';
import type { Action, Plan, PlannedTarget } from '../contract/operations.ts';
import { type CatalogueLook, clip, type Ground, type HostLook } from './look.ts';
import { judgeClear } from './plan-hosts.ts';
import { judgeDelete, judgeQueue } from './plan-images.ts';
import { judgeClean, judgePrune } from './plan-maintenance.ts';
import { judgePrefetch } from './plan-prefetch.ts';
import { typedNameOf } from './plan-typed-name.ts';
import { warningsOf } from './plan-warnings.ts';
import { chosenRung } from './rungs.ts';
import { count } from './words.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated'> &
  Partial<Pick<PlannedTarget, 'rung' | 'preview' | 'cleans'>>;

/** What an action would do, target by target, each once, in the order asked for. */
export function planAction(id: string, action: Action, ground: Ground): Plan {
  const asked = targetsOf(action);
  const folded = fold(asked);
  const targets = folded.map(({ hostId, imageId }) => planTarget(action, hostId, imageId, ground));
  const plan: Plan = {
    id,
    action,
    targets,
    willDo: 0,
    alreadyDone: 0,
    refused: 0,
    expected: { images: 0, bytes: 0 },
    warnings: [],
    typedName: null,
  };
  for (const target of targets) {
    plan[target.verdict] += 1;
    if (target.verdict !== 'willDo' || !target.expected) continue;
    plan.expected.images += target.expected.images;
    plan.expected.bytes += target.expected.bytes;
  }
  const twice = asked.length - folded.length;
  if (twice > 0) plan.warnings.push(`${count(twice, 'target was', 'targets were')} named twice: each is done once.`);
  plan.typedName = typedNameOf(action, targets, ground);
  plan.warnings.push(...warningsOf(action, targets, ground));
  plan.warnings = plan.warnings.slice(0, 50).map((warning) => clip(warning));
  return plan;
}

function targetsOf(action: Action): { hostId: HostId; imageId: ImageId | null }[] {
  return 'targets' in action ? action.targets : action.hostIds.map((hostId) => ({ hostId, imageId: null }));
}

function fold<Target extends { hostId: HostId; imageId: ImageId | null }>(targets: readonly Target[]): Target[] {
  const seen = new Map<HostId, Set<ImageId | null>>();
  return targets.filter(({ hostId, imageId }) => {
    const ofHost = seen.get(hostId) ?? new Set();
    seen.set(hostId, ofHost);
    if (ofHost.has(imageId)) return false;
    ofHost.add(imageId);
    return true;
  });
}

function planTarget(action: Action, hostId: HostId, imageId: ImageId | null, ground: Ground): PlannedTarget {
  const look = ground.host(hostId);
  if (!look) {
    const reason = 'The console does not have this host any more.';
    return {
      hostId,
      hostName: hostId,
      imageId,
      imageName: null,
      verdict: 'refused',
      reason,
      expected: null,
      estimated: false,
      rung: null,
      preview: null,
      cleans: null,
    };
  }
  const catalogue = ground.catalogue(look.summary.cloudId);
  const imageName = imageId === null ? null : nameOf(imageId, look, catalogue);
  return {
    hostId,
    hostName: look.summary.name,
    imageId,
    imageName,
    rung: null,
    preview: null,
    cleans: null,
    ...judge(action, look, catalogue, imageId, ground),
  };
}

function judge(
  action: Action,
  look: HostLook,
  catalogue: CatalogueLook,
  imageId: ImageId | null,
  ground: Ground,
): Verdict {
  switch (action.kind) {
    case 'queue':
      return judgeQueue(look, catalogue, imageId ?? '', ground.now, action.anew === true);
    case 'delete':
      return judgeDelete(look, imageId ?? '');
    case 'clear':
      return judgeClear(look, action.what);
    case 'prune':
      return judgePrune(look, ground, chosenRung(action, look.summary.id));
    case 'clean':
      return judgeClean(look, ground, chosenRung(action, look.summary.id));
    case 'prefetch':
      return judgePrefetch(look, ground.prefetcher(look.summary.id));
  }
}

function nameOf(imageId: ImageId, look: HostLook, catalogue: CatalogueLook): string | null {
  const known = catalogue.images.get(imageId);
  if (known) return known.name;
  return look.cached.get(imageId)?.description?.name ?? look.queued.get(imageId)?.description?.name ?? null;
}
