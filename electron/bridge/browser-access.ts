import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * The login of the one browser that may use the console. Any program of this machine can reach a loopback port, also
 * those of other users. The operator proves to be the operator by a token that only their terminal shows. The token can
 * be exchanged once, for a session cookie.
 */
export class BrowserSession {
  readonly #cookie: string;
  #token: string | undefined = randomBytes(24).toString('base64url');
  #session: string | undefined;

  /** @param port of the server; it is part of the cookie's name, since all ports of a machine share their cookies */
  constructor(port: number) {
    this.#cookie = `glance-cache-console-${port}`;
  }

  /** The token, until it is exchanged. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Uses up the token. Returns the `Set-Cookie` header; undefined for a wrong token. */
  exchange(token: string): string | undefined {
    if (this.#token === undefined || !same(token, this.#token)) return undefined;
    this.#token = undefined;
    this.#session = randomBytes(24).toString('base64url');
    return `${this.#cookie}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a `Cookie` header holds the session. */
  isValid(cookies: string | undefined): boolean {
    const session = this.#session;
    if (session === undefined || cookies === undefined) return false;
    return cookies.split(';').some((cookie) => {
      const [name, value] = cookie.trim().split('=', 2);
      return name === this.#cookie && value !== undefined && same(value, session);
    });
  }
}

function same(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Returns why a request comes from neither the console's page nor the operator; undefined when it may be one of these.
 *
 * `Host` has to be a loopback name: a foreign page whose name resolves to 127.0.0.1 (DNS rebinding) sends its own name.
 * The port may differ from ours, as with `ssh -L`. `Origin`, when it is sent, has to be that same host.
 */
export function checkOrigin(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !loopback.test(host)) return 'a Host that is not this machine';
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) return 'a foreign Origin';
  const site = headers['sec-fetch-site'];
  const opened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opened) return 'a page elsewhere';
  return undefined;
}

/** Whether another site opened this page: the browser then withholds a strict cookie, also after a redirect. */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}
