import {
  type Amount,
  addAmount,
  amountOf,
  type HostAccount,
  noCounts,
  type Operation,
  type OperationTargets,
  type PlannedTarget,
  type TargetOutcome,
  type TargetState,
  type TargetsQuery,
} from '../../contract/operations.ts';
import type { ListedImage } from './listed-image.ts';

/** One target of an operation: its outcome so far, and the data about it that only the main process needs. */
export type TargetRun = TargetOutcome & {
  /** Its place in the plan, from 0. */
  position: number;
  tries: number;
  /** Epoch milliseconds when it was last sent. */
  sentAt: number | null;
  /**
   * For an image that a prune deletes: its last access when the plan was made, in epoch milliseconds. The image is deleted
   * only if it was not accessed since.
   */
  plannedAccess: number | null;
  /** For a delete: what the host listed of the image when the request was sent. Null before, and for other targets. */
  listed: ListedImage | null;
  /** Whether an earlier request for it has no answer: the host may have carried it out, or still may. */
  unanswered: boolean;
};

const settledStates: ReadonlySet<TargetState> = new Set(['done', 'alreadyDone', 'failed', 'refused', 'cancelled']);

/** Whether a target in this state needs nothing more. */
export function isSettled(state: TargetState): boolean {
  return settledStates.has(state);
}

/** Whether a target waits to be sent again while the host may have carried out, or still carry out, an earlier request. */
export function isUndecided({ state, unanswered }: Pick<TargetRun, 'state' | 'unanswered'>): boolean {
  return state === 'waiting' && unanswered;
}

/** The targets of a plan to run. A prune by deletion gets one target for each image, so that each has an outcome. */
export function targetsOfPlan(planned: readonly PlannedTarget[]): TargetRun[] {
  const targets = planned.flatMap((target) => {
    const { method, verdict, preview } = target;
    if (method !== 'delete' || verdict !== 'willDo' || !preview) return [targetOfPlan(target)];
    return preview.goes.map(({ imageId, imageName, sizeBytes, lastAccessed }) =>
      targetOfPlan({ ...target, imageId, imageName, expected: amountOf([{ sizeBytes }]) }, lastAccessed),
    );
  });
  return targets.map((target, position) => ({ ...target, position }));
}

function targetOfPlan(planned: PlannedTarget, plannedAccess: number | null = null): Omit<TargetRun, 'position'> {
  const { hostId, hostName, imageId, imageName, step, expected, method, verdict, reason } = planned;
  return {
    hostId,
    hostName,
    imageId,
    imageName,
    step,
    expected,
    method,
    state: verdict === 'willDo' ? 'waiting' : verdict,
    text: verdict === 'willDo' ? null : reason,
    failure: null,
    actual: verdict === 'alreadyDone' ? noAmount() : null,
    tries: 0,
    sentAt: null,
    plannedAccess,
    listed: null,
    unanswered: false,
  };
}

/**
 * The action on a target. The targets of an `align` have a step each; all others have the action of their operation.
 */
export function stepOf({ kind }: Pick<Operation, 'kind'>, { step }: Pick<TargetRun, 'step'>): Operation['kind'] {
  return step ?? kind;
}

type Totals = Pick<Operation, 'counts' | 'total' | 'actual' | 'freed'>;

/** Counts by state, total number and amounts of some targets. */
export function totalsOf(targets: readonly Pick<TargetRun, 'state' | 'actual' | 'step'>[]): Totals {
  const counts = noCounts();
  const amounts = { actual: noAmount(), freed: targets.some(({ step }) => step !== null) ? noAmount() : null };
  for (const target of targets) {
    counts[target.state] += 1;
    if (target.state === 'done') addAmount(amountFor(target, amounts), target.actual, 1);
  }
  return { counts, total: targets.length, ...amounts };
}

/** The amount that a target counts towards: fetched and freed bytes are kept apart. */
export function amountFor(
  { step }: Pick<TargetRun, 'step'>,
  { actual, freed }: Pick<Totals, 'actual' | 'freed'>,
): Amount {
  return step === 'delete' && freed ? freed : actual;
}

export function noAmount(): Amount {
  return { images: 0, bytes: 0 };
}

/** The targets that a query selects, in the order of the plan, and the totals of each host. */
export function targetPage(
  all: readonly TargetRun[],
  { hostId, states, from = 0, limit }: TargetsQuery,
): Omit<OperationTargets, 'operation'> {
  const matching = all.filter(
    (target) => (hostId ?? target.hostId) === target.hostId && (states?.includes(target.state) ?? true),
  );
  const targets = matching.slice(from, limit === undefined ? undefined : from + limit).map(outcomeOf);
  return { hosts: hostTotals(all), matching: matching.length, targets };
}

/** The totals of each host, in the order of the plan. */
function hostTotals(targets: readonly TargetRun[]): HostAccount[] {
  return [...Map.groupBy(targets, ({ hostId }) => hostId)].map(([hostId, ofHost]) => ({
    hostId,
    hostName: ofHost[0]?.hostName ?? hostId,
    ...totalsOf(ofHost),
  }));
}

/** A target without the data that only the main process needs. */
export function outcomeOf(target: TargetRun): TargetOutcome {
  const { position: _position, tries: _tries, sentAt: _sentAt, plannedAccess: _plannedAccess, ...rest } = target;
  const { listed: _listed, unanswered: _unanswered, ...outcome } = rest;
  return outcome;
}
