import { Agent, buildConnector, type Dispatcher, ProxyAgent, request as send } from 'undici';
import { ExpectedFailure } from '../contract/failure.ts';
import { untilAborted } from '../lib/abort.ts';
import { hideSecrets, registerSecret } from '../lib/secrets-in-use.ts';
import { readBody } from './answer-body.ts';
import { reportCertificates } from './certificate-expiry.ts';
import type { HttpAnswer } from './http-answer.ts';
import { downloadAndDiscard, type HttpDownload, IdleWatch } from './http-download.ts';
import {
  answersTls,
  closedUnanswered,
  deadlineFailure,
  interruptedFailure,
  requestFailure,
  schemeMismatch,
  tlsExpected,
} from './http-failures.ts';
import { isSocks, type ProxyAddress, proxyFor } from './proxy.ts';
import { proxyAnswer } from './proxy-failures.ts';
import { type RequestContext, shownUrl } from './request-context.ts';
import { socksConnector } from './socks-connector.ts';
import { describeAuthority, readTlsFiles } from './tls.ts';

/** TLS settings: paths of PEM files, and whether the server's certificate is verified; and the `User-Agent` header. */
export type HttpSettings = {
  cacert?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  verify: boolean;
  userAgent?: string | undefined;
};

/** One request. The deadline in milliseconds covers all of it; `maxBytes` limits the body of the answer. */
export type HttpRequest = {
  url: string;
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  body?: string;
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  maxBytes?: number;
  /** Whether it may be sent again after a connection was closed without an answer. This is always true for a GET. */
  repeatable?: boolean;
};

/** Default limit of a body in bytes. A list of 5,000 cached images has about 1 MiB. */
const defaultMaxBytes = 32 * 1024 * 1024;
const connectMs = 10_000;
/** Connections per host. Further requests wait, and their deadlines run meanwhile. */
const connectionsPerHost = 8;

/**
 * An HTTP client for untrusted servers, with deadlines, a limit on the body, the operator's TLS files and the proxy of
 * the environment. Redirects are not followed. Throws `ExpectedFailure` only: `unreachable`, `timeout`, `tls`,
 * `badResponse`, `interrupted`, or `invalidInput` for an invalid TLS file or proxy.
 */
export class HttpClient {
  /** When the certificates of servers expire, in epoch milliseconds, by origin. Those behind an HTTP proxy are not seen. */
  readonly certificates = new Map<string, number>();
  readonly #settings: HttpSettings;
  readonly #env: NodeJS.ProcessEnv;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();
  readonly #closing = new AbortController();
  /** Release the logins of proxies: see `registerSecret`. */
  readonly #releases: (() => void)[] = [];

  constructor(settings: HttpSettings, env: NodeJS.ProcessEnv = process.env) {
    this.#settings = settings;
    this.#env = env;
  }

  /**
   * The file of authorities that is trusted in addition to the system's, and the setting that names it; undefined if
   * there is none.
   */
  get authority(): string | undefined {
    return this.#settings.cacert ? `cacert ${this.#settings.cacert}` : describeAuthority(this.#env);
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const repeatable = request.repeatable ?? request.method === 'GET';
    return this.#exchange({ ...request, repeatable }, request.deadlineMs, async (failing, proxy, abort) => {
      const deadline = setTimeout(() => abort.abort(deadlineFailure(failing)), request.deadlineMs);
      try {
        return await this.#attempt(failing, proxy, abort.signal, () =>
          this.#once(request, failing, proxy, abort.signal),
        );
      } finally {
        clearTimeout(deadline);
      }
    });
  }

  /**
   * Downloads and discards the body of a GET that answers 200. Memory does not grow with the body, and the caller can
   * slow the download down. Any other answer is returned with its text, and `bytes` is null.
   */
  async download(request: HttpDownload): Promise<HttpAnswer & { bytes: number | null }> {
    const whole = { ...request, method: 'GET' as const, repeatable: true };
    return this.#exchange(whole, request.idleMs, async (failing, proxy, abort) => {
      const watch = new IdleWatch(request.idleMs, abort, failing);
      try {
        return await this.#attempt(failing, proxy, abort.signal, async () => {
          watch.arm();
          const { statusCode, headers, body } = await this.#ask(whole, failing, proxy, abort.signal);
          if (statusCode !== 200) {
            const content = await readBody(body, defaultMaxBytes, () =>
              tooLong(failing.url, statusCode, defaultMaxBytes),
            );
            return { status: statusCode, headers, ...content, bytes: null };
          }
          watch.arm();
          const bytes = await downloadAndDiscard(body, headers, request, { failing, watch, signal: abort.signal });
          return { status: statusCode, headers, text: '', bytes };
        });
      } finally {
        watch.disarm();
      }
    });
  }

  /** Aborts the requests in progress as interrupted and closes all connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    const dispatchers = await Promise.allSettled(this.#dispatchers.values());
    this.#dispatchers.clear();
    for (const release of this.#releases.splice(0)) release();
    for (const dispatcher of dispatchers) {
      if (dispatcher.status === 'fulfilled') await dispatcher.value.destroy();
    }
  }

  /** Common to all requests: abort by the caller or by closing the client, and failures as texts. */
  async #exchange<Answer>(
    request: { url: string; method: string; repeatable: boolean; signal?: AbortSignal | undefined },
    deadlineMs: number,
    work: (failing: RequestContext, proxy: ProxyAddress | undefined, abort: AbortController) => Promise<Answer>,
  ): Promise<Answer> {
    const url = new URL(request.url);
    const proxy = proxyFor(url, this.#env);
    const failing: RequestContext = {
      method: request.method,
      repeatable: request.repeatable,
      url,
      deadlineMs,
      connectMs,
      proxy: proxy?.shown,
      authority: this.authority,
      answered: false,
    };
    const abort = new AbortController();
    const giveUp = () => abort.abort(interruptedFailure(failing));
    const callers = [request.signal, this.#closing.signal].filter((signal) => signal !== undefined);
    for (const signal of callers) signal.addEventListener('abort', giveUp);
    try {
      if (callers.some((signal) => signal.aborted)) throw interruptedFailure(failing, 'notSent');
      return await work(failing, proxy, abort);
    } catch (error) {
      if (error instanceof ExpectedFailure) throw error;
      if (abort.signal.aborted) throw abort.signal.reason;
      throw requestFailure(error, failing);
    } finally {
      for (const signal of callers) signal.removeEventListener('abort', giveUp);
    }
  }

  async #attempt<Answer extends HttpAnswer>(
    failing: RequestContext,
    proxy: ProxyAddress | undefined,
    signal: AbortSignal,
    once: () => Promise<Answer>,
  ): Promise<Answer> {
    let answer: Answer;
    try {
      // A server may close an idle connection just when it is used again. Only a request that changes nothing is sent
      // twice.
      answer = await once().catch((error) => {
        if (failing.repeatable && !signal.aborted && closedUnanswered(error, failing.answered)) return once();
        throw error;
      });
    } catch (error) {
      if (signal.aborted || failing.url.protocol !== 'http:' || proxy) throw error;
      if (closedUnanswered(error, failing.answered) && (await answersTls(failing.url, signal))) {
        throw tlsExpected(failing.url);
      }
      throw error;
    }
    if (proxy && !isSocks(proxy.uri) && failing.url.protocol === 'http:') answer.proxy = proxy.shown;
    const refused = proxyAnswer(answer, failing) ?? schemeMismatch(failing.url, answer);
    if (refused) throw refused;
    return answer;
  }

  async #once(
    request: HttpRequest,
    failing: RequestContext,
    proxy: ProxyAddress | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { statusCode, headers, body } = await this.#ask(request, failing, proxy, signal);
    const limit = request.maxBytes ?? defaultMaxBytes;
    return {
      status: statusCode,
      headers,
      ...(await readBody(body, limit, () => tooLong(failing.url, statusCode, limit))),
    };
  }

  /** Sends the request. Resolves when the head of the answer has arrived. */
  async #ask(
    request: Pick<HttpRequest, 'method' | 'headers' | 'body'>,
    failing: RequestContext,
    proxy: ProxyAddress | undefined,
    signal: AbortSignal,
  ) {
    const dispatcher = await this.#dispatcher(failing.url.protocol === 'https:', proxy);
    signal.throwIfAborted();
    const { userAgent } = this.#settings;
    const sending = send(failing.url, {
      dispatcher,
      method: request.method,
      headers: { ...(userAgent === undefined ? {} : { 'user-agent': userAgent }), ...request.headers },
      body: request.body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
      signal,
    });
    // undici heeds the signal only once it is connected, which a proxy that hangs may put off for minutes.
    const { statusCode, headers, body } = await untilAborted(sending, signal);
    failing.answered = true;
    return { statusCode, headers: flatten(headers), body };
  }

  /** One dispatcher each for HTTP and HTTPS, and one of each per proxy. Each keeps a pool per host. */
  #dispatcher(secure: boolean, proxy: ProxyAddress | undefined): Promise<Dispatcher> {
    const key = `${secure ? 'tls' : 'plain'} ${proxy?.uri ?? ''}`;
    let dispatcher = this.#dispatchers.get(key);
    if (!dispatcher) {
      dispatcher = this.#open(secure, proxy);
      this.#dispatchers.set(key, dispatcher);
      // The file may be valid at the next request.
      dispatcher.catch(() => this.#dispatchers.delete(key));
    }
    return dispatcher;
  }

  async #open(secure: boolean, proxy: ProxyAddress | undefined): Promise<Dispatcher> {
    const needsTls = secure || proxy?.uri.startsWith('https:') === true;
    const tls = needsTls
      ? {
          secureContext: await readTlsFiles(this.#settings, this.#settings.verify ? this.#env : {}),
          rejectUnauthorized: this.#settings.verify,
        }
      : {};
    const options = { connections: connectionsPerHost, allowH2: false, connectTimeout: connectMs };
    for (const secret of loginOf(proxy)) this.#releases.push(registerSecret(secret));
    const report = (origin: string, expiresAt: number) => this.certificates.set(origin, expiresAt);
    if (!proxy) {
      const connector = buildConnector({ ...tls, timeout: connectMs, allowH2: false });
      return new Agent({ ...options, connect: reportCertificates(connector, report) });
    }
    if (isSocks(proxy.uri)) {
      const connect = socksConnector(proxy.uri, { tls, timeoutMs: connectMs, signal: this.#closing.signal });
      return new Agent({ ...options, connect: reportCertificates(connect, report) });
    }
    return new ProxyAgent({ ...options, uri: proxy.uri, requestTls: tls, proxyTls: tls });
  }
}

/** The header in which Keystone hands out a token. */
const issuedToken = 'x-subject-token';

/** The headers of an answer. A server may repeat in any of them what it was sent, so the secrets in use are hidden. */
function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    flat[name.toLowerCase()] = name.toLowerCase() === issuedToken ? text : hideSecrets(text);
  }
  return flat;
}

function tooLong(url: URL, status: number, limit: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${shownUrl(url)}: the response exceeds ${Math.round(limit / 1024)} KiB.`,
    remedy: 'Check the address. Glance and Keystone do not send responses of this size.',
    status,
  });
}

/** The password of a proxy, as it is written in the environment and as it is sent. */
function loginOf(proxy: ProxyAddress | undefined): string[] {
  if (!proxy) return [];
  const { password } = new URL(proxy.uri);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // A percent sign that escapes nothing: the password is sent as it is written.
    return [password];
  }
}
