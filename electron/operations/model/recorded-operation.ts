import { randomUUID } from 'node:crypto';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId, RungName } from '../../contract/hosts.ts';
import type { Action, Operation, Plan, TargetOutcome } from '../../contract/operations.ts';
import { titleOf } from './operation-texts.ts';
import { type TargetRun, totalsOf } from './target-run.ts';

/**
 * What of an action is recorded beside its targets: what a clear clears; `anew` where a queue dequeues what is stalled;
 * `rate 1048576` where a prefetch reads at most so many bytes a second at each host; null for all others.
 */
export type ActionDetail = 'cache' | 'queue' | 'both' | 'anew' | `rate ${number}` | null;

/** An operation as recorded. */
export type RecordedOperation = { operation: Operation; detail: ActionDetail };

/** What is cleared. */
export function clearScopeOf(what: ActionDetail): 'cache' | 'queue' | 'both' {
  return what === 'cache' || what === 'queue' ? what : 'both';
}

/** Bytes a second at each host; null where nothing limits them. */
export function readRateOf(what: ActionDetail): number | null {
  return what?.startsWith('rate ') ? Number(what.slice('rate '.length)) : null;
}

/** The operation that a plan becomes when it begins. `now` in epoch milliseconds. */
export function operationOfPlan(plan: Plan, targets: readonly TargetRun[], now: number): RecordedOperation {
  return {
    operation: {
      id: randomUUID(),
      kind: plan.action.kind,
      title: titleOf(plan.action, plan.targets),
      state: 'running',
      startedAt: now,
      endedAt: null,
      hostIds: [...new Set(plan.targets.map((target) => target.hostId))],
      ...totalsOf(targets),
      pace: null,
    },
    detail: whatOf(plan.action),
  };
}

/** The hosts to which a plan would send something. */
export function plannedHosts({ targets }: Plan): ReadonlySet<HostId> {
  return new Set(targets.flatMap(({ hostId, verdict }) => (verdict === 'willDo' ? [hostId] : [])));
}

/** What of an action has to be recorded beside its targets. */
function whatOf(action: Action): RecordedOperation['detail'] {
  if (action.kind === 'clear') return action.what;
  if (action.kind === 'prefetch') return action.bytesPerSecond ? `rate ${action.bytesPerSecond}` : null;
  return action.kind === 'queue' && action.anew ? 'anew' : null;
}

/** The action that asks for some targets of an operation once more. */
export function actionOf(
  kind: Action['kind'],
  targets: readonly Pick<TargetOutcome, 'hostId' | 'imageId' | 'rung' | 'step'>[],
  what: RecordedOperation['detail'],
): Action {
  const hostIds = targets.map((target) => target.hostId);
  const images = targets.map(({ hostId, imageId, step }) => ({ hostId, imageId: imageId ?? '', step }));
  const of = (wanted: TargetOutcome['step']) =>
    images.flatMap(({ step, ...target }) => (step === wanted ? [target] : []));
  switch (kind) {
    case 'queue':
      return { kind, targets: of(null), anew: what === 'anew' };
    case 'delete':
      return { kind, targets: of(null) };
    case 'align':
      return { kind, queue: of('queue'), delete: of('delete') };
    case 'clear':
      return { kind, hostIds, what: clearScopeOf(what) };
    case 'prefetch':
      return { kind, hostIds: [...new Set(hostIds)], rungs: rungsOf(targets), ...readAgain(targets, what) };
    case 'prune':
    case 'clean':
      return { kind, hostIds: [...new Set(hostIds)], rungs: rungsOf(targets) };
  }
}

/** Of what was read just the same images, at the same rate. */
function readAgain(targets: readonly Pick<TargetOutcome, 'hostId' | 'imageId'>[], what: RecordedOperation['detail']) {
  const only = targets.flatMap(({ hostId, imageId }) => (imageId === null ? [] : [{ hostId, imageId }]));
  const bytesPerSecond = readRateOf(what);
  return { only, ...(bytesPerSecond === null ? {} : { bytesPerSecond }) };
}

/** The way that each host's targets took. */
function rungsOf(targets: readonly Pick<TargetOutcome, 'hostId' | 'rung'>[]): Record<HostId, RungName> {
  return Object.fromEntries(targets.flatMap(({ hostId, rung }) => (rung ? [[hostId, rung]] : [])));
}

export function nothingLeft(message: string): ExpectedFailure {
  return new ExpectedFailure({ code: 'invalidInput', message, remedy: 'Look at its targets for what came of each.' });
}
