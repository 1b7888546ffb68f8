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
import type { ResolvedCloud } from '../keystone/cloud-login.ts';
import { resolveCloudsYaml } from '../keystone/clouds-yaml.ts';
import type { Where } from '../keystone/config-files.ts';
import type { SecretKeeper } from '../store/secrets.ts';
import type { DemoKeeper } from './demo-cloud.ts';
import type { Inventory } from './inventory.ts';
import type { Sessions } from './sessions.ts';

export type CloudsOptions = {
  inventory: Inventory;
  sessions: Sessions;
  secrets: SecretKeeper;
  demo: DemoKeeper;
  env: NodeJS.ProcessEnv;
  where: Where;
  /** A cloud has another login from now on. */
  loginChanged: (cloudId: CloudId) => void;
  /** What is told of the clouds changed. */
  changed: () => void;
};

/** The clouds as the operator adds, changes and removes them, with their secrets. */
export class Clouds {
  readonly #options: CloudsOptions;
  /** Clouds whose secret the keeper has. */
  readonly #withSecret = new Set<CloudId>();

  constructor(options: CloudsOptions) {
    this.#options = options;
  }

  /** Finds out which secrets are there. */
  async start(): Promise<void> {
    for (const { id } of this.#options.inventory.clouds) {
      if ((await this.#options.secrets.get(id)) !== undefined) this.#withSecret.add(id);
    }
  }

  list(): Cloud[] {
    return this.#options.inventory.clouds.map((cloud) => this.#view(cloud));
  }

  view(id: CloudId): Cloud {
    return this.#view(this.#options.inventory.cloud(id));
  }

  /** What a cloud is logged in to with. Throws `unauthenticated` when its secret has to be asked for again. */
  async resolve(id: CloudId): Promise<ResolvedCloud> {
    const { inventory, demo, secrets, env, where } = this.#options;
    const { name, source } = inventory.cloud(id);
    if (source.kind === 'demo') return demo.resolve();
    if (source.kind === 'cloudsYaml') return resolveCloudsYaml(source.cloudName, env, where);
    const { login, connection } = source;
    if (login.kind === 'none') return { login, connection, secret: undefined };
    const secret = await secrets.get(id);
    if (secret === undefined) throw secretMissing(name, login.kind);
    return { login, connection, secret };
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
    const cloud = { id: randomUUID(), name, source, readOnly, production, remote };
    if (secret !== undefined && needsSecret(source)) await this.#keepSecret(cloud.id, secret);
    await this.#options.inventory.addCloud(cloud);
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
    const { inventory, sessions, loginChanged } = this.#options;
    const last = inventory.cloud(id);
    if (source && source.kind !== last.source.kind && (source.kind === 'demo' || last.source.kind === 'demo')) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: 'A cloud cannot become the demo cloud, nor the demo cloud another.',
        remedy: 'Add it as a cloud of its own.',
      });
    }
    const next = source ?? last.source;
    // A secret never follows to another server: whoever changes the address has to know it.
    if (secret === undefined && !staysWith(last.source, next)) await this.#dropSecret(id);
    if (secret !== undefined && needsSecret(next)) await this.#keepSecret(id, secret);
    await inventory.updateCloud(id, (cloud) => ({
      ...cloud,
      name: name ?? cloud.name,
      source: source ?? cloud.source,
      readOnly: readOnly ?? cloud.readOnly,
      production: production ?? cloud.production,
      remote: remote === undefined ? cloud.remote : remote,
    }));
    if (source || secret !== undefined) {
      sessions.renew(id);
      sessions.check(id);
      loginChanged(id);
    }
    return this.view(id);
  }

  async remove(id: CloudId): Promise<void> {
    const { inventory, sessions, demo } = this.#options;
    const { source } = inventory.cloud(id);
    await inventory.removeCloud(id);
    await this.#dropSecret(id);
    sessions.renew(id);
    if (source.kind === 'demo') await demo.stop();
  }

  /** Takes the secret of a cloud; one that the cloud refuses is not kept. */
  async unlock(id: CloudId, secret: string, signal?: AbortSignal): Promise<Cloud> {
    const { inventory, sessions, loginChanged } = this.#options;
    if (!needsSecret(inventory.cloud(id).source)) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: 'The console keeps no secret for this cloud.',
        remedy: 'Its login comes from elsewhere, or it needs none.',
      });
    }
    await this.#keepSecret(id, secret);
    sessions.renew(id);
    try {
      await sessions.logIn(id, signal);
    } catch (error) {
      if (!(error instanceof ExpectedFailure)) throw error;
      if (error.failure.code === 'unauthenticated') {
        await this.#dropSecret(id);
        this.#options.changed();
        throw error;
      }
    } finally {
      loginChanged(id);
    }
    return this.view(id);
  }

  /** Logs in anew and tells who that is. */
  async test(id: CloudId, signal?: AbortSignal): Promise<Identity> {
    this.#options.inventory.cloud(id);
    return this.#options.sessions.logIn(id, signal);
  }

  /** Starts the demo cloud, where it does not run yet, and adds it with its hosts. */
  async openDemo(): Promise<Cloud> {
    const { inventory, sessions, demo } = this.#options;
    const { cloud, hosts } = await demo.entries();
    if (!inventory.clouds.some((one) => one.id === cloud.id)) inventory.addUnsaved(cloud, hosts);
    sessions.check(cloud.id);
    return this.view(cloud.id);
  }

  #view(cloud: CloudSettings): Cloud {
    return { ...cloud, secret: this.#secretPlace(cloud), ...this.#options.sessions.state(cloud) };
  }

  #secretPlace({ id, source }: CloudSettings): SecretPlace {
    if (source.kind === 'cloudsYaml') return 'reference';
    if (!needsSecret(source)) return 'unneeded';
    return this.#withSecret.has(id) ? this.#options.secrets.place : 'missing';
  }

  async #keepSecret(id: CloudId, secret: string): Promise<void> {
    await this.#options.secrets.set(id, secret);
    this.#withSecret.add(id);
  }

  async #dropSecret(id: CloudId): Promise<void> {
    this.#withSecret.delete(id);
    await this.#options.secrets.remove(id);
  }
}

function needsSecret(source: CloudSource): boolean {
  return source.kind === 'typed' && source.login.kind !== 'none';
}

/** Whether the secret of one source may be used with another: it goes to the same server as before, for the same kind. */
function staysWith(last: CloudSource, next: CloudSource): boolean {
  if (last.kind !== 'typed' || next.kind !== 'typed') return last.kind === next.kind;
  if (last.login.kind === 'none' || next.login.kind === 'none') return false;
  return (
    last.login.kind === next.login.kind && new URL(last.login.authUrl).origin === new URL(next.login.authUrl).origin
  );
}

function secretMissing(name: string, kind: 'password' | 'applicationCredential' | 'token'): ExpectedFailure {
  const word = { password: 'password', applicationCredential: 'secret of the application credential', token: 'token' };
  return new ExpectedFailure({
    code: 'unauthenticated',
    message: `The ${word[kind]} of the cloud ${name} is asked for again: it is kept in memory only, or its key is gone.`,
    remedy: `Unlock the cloud by entering the ${word[kind]}.`,
  });
}
