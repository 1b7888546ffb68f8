import type { Failure, FailureCode } from '../../contract/failure.ts';
import type { Bounds } from '../model/operation-timings.ts';

/**
 * What a failed request means for sending it again. `notSent`: it never got there. `notNow`: the host or what stands
 * before it turned it away undone (429, 503). `lost`: no answer, or a proxy's word that it had none (502, 504): it may
 * have been done. `everywhere`: every request to this host will fail so. `stopped`: the console gave it up.
 * `closed`: the operator forbids it, whatever the host would say.
 */
export type Trouble = 'notSent' | 'notNow' | 'lost' | 'everywhere' | 'stopped' | 'closed' | 'final';

const everywhere: ReadonlySet<FailureCode> = new Set(['tls', 'unauthenticated', 'cachingDisabled']);

export function troubleOf(failure: Failure): Trouble {
  if (failure.code === 'interrupted') return 'stopped';
  if (everywhere.has(failure.code)) return 'everywhere';
  if (failure.status === 429 || failure.status === 503) return 'notNow';
  if (failure.status === 502 || failure.status === 504) return 'lost';
  if (failure.code === 'unreachable' || failure.code === 'timeout') return failure.notSent ? 'notSent' : 'lost';
  return 'final';
}

/** For requests of which a second one does no harm. */
export const repeatable: ReadonlySet<Trouble> = new Set(['notSent', 'notNow', 'lost']);
/** For requests that must not arrive twice. */
export const onlyIfUndone: ReadonlySet<Trouble> = new Set(['notSent', 'notNow']);

/**
 * Milliseconds until the next try: between nothing and a bound that doubles with each try, so that many hosts or
 * consoles do not come back at one moment; or, where the host said how long (`Retry-After`), that and a little.
 * `undefined` when the host asks for more than there is patience for.
 */
export function backOff(failure: Failure, tries: number, bounds: Bounds, random: () => number): number | undefined {
  const asked = (failure.retryAfterSeconds ?? 0) * 1_000;
  if (asked > bounds.retryAfterMost) return undefined;
  if (asked > 0) return asked + random() * bounds.backOffFirst;
  return random() * Math.min(bounds.backOffMost, bounds.backOffFirst * 2 ** Math.max(0, tries - 1));
}
