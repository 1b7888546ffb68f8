import { ExpectedFailure } from '../../contract/failure.ts';
import type { Action, Plan, PlannedTarget } from '../../contract/operations.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import type { HostView, PlanInputs } from './host-view.ts';

/**
 * The name that the operator has to type before an action that destroys much on a production cloud: more images than
 * `confirmAbove`, or a whole cache. Queued images do not count. It is the name of the host if only one is affected,
 * otherwise that of the cloud with most targets. Null if a click is enough.
 */
export function requiredTypedName(
  action: Action,
  targets: readonly PlannedTarget[],
  inputs: PlanInputs,
): string | null {
  if (action.kind === 'queue' || action.kind === 'clean' || action.kind === 'prefetch') return null;
  const destructive = targets.filter(
    ({ hostId, verdict, step }) =>
      verdict === 'willDo' && step !== 'queue' && inputs.host(hostId)?.cloud?.production === true,
  );
  const byHost = Map.groupBy(destructive, ({ hostId }) => hostId);
  let images = 0;
  let isWholeCache = false;
  const targetsOfCloud = new Map<string, number>();
  for (const [hostId, ofHost] of byHost) {
    const view = inputs.host(hostId);
    if (!view?.cloud) continue;
    images += ofHost.reduce((sum, target) => sum + (target.expected?.images ?? 1), 0);
    isWholeCache ||= takesWholeCache(action, view, ofHost);
    targetsOfCloud.set(view.cloud.name, (targetsOfCloud.get(view.cloud.name) ?? 0) + ofHost.length);
  }
  if (!isWholeCache && images <= inputs.confirmAbove) return null;
  const [only] = byHost.values();
  if (byHost.size === 1 && only?.[0]) return only[0].hostName;
  const [largest] = [...targetsOfCloud].sort(([, one], [, other]) => other - one);
  return largest?.[0] ?? null;
}

function takesWholeCache(action: Action, view: HostView, targets: readonly PlannedTarget[]): boolean {
  switch (action.kind) {
    case 'clear':
      return action.what !== 'queue';
    case 'prune':
      // Only the host knows its limit. It may be close to zero.
      return targets.some(
        ({ expected, preview }) => expected === null || (expected.images > 0 && preview?.left.images === 0),
      );
    case 'delete':
    case 'align': {
      const cached = targets.filter(({ imageId }) => imageId !== null && view.cached.has(imageId)).length;
      return cached > 0 && cached === view.cached.size;
    }
    default:
      return false;
  }
}

/** Throws `invalidInput` if the plan requires a typed name and `typed` is another. */
export function checkTypedName({ typedName, action }: Plan, typed: string | undefined): void {
  if (typedName === null || typed?.trim() === typedName.trim()) return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: `This ${action.kind === 'align' ? 'sync' : action.kind} is a large destructive action on a production cloud, and the confirmation name is missing.`,
    remedy: `Type ${typedName} to confirm. Nothing was sent.`,
    notSent: true,
  });
}

/** Throws `invalidInput` if the production flags of the plan's clouds are not those under which it was made. */
export function checkProductionClouds(before: string, now: string): void {
  if (before === now) return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: 'The production setting of a cloud changed after this plan was made.',
    remedy: 'Open the action again. The new plan shows the required confirmation.',
    notSent: true,
  });
}

/** `productionClouds`: the production clouds of its hosts when the plan was made. `until`: epoch milliseconds. */
type PendingPlan = { plan: Plan; productionClouds: string; until: number };

/** Plans that wait for confirmation, in memory. Their number, size and lifetime are bounded, and each runs only once. */
export class PendingPlans {
  /** Oldest first. */
  readonly #plans = new Map<string, PendingPlan>();
  /** The operation of each plan that was started recently, so that a repeated start finds it. Oldest first. */
  readonly #started = new Map<string, Promise<string>>();
  #targets = 0;

  /** Adds a plan, and drops the oldest ones beyond the limits. `now` in epoch milliseconds. */
  add(
    plan: Plan,
    productionClouds: string,
    limits: Pick<OperationLimits, 'planLifetime' | 'maxPlans' | 'maxPlanTargets'>,
    now: number,
  ): void {
    this.#plans.set(plan.id, { plan, productionClouds, until: now + limits.planLifetime });
    this.#targets += plan.targets.length;
    for (const [id, pending] of this.#plans) {
      const tooMany = this.#plans.size > limits.maxPlans || this.#targets > limits.maxPlanTargets;
      if (pending.until <= now || (tooMany && id !== plan.id)) this.remove(id);
    }
  }

  remove(planId: string): void {
    const pending = this.#plans.get(planId);
    if (!pending) return;
    this.#plans.delete(planId);
    this.#targets -= pending.plan.targets.length;
  }

  /** The id of the operation that a plan became, if it was started recently. */
  startedAs(planId: string): Promise<string> | undefined {
    return this.#started.get(planId);
  }

  /**
   * A plan becomes the operation whose id `begun` resolves to. If it rejects, as on a full disk, the plan can be started
   * again. The operations of the latest `maxStarted` plans are remembered.
   */
  async start(planId: string, begun: Promise<string>, maxStarted: number): Promise<string> {
    this.#started.set(planId, begun);
    try {
      await begun;
      this.remove(planId);
    } catch (error) {
      this.#started.delete(planId);
      throw error;
    }
    for (const id of this.#started.keys()) {
      if (this.#started.size <= maxStarted) break;
      // A plan that is still in memory is being recorded at this moment.
      if (!this.#plans.has(id)) this.#started.delete(id);
    }
    return begun;
  }

  /** Throws `notFound` if the plan was run, dropped or is too old. */
  find(planId: string, now: number): Omit<PendingPlan, 'until'> {
    const pending = this.#plans.get(planId);
    if (pending && pending.until > now) return pending;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'This plan has expired, or the console was restarted.',
      remedy: 'Open the action again. The new plan shows the current state of the hosts.',
    });
  }
}
