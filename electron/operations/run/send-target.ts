import { ExpectedFailure, type Failure, type FailureCode } from '../../contract/failure.ts';
import type { Capabilities, HostId } from '../../contract/hosts.ts';
import { logFault } from '../../lib/fault.ts';
import { plural } from '../../lib/text.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import type { OperationLimits } from '../model/operation-timings.ts';
import type { TargetRun } from '../model/target-run.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-run.ts';

/** What came of one try: the host's answer, or its failure with what that means; `stopped` when the console closes. */
export type SendResult<Answer> = { answer: Answer } | { failure: Failure; retryClass: RetryClass } | 'stopped';

/** Sends one target, its intent recorded first. Throws only what nobody expected. */
export async function sendTarget<Answer>(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  request: (host: OperatedHost['host'], capabilities: Capabilities, signal: AbortSignal) => Promise<Answer>,
): Promise<SendResult<Answer>> {
  const signal = context.stopping;
  let left = false;
  try {
    const access = context.access(target.hostId);
    const capabilities = await access.capabilities(signal);
    if (signal.aborted) return 'stopped';
    // The last moment: the operator may have made the cloud read-only since this was planned.
    const closed = context.guard.closed(access.summary().cloudId);
    if (closed) return { failure: closed, retryClass: 'closed' };
    target.tries += 1;
    const now = context.clock.now();
    await context.journal.recordIntent(run.id, target, now);
    if (signal.aborted) return 'stopped';
    target.sentAt = now;
    run.setTarget(target, 'sent');
    left = true;
    return { answer: await request(access.host, capabilities, signal) };
  } catch (error) {
    if (signal.aborted) return 'stopped';
    if (!(error instanceof ExpectedFailure)) throw error;
    // A failure before the request, such as of asking what the host can do, changed nothing on the host.
    if (!left) target.tries += 1;
    const retryClass = retryClassOf(error.failure);
    return { failure: error.failure, retryClass: !left && retryClass === 'lost' ? 'notSent' : retryClass };
  }
}

/** Hosts at which so many targets in a row were given up; beyond this the rest is not sent. */
const maxGivenUp = 3;
const givenUp = new WeakMap<OperationRun, Map<HostId, number>>();

/** The host answered: it is not given up. */
export function noteAnswer(run: OperationRun, hostId: HostId): void {
  givenUp.get(run)?.delete(hostId);
}

/**
 * After a failed try: milliseconds until the next, or `undefined` with the target failed, and with it, when the host
 * would fail them all, the rest of the operation there.
 */
export function retryOrFail(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  { failure, retryClass }: { failure: Failure; retryClass: RetryClass },
  safe: ReadonlySet<RetryClass>,
): number | undefined {
  if (retryClass === 'closed') {
    refuseRest(context, run, target, failure);
    return undefined;
  }
  const bounds = context.limits();
  if (safe.has(retryClass) && target.tries < bounds.maxTries && run.state !== 'cancelling') {
    const wait = backOff(failure, target.tries, bounds, () => context.random());
    if (wait !== undefined) return wait;
  }
  const tried = target.tries > 1 ? `Tried ${plural(target.tries, 'time')}.` : null;
  const cancelled = safe.has(retryClass) && run.state === 'cancelling' ? 'Cancelled before it was tried again.' : null;
  run.setTarget(target, 'failed', { failure, text: [tried, cancelled].filter(Boolean).join(' ') || null });
  if (isDown(run, target.hostId, retryClass)) failRest(context, run, target.hostId, failure);
  return undefined;
}

/** Nothing more is sent to a host whose cloud the operator made read-only. */
function refuseRest(context: OperationContext, run: OperationRun, target: TargetRun, failure: Failure): void {
  for (const one of [target, ...context.scheduler.drop(run.id, target.hostId)]) {
    if (one.state === 'sent') run.setTarget(one, 'failed', { failure, text: 'Sent without success, not tried again.' });
    else run.setTarget(one, 'refused', { text: `Not sent. ${failure.message} ${failure.remedy}` });
  }
}

function isDown(run: OperationRun, hostId: HostId, retryClass: RetryClass): boolean {
  if (retryClass === 'everywhere' || retryClass === 'notSent' || retryClass === 'lost') return true;
  if (retryClass !== 'notNow') return false;
  const hosts = givenUp.get(run) ?? new Map<HostId, number>();
  givenUp.set(run, hosts);
  const times = (hosts.get(hostId) ?? 0) + 1;
  hosts.set(hostId, times);
  return times >= maxGivenUp;
}

/** What waits at a host that would only fail it too is not sent: the operator retries it when the host is mended. */
function failRest(context: OperationContext, run: OperationRun, hostId: HostId, failure: Failure): void {
  for (const target of context.scheduler.drop(run.id, hostId)) {
    const text = target.state === 'sent' ? 'Not tried again: the host fails others too.' : 'Not sent: the host failed.';
    run.setTarget(target, 'failed', { failure, text });
  }
}

/** A target met something that nobody expected: masked, logged, and no harm to the others. */
export function failUnexpectedly(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  error: unknown,
): void {
  const after = target.state === 'sent' ? 'unknown' : 'failed';
  if (error instanceof ExpectedFailure) {
    // Such as of a host that was taken out of the console meanwhile.
    run.setTarget(target, after, { failure: error.failure });
    return;
  }
  const reference = logFault(context.log, error, `operation ${run.id}`);
  const sent = target.state === 'sent' ? 'What came of it on the host is not known.' : 'Nothing was sent.';
  const text = `The console itself failed here; its log tells more under ${reference}. ${sent}`;
  run.setTarget(target, after, { text });
}

/**
 * What a failed request means for sending it again. `notSent`: it never got there. `notNow`: the host or what stands
 * before it turned it away undone (429, 503). `lost`: no answer, or a proxy's word that it had none (502, 504): it may
 * have been done. `everywhere`: every request to this host will fail so. `stopped`: the console gave it up.
 * `closed`: the operator forbids it, whatever the host would say.
 */
export type RetryClass = 'notSent' | 'notNow' | 'lost' | 'everywhere' | 'stopped' | 'closed' | 'final';

const everywhere: ReadonlySet<FailureCode> = new Set(['tls', 'unauthenticated', 'cachingDisabled']);

export function retryClassOf(failure: Failure): RetryClass {
  if (failure.code === 'interrupted') return 'stopped';
  if (everywhere.has(failure.code)) return 'everywhere';
  if (failure.status === 429 || failure.status === 503) return 'notNow';
  if (failure.status === 502 || failure.status === 504) return 'lost';
  if (failure.code === 'unreachable' || failure.code === 'timeout') return failure.notSent ? 'notSent' : 'lost';
  return 'final';
}

/** For requests of which a second one does no harm. */
export const idempotentRetries: ReadonlySet<RetryClass> = new Set(['notSent', 'notNow', 'lost']);
/** For requests that must not arrive twice. */
export const undoneRetries: ReadonlySet<RetryClass> = new Set(['notSent', 'notNow']);

/**
 * Milliseconds until the next try: between nothing and a bound that doubles with each try, so that many hosts or
 * consoles do not come back at one moment; or, where the host said how long (`Retry-After`), that and a little.
 * `undefined` when the host asks for more than there is patience for.
 */
export function backOff(
  failure: Failure,
  tries: number,
  bounds: OperationLimits,
  random: () => number,
): number | undefined {
  const asked = (failure.retryAfterSeconds ?? 0) * 1_000;
  if (asked > bounds.maxRetryAfter) return undefined;
  if (asked > 0) return asked + random() * bounds.firstBackOff;
  return random() * Math.min(bounds.maxBackOff, bounds.firstBackOff * 2 ** Math.max(0, tries - 1));
}
