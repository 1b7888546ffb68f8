import { ExpectedFailure } from '../contract/failure.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import type { HttpDownload } from '../http/http-download.ts';
import type { Session } from '../keystone/keystone-session.ts';
import { failureOfAnswer, tokenRefused } from './glance-failures.ts';

/** Milliseconds that each kind of request may take, from connecting to the last byte. */
export type RequestDeadlines = {
  versions: number;
  list: number;
  change: number;
  prune: number;
  clean: number;
  catalogue: number;
  /** For the data of an image: the time without a byte, not the total. */
  read: number;
};

/**
 * Generous, because Glance 25 with one worker answers no request while it fetches an image (10 s for 1.5 GB), not even
 * one for its versions. A native prune can hang forever, so it ends after two minutes.
 */
export const defaultDeadlines: RequestDeadlines = {
  versions: 60_000,
  list: 60_000,
  change: 60_000,
  prune: 120_000,
  clean: 120_000,
  catalogue: 60_000,
  read: 60_000,
};

/** One request to a host. `path` begins with a slash and is appended to the host's own address. */
export type HostRequest = {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  /** What the request does, for the text of a failure: `list the cache`. */
  what: string;
  deadlineMs: number;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
};

/** A download from a host that is discarded. */
export type HostDownload = Pick<HostRequest, 'path' | 'what' | 'signal'> &
  Pick<HttpDownload, 'idleMs' | 'maxBytes' | 'taken'> & { method: 'GET' };

/**
 * Sends authenticated requests to one address. They always accept JSON, because Glance answers HTML otherwise, and
 * never have a body, because Glance answers 500 to any. Redirects are not followed, so the token goes to this address
 * only.
 */
export class AuthenticatedRequests {
  readonly address: string;
  readonly session: Session;

  constructor(address: string, session: Session) {
    this.address = address;
    this.session = session;
  }

  /** Sends a request without a token, as for the version list. */
  async open(request: HostRequest): Promise<HttpAnswer> {
    return this.#send(request, undefined);
  }

  /** Sends a request with the cloud's token. After a 401 the token is renewed once and the request sent again. */
  async send(request: HostRequest): Promise<HttpAnswer> {
    return this.#withToken(request, (token) => this.#send(request, token));
  }

  /** Downloads and discards the body of a 200 answer. `bytes` is null for any other answer. */
  async download(request: HostDownload): Promise<HttpAnswer & { bytes: number | null }> {
    return this.#withToken(request, async (token) => {
      const http = await beforeSending(this.session.http());
      const { path, idleMs, maxBytes, taken, signal } = request;
      const headers = { accept: 'application/octet-stream', ...tokenHeader(token) };
      return http.download({ url: `${this.address}${path}`, headers, idleMs, maxBytes, taken, signal });
    });
  }

  /** Like `send`, but throws the failure for any status other than these. */
  async expect(request: HostRequest, statuses: readonly number[]): Promise<HttpAnswer> {
    const answer = await this.send(request);
    if (statuses.includes(answer.status)) return answer;
    throw failureOfAnswer(this.describe(request), answer);
  }

  describe(request: Pick<HostRequest, 'method' | 'what'>) {
    const { method, what } = request;
    return { address: this.address, method, what, identity: this.session.lastIdentity };
  }

  async #withToken<Answer extends HttpAnswer>(
    request: Pick<HostRequest, 'method' | 'what' | 'signal'>,
    send: (token: string | undefined) => Promise<Answer>,
  ): Promise<Answer> {
    const token = await beforeSending(this.session.token(request.signal));
    const answer = await send(token);
    if (answer.status !== 401) return answer;
    if (token === undefined) throw tokenRefused(this.describe(request), answer, false);
    const renewed = await beforeSending(this.session.renew(token, request.signal));
    const second = await send(renewed);
    if (second.status === 401) throw tokenRefused(this.describe(request), second, true);
    return second;
  }

  async #send(request: HostRequest, token: string | undefined): Promise<HttpAnswer> {
    const http = await beforeSending(this.session.http());
    return http.send({
      url: `${this.address}${request.path}`,
      method: request.method,
      headers: {
        accept: 'application/json',
        ...request.headers,
        ...tokenHeader(token),
      },
      deadlineMs: request.deadlineMs,
      signal: request.signal,
    });
  }
}

function tokenHeader(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { 'x-auth-token': token };
}

/** A failure of the login happens before the host is asked, or after it refused with 401, so nothing was sent. */
async function beforeSending<T>(login: Promise<T>): Promise<T> {
  try {
    return await login;
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    throw new ExpectedFailure({ ...error.failure, notSent: true }, { cause: error });
  }
}
