import { randomBytes } from 'node:crypto';
import type { Random } from './random.ts';

export type DemoProject = { id: string; name: string };
export type DemoUser = {
  id: string;
  name: string;
  password: string;
  /** Role names per project id. */
  roles: Record<string, string[]>;
  systemRoles: string[];
};
export type DemoCredential = {
  id: string;
  name: string;
  secret: string;
  userId: string;
  projectId: string;
  /** Epoch milliseconds; null for never. */
  expiresAt: number | null;
};

/** The accounts of the demo cloud. All are in the domain `default`, named Default. */
export class Accounts {
  readonly projects: DemoProject[];
  readonly users: DemoUser[];
  readonly credentials: DemoCredential[];

  constructor(random: Random) {
    const project = (name: string) => ({ id: random.hex(32), name });
    const operations = project('operations');
    const research = project('research');
    this.projects = [operations, research, project('billing')];
    const admin: DemoUser = {
      id: random.hex(32),
      name: 'demo',
      password: 'demo',
      roles: { [operations.id]: ['reader', 'member', 'admin'] },
      systemRoles: ['admin'],
    };
    const member: DemoUser = {
      id: random.hex(32),
      name: 'demo-member',
      password: 'demo',
      roles: { [research.id]: ['reader', 'member'] },
      systemRoles: [],
    };
    this.users = [admin, member];
    this.credentials = [
      {
        id: random.hex(32),
        name: 'console',
        secret: random.hex(40),
        userId: admin.id,
        projectId: operations.id,
        expiresAt: null,
      },
    ];
  }

  user(by: { id?: string | undefined; name?: string | undefined }): DemoUser | undefined {
    return this.users.find((user) => (by.id === undefined ? user.name === by.name : user.id === by.id));
  }

  project(by: { id?: string | undefined; name?: string | undefined }): DemoProject | undefined {
    return this.projects.find((project) => (by.id === undefined ? project.name === by.name : project.id === by.id));
  }
}

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

/** The tokens that Keystone has issued. */
export class TokenStore {
  readonly #tokens = new Map<string, DemoToken>();
  readonly #now: () => number;
  /** The lifetime of a new token. */
  lifetimeMs = 3_600_000;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(
    grant: Pick<DemoToken, 'user' | 'project' | 'system' | 'roles' | 'methods' | 'credential'>,
    until?: number,
  ): DemoToken {
    // Keystone's times have whole seconds, and a token expires at the start of its last second.
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

  /** Returns a token even if it has expired or was revoked. */
  find(id: string | undefined): DemoToken | undefined {
    return id === undefined ? undefined : this.#tokens.get(id);
  }

  /** Returns a token only if Keystone still accepts it. */
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

/** Milliseconds that a glance-api process trusts a validated token (`token_cache_time`). */
const trustMs = 300_000;

/**
 * Checks tokens as a host does (keystonemiddleware, docs/glance-cache-api.md, section 10): it notices expiry at once
 * and revocation late, and reports an unreachable Keystone as an invalid token.
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

  /** Call when the service restarts: forgets validated tokens. */
  forget(): void {
    this.#seen.clear();
  }
}
