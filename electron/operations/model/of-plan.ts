import { randomUUID } from 'node:crypto';
import type { HostId } from '../../contract/hosts.ts';
import type { Action, Plan } from '../../contract/operations.ts';
import { type Entry, sums } from './account.ts';
import type { RecordedOperation } from './recorded.ts';
import { titleOf } from './words.ts';

/** The operation that a plan becomes when it begins. `now` in epoch milliseconds. */
export function operationOf(plan: Plan, entries: readonly Entry[], now: number): RecordedOperation {
  return {
    operation: {
      id: randomUUID(),
      kind: plan.action.kind,
      title: titleOf(plan.action, plan.targets),
      state: 'running',
      startedAt: now,
      endedAt: null,
      hostIds: [...new Set(plan.targets.map((target) => target.hostId))],
      ...sums(entries),
      pace: null,
    },
    what: whatOf(plan.action),
  };
}

/** The hosts to which a plan would send something. */
export function hostsOf({ targets }: Plan): ReadonlySet<HostId> {
  return new Set(targets.flatMap(({ hostId, verdict }) => (verdict === 'willDo' ? [hostId] : [])));
}

/** What of an action has to be recorded beside its targets. */
function whatOf(action: Action): RecordedOperation['what'] {
  if (action.kind === 'clear') return action.what;
  if (action.kind === 'prefetch') return action.bytesPerSecond ? `rate ${action.bytesPerSecond}` : null;
  return action.kind === 'queue' && action.anew ? 'anew' : null;
}
