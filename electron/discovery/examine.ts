import { ExpectedFailure } from '../contract/failure.ts';
import type { HostVerdict } from '../contract/hosts.ts';
import { testHost } from '../glance/host-check.ts';
import { proxyFor } from '../http/proxy.ts';
import type { CatalogueEntry, Session } from '../keystone/keystone-session.ts';
import { marksByName } from './address-marks.ts';
import { marksOf } from './balancer.ts';
import { observe } from './observe.ts';
import { type Lookup, Places } from './places.ts';

export type Examining = { session: Session; lookup: Lookup; env: NodeJS.ProcessEnv };

/**
 * Tests an address from end to end, then looks whether it is one host's or a load balancer's. Changes nothing there. An
 * expected failure is part of the verdict; only an interruption is thrown.
 */
export async function examineAddress(
  address: string,
  { session, lookup, env }: Examining,
  signal?: AbortSignal,
): Promise<HostVerdict> {
  const verdict = await testHost({ address, session, signal });
  const entries = await catalogueEntries(session, signal);
  const observations = await observe({ address, session, verdict, signal });
  const proxied = isProxied(address, env);
  // The console's proxy looks up the name, which may mean something else to it.
  const places = await Places.of(proxied ? [] : [address, ...entries.map((entry) => entry.address)], lookup);
  const marks = [...marksByName(address, places, entries), ...marksOf(observations, proxied)];
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
    const text = `${seen ? 'It looks like' : 'It may be'} a load balancer: ${marks.map((mark) => mark.text).join(' ')}`;
    return { step: 'oneHost', outcome: 'warning', text: text.slice(0, 1_000) };
  }
  if (asked === 0) return { step: 'oneHost', outcome: 'skipped', text: 'Not tried.' };
  const catalogue = entries.length > 0 ? ', and the catalogue names another address' : '';
  const text = `Nothing looks like a load balancer: ${asked} answers, each on a connection of its own, agree${catalogue}.`;
  return { step: 'oneHost', outcome: 'ok', text };
}

/** What the catalogue says of the image service; nothing where there is no login, or it does not work. */
export async function catalogueEntries(session: Session, signal?: AbortSignal): Promise<CatalogueEntry[]> {
  try {
    return await session.catalogueEntries(signal);
  } catch (error) {
    if (error instanceof ExpectedFailure && error.failure.code !== 'interrupted') return [];
    throw error;
  }
}

function isProxied(address: string, env: NodeJS.ProcessEnv): boolean {
  try {
    return proxyFor(new URL(address), env) !== undefined;
  } catch (error) {
    // A proxy that is no address: the test says so.
    if (error instanceof ExpectedFailure) return true;
    throw error;
  }
}
