import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

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
