import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Action, Plan, PlannedTarget } from '../../contract/operations.ts';
import { plural } from '../../lib/text.ts';
import { type CatalogueLook, clip, type Ground, type HostLook } from './look.ts';
import { judgeClear } from './plan-hosts.ts';
import { judgeDelete, judgeQueue } from './plan-images.ts';
import { judgeClean, judgePrune } from './plan-maintenance.ts';
import { judgePrefetch, prefetchTargets } from './plan-prefetch.ts';
import { typedNameOf } from './plan-typed-name.ts';
import { warningsOf } from './plan-warnings.ts';
import { chosenRung } from './rungs.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated'> &
  Partial<Pick<PlannedTarget, 'rung' | 'preview' | 'cleans'>>;
type Asked = Pick<PlannedTarget, 'hostId' | 'imageId' | 'step'>;

/**
 * What an action would do, target by target, each once, in the order asked for; of an `align`, what goes comes first.
 * Throws `invalidInput` where an `align` wants one image of one host both queued and deleted.
 */
export function planAction(id: string, action: Action, ground: Ground): Plan {
  const asked = targetsOf(action, ground);
  const folded = fold(asked);
  const targets = folded.map((target) => planTarget(action, target, ground));
  const plan: Plan = {
    id,
    action,
    targets,
    willDo: 0,
    alreadyDone: 0,
    refused: 0,
    expected: { images: 0, bytes: 0 },
    frees: action.kind === 'align' ? { images: 0, bytes: 0 } : null,
    warnings: [],
    typedName: null,
  };
  for (const target of targets) {
    plan[target.verdict] += 1;
    if (target.verdict !== 'willDo' || !target.expected) continue;
    const sum = (target.step === 'delete' ? plan.frees : null) ?? plan.expected;
    sum.images += target.expected.images;
    sum.bytes += target.expected.bytes;
  }
  const twice = asked.length - folded.length;
  if (twice > 0) plan.warnings.push(`${plural(twice, 'target was', 'targets were')} named twice: each is done once.`);
  plan.typedName = typedNameOf(action, targets, ground);
  plan.warnings.push(...warningsOf(action, targets, ground));
  plan.warnings = plan.warnings.slice(0, 50).map((warning) => clip(warning));
  return plan;
}

function targetsOf(action: Action, ground: Ground): Asked[] {
  if (action.kind === 'prefetch') return prefetchTargets(action, ground);
  if (action.kind === 'align') {
    return (['delete', 'queue'] as const).flatMap((step) => action[step].map((target) => ({ ...target, step })));
  }
  if ('targets' in action) return action.targets.map((target) => ({ ...target, step: null }));
  return action.hostIds.map((hostId) => ({ hostId, imageId: null, step: null }));
}

function fold(targets: readonly Asked[]): Asked[] {
  const seen = new Map<HostId, Map<ImageId | null, Asked['step']>>();
  return targets.filter(({ hostId, imageId, step }) => {
    const ofHost = seen.get(hostId) ?? new Map<ImageId | null, Asked['step']>();
    seen.set(hostId, ofHost);
    const before = ofHost.get(imageId);
    if (before === undefined) {
      ofHost.set(imageId, step);
      return true;
    }
    if (before !== step) throw bothWays(imageId);
    return false;
  });
}

function bothWays(imageId: ImageId | null): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `The image ${imageId} is to be both queued and deleted on one host.`,
    remedy: 'Name each image of a host once: to be there, or not to be.',
    notSent: true,
  });
}

function planTarget(action: Action, { hostId, imageId, step }: Asked, ground: Ground): PlannedTarget {
  const look = ground.host(hostId);
  if (!look) {
    const reason = 'The console does not have this host any more.';
    return {
      hostId,
      hostName: hostId,
      imageId,
      imageName: null,
      step,
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
    step,
    rung: null,
    preview: null,
    cleans: null,
    ...judge(action, look, catalogue, { imageId, step }, ground),
  };
}

function judge(
  action: Action,
  look: HostLook,
  catalogue: CatalogueLook,
  { imageId, step }: Pick<Asked, 'imageId' | 'step'>,
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
      return judgePrefetch(look, imageId, action, ground);
    case 'align':
      return step === 'delete'
        ? judgeDelete(look, imageId ?? '')
        : judgeQueue(look, catalogue, imageId ?? '', ground.now);
  }
}

function nameOf(imageId: ImageId, look: HostLook, catalogue: CatalogueLook): string | null {
  const known = catalogue.images.get(imageId);
  if (known) return known.name;
  return look.cached.get(imageId)?.description?.name ?? look.queued.get(imageId)?.description?.name ?? null;
}
