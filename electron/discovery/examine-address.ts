import type { Examined } from '../contract/discovery.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostVerdict } from '../contract/hosts.ts';
import { testHost, testWithoutLogin } from '../glance/host-check.ts';
import { proxyFor } from '../http/proxy.ts';
import type { CatalogueEntry, Session } from '../keystone/keystone-session.ts';
import { type Lookup, ResolvedAddresses } from './address-lookup.ts';
import { catalogueEntries } from './host-candidates.ts';
import { addressMarks, answerMarks, observeAnswers } from './load-balancer.ts';

/** `chosen`: the operator has chosen the address, so the cloud's token may be sent to it. */
export type Examining = { session: Session; lookup: Lookup; env: NodeJS.ProcessEnv; chosen: boolean };

/**
 * Tests an address, from end to end if it was chosen and otherwise without a token, then checks whether it belongs to
 * one host or to a load balancer. Changes nothing there. An expected failure becomes part of the verdict; only an
 * interruption is thrown.
 */
export async function examineAddress(
  address: string,
  { session, lookup, env, chosen }: Examining,
  signal?: AbortSignal,
): Promise<HostVerdict> {
  const verdict = await (chosen ? testHost : testWithoutLogin)({ address, session, signal });
  const entries = await catalogueEntries(session, signal);
  const observations = await observeAnswers({ address, session, verdict, signal });
  const proxied = isProxied(address, env);
  // Through a proxy it is the proxy that resolves the name, possibly to another address.
  const resolved = await ResolvedAddresses.of(
    proxied ? [] : [address, ...entries.map((entry) => entry.address)],
    lookup,
  );
  const marks = [...addressMarks(address, resolved, entries), ...answerMarks(observations, proxied)];
  const step = stepOf(marks, observations.length, entries);
  return { ...verdict, steps: [...verdict.steps, step], marks };
}

function stepOf(
  marks: HostVerdict['marks'],
  asked: number,
  entries: readonly CatalogueEntry[],
): HostVerdict['steps'][number] {
  if (marks.length > 0) {
    const seen = marks.some(({ kind }) => kind === 'answersDiffer' || kind === 'between');
    const text = `${seen ? 'Probably' : 'Possibly'} a load balancer: ${marks.map((mark) => mark.text).join(' ')}`;
    return { step: 'oneHost', outcome: 'warning', text: text.slice(0, 1_000) };
  }
  if (asked === 0) return { step: 'oneHost', outcome: 'skipped', text: 'Skipped.' };
  const catalogue = entries.length > 0 ? ', and the service catalog lists a different address' : '';
  const text = `No load balancer detected: ${asked} responses on separate connections agree${catalogue}.`;
  return { step: 'oneHost', outcome: 'ok', text };
}

function isProxied(address: string, env: NodeJS.ProcessEnv): boolean {
  try {
    return proxyFor(new URL(address), env) !== undefined;
  } catch (error) {
    // The proxy setting is invalid: the test reports it.
    if (error instanceof ExpectedFailure) return true;
    throw error;
  }
}

/** Addresses tested at the same time. Each test is a handful of requests, one after the other. */
const concurrency = 8;

/**
 * Tests many addresses, several at a time, and reports when each test begins and ends, in the order in which that
 * happens. The signal, or the consumer's return, interrupts the running tests and starts no others.
 */
export async function* examineAddresses(
  addresses: readonly string[],
  examine: (address: string, signal: AbortSignal) => Promise<HostVerdict>,
  signal?: AbortSignal,
): AsyncGenerator<Examined, void> {
  const returned = new AbortController();
  const ends = AbortSignal.any(signal ? [signal, returned.signal] : [returned.signal]);
  const waiting = [...new Set(addresses)];
  const running = new Map<string, Promise<Examined>>();
  try {
    while ((waiting.length > 0 || running.size > 0) && !ends.aborted) {
      const address = running.size < concurrency ? waiting.shift() : undefined;
      if (address !== undefined) {
        const test = examine(address, ends).then((verdict): Examined => ({ state: 'tested', address, verdict }));
        // Awaited below; until then a failure must not count as unhandled.
        test.catch(() => undefined);
        running.set(address, test);
        yield { state: 'testing', address };
        continue;
      }
      const done = await Promise.race(running.values()).catch((error) => {
        if (ends.aborted) return undefined;
        throw error;
      });
      if (!done) return;
      running.delete(done.address);
      yield done;
    }
  } finally {
    returned.abort();
    await Promise.allSettled(running.values());
  }
}
