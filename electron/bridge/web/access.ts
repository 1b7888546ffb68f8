import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who is let in over HTTP. Any program of this machine can reach a loopback port, also those of other users: what proves
 * the operator is a token that only their terminal shows. It is good for one exchange, for a session that a cookie holds.
 */
export class Access {
  readonly #cookie: string;
  #token: string | undefined = randomBytes(24).toString('base64url');
  #session: string | undefined;

  /** @param port of the server; cookies are shared by all ports of a machine, so the cookie's name holds it */
  constructor(port: number) {
    this.#cookie = `glance-cache-console-${port}`;
  }

  /** The token, until it was exchanged. */
  get token(): string | undefined {
    return this.#token;
  }

  /** The `Set-Cookie` header for a right token, which is then used up; undefined for any other. */
  exchange(token: string): string | undefined {
    if (this.#token === undefined || !same(token, this.#token)) return undefined;
    this.#token = undefined;
    this.#session = randomBytes(24).toString('base64url');
    return `${this.#cookie}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a `Cookie` header holds the session. */
  knows(cookies: string | undefined): boolean {
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
