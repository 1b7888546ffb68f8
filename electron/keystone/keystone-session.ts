import type { CloudRegions, Connection, Identity } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import { parseAddress } from '../contract/hosts.ts';
import { HttpClient } from '../http/http-client.ts';
import { untilAborted } from '../lib/abort.ts';
import { registerSecret } from '../lib/secrets-in-use.ts';
import { readCredentialExpiry } from './application-credential.ts';
import type { ResolvedCloud } from './cloud-login.ts';
import type { Token } from './keystone-token.ts';
import { type KeystoneLogin, logIn } from './log-in.ts';

/**
 * Milliseconds for which a refused login is not tried again with the same credentials: Keystone may lock a user out
 * after a few attempts.
 */
const refusedForMs = 30_000;
/**
 * Milliseconds for which any other failed login counts for all callers, so that fifty hosts do not wait for fifty
 * deadlines.
 */
const failedForMs = 3_000;
/** The secrets and tokens of a session that are hidden at the same time; a token is mostly valid for an hour. */
const maxSecrets = 12;

/** An image endpoint of the catalog. `chosen`: it has the cloud's region and interface. */
export type CatalogueEntry = { address: string; interface: string; regions: string[]; chosen: boolean };

const nobody: Identity = { user: 'no login', project: null, roles: [], expiresAt: null };

type Open = { cloud: ResolvedCloud; http: HttpClient };

/**
 * One login to one cloud, shared by all its hosts. It logs in when a token is first needed, and again before the token
 * expires; concurrent callers share one login. The cloud is resolved at every login, so that a changed clouds.yaml or
 * secret takes effect.
 */
export class Session {
  readonly #resolve: () => Promise<ResolvedCloud>;
  readonly #now: () => number;
  readonly #userAgent: string | undefined;
  readonly #closing = new AbortController();
  readonly #clients = new Map<string, HttpClient>();
  /** The secret and the tokens that are hidden in the answers of servers, and how to release each. */
  readonly #secrets = new Map<string, () => void>();
  #open: Promise<Open> | undefined;
  #token: Token | undefined;
  #credentialExpiry: number | null = null;
  #loggingIn: Promise<Token> | undefined;
  #failed: { cloud: string; until: number; failure: ExpectedFailure } | undefined;

  /** `userAgent` is that of all requests. */
  constructor(options: { resolve: () => Promise<ResolvedCloud>; now?: () => number; userAgent?: string }) {
    this.#resolve = options.resolve;
    this.#now = options.now ?? Date.now;
    this.#userAgent = options.userAgent;
  }

  /** Returns the HTTP client for the cloud's connection settings. */
  async http(): Promise<HttpClient> {
    return (await this.#opened()).http;
  }

  /** Returns how the cloud's servers are reached. */
  async connection(): Promise<Connection> {
    return (await this.#opened()).cloud.connection;
  }

  /** Returns the address of Keystone; `undefined` where the cloud has none or cannot be resolved. */
  async authUrl(): Promise<string | undefined> {
    try {
      const { login } = (await this.#opened()).cloud;
      return login.kind === 'none' ? undefined : login.authUrl;
    } catch (error) {
      if (error instanceof ExpectedFailure) return undefined;
      throw error;
    }
  }

  /** Returns a valid token; `undefined` where the cloud has no Keystone. */
  async token(signal?: AbortSignal): Promise<string | undefined> {
    return (await this.#current(signal))?.value;
  }

  /**
   * Returns a token other than the stale one: a newer one if there is one, otherwise that of a new login. Called after
   * a 401 of Glance (`glance/authenticated-requests`).
   */
  async renew(stale: string, signal?: AbortSignal): Promise<string> {
    const token = this.#token;
    if (token && token.value !== stale && this.#now() < token.renewAt) return token.value;
    return (await this.#logInShared(signal)).value;
  }

  /** Returns the logged-in identity. Logs in first if needed. */
  async identity(signal?: AbortSignal): Promise<Identity> {
    return (await this.#current(signal))?.identity ?? nobody;
  }

  /** Logs in again, even if the last login was just refused, and returns the identity. */
  async logIn(signal?: AbortSignal): Promise<Identity> {
    this.#open = undefined;
    this.#failed = undefined;
    if ((await this.#opened()).cloud.login.kind === 'none') return nobody;
    return (await this.#logInShared(signal)).identity;
  }

  /** Returns the last logged-in identity, without a request. */
  get lastIdentity(): Identity | undefined {
    return this.#token?.identity;
  }

  /**
   * Returns when the application credential of the last login expires, in epoch milliseconds; null if the login uses
   * none, or it never expires.
   */
  get credentialExpiresAt(): number | null {
    return this.#credentialExpiry;
  }

  /** Returns when the certificates of the cloud's servers expire, in epoch milliseconds, by the origin of the server. */
  certificates(): Map<string, number> {
    return new Map([...this.#clients.values()].flatMap((client) => [...client.certificates]));
  }

  /**
   * Returns the image endpoints of the catalog for the cloud's interface and a region, as addresses without `/v2`. The
   * region is that of the cloud's login when none is named.
   */
  async imageEndpoints(region: string | null = null, signal?: AbortSignal): Promise<string[]> {
    const entries = await this.catalogueEntries(signal);
    const { interface: wanted } = await this.connection();
    const chosen = entries.filter((entry) =>
      region === null ? entry.chosen : entry.interface === wanted && entry.regions.includes(region),
    );
    return [...new Set(chosen.map(({ address }) => address))];
  }

  /** Returns the regions of the catalog that have an image endpoint, by name, and that of the login. */
  async regions(signal?: AbortSignal): Promise<CloudRegions> {
    const entries = await this.catalogueEntries(signal);
    const regions = [...new Set(entries.flatMap((entry) => entry.regions))].sort();
    const { regionName } = await this.connection();
    return { own: regionName ?? null, regions: regions.slice(0, 1_000).map((name) => name.slice(0, 255)) };
  }

  /** Returns every image endpoint of the catalog, of any region and interface. */
  async catalogueEntries(signal?: AbortSignal): Promise<CatalogueEntry[]> {
    const token = await this.#current(signal);
    const { connection } = (await this.#opened()).cloud;
    return (token?.endpoints ?? []).flatMap((endpoint) => {
      const address = parseAddress(endpoint.url);
      if (address === undefined) return [];
      const name = endpoint.interface.replace(/URL$/, '');
      const regions = [...new Set(endpoint.regions)];
      const inRegion = !connection.regionName || regions.includes(connection.regionName);
      return [{ address, interface: name, regions, chosen: name === connection.interface && inRegion }];
    });
  }

  /** Lets the next login be tried at once, unless the last one was refused: Keystone may lock the user out. */
  forgetFailure(): void {
    if (this.#failed?.failure.failure.code !== 'unauthenticated') this.#failed = undefined;
  }

  /** Forgets the token and aborts the requests in progress. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#token = undefined;
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
    this.#clients.clear();
    for (const release of this.#secrets.values()) release();
    this.#secrets.clear();
  }

  /**
   * Hides a secret in the answers of servers. Earlier ones stay hidden for a while, because requests with them may
   * still be running.
   */
  #hide(secret: string): void {
    const release = this.#secrets.get(secret) ?? registerSecret(secret);
    // The most recently used one is last.
    this.#secrets.delete(secret);
    this.#secrets.set(secret, release);
    for (const [old, releaseOld] of [...this.#secrets].slice(0, -maxSecrets)) {
      releaseOld();
      this.#secrets.delete(old);
    }
  }

  async #current(signal?: AbortSignal): Promise<Token | undefined> {
    if (this.#token && this.#now() < this.#token.renewAt) return this.#token;
    if ((await this.#opened()).cloud.login.kind === 'none') return undefined;
    const old = this.#token;
    try {
      return await this.#logInShared(signal);
    } catch (error) {
      // A token that is due for renewal but still valid bridges a Keystone outage.
      const passing = error instanceof ExpectedFailure && /^(unreachable|timeout|hostError)$/.test(error.failure.code);
      if (passing && old && this.#now() < (old.identity.expiresAt ?? 0)) return old;
      throw error;
    }
  }

  #opened(): Promise<Open> {
    if (this.#open) return this.#open;
    const opening = this.#resolve().then((cloud) => {
      if (cloud.secret !== undefined) this.#hide(cloud.secret);
      return { cloud, http: this.#client(cloud) };
    });
    this.#open = opening;
    opening.catch(() => {
      // The cause may be fixed by the next call.
      if (this.#open === opening) this.#open = undefined;
    });
    return opening;
  }

  #client({ connection: { cacert, cert, key, verify } }: ResolvedCloud): HttpClient {
    if (this.#closing.signal.aborted) throw interrupted();
    const name = JSON.stringify([cacert, cert, key, verify]);
    const known = this.#clients.get(name);
    if (known) return known;
    const client = new HttpClient({ cacert, cert, key, verify, userAgent: this.#userAgent });
    this.#clients.set(name, client);
    return client;
  }

  #logInShared(signal?: AbortSignal): Promise<Token> {
    this.#loggingIn ??= this.#logIn().finally(() => {
      this.#loggingIn = undefined;
    });
    // An abort by one caller does not end the login that others wait for.
    return untilAborted(this.#loggingIn, signal, interrupted);
  }

  async #logIn(): Promise<Token> {
    this.#open = undefined;
    const { cloud, http } = await this.#opened();
    const { login, secret } = cloud;
    if (login.kind === 'none') throw noLogin();
    if (!secret) throw noSecret(login);
    const name = JSON.stringify([login, secret, cloud.connection]);
    const left = (this.#failed?.until ?? 0) - this.#now();
    // More is left only after the clock was set back.
    if (this.#failed?.cloud === name && left > 0 && left <= refusedForMs) throw this.#failed.failure;
    try {
      this.#token = await logIn(http, login, secret, { now: this.#now, signal: this.#closing.signal });
      this.#hide(this.#token.value);
      this.#failed = undefined;
      void this.#readCredentialExpiry(http, this.#token);
      return this.#token;
    } catch (error) {
      if (error instanceof ExpectedFailure) {
        const refused = error.failure.code === 'unauthenticated';
        if (refused) this.#token = undefined;
        const forMs = refused ? refusedForMs : failedForMs;
        this.#failed = { cloud: name, until: this.#now() + forMs, failure: error };
      }
      throw error;
    }
  }

  async #readCredentialExpiry(http: HttpClient, token: Token): Promise<void> {
    try {
      this.#credentialExpiry = await readCredentialExpiry(http, token, this.#closing.signal);
    } catch (error) {
      // Keystone did not answer: its last result stays valid, and the next login asks again.
      if (!(error instanceof ExpectedFailure)) throw error;
    }
  }
}

function interrupted(): ExpectedFailure {
  return new ExpectedFailure({
    code: 'interrupted',
    message: 'The login was cancelled before Keystone responded.',
    remedy: 'Try again.',
  });
}

function noLogin(): ExpectedFailure {
  return new ExpectedFailure({
    code: 'unauthenticated',
    message: 'A token is required, but the cloud is set to no authentication.',
    remedy: 'Set up a login for the cloud.',
  });
}

function noSecret(login: KeystoneLogin): ExpectedFailure {
  const words = { password: 'password', applicationCredential: 'secret of the application credential', token: 'token' };
  const word = words[login.kind];
  return new ExpectedFailure({
    code: 'unauthenticated',
    message: `The ${word} for ${new URL(login.authUrl).origin} is missing.`,
    remedy: `Enter the ${word}, or add it to clouds.yaml or secure.yaml.`,
  });
}
