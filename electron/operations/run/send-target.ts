import { plural } from '../../contract/counts.ts';
import { ExpectedFailure, type Failure, type FailureCode } from '../../contract/failure.ts';
import type { Capabilities, HostId } from '../../contract/hosts.ts';
import { logFault } from '../../lib/fault.ts';
import { StorageFailure } from '../../store/storage-failure.ts';
import type { Removals } from '../journal/operation-history.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import { isUndecided, noAmount, type TargetRun } from '../model/target-run.ts';
import { interruptBefore } from './interrupt-run.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationRun } from './operation-state.ts';

/**
 * The result of one try: the host's answer, or its failure; `stopped` if nothing is sent, because the console is
 * closing or the operation was interrupted.
 */
export type SendResult<Answer> = { answer: Answer } | { failure: Failure; retryClass: RetryClass } | 'stopped';

/** Sends one target, after its intent is recorded. Throws only unexpected errors. */
export async function sendTarget<Answer>(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  request: (host: OperatedHost['host'], capabilities: Capabilities, signal: AbortSignal) => Promise<Answer>,
): Promise<SendResult<Answer>> {
  const signal = context.stopping;
  let isSent = false;
  try {
    const access = context.access(target.hostId);
    const capabilities = await access.capabilities(signal);
    if (signal.aborted) return 'stopped';
    // The operator may have made the cloud read-only since the plan.
    const closed = context.guard.closed(access.summary().cloudId);
    if (closed) return { failure: closed, retryClass: 'readOnly' };
    if ((await recordIntent(context, run, target)) === 'stopped') return 'stopped';
    run.setTarget(target, 'sent');
    isSent = true;
    return { answer: await request(access.host, capabilities, signal) };
  } catch (error) {
    if (signal.aborted) return 'stopped';
    if (!(error instanceof ExpectedFailure)) throw error;
    // A failure before the request, such as that of reading the capabilities, changed nothing on the host.
    if (!isSent) target.tries += 1;
    const retryClass = retryClassOf(error.failure);
    if (isSent && retryClass === 'lost') target.unanswered = true;
    return { failure: error.failure, retryClass: !isSent && retryClass === 'lost' ? 'notSent' : retryClass };
  }
}

const notSentAgain = 'The result of the earlier request is unknown; it is not repeated.';

/**
 * Records that a target is about to be sent. `stopped` if it must not be sent: the console is closing, or the operation
 * is interrupted because its intent cannot be recorded.
 */
export async function recordIntent(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
): Promise<'recorded' | 'stopped'> {
  if (run.interruption) return 'stopped';
  target.tries += 1;
  const now = context.clock.now();
  try {
    await context.journal.recordIntent(run.id, target, now);
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error;
    target.tries -= 1;
    interruptBefore(context, run, target, error);
    return 'stopped';
  }
  if (context.stopping.aborted) return 'stopped';
  target.sentAt = now;
  return 'recorded';
}

/**
 * Settles a target that conflicts with an operation that began earlier. Returns false if there is no conflict. Call
 * this before any other decision about the target.
 */
export function settleConflict(context: OperationContext, run: OperationRun, target: TargetRun): boolean {
  const conflict = context.openTargets.conflict(run, target);
  if (!conflict) return false;
  if (target.unanswered && conflict.verdict === 'refused') {
    run.setTarget(target, 'unknown', { text: `${notSentAgain} ${conflict.reason}` });
    return true;
  }
  const actual = conflict.verdict === 'alreadyDone' ? noAmount() : null;
  run.setTarget(target, conflict.verdict, { text: conflict.reason, actual });
  return true;
}

/**
 * What other operations removed from the host of a target since the target was sent; undefined while its operation runs
 * for the first time, because no conflicting request is sent then.
 */
export function removedSince(context: OperationContext, run: OperationRun, target: TargetRun): Removals | undefined {
  if (!run.isContinued || target.sentAt === null) return undefined;
  return context.removedByOthers(run, target.hostId, target.sentAt);
}

/** When this many targets in a row were given up at a host, the rest is not sent there. */
const maxGivenUp = 3;
const givenUp = new WeakMap<OperationRun, Map<HostId, number>>();

/** The host answered, so targets given up there earlier do not count any more. */
export function noteAnswer(run: OperationRun, hostId: HostId): void {
  givenUp.get(run)?.delete(hostId);
}

/**
 * Handles a failure before a request, such as that of the list it relies on. Nothing was sent. Throws unexpected
 * errors.
 */
export function retryUnsent(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  error: unknown,
  retried: ReadonlySet<RetryClass>,
): number | undefined {
  if (!(error instanceof ExpectedFailure)) throw error;
  target.tries += 1;
  const { failure } = error;
  const retryClass = retryClassOf(failure);
  return retryOrFail(
    context,
    run,
    target,
    { failure, retryClass: retryClass === 'lost' ? 'notSent' : retryClass },
    retried,
  );
}

/**
 * Handles a failed try. Returns the milliseconds until the next one, or `undefined` if the target failed; if the host would
 * fail every request, the rest of the operation at the host failed too. `retried`: the classes in which a retry is safe.
 */
export function retryOrFail(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  { failure, retryClass }: { failure: Failure; retryClass: RetryClass },
  retried: ReadonlySet<RetryClass>,
): number | undefined {
  if (retryClass === 'readOnly') {
    refuseRest(context, run, target, failure);
    return undefined;
  }
  const limits = context.limits();
  if (retried.has(retryClass) && target.tries < limits.maxTries && run.state !== 'cancelling') {
    if (run.interruption) {
      // A request that was rejected or did not arrive changed nothing.
      if (retryClass === 'lost' || target.unanswered) run.setTarget(target, 'unknown', { failure });
      else run.setTarget(target, 'waiting');
      return undefined;
    }
    const wait = backOff(failure, target.tries, limits, () => context.random());
    if (wait !== undefined) return wait;
  }
  const tried = target.tries > 1 ? `${plural(target.tries, 'attempt')}.` : null;
  const cancelled = retried.has(retryClass) && run.state === 'cancelling' ? 'Cancelled before a retry.' : null;
  run.setTarget(target, isUndecided(target) ? 'unknown' : 'failed', {
    failure,
    text: [tried, cancelled].filter(Boolean).join(' ') || null,
  });
  if (isDown(run, target.hostId, retryClass)) failRest(context, run, target.hostId, failure);
  return undefined;
}

/** Sends nothing more to a host whose cloud has become read-only. */
function refuseRest(context: OperationContext, run: OperationRun, target: TargetRun, failure: Failure): void {
  for (const one of [target, ...context.scheduler.drop(run.id, target.hostId)]) {
    if (isUndecided(one)) run.setTarget(one, 'unknown', { failure, text: notSentAgain });
    else if (one.state === 'sent') run.setTarget(one, 'failed', { failure, text: 'Failed, not retried.' });
    else run.setTarget(one, 'refused', { text: `Not sent. ${failure.message} ${failure.remedy}` });
  }
}

function isDown(run: OperationRun, hostId: HostId, retryClass: RetryClass): boolean {
  if (retryClass === 'hostDown' || retryClass === 'notSent' || retryClass === 'lost') return true;
  if (retryClass !== 'busy') return false;
  const hosts = givenUp.get(run) ?? new Map<HostId, number>();
  givenUp.set(run, hosts);
  const times = (hosts.get(hostId) ?? 0) + 1;
  hosts.set(hostId, times);
  return times >= maxGivenUp;
}

/**
 * Fails the waiting targets at a host that fails every request. The operator can retry them when the host works again.
 */
function failRest(context: OperationContext, run: OperationRun, hostId: HostId, failure: Failure): void {
  for (const target of context.scheduler.drop(run.id, hostId)) {
    if (isUndecided(target)) {
      run.setTarget(target, 'unknown', { failure, text: notSentAgain });
      continue;
    }
    const text =
      target.state === 'sent' ? 'Not retried: other requests to the host fail too.' : 'Not sent: the host failed.';
    run.setTarget(target, 'failed', { failure, text });
  }
}

/** Fails a target because of an unexpected error, which is logged. The other targets go on. */
export function failUnexpectedly(
  context: OperationContext,
  run: OperationRun,
  target: TargetRun,
  error: unknown,
): void {
  const storage = context.storage.report(error);
  if (storage) {
    interruptBefore(context, run, target, storage);
    return;
  }
  const after = target.state === 'sent' ? 'unknown' : 'failed';
  if (error instanceof ExpectedFailure) {
    // For example, the host was removed from the console meanwhile.
    run.setTarget(target, after, { failure: error.failure });
    return;
  }
  const reference = logFault(context.log, error, `operation ${run.id}`);
  const sent = target.state === 'sent' ? 'The result on the host is unknown.' : 'Nothing was sent.';
  const text = `Internal error. See the log, reference ${reference}. ${sent}`;
  run.setTarget(target, after, { text });
}

/**
 * What a failed request means for sending it again.
 * - `notSent`: the request never reached the host.
 * - `busy`: the host or a proxy refused it without doing anything (429, 503).
 * - `lost`: there was no answer, or a proxy got none (502, 504). The request may have been carried out.
 * - `hostDown`: every request to this host will fail in this way.
 * - `stopped`: the console gave it up because it closes.
 * - `readOnly`: the operator made the cloud read-only.
 * - `final`: the host refused it, and will refuse it again.
 */
export type RetryClass = 'notSent' | 'busy' | 'lost' | 'hostDown' | 'stopped' | 'readOnly' | 'final';

const hostDownCodes: ReadonlySet<FailureCode> = new Set(['tls', 'unauthenticated', 'cachingDisabled']);

export function retryClassOf(failure: Failure): RetryClass {
  if (failure.code === 'interrupted') return 'stopped';
  if (hostDownCodes.has(failure.code)) return 'hostDown';
  if (failure.status === 429 || failure.status === 503) return 'busy';
  if (failure.status === 502 || failure.status === 504) return 'lost';
  if (failure.code === 'unreachable' || failure.code === 'timeout') return failure.notSent ? 'notSent' : 'lost';
  return 'final';
}

/** Retries of requests that may be carried out twice. */
export const idempotentRetries: ReadonlySet<RetryClass> = new Set(['notSent', 'busy', 'lost']);
/** Retries of requests that must not be carried out twice. */
export const undoneRetries: ReadonlySet<RetryClass> = new Set(['notSent', 'busy']);

/**
 * Milliseconds until the next try: random, with a maximum that doubles with each try, so that many consoles do not retry at
 * the same moment. If the host sent `Retry-After`, that time and a random bit more. `undefined` if the host asks for more
 * than `maxRetryAfter`.
 */
export function backOff(
  failure: Failure,
  tries: number,
  limits: OperationLimits,
  random: () => number,
): number | undefined {
  const asked = (failure.retryAfterSeconds ?? 0) * 1_000;
  if (asked > limits.maxRetryAfter) return undefined;
  if (asked > 0) return asked + random() * limits.firstBackOff;
  return random() * Math.min(limits.maxBackOff, limits.firstBackOff * 2 ** Math.max(0, tries - 1));
}
