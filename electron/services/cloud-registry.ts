import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type {
  addCloud,
  Cloud,
  CloudId,
  CloudSettings,
  CloudSource,
  Identity,
  SecretPlace,
  updateCloud,
} from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { Emitter } from '../lib/emitter.ts';
import type { SecretKeeper } from '../store/secret-keeper.ts';
import type { CloudSessions } from './cloud-sessions.ts';
import type { DemoCloudStarter } from './demo-cloud.ts';
import type { SettingsStore } from './settings-store.ts';

export type CloudRegistryOptions = {
  settings: SettingsStore;
  sessions: CloudSessions;
  secrets: SecretKeeper;
  demo: DemoCloudStarter;
  fleet: Fleet;
};

/** Adds, changes and removes clouds, together with their secrets and sessions. */
export class CloudRegistry {
  readonly #options: CloudRegistryOptions;
  /** Clouds with a stored secret. */
  readonly #withSecret = new Set<CloudId>();

  readonly #changes = new Emitter();

  constructor(options: CloudRegistryOptions) {
    this.#options = options;
    options.sessions.onChange(() => this.#changes.emit());
    options.fleet.onChange(({ changed }) => this.#checkLogins(changed));
  }

  /** Calls the listener when what `list` returns changes other than by the settings. Returns how to unsubscribe. */
  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  /** Finds out which clouds have a stored secret. Call once, before the first `list`. */
  async start(): Promise<void> {
    for (const { id } of this.#options.settings.clouds) {
      if ((await this.#options.secrets.get(id)) !== undefined) this.#withSecret.add(id);
    }
  }

  list(): Cloud[] {
    return this.#options.settings.clouds.map((cloud) => this.#view(cloud));
  }

  view(id: CloudId): Cloud {
    return this.#view(this.#options.settings.cloud(id));
  }

  async add({
    name,
    source,
    secret,
    readOnly = false,
    production = false,
    remote = null,
  }: z.infer<typeof addCloud>): Promise<Cloud> {
    if (source.kind === 'demo') return this.openDemo();
    refuseUrlLogin(source);
    const cloud = { id: randomUUID(), name, source, readOnly, production, remote };
    if (secret !== undefined && needsSecret(source)) await this.#keepSecret(cloud.id, secret);
    await this.#options.settings.addCloud(cloud);
    this.#options.sessions.check(cloud.id);
    return this.view(cloud.id);
  }

  async update({
    id,
    name,
    source,
    secret,
    readOnly,
    production,
    remote,
  }: z.infer<typeof updateCloud>): Promise<Cloud> {
    const { settings, sessions, fleet } = this.#options;
    const last = settings.cloud(id);
    if (source && source.kind !== last.source.kind && (source.kind === 'demo' || last.source.kind === 'demo')) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: 'The demo cloud cannot be changed to another cloud, or another cloud to the demo cloud.',
        remedy: 'Add it as a separate cloud.',
      });
    }
    if (source) refuseUrlLogin(source);
    const next = source ?? last.source;
    // A secret is never sent to another server: an operator who changes the address has to enter it again.
    if (secret === undefined && !canKeepSecret(last.source, next)) await this.#dropSecret(id);
    if (secret !== undefined && needsSecret(next)) await this.#keepSecret(id, secret);
    await settings.updateCloud(id, (cloud) => ({
      ...cloud,
      name: name ?? cloud.name,
      source: source ?? cloud.source,
      readOnly: readOnly ?? cloud.readOnly,
      production: production ?? cloud.production,
      remote: remote === undefined ? cloud.remote : remote,
    }));
    if (source || secret !== undefined) {
      sessions.reset(id);
      sessions.check(id);
      fleet.reconnect(id);
    }
    return this.view(id);
  }

  async remove(id: CloudId): Promise<void> {
    const { settings, sessions, demo } = this.#options;
    const { source } = settings.cloud(id);
    await settings.removeCloud(id);
    await this.#dropSecret(id);
    sessions.reset(id);
    if (source.kind === 'demo') await demo.stop();
  }

  /** Stores the secret of a cloud and logs in with it. A secret that Keystone rejects is removed again. */
  async unlock(id: CloudId, secret: string, signal?: AbortSignal): Promise<Cloud> {
    const { settings, sessions, fleet } = this.#options;
    if (!needsSecret(settings.cloud(id).source) && sessions.askedSecret(id) === undefined) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: 'No secret is stored for this cloud.',
        remedy: 'Its login comes from clouds.yaml, or it has no authentication.',
      });
    }
    await this.#keepSecret(id, secret);
    sessions.reset(id);
    try {
      await sessions.logIn(id, signal);
    } catch (error) {
      if (!(error instanceof ExpectedFailure)) throw error;
      if (error.failure.code === 'unauthenticated') {
        await this.#dropSecret(id);
        this.#changes.emit();
        throw error;
      }
    } finally {
      fleet.reconnect(id);
    }
    return this.view(id);
  }

  /** Logs in again and returns the identity. Throws the failure of the login. */
  async test(id: CloudId, signal?: AbortSignal): Promise<Identity> {
    this.#options.settings.cloud(id);
    return this.#options.sessions.logIn(id, signal);
  }

  /** Starts the demo cloud unless it runs, and adds it with its hosts to the settings of this run. */
  async openDemo(): Promise<Cloud> {
    const { settings, sessions, demo } = this.#options;
    const { cloud, hosts } = await demo.entries();
    if (!settings.clouds.some((one) => one.id === cloud.id)) settings.addUnsaved(cloud, hosts);
    sessions.check(cloud.id);
    return this.view(cloud.id);
  }

  /** Checks the logins of clouds whose hosts disagree with the last known outcome. */
  #checkLogins(hostIds: readonly HostId[]): void {
    const { fleet, sessions } = this.#options;
    const clouds = new Map(this.list().map((cloud) => [cloud.id, cloud]));
    const doubtful = new Set<CloudId>();
    for (const hostId of hostIds) {
      const host = fleet.summary(hostId);
      const cloud = host && clouds.get(host.cloudId);
      if (!cloud) continue;
      const works = host.state === 'reachable' && (cloud.failure !== null || cloud.identity === null);
      const fails = host.failure?.code === 'unauthenticated' && cloud.failure === null;
      if (works || fails) doubtful.add(cloud.id);
    }
    for (const cloudId of doubtful) sessions.check(cloudId);
  }

  #view(cloud: CloudSettings): Cloud {
    return { ...cloud, secret: this.#secretPlace(cloud), ...this.#options.sessions.state(cloud) };
  }

  #secretPlace({ id, source }: CloudSettings): SecretPlace {
    const { sessions, secrets } = this.#options;
    if (source.kind === 'cloudsYaml') {
      const asked = sessions.askedSecret(id);
      return asked === undefined ? 'reference' : asked === 'kept' ? secrets.place : 'missing';
    }
    if (!needsSecret(source)) return 'unneeded';
    return this.#withSecret.has(id) ? secrets.place : 'missing';
  }

  async #keepSecret(id: CloudId, secret: string): Promise<void> {
    await this.#options.secrets.set(id, this.#options.sessions.secretToKeep(id, secret));
    this.#withSecret.add(id);
  }

  async #dropSecret(id: CloudId): Promise<void> {
    this.#withSecret.delete(id);
    this.#options.sessions.secretDropped(id);
    await this.#options.secrets.remove(id);
  }
}

/**
 * Throws `invalidInput` for an auth URL with a login, which would be visible in the settings file and on the screen.
 */
function refuseUrlLogin(source: CloudSource): void {
  if (source.kind !== 'typed' || source.login.kind === 'none') return;
  const { username, password } = new URL(source.login.authUrl);
  if (username === '' && password === '') return;
  throw new ExpectedFailure({
    code: 'invalidInput',
    message: 'The auth URL contains a login.',
    remedy: 'Remove the user name and password from the URL and enter them in their fields.',
  });
}

function needsSecret(source: CloudSource): boolean {
  return source.kind === 'typed' && source.login.kind !== 'none';
}

/** Whether the secret of one source may be used with another: the same kind of login at the same origin. */
function canKeepSecret(last: CloudSource, next: CloudSource): boolean {
  if (last.kind !== 'typed' || next.kind !== 'typed') return last.kind === next.kind;
  if (last.login.kind === 'none' || next.login.kind === 'none') return false;
  return (
    last.login.kind === next.login.kind && new URL(last.login.authUrl).origin === new URL(next.login.authUrl).origin
  );
}
