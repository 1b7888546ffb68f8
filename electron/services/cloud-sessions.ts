import { isDeepStrictEqual } from 'node:util';
import type { Expiry } from '../automation/alerts/alert-conditions.ts';
import type { CloudId, CloudSettings, Identity } from '../contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import type { ResolvedCloud } from '../keystone/cloud-login.ts';
import { resolveCloudsYaml } from '../keystone/clouds-yaml.ts';
import type { ConfigRoots } from '../keystone/config-files.ts';
import { Session } from '../keystone/keystone-session.ts';
import { Emitter } from '../lib/emitter.ts';
import { failureOf } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';
import type { SecretKeeper } from '../store/secret-keeper.ts';
import type { DemoCloudStarter } from './demo-cloud.ts';
import type { SettingsStore } from './settings-store.ts';

/** The pause between two checks of the same login, in milliseconds. */
const checkIntervalMs = 5_000;

type Entry = {
  session: Session;
  identity: Identity | null;
  failure: Failure | null;
  checking: Promise<void> | undefined;
  checkedAt: number;
};

export type CloudSessionsOptions = {
  settings: SettingsStore;
  secrets: SecretKeeper;
  demo: DemoCloudStarter;
  env: NodeJS.ProcessEnv;
  where: ConfigRoots;
  log: Logger;
  /** The `User-Agent` of all requests to a cloud. */
  userAgent: string;
  /** The secret that the service manager provides for a cloud; undefined if it provides none. */
  credential?: ((cloudName: string) => string | undefined) | undefined;
  now: () => number;
};

/** The Keystone session of each cloud, and the outcome of its last login. */
export class CloudSessions {
  readonly #options: CloudSessionsOptions;
  readonly #entries = new Map<CloudId, Entry>();
  /**
   * Clouds of clouds.yaml whose secret the operator enters: the origin of the Keystone, and whether a secret is stored
   * for it.
   */
  readonly #asked = new Map<CloudId, { origin: string; kept: boolean }>();
  /** The origins of hosts that are or were in the settings. Keystone and the image services of catalogs have others. */
  readonly #hostOrigins = new Set<string>();
  readonly #changes = new Emitter();

  constructor(options: CloudSessionsOptions) {
    this.#options = options;
  }

  /** Calls the listener when an identity or a failure changes. Returns a function that ends the subscription. */
  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  of(cloudId: CloudId): Session {
    return this.#entry(cloudId).session;
  }

  /** The identity that is logged in to a cloud, or the failure of the last login. Sends nothing. */
  state(cloud: CloudSettings): { identity: Identity | null; failure: Failure | null } {
    const entry = this.#entries.get(cloud.id);
    return { identity: entry?.session.lastIdentity ?? entry?.identity ?? null, failure: entry?.failure ?? null };
  }

  /** The known expiry times of the certificates of the clouds' servers and of application credentials. */
  expiries(): Expiry[] {
    return this.#options.settings.clouds.flatMap(({ id: cloudId, name }) => {
      const session = this.#entries.get(cloudId)?.session;
      if (!session) return [];
      const credential = session.credentialExpiresAt;
      const hosts = this.#options.settings.hosts.filter((host) => host.cloudId === cloudId);
      const origins = new Set(hosts.map(({ address }) => new URL(address).origin));
      for (const origin of origins) this.#hostOrigins.add(origin);
      // The certificate of a host that was removed concerns nobody.
      const certificates = [...session.certificates()].filter(
        ([origin]) => origins.has(origin) || !this.#hostOrigins.has(origin),
      );
      return [
        ...certificates.map(
          ([origin, expiresAt]): Expiry => ({ what: 'certificate', cloudId, name: origin, expiresAt }),
        ),
        ...(credential === null
          ? []
          : [{ what: 'applicationCredential', cloudId, name, expiresAt: credential } as const]),
      ];
    });
  }

  /** Whether the operator has entered the secret that clouds.yaml does not have; undefined if the file has it. */
  askedSecret(cloudId: CloudId): 'kept' | 'missing' | undefined {
    const asked = this.#asked.get(cloudId);
    return asked && (asked.kept ? 'kept' : 'missing');
  }

  /**
   * The form in which a secret that the operator enters is stored. That of a cloud of clouds.yaml is stored with the
   * origin of its Keystone, so that it is not sent to another one when the file changes.
   */
  secretToKeep(cloudId: CloudId, secret: string): string {
    const asked = this.#asked.get(cloudId);
    return asked === undefined ? secret : `${asked.origin}\n${secret}`;
  }

  /** The secret that the operator had entered for a cloud was removed. */
  secretDropped(cloudId: CloudId): void {
    const asked = this.#asked.get(cloudId);
    if (asked) this.#asked.set(cloudId, { ...asked, kept: false });
  }

  /** Logs in again and returns the identity. Throws the failure of the login. */
  async logIn(cloudId: CloudId, signal?: AbortSignal): Promise<Identity> {
    const entry = this.#entry(cloudId);
    try {
      const identity = await entry.session.logIn(signal);
      this.#report(entry, { identity, failure: null });
      return identity;
    } catch (error) {
      if (error instanceof ExpectedFailure && !signal?.aborted) {
        this.#report(entry, { identity: null, failure: error.failure });
      }
      throw error;
    }
  }

  /** Checks in the background whether the login of a cloud works, unless that was checked a moment ago. */
  check(cloudId: CloudId): void {
    const entry = this.#entry(cloudId);
    if (entry.checking || this.#options.now() - entry.checkedAt < checkIntervalMs) return;
    entry.checkedAt = this.#options.now();
    entry.checking = this.#check(cloudId, entry).finally(() => {
      entry.checking = undefined;
    });
  }

  /** Logs in again where the last login failed, however recently, because the network or the clock has changed. */
  forgetFailures(): void {
    for (const entry of this.#entries.values()) {
      entry.checkedAt = Number.NEGATIVE_INFINITY;
      entry.session.forgetFailure();
    }
  }

  /** Drops the session of a cloud, for example after its login changed. The next use opens another. */
  reset(cloudId: CloudId): void {
    const entry = this.#entries.get(cloudId);
    this.#entries.delete(cloudId);
    // Requests with the old login are interrupted. Nothing waits for that.
    if (entry) void entry.session.close();
    this.#changes.emit();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.session.close()));
  }

  /** The login of a cloud with its secret. Throws `unauthenticated` when the operator has to enter the secret again. */
  async #resolve(id: CloudId): Promise<ResolvedCloud> {
    const { settings, demo, secrets, env, where, credential } = this.#options;
    const { name, source } = settings.cloud(id);
    if (source.kind === 'demo') return demo.resolve();
    if (source.kind === 'cloudsYaml')
      return this.#withKeptSecret(id, name, await resolveCloudsYaml(source, env, where));
    const { login, connection } = source;
    if (login.kind === 'none') return { login, connection, secret: undefined };
    const secret = credential?.(name) ?? (await secrets.get(id));
    if (secret === undefined) throw secretMissing(name, login.kind, credential !== undefined);
    return { login, connection, secret };
  }

  /** Adds the secret that the operator entered, if neither the files nor the environment have one. */
  async #withKeptSecret(id: CloudId, name: string, resolved: ResolvedCloud): Promise<ResolvedCloud> {
    const { login, secret } = resolved;
    if (login.kind === 'none' || secret !== undefined) {
      if (this.#asked.delete(id)) this.#changes.emit();
      return resolved;
    }
    const provided = this.#options.credential?.(name);
    if (provided !== undefined) return { ...resolved, secret: provided };
    const { origin } = new URL(login.authUrl);
    const stored = (await this.#options.secrets.get(id)) ?? '';
    const kept = stored.startsWith(`${origin}\n`) ? stored.slice(origin.length + 1) : undefined;
    const asked = { origin, kept: kept !== undefined };
    if (!isDeepStrictEqual(this.#asked.get(id), asked)) {
      this.#asked.set(id, asked);
      this.#changes.emit();
    }
    if (kept === undefined) throw secretMissing(name, login.kind, this.#options.credential !== undefined);
    return { ...resolved, secret: kept };
  }

  async #check(cloudId: CloudId, entry: Entry): Promise<void> {
    try {
      this.#report(entry, { identity: await entry.session.identity(), failure: null });
    } catch (error) {
      if (this.#entries.get(cloudId) !== entry) return;
      this.#report(entry, { identity: null, failure: failureOf(error, this.#options.log, 'logging in') });
    }
  }

  #report(entry: Entry, { identity, failure }: Pick<Entry, 'identity' | 'failure'>): void {
    if (isDeepStrictEqual([entry.identity, entry.failure], [identity, failure])) return;
    Object.assign(entry, { identity, failure });
    this.#changes.emit();
  }

  #entry(cloudId: CloudId): Entry {
    const existing = this.#entries.get(cloudId);
    if (existing) return existing;
    const { now, userAgent } = this.#options;
    const session = new Session({ resolve: () => this.#resolve(cloudId), now, userAgent });
    const entry = { session, identity: null, failure: null, checking: undefined, checkedAt: Number.NEGATIVE_INFINITY };
    this.#entries.set(cloudId, entry);
    return entry;
  }
}

function secretMissing(
  name: string,
  kind: 'password' | 'applicationCredential' | 'token',
  byCredential: boolean,
): ExpectedFailure {
  const word = { password: 'password', applicationCredential: 'secret of the application credential', token: 'token' };
  return new ExpectedFailure({
    code: 'unauthenticated',
    message: `The ${word[kind]} of the cloud ${name} is missing. It was not stored, was kept in memory only, or cannot be decrypted.`,
    remedy: byCredential
      ? `Provide the ${word[kind]} in clouds.yaml or as a systemd credential with the name of the cloud, and restart the console.`
      : `Enter the ${word[kind]} to unlock the cloud.`,
  });
}
