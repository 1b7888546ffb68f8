import { plural } from '../../contract/counts.ts';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import { type Action, addAmount, type Plan, type PlannedTarget } from '../../contract/operations.ts';
import { activityOf, findConflict } from '../model/operation-conflicts.ts';
import {
  alreadyDone,
  type CatalogueView,
  chosenMethod,
  clip,
  type HostView,
  type PlanInputs,
  refused,
  type Verdict,
} from './host-view.ts';
import { planClean } from './plan-clean.ts';
import { requiredTypedName } from './plan-confirmation.ts';
import { planClear, planDelete, planQueue } from './plan-image-actions.ts';
import { planPrefetch, prefetchTargets } from './plan-prefetch.ts';
import { planPrune } from './plan-prune.ts';
import { overLimitOf, planWarnings } from './plan-warnings.ts';

type RequestedTarget = Pick<PlannedTarget, 'hostId' | 'imageId' | 'step'>;

/**
 * Plans an action: a verdict on each target, in the requested order, without duplicates. The deletes of an `align` come
 * first. Asks no host. Throws `invalidInput` if an `align` both queues and deletes one image on one host.
 */
export function planAction(id: string, action: Action, inputs: PlanInputs): Plan {
  const requested = targetsOf(action, inputs);
  const unique = removeDuplicates(requested);
  const targets = unique.map((target) => planTarget(action, target, inputs));
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
    overLimit: overLimitOf(action, targets, inputs),
    typedName: null,
  };
  for (const target of targets) {
    plan[target.verdict] += 1;
    if (target.verdict !== 'willDo' || !target.expected) continue;
    const sum = (target.step === 'delete' ? plan.frees : null) ?? plan.expected;
    addAmount(sum, target.expected);
  }
  const duplicates = requested.length - unique.length;
  if (duplicates > 0) plan.warnings.push(`${plural(duplicates, 'duplicate target')} ignored.`);
  plan.typedName = requiredTypedName(action, targets, inputs);
  plan.warnings.push(...planWarnings(action, targets, inputs));
  plan.warnings = plan.warnings.slice(0, 50).map((warning) => clip(warning));
  return plan;
}

function targetsOf(action: Action, inputs: PlanInputs): RequestedTarget[] {
  if (action.kind === 'prefetch') return prefetchTargets(action, inputs);
  if (action.kind === 'align') {
    return (['delete', 'queue'] as const).flatMap((step) => action[step].map((target) => ({ ...target, step })));
  }
  if ('targets' in action) return action.targets.map((target) => ({ ...target, step: null }));
  return action.hostIds.map((hostId) => ({ hostId, imageId: null, step: null }));
}

function removeDuplicates(targets: readonly RequestedTarget[]): RequestedTarget[] {
  const seen = new Map<HostId, Map<ImageId | null, RequestedTarget['step']>>();
  return targets.filter(({ hostId, imageId, step }) => {
    const ofHost = seen.get(hostId) ?? new Map<ImageId | null, RequestedTarget['step']>();
    seen.set(hostId, ofHost);
    const before = ofHost.get(imageId);
    if (before === undefined) {
      ofHost.set(imageId, step);
      return true;
    }
    if (before !== step) throw conflictingTarget(imageId);
    return false;
  });
}

function conflictingTarget(imageId: ImageId | null): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `The image ${imageId} is both queued and deleted on one host.`,
    remedy: 'Select either queue or delete for each image of a host.',
    notSent: true,
  });
}

const noDetails = { method: null, preview: null, cleans: null };

function planTarget(action: Action, target: RequestedTarget, inputs: PlanInputs): PlannedTarget {
  const { hostId, imageId } = target;
  const view = inputs.host(hostId);
  if (!view) {
    const verdict = refused('This host was removed from the console.');
    return { ...target, hostName: hostId, imageName: null, ...noDetails, ...verdict };
  }
  const catalogue = inputs.catalogue(view.summary.imageServiceId);
  const imageName = imageId === null ? null : imageNameOf(imageId, view, catalogue);
  const verdict = besideOthers(action, view, target, planVerdict(action, view, catalogue, target, inputs));
  return { ...target, hostName: view.summary.name, imageName, ...noDetails, ...verdict };
}

/** The verdict on a target with regard to what other operations have open at its host. */
function besideOthers(action: Action, view: HostView, target: RequestedTarget, planned: Verdict): Verdict {
  if (planned.verdict === 'refused' || view.others.length === 0) return planned;
  const { imageId } = target;
  const conflict = findConflict(
    {
      activity: activityOf(action.kind, target),
      imageId,
      prunes: false,
      isQueued: imageId !== null && view.queued.has(imageId),
      fetch: view.capabilities?.fetch,
    },
    view.others,
  );
  if (!conflict) return planned;
  const { verdict, reason, operationId } = conflict;
  return { ...(verdict === 'refused' ? refused(reason) : alreadyDone(reason)), operationId };
}

function planVerdict(
  action: Action,
  view: HostView,
  catalogue: CatalogueView,
  { imageId, step }: RequestedTarget,
  inputs: PlanInputs,
): Verdict {
  switch (action.kind) {
    case 'queue':
      return planQueue(view, catalogue, imageId ?? '', inputs.now, action.anew === true);
    case 'delete':
      return planDelete(view, imageId ?? '');
    case 'clear':
      return planClear(view, action.what);
    case 'prune':
      return planPrune(view, inputs, chosenMethod(action, view.summary.id), action.toPercent);
    case 'clean':
      return planClean(view, inputs, chosenMethod(action, view.summary.id));
    case 'prefetch':
      return planPrefetch(view, imageId, action, inputs);
    case 'align':
      return step === 'delete'
        ? planDelete(view, imageId ?? '')
        : planQueue(view, catalogue, imageId ?? '', inputs.now);
  }
}

function imageNameOf(imageId: ImageId, view: HostView, catalogue: CatalogueView): string | null {
  const known = catalogue.images.get(imageId);
  if (known) return known.name;
  return view.cached.get(imageId)?.description?.name ?? view.queued.get(imageId)?.description?.name ?? null;
}
