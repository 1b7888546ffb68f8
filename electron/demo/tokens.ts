import { randomBytes } from 'node:crypto';
import type { DemoCredential, DemoProject, DemoUser } from './accounts.ts';

/** A token of the simulated Keystone. Times in epoch milliseconds. */
export type DemoToken = {
  id: string;
  user: DemoUser;
  project: DemoProject | undefined;
  system: boolean;
  roles: string[];
  methods: string[];
  credential: DemoCredential | undefined;
  issuedAt: number;
  expiresAt: number;
  revoked: boolean;
};

/** The tokens that were given out. */
export class TokenStore {
  readonly #tokens = new Map<string, DemoToken>();
  readonly #now: () => number;
  /** How long a new token lasts. */
  lifetimeMs = 3_600_000;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(
    grant: Pick<DemoToken, 'user' | 'project' | 'system' | 'roles' | 'methods' | 'credential'>,
    until?: number,
  ): DemoToken {
    // Keystone's times have whole seconds, and a token expires in the second that it names.
    const now = Math.floor(this.#now() / 1_000) * 1_000;
    const token: DemoToken = {
      ...grant,
      id: `gAAAAA${randomBytes(132).toString('base64url')}`,
      issuedAt: now,
      expiresAt: until ?? now + this.lifetimeMs,
      revoked: false,
    };
    this.#tokens.set(token.id, token);
    return token;
  }

  /** Also tokens that have expired or were revoked. */
  find(id: string | undefined): DemoToken | undefined {
    return id === undefined ? undefined : this.#tokens.get(id);
  }

  /** A token that Keystone would still vouch for. */
  valid(id: string | undefined): DemoToken | undefined {
    const token = this.find(id);
    return token && !token.revoked && token.expiresAt > this.#now() ? token : undefined;
  }

  expireAll(): void {
    for (const token of this.#tokens.values()) token.expiresAt = Math.min(token.expiresAt, this.#now());
  }

  revokeAll(): void {
    for (const token of this.#tokens.values()) token.revoked = true;
  }
}

/** For how long a glance-api process trusts a token that it has asked Keystone about (`token_cache_time`). */
const trustMs = 300_000;

/**
 * How one host checks tokens (keystonemiddleware, glance-cache-api.md, section 10): it notices expiry at once and
 * revocation late, and takes an unreachable Keystone for an invalid token.
 */
export class TokenCheck {
  readonly #tokens: TokenStore;
  readonly #keystone: { readonly up: boolean; readonly retryMs: number };
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();

  constructor(tokens: TokenStore, keystone: { readonly up: boolean; readonly retryMs: number }, now: () => number) {
    this.#tokens = tokens;
    this.#keystone = keystone;
    this.#now = now;
  }

  async check(id: string | undefined): Promise<DemoToken | undefined> {
    const token = this.#tokens.find(id);
    if (!token || token.expiresAt <= this.#now()) return undefined;
    const seen = this.#seen.get(token.id);
    if (seen !== undefined && this.#now() - seen < trustMs) return token;
    if (!this.#keystone.up) {
      await new Promise<void>((resolve) => setTimeout(resolve, this.#keystone.retryMs).unref());
      return undefined;
    }
    if (token.revoked) return undefined;
    this.#seen.set(token.id, this.#now());
    return token;
  }

  /** What a restart of the service forgets. */
  forget(): void {
    this.#seen.clear();
  }
}
