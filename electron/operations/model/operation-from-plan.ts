import { randomUUID } from 'node:crypto';
import { plural } from '../../contract/counts.ts';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId, MethodName } from '../../contract/hosts.ts';
import type { Action, Operation, Plan, TargetOutcome } from '../../contract/operations.ts';
import { titleOf } from './operation-texts.ts';
import { type TargetRun, totalsOf } from './target-run.ts';

/**
 * What is recorded about an action besides its targets: what a clear clears; `anew` for a queue that removes stalled
 * images from the queue first; `rate 1048576` for a prefetch that reads at most this many bytes a second at each host;
 * `to 80` for a prune to 80 % of the limit; otherwise null.
 */
export type ActionDetail = 'cache' | 'queue' | 'both' | 'anew' | `rate ${number}` | `to ${number}` | null;

/** An operation as it is in the journal. */
export type RecordedOperation = { operation: Operation; detail: ActionDetail };

export function clearScopeOf(detail: ActionDetail): 'cache' | 'queue' | 'both' {
  return detail === 'cache' || detail === 'queue' ? detail : 'both';
}

/** Bytes a second that a prefetch may read at each host; null if it is not limited. */
export function readRateOf(detail: ActionDetail): number | null {
  return detail?.startsWith('rate ') ? Number(detail.slice('rate '.length)) : null;
}

/** The share of the limit in percent to which a prune deletes; null for the whole limit. */
export function pruneShareOf(detail: ActionDetail): number | null {
  return detail?.startsWith('to ') ? Number(detail.slice('to '.length)) : null;
}

function detailOf(action: Action): ActionDetail {
  if (action.kind === 'prune') return action.toPercent ? `to ${action.toPercent}` : null;
  if (action.kind === 'clear') return action.what;
  if (action.kind === 'prefetch') return action.bytesPerSecond ? `rate ${action.bytesPerSecond}` : null;
  return action.kind === 'queue' && action.anew ? 'anew' : null;
}

/**
 * The operation that a plan becomes when it is started, by a schedule or, without one, by the operator. `now` in epoch
 * milliseconds.
 */
export function operationOfPlan(
  plan: Plan,
  targets: readonly TargetRun[],
  now: number,
  by: { schedule?: Operation['schedule']; console?: string | undefined } = {},
): RecordedOperation {
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
      ...(by.schedule ? { schedule: by.schedule } : {}),
      ...(by.console ? { console: by.console } : {}),
    },
    detail: detailOf(plan.action),
  };
}

/** The hosts to which a plan would send something. */
export function plannedHosts({ targets }: Plan): ReadonlySet<HostId> {
  return new Set(targets.flatMap(({ hostId, verdict }) => (verdict === 'willDo' ? [hostId] : [])));
}

type RetriedTarget = Pick<TargetOutcome, 'hostId' | 'imageId' | 'method' | 'step'>;

/** The action that repeats an operation for some of its targets. */
export function retryAction(kind: Action['kind'], targets: readonly RetriedTarget[], detail: ActionDetail): Action {
  const hostIds = [...new Set(targets.map((target) => target.hostId))];
  const imagesWith = (wanted: TargetOutcome['step']) =>
    targets.flatMap(({ hostId, imageId, step }) => (step === wanted ? [{ hostId, imageId: imageId ?? '' }] : []));
  // Each host uses the same method as before.
  const methods: Record<HostId, MethodName> = Object.fromEntries(
    targets.flatMap(({ hostId, method }) => (method ? [[hostId, method]] : [])),
  );
  switch (kind) {
    case 'queue':
      return { kind, targets: imagesWith(null), anew: detail === 'anew' };
    case 'delete':
      return { kind, targets: imagesWith(null) };
    case 'align':
      return { kind, queue: imagesWith('queue'), delete: imagesWith('delete') };
    case 'clear':
      return { kind, hostIds, what: clearScopeOf(detail) };
    case 'prefetch': {
      const only = targets.flatMap(({ hostId, imageId }) => (imageId === null ? [] : [{ hostId, imageId }]));
      const bytesPerSecond = readRateOf(detail);
      return { kind, hostIds, methods, only, ...(bytesPerSecond === null ? {} : { bytesPerSecond }) };
    }
    case 'prune': {
      const toPercent = pruneShareOf(detail);
      return { kind, hostIds, methods, ...(toPercent === null ? {} : { toPercent }) };
    }
    case 'clean':
      return { kind, hostIds, methods };
  }
}

/** The failure of a request for which the operation has no targets. */
export function nothingToDo(message: string): ExpectedFailure {
  return new ExpectedFailure({ code: 'invalidInput', message, remedy: 'See its targets for the result of each.' });
}

/** The failure of continuing an operation that was interrupted a moment ago. */
export function stillAnswering(requests: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'interrupted',
    message: `The operation is waiting for responses to ${plural(requests, 'request')} sent before it was interrupted.`,
    remedy: 'Continue it after they arrive.',
  });
}
