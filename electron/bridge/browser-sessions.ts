import { createHash, randomBytes } from 'node:crypto';

/** What a browser gets when it logs in: the `Set-Cookie` header, and the key that its page sends with every call. */
export type BrowserLogin = { cookie: string; key: string };

/** More than the browsers of one operator. When there is another one, the oldest session ends. */
const maxSessions = 16;

/**
 * The sessions of the browsers that may use the console. Any program of this machine can reach a loopback port, also those
 * of other users, and a browser sends a cookie to every port of a host: the programs behind the other ports learn it. So a
 * call needs two proofs: the cookie, which no script can read, and a key that the page keeps in the storage of its origin,
 * which no other port gets. The cookie alone opens the page, which has no data in it.
 */
export class BrowserSessions {
  readonly #cookie: string;
  /** The keys by the cookie's value, oldest first; both as digests. */
  readonly #keys = new Map<string, string>();

  /** @param port of the server; it is part of the cookie's name, since all ports of a host share their cookies */
  constructor(port: number) {
    this.#cookie = `glance-cache-console-${port}`;
  }

  /** Begins a session. It replaces the one that the browser has, according to its `Cookie` header. */
  begin(cookies: string | undefined): BrowserLogin {
    for (const old of this.#sessionsIn(cookies)) this.#keys.delete(old);
    const [session, key] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
    this.#keys.set(digest(session), digest(key));
    for (const oldest of this.#keys.keys()) if (this.#keys.size > maxSessions) this.#keys.delete(oldest);
    return { cookie: `${this.#cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`, key };
  }

  /** Whether a `Cookie` header holds a session. That is enough for the page, but not for a call. */
  hasSession(cookies: string | undefined): boolean {
    return this.#sessionsIn(cookies).length > 0;
  }

  /** Whether a `Cookie` header holds a session and the key belongs to it. */
  mayCall(cookies: string | undefined, key: string | undefined): boolean {
    return key !== undefined && this.#sessionsIn(cookies).some((session) => this.#keys.get(session) === digest(key));
  }

  /** The sessions in a `Cookie` header, as digests, so that the duration of a comparison reveals nothing. */
  #sessionsIn(cookies: string | undefined): string[] {
    const values = (cookies ?? '').split(';').flatMap((cookie) => {
      const [name, value] = cookie.trim().split('=', 2);
      return name === this.#cookie && value !== undefined ? [digest(value)] : [];
    });
    return values.filter((value) => this.#keys.has(value));
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
