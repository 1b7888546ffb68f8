import type { Login } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { readAnswer } from '../http/answer-reader.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { evidenceOf, headerOf, jsonOf, redirectFailure } from '../http/http-answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import { authRequest, type Token, tokenOf, tokenReader } from './keystone-token.ts';

/** A login that uses Keystone, so it has an address and a secret. */
export type KeystoneLogin = Exclude<Login, { kind: 'none' }>;

const deadlineMs = 30_000;
/** Maximum size of an answer in bytes; a catalog with hundreds of endpoints is smaller. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Returns the base URL of Keystone v3 for an address of clouds.yaml, which may end in `/v3`, in the old `/v2.0`, or in
 * neither.
 */
function identityBase(authUrl: string): string {
  const url = new URL(authUrl);
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v2\.0$/, '');
  return `${url.origin}${/\/v3$/.test(path) ? path : `${path}/v3`}`;
}

/**
 * Whether an answer is an error of Keystone, `{"error": {...}}`. Any other 404 comes from a server that is not Keystone
 * v3.
 */
function isKeystoneError(answer: HttpAnswer): boolean {
  const body = jsonOf(answer);
  return typeof body === 'object' && body !== null && 'error' in body;
}

/**
 * Logs in and returns the token with its catalog. Failures name Keystone's address and the remedy.
 */
export async function logIn(
  http: HttpClient,
  login: KeystoneLogin,
  secret: string,
  options: { now: () => number; signal: AbortSignal },
): Promise<Token> {
  const base = identityBase(login.authUrl);
  if (login.kind === 'token' && !isToken(secret)) throw noToken(base);
  const asItIs = login.kind === 'token' && !login.projectId && !login.projectName;
  const ask = (at: string) => (asItIs ? validate(http, at, secret, options) : post(http, at, login, secret, options));
  let answer = await ask(base);
  let at = base;
  if ((answer.status === 404 || answer.status === 300) && !isKeystoneError(answer)) {
    const found = await discover(http, login.authUrl, options.signal);
    if (found && found !== base) {
      at = found;
      answer = await ask(found);
    }
  }
  if (asItIs && answer.status === 403) return opaqueToken(secret);
  if (answer.status !== 200 && answer.status !== 201) throw refusal(at, login, answer);
  const value = asItIs ? secret : headerOf(answer, 'x-subject-token');
  const facts = await readAnswer(answer, tokenReader, { address: at, signal: options.signal });
  if (!facts || !isToken(value)) throw notKeystone(at, answer);
  return tokenOf(facts, value, { from: at, at: options.now(), date: headerOf(answer, 'date') });
}

/** Whether a text is valid in a header. A token pasted with a line break is not. */
function isToken(value: string | undefined): value is string {
  return value !== undefined && /^[\x21-\x7e]{1,16384}$/.test(value);
}

function noToken(at: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `${at}: the token contains blanks, line breaks or other invalid characters.`,
    remedy: 'Enter the token again without extra characters.',
  });
}

type Options = { now: () => number; signal: AbortSignal };

function post(http: HttpClient, base: string, login: KeystoneLogin, secret: string, options: Options) {
  return http.send({
    url: `${base}/auth/tokens`,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(authRequest(login, secret)),
    // Keystone under uwsgi sometimes closes a connection without an answer. A second token does no harm.
    repeatable: true,
    deadlineMs,
    maxBytes,
    signal: options.signal,
  });
}

/** Validates a token that is used as it is: Keystone says whose it is. A token may always ask about itself. */
function validate(http: HttpClient, base: string, token: string, options: Options) {
  return http.send({
    url: `${base}/auth/tokens`,
    method: 'GET',
    headers: { accept: 'application/json', 'x-auth-token': token, 'x-subject-token': token },
    deadlineMs,
    maxBytes,
    signal: options.signal,
  });
}

/**
 * The result for a token that Keystone's policy does not allow to be validated by itself: nothing else is known about
 * it, but it may work.
 */
function opaqueToken(value: string): Token {
  const identity = { user: 'unknown (given as a token)', project: null, roles: [], expiresAt: null };
  return { value, identity, renewAt: Number.POSITIVE_INFINITY, endpoints: [] };
}

/** Returns the path of v3 from Keystone's version list. Only the path is used, so the secret stays with this origin. */
async function discover(http: HttpClient, authUrl: string, signal: AbortSignal): Promise<string | undefined> {
  const url = new URL(authUrl);
  const answer = await http.send({
    url: `${url.origin}${url.pathname}`,
    method: 'GET',
    headers: { accept: 'application/json' },
    deadlineMs,
    maxBytes,
    signal,
  });
  const body = jsonOf(answer) as { versions?: { values?: unknown } } | undefined;
  const values = body?.versions?.values;
  if (!Array.isArray(values)) return undefined;
  for (const version of values as { id?: unknown; links?: unknown }[]) {
    if (typeof version?.id !== 'string' || !/^v3(\.|$)/.test(version.id) || !Array.isArray(version.links)) continue;
    const link = version.links.find((one) => one?.rel === 'self' && typeof one.href === 'string');
    if (link && URL.canParse(link.href, authUrl)) {
      return `${url.origin}${new URL(link.href, authUrl).pathname.replace(/\/+$/, '')}`;
    }
  }
  return undefined;
}

function notKeystone(at: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${at}: this is not a Keystone v3 API (status ${answer.status}).`,
    remedy: 'Check the auth URL. It is usually http://host:5000/v3 or https://host/identity/v3.',
    ...evidenceOf(answer),
  });
}

function who(login: KeystoneLogin): string {
  if (login.kind === 'password') return `user ${login.username}`;
  if (login.kind === 'token') return 'the token';
  return `application credential ${login.credentialId ?? login.credentialName ?? ''}`.trimEnd();
}

const loginRemedies: Record<KeystoneLogin['kind'], string> = {
  password:
    'Check the user name, password, user domain, project domain and project, and that the user has a role in the project. Keystone does not report which one is wrong.',
  applicationCredential:
    'The secret is wrong, the credential has expired, or its project or user was deleted. Check the secret, or create a new credential.',
  token: 'It has expired, was revoked, or has no role in the project. Enter a new token.',
};

function refusal(at: string, login: KeystoneLogin, answer: HttpAnswer): ExpectedFailure {
  const evidence = evidenceOf(answer);
  const { status } = answer;
  if (status === 401 || status === 403) {
    const message = `${at}: Keystone rejected ${who(login)}.`;
    return new ExpectedFailure({ code: 'unauthenticated', message, remedy: loginRemedies[login.kind], ...evidence });
  }
  if (status === 404 && isKeystoneError(answer)) {
    const message =
      login.kind === 'token'
        ? `${at}: the token has expired or was revoked.`
        : `${at}: Keystone does not know ${who(login)}.`;
    const remedy = 'Check for typing errors and whether it was deleted. If it was, create a new one.';
    return new ExpectedFailure({ code: 'unauthenticated', message, remedy, ...evidence });
  }
  if (status === 400) {
    const message = `${at}: Keystone rejected the login data of ${who(login)}.`;
    const remedy = 'Check the user, domains and project of the cloud.';
    return new ExpectedFailure({ code: 'invalidInput', message, remedy, ...evidence });
  }
  if (status >= 301 && status < 400) return redirectFailure(at, answer);
  if (status >= 500 || status === 413 || status === 429) {
    const message = `${at}: Keystone returned status ${status}.`;
    const remedy = 'Keystone or its load balancer failed or is overloaded. Check its log, then try again.';
    return new ExpectedFailure({ code: 'hostError', message, remedy, ...evidence });
  }
  return notKeystone(at, answer);
}
