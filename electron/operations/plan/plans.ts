import { ExpectedFailure } from '../../contract/failure.ts';
import type { Plan } from '../../contract/operations.ts';
import type { Bounds } from '../model/bounds.ts';

/** `production`: which clouds were marked as such when it was made. */
type Kept = { plan: Plan; production: string; until: number };

/** Plans that wait for the operator's word, in memory: for a while, so many, each to be run once. */
export class Plans {
  /** Oldest first. */
  readonly #plans = new Map<string, Kept>();
  #targets = 0;

  /** `now` in epoch milliseconds. */
  keep(
    plan: Plan,
    production: string,
    bounds: Pick<Bounds, 'planLife' | 'plansKept' | 'planTargetsKept'>,
    now: number,
  ): void {
    this.#plans.set(plan.id, { plan, production, until: now + bounds.planLife });
    this.#targets += plan.targets.length;
    for (const [id, kept] of this.#plans) {
      const tooMany = this.#plans.size > bounds.plansKept || this.#targets > bounds.planTargetsKept;
      if (kept.until > now && !(tooMany && id !== plan.id)) continue;
      this.#remove(id, kept);
    }
  }

  /** A plan may be run only once: it is not there any more after this. */
  remove(planId: string): void {
    const kept = this.#plans.get(planId);
    if (kept) this.#remove(planId, kept);
  }

  /** Throws when it is not there any more. */
  find(planId: string, now: number): Omit<Kept, 'until'> {
    const kept = this.#plans.get(planId);
    if (kept && kept.until > now) return kept;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'This plan is not there any more: it is too old, or the console was started anew since.',
      remedy: 'Ask for the action again: the new plan shows how the hosts stand now.',
    });
  }

  #remove(id: string, kept: Kept): void {
    this.#plans.delete(id);
    this.#targets -= kept.plan.targets.length;
  }
}
