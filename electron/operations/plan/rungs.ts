import type { HostId, Rung, RungName } from '../../contract/hosts.ts';
import type { Action } from '../../contract/operations.ts';

/** The way that the operator chose for a host; undefined leaves it to the console. */
export function chosenRung(
  action: Extract<Action, { kind: 'prune' | 'clean' | 'prefetch' }>,
  hostId: HostId,
): RungName | undefined {
  return action.rungs?.[hostId] ?? action.rung;
}

/** The way to take, or why there is none. */
export function takeRung(ladder: readonly Rung[], chosen: RungName | undefined): { rung: RungName } | { why: string } {
  const asked = chosen === undefined ? ladder : ladder.filter(({ rung }) => rung === chosen);
  const usable = asked.find((one) => one.usable);
  if (usable) return { rung: usable.rung };
  const why = asked.flatMap((one) => (one.usable ? [] : [`${one.reason} ${one.remedy}`]));
  return { why: why.join(' ') || 'This cannot be done in that way. Choose another.' };
}
