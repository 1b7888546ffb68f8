import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a sign-in address can be used, in milliseconds. */
export const loginLifetime = 24 * 3_600_000;

/** Returns a key to sign login tokens with. Whoever has the key can let a browser in. */
export function newLoginKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Returns a token that lets one browser in, once, within `loginLifetime`. The console that has the same key redeems it,
 * so another process of the same user can make one without asking that console.
 *
 * @param now epoch milliseconds
 */
export function createLoginToken(key: string, now = Date.now()): string {
  const claims = `${now + loginLifetime}.${randomBytes(18).toString('base64url')}`;
  return `${claims}.${sign(key, claims)}`;
}

/** Returns an address of the console with a new login token. */
export function createLoginUrl(origin: string, key: string): string {
  return `${origin}/?token=${createLoginToken(key)}`;
}

/** The login tokens of one console: which of them were redeemed. */
export class LoginTokens {
  readonly #key: string;
  /** When each redeemed token expires, by the token; until then it has to be remembered. */
  readonly #redeemed = new Map<string, number>();

  constructor(key: string) {
    this.#key = key;
  }

  /** Uses up a token. Returns false when it is forged, expired or used up already. */
  redeem(token: string, now = Date.now()): boolean {
    const [expires = '', nonce = '', signature = '', surplus] = token.split('.', 4);
    const claims = `${expires}.${nonce}`;
    if (surplus !== undefined || !same(signature, sign(this.#key, claims))) return false;
    for (const [other, end] of this.#redeemed) if (end <= now) this.#redeemed.delete(other);
    if (Number(expires) <= now || this.#redeemed.has(token)) return false;
    this.#redeemed.set(token, Number(expires));
    return true;
  }
}

function sign(key: string, claims: string): string {
  return createHmac('sha256', key).update(claims).digest('base64url');
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
