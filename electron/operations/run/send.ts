import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { Capabilities, HostId } from '../../contract/hosts.ts';
import { logFault } from '../../lib/fault.ts';
import { plural } from '../../lib/text.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import type { Account, Entry } from '../model/operation-run.ts';
import type { Crew } from './crew.ts';
import { backOff, type Trouble, troubleOf } from './trouble.ts';

/** What came of one try: the host's answer, or its failure with what that means; `stopped` when the console closes. */
export type Sent<Answer> = { answer: Answer } | { failure: Failure; trouble: Trouble } | 'stopped';

/** Sends one target, its intent recorded first. Throws only what nobody expected. */
export async function send<Answer>(
  crew: Crew,
  account: Account,
  entry: Entry,
  request: (host: OperatedHost['host'], capabilities: Capabilities, signal: AbortSignal) => Promise<Answer>,
): Promise<Sent<Answer>> {
  const signal = crew.stopping;
  let left = false;
  try {
    const access = crew.access(entry.hostId);
    const capabilities = await access.capabilities(signal);
    if (signal.aborted) return 'stopped';
    // The last moment: the operator may have made the cloud read-only since this was planned.
    const closed = crew.guard.closed(access.summary().cloudId);
    if (closed) return { failure: closed, trouble: 'closed' };
    entry.tries += 1;
    const now = crew.clock.now();
    await crew.journal.intend(account.id, entry, now);
    if (signal.aborted) return 'stopped';
    entry.sentAt = now;
    account.set(entry, 'sent');
    left = true;
    return { answer: await request(access.host, capabilities, signal) };
  } catch (error) {
    if (signal.aborted) return 'stopped';
    if (!(error instanceof ExpectedFailure)) throw error;
    // A failure before the request, such as of asking what the host can do, changed nothing on the host.
    if (!left) entry.tries += 1;
    const trouble = troubleOf(error.failure);
    return { failure: error.failure, trouble: !left && trouble === 'lost' ? 'notSent' : trouble };
  }
}

/** Hosts at which so many targets in a row were given up; beyond this the rest is not sent. */
const busyMost = 3;
const givenUp = new WeakMap<Account, Map<HostId, number>>();

/** The host answered: it is not given up. */
export function answered(account: Account, hostId: HostId): void {
  givenUp.get(account)?.delete(hostId);
}

/**
 * After a failed try: milliseconds until the next, or `undefined` with the target failed, and with it, when the host
 * would fail them all, the rest of the operation there.
 */
export function againOrFailed(
  crew: Crew,
  account: Account,
  entry: Entry,
  { failure, trouble }: { failure: Failure; trouble: Trouble },
  safe: ReadonlySet<Trouble>,
): number | undefined {
  if (trouble === 'closed') {
    closeRest(crew, account, entry, failure);
    return undefined;
  }
  const bounds = crew.bounds();
  if (safe.has(trouble) && entry.tries < bounds.tries && account.state !== 'cancelling') {
    const wait = backOff(failure, entry.tries, bounds, () => crew.random());
    if (wait !== undefined) return wait;
  }
  const tried = entry.tries > 1 ? `Tried ${plural(entry.tries, 'time')}.` : null;
  const cancelled = safe.has(trouble) && account.state === 'cancelling' ? 'Cancelled before it was tried again.' : null;
  account.set(entry, 'failed', { failure, text: [tried, cancelled].filter(Boolean).join(' ') || null });
  if (isDown(account, entry.hostId, trouble)) failRest(crew, account, entry.hostId, failure);
  return undefined;
}

/** Nothing more is sent to a host whose cloud the operator made read-only. */
function closeRest(crew: Crew, account: Account, entry: Entry, failure: Failure): void {
  for (const one of [entry, ...crew.scheduler.drop(account.id, entry.hostId)]) {
    if (one.state === 'sent') account.set(one, 'failed', { failure, text: 'Sent without success, not tried again.' });
    else account.set(one, 'refused', { text: `Not sent. ${failure.message} ${failure.remedy}` });
  }
}

function isDown(account: Account, hostId: HostId, trouble: Trouble): boolean {
  if (trouble === 'everywhere' || trouble === 'notSent' || trouble === 'lost') return true;
  if (trouble !== 'notNow') return false;
  const hosts = givenUp.get(account) ?? new Map<HostId, number>();
  givenUp.set(account, hosts);
  const times = (hosts.get(hostId) ?? 0) + 1;
  hosts.set(hostId, times);
  return times >= busyMost;
}

/** What waits at a host that would only fail it too is not sent: the operator retries it when the host is mended. */
function failRest(crew: Crew, account: Account, hostId: HostId, failure: Failure): void {
  for (const entry of crew.scheduler.drop(account.id, hostId)) {
    const text = entry.state === 'sent' ? 'Not tried again: the host fails others too.' : 'Not sent: the host failed.';
    account.set(entry, 'failed', { failure, text });
  }
}

/** A target met something that nobody expected: masked, logged, and no harm to the others. */
export function fault(crew: Crew, account: Account, entry: Entry, error: unknown): void {
  const after = entry.state === 'sent' ? 'unknown' : 'failed';
  if (error instanceof ExpectedFailure) {
    // Such as of a host that was taken out of the console meanwhile.
    account.set(entry, after, { failure: error.failure });
    return;
  }
  const reference = logFault(crew.log, error, `operation ${account.id}`);
  const sent = entry.state === 'sent' ? 'What came of it on the host is not known.' : 'Nothing was sent.';
  const text = `The console itself failed here; its log tells more under ${reference}. ${sent}`;
  account.set(entry, after, { text });
}
