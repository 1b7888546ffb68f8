import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import type { AbilityName, Capabilities, HostVerdict } from '../contract/hosts.ts';
import type { Session } from '../keystone/keystone-session.ts';
import { AuthenticatedRequests } from './authenticated-requests.ts';
import { releaseOf } from './capabilities.ts';
import { GlanceHost } from './glance-host.ts';

type Step = HostVerdict['steps'][number];
type StepName = Step['step'];
const order: StepName[] = ['reachable', 'tls', 'token', 'caching', 'version', 'role', 'abilities'];

/** Shorter deadlines than those of polling, because an operator waits for the result. */
const deadlines = { versions: 20_000, list: 30_000 };

/** The steps so far; a failure leaves the remaining ones out as skipped. */
class Verdict {
  readonly #steps = new Map<StepName, Step>();
  #capabilities: Capabilities | null = null;

  step(step: StepName, outcome: Step['outcome'], text: string): void {
    this.#steps.set(step, { step, outcome, text: text.slice(0, 1_000) });
  }

  knows(capabilities: Capabilities): void {
    this.#capabilities = capabilities;
  }

  end(failure: Failure | null): HostVerdict {
    const skipped = (step: StepName): Step => ({ step, outcome: 'skipped', text: 'Skipped.' });
    const steps = order.map((step) => this.#steps.get(step) ?? skipped(step));
    return { steps, capabilities: this.#capabilities, failure, marks: [] };
  }
}

/** Returns the step that a failure belongs to when it happened during `during`. */
function stepOf(code: Failure['code'], during: StepName): StepName {
  if (during === 'token') return 'token';
  if (code === 'tls') return 'tls';
  if (code === 'unauthenticated') return 'token';
  if (code === 'forbidden') return 'role';
  if (code === 'cachingDisabled') return 'caching';
  return during;
}

type CheckOptions = { address: string; session: Session; signal?: AbortSignal | undefined };

/**
 * Checks a host step by step, without changing anything on it. An expected failure becomes part of the verdict; only an
 * abort is thrown.
 */
export function testHost(options: CheckOptions): Promise<HostVerdict> {
  const { session, signal } = options;
  return checkHost(options, async (host, versions, verdict, begin) => {
    verdict.step('version', 'ok', `Image API ${versions[0]}.`);
    begin('token');
    await reportToken(verdict, session, signal);
    begin('caching');
    const capabilities = await host.capabilities(signal);
    verdict.knows(capabilities);
    reportCapabilities(verdict, capabilities);
    begin('role');
    const listing = await host.list(capabilities, signal);
    verdict.step('role', 'ok', 'This login can list the cache.');
    if (listing.nullList) {
      verdict.step(
        'caching',
        'warning',
        'The host returned null for its cache: its cache database is missing or damaged.',
      );
    }
  });
}

/**
 * Checks what an address shows without a token: its versions, its TLS, and how the path of its cache answers. For an
 * address that the operator has not chosen, which may belong to anybody. Only an abort is thrown.
 */
export async function testWithoutLogin(options: CheckOptions): Promise<HostVerdict> {
  const { address, session, signal } = options;
  const verdict = await checkHost(options, async (_, versions, verdict, begin) => {
    verdict.step('version', 'ok', `Image API ${versions[0]}: Glance ${releaseOf(versions)}.`);
    verdict.step('token', 'skipped', 'Skipped: the token is sent only to an address that you select.');
    begin('caching');
    const path = versions.includes('2.14') ? '/v2/cache' : '/v2/cached_images';
    const request = { method: 'GET', path, what: 'list the cache', deadlineMs: deadlines.list, signal } as const;
    const { status } = await new AuthenticatedRequests(address, session).open(request);
    verdict.step('caching', ...cacheWithoutLogin(path, status));
  });
  return { ...verdict, withoutLogin: true };
}

/**
 * Checks that a Glance answers, which needs no token, and then makes the further checks. `begin` names the step that
 * follows.
 */
async function checkHost(
  { address, session, signal }: CheckOptions,
  checkRest: (host: GlanceHost, versions: string[], verdict: Verdict, begin: (step: StepName) => void) => Promise<void>,
): Promise<HostVerdict> {
  const host = new GlanceHost({ address, session, deadlines });
  const verdict = new Verdict();
  let during: StepName = 'reachable';
  try {
    const versions = await host.versions(signal);
    verdict.step('reachable', 'ok', `Glance found at ${address}.`);
    reportTls(verdict, address, (await session.connection()).verify, (await session.http()).authority);
    await checkRest(host, versions, verdict, (step) => {
      during = step;
    });
    return verdict.end(null);
  } catch (error) {
    if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
    const { failure } = error;
    const failed = stepOf(failure.code, during);
    if (failed === 'tls') verdict.step('reachable', 'ok', `A server responds at ${address}.`);
    verdict.step(failed, 'failed', `${failure.message} ${failure.remedy}`);
    return verdict.end(failure);
  }
}

function cacheWithoutLogin(path: string, status: number): [Step['outcome'], string] {
  if (status === 200) return ['ok', `${path} does not require a login.`];
  if (status === 401) return ['ok', `${path} requires a login.`];
  if (status === 404 || status === 300) return ['warning', `${path} not found: caching seems to be off.`];
  return ['warning', `${path} returned status ${status} without a login.`];
}

function reportTls(verdict: Verdict, address: string, verify: boolean, authority: string | undefined): void {
  if (!address.startsWith('https:')) {
    verdict.step('tls', 'warning', 'No TLS: tokens are sent unencrypted. Use https:// if the host supports it.');
  } else if (!verify) {
    verdict.step('tls', 'warning', 'TLS, but the certificate is not verified: verify is off in the cloud settings.');
  } else {
    const trusted = authority ? ` Trusted CAs: those of this system and ${authority}.` : '';
    verdict.step('tls', 'ok', `The certificate is valid.${trusted}`);
  }
}

async function reportToken(verdict: Verdict, session: Session, signal: AbortSignal | undefined): Promise<void> {
  if ((await session.token(signal)) === undefined) {
    verdict.step('token', 'ok', 'The cloud has no authentication.');
    return;
  }
  const { user, project, roles } = await session.identity(signal);
  const where = project ? ` in project ${project}` : ' without a project';
  const text = `Logged in as ${user}${where}, with the roles ${roles.join(', ') || '(none)'}.`;
  verdict.step('token', project ? 'ok' : 'warning', text);
}

function reportCapabilities(verdict: Verdict, { dialect, apiVersion, release, abilities }: Capabilities): void {
  verdict.step('version', 'ok', `Image API ${apiVersion}: Glance ${release}.`);
  const how =
    dialect === 'cacheApi' ? 'Cache API (/v2/cache) available.' : 'Cache management middleware (legacy) available.';
  verdict.step('caching', 'ok', how);
  const missing = (Object.keys(abilities) as AbilityName[]).filter((name) => !abilities[name].can);
  if (missing.length === 0) verdict.step('abilities', 'ok', 'All actions are available via API.');
  else verdict.step('abilities', 'warning', `Not available via API: ${missing.join(', ')}.`);
}
