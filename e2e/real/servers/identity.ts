import { z } from 'zod';
import type { Account } from './description.ts';
import { fetchWithRetry } from './fetch-with-retry.ts';

/** uwsgi closes a connection after an answer without announcing it, so a second request on it may fail. */
export const closeConnection = { Connection: 'close' };

const answerWithId = z.looseObject({ id: z.string() });

/** A logged-in administrator of Keystone. */
export class Keystone {
  readonly #authUrl: string;
  readonly #token: string;

  private constructor(authUrl: string, token: string) {
    this.#authUrl = authUrl;
    this.#token = token;
  }

  static async logIn(authUrl: string, account: Account): Promise<Keystone> {
    return new Keystone(authUrl, await passwordToken(authUrl, account));
  }

  async createProject(name: string): Promise<string> {
    return this.#create('projects', 'project', { name, domain_id: 'default' });
  }

  async createUser(account: Account): Promise<string> {
    return this.#create('users', 'user', { name: account.username, password: account.password, domain_id: 'default' });
  }

  async grant(projectId: string, userId: string, roleName: string): Promise<void> {
    const answer = await this.#send('GET', `/roles?name=${roleName}`);
    const [role] = z.object({ roles: z.array(answerWithId) }).parse(answer).roles;
    if (!role) throw new Error(`Keystone has no role ${roleName}`);
    await this.#send('PUT', `/projects/${projectId}/users/${userId}/roles/${role.id}`);
  }

  /** Registers a service: one URL per region, the same for all interfaces. */
  async createService(type: string, name: string, urls: Record<string, string>): Promise<void> {
    const serviceId = await this.#create('services', 'service', { type, name });
    for (const [regionId, url] of Object.entries(urls)) {
      for (const kind of ['public', 'internal', 'admin']) {
        const endpoint = { service_id: serviceId, interface: kind, region_id: regionId, url };
        await this.#create('endpoints', 'endpoint', endpoint);
      }
    }
  }

  async createRegion(id: string): Promise<void> {
    await this.#create('regions', 'region', { id });
  }

  /** Creates an application credential of the logged-in user, which expires if a time is given. Returns its id. */
  async createApplicationCredential(name: string, secret: string, expiresAt?: Date): Promise<string> {
    return this.#create(`users/${await this.#userId()}/application_credentials`, 'application_credential', {
      name,
      secret,
      ...(expiresAt ? { expires_at: expiresAt.toISOString() } : {}),
    });
  }

  async deleteApplicationCredential(id: string): Promise<void> {
    await this.#send('DELETE', `/users/${await this.#userId()}/application_credentials/${id}`);
  }

  async revoke(token: string): Promise<void> {
    await this.#send('DELETE', '/auth/tokens', { 'X-Subject-Token': token });
  }

  async #userId(): Promise<string> {
    const answer = await this.#send('GET', '/auth/tokens', { 'X-Subject-Token': this.#token });
    return z.object({ token: z.object({ user: answerWithId }) }).parse(answer).token.user.id;
  }

  async #create(collection: string, kind: string, body: Record<string, string>): Promise<string> {
    const answer = await this.#send('POST', `/${collection}`, {}, JSON.stringify({ [kind]: body }));
    return z.record(z.string(), answerWithId).parse(answer)[kind]?.id ?? '';
  }

  async #send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<unknown> {
    const answer = await fetchWithRetry(`${this.#authUrl}${path}`, {
      method,
      headers: { ...headers, 'X-Auth-Token': this.#token, 'Content-Type': 'application/json', ...closeConnection },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${answer.url}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}

/** A project-scoped token of an account of the default domain. */
export async function passwordToken(authUrl: string, account: Account): Promise<string> {
  const domain = { id: 'default' };
  const user = { name: account.username, password: account.password, domain };
  const answer = await fetchWithRetry(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...closeConnection },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { name: account.project, domain } },
      },
    }),
  });
  const token = answer.headers.get('x-subject-token');
  if (answer.status !== 201 || !token) {
    throw new Error(`Keystone gave ${account.username} no token: ${answer.status} ${await answer.text()}`);
  }
  await answer.arrayBuffer();
  return token;
}
