import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type RemoteAccess, remoteAccess } from '../../electron/contract/remote.ts';
import {
  type Account,
  type RealDescription,
  type RealHost,
  type RealSsh,
  readDescription,
} from './servers/description.ts';
import { closeConnection, Keystone, passwordToken } from './servers/identity.ts';

export type Answer = { status: number; headers: Headers; text: string };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function directoryOf({ name, cacheDir }: RealHost): string {
  if (cacheDir === null) throw new Error(`${name} has no cache directory`);
  return cacheDir;
}

/** The host's own list, reduced to the fields that all drivers have. */
const cacheList = z.object({
  cached_images: z.array(
    z.looseObject({
      image_id: z.string(),
      hits: z.number(),
      size: z.number(),
      last_accessed: z.number(),
      last_modified: z.number(),
    }),
  ),
  queued_images: z.array(z.string()),
});
export type RealCacheList = z.infer<typeof cacheList>;

/** The clouds of the file that `writeCloudsYaml` writes, one for each valid or invalid login. */
export type RealCloudName =
  | 'real'
  | 'real-sid'
  | 'real-application-credential'
  | 'real-short-lived-tokens'
  | 'real-member'
  | 'real-wrong-password'
  | 'real-expired-token';

/**
 * The running servers. Tests use it to set them up and to inspect them with plain requests, without the console's code,
 * so that they can compare what the console shows with what the hosts report.
 */
export class RealServers {
  readonly description: RealDescription;
  #adminToken: Promise<string> | undefined;

  constructor(description: RealDescription) {
    this.description = description;
  }

  /** Connects to the servers that `npm run test:real` started. */
  static async connect(): Promise<RealServers> {
    return new RealServers(await readDescription());
  }

  /** Returns a host by name; throws if that host was skipped. */
  host(name: string): RealHost {
    const found = this.description.hosts.find((host) => host.name === name);
    if (!found) throw new Error(`There is no host ${name}: ${JSON.stringify(this.description.skipped)}`);
    return found;
  }

  /** The hosts with caching on: of bookworm's Glance (25.1), of sid's, or all. */
  cachingHosts(glance?: RealHost['glance']): RealHost[] {
    const { hosts } = this.description;
    return hosts.filter((host) => host.cacheDir !== null && (glance === undefined || host.glance === glance));
  }

  token(account: Account): Promise<string> {
    return passwordToken(this.description.authUrl, account);
  }

  /** A real token that has just expired, which Keystone and every host refuse. */
  async expiredToken(): Promise<string> {
    const { shortAuthUrl, shortSeconds, admin } = this.description;
    const token = await passwordToken(shortAuthUrl, admin);
    await this.#until('the short-lived token to expire', shortSeconds + 10, async () => {
      const answer = await fetch(`${this.description.authUrl}/auth/tokens`, {
        headers: { 'X-Auth-Token': token, 'X-Subject-Token': token, ...closeConnection },
      });
      await answer.arrayBuffer();
      return answer.status === 401;
    });
    return token;
  }

  /** Revokes a token. Hosts that have validated it may accept it for five minutes more. */
  async revoke(token: string): Promise<void> {
    const keystone = await Keystone.logIn(this.description.authUrl, this.description.admin);
    await keystone.revoke(token);
  }

  /**
   * Sends a request to a host with the admin's token. Repeats it once after a 401, which a host may answer by mistake.
   */
  async send(
    method: string,
    host: RealHost,
    target: string,
    options: { headers?: Record<string, string>; body?: Uint8Array | string } = {},
  ): Promise<Answer> {
    const once = async () => {
      this.#adminToken ??= this.token(this.description.admin);
      const token = { 'X-Auth-Token': await this.#adminToken };
      const headers = { ...token, Accept: 'application/json', ...closeConnection, ...options.headers };
      const body = options.body === undefined ? {} : { body: Buffer.from(options.body) };
      const answer = await fetch(`${host.address}${target}`, { method, headers, redirect: 'manual', ...body });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
    const first = await once();
    if (first.status !== 401) return first;
    this.#adminToken = undefined;
    return once();
  }

  /** The current API version of the host, `2.16`. */
  async apiVersion(host: RealHost): Promise<string> {
    const text = await this.#must('GET', host, '/versions');
    const { versions } = z
      .object({ versions: z.array(z.object({ id: z.string(), status: z.string() })) })
      .parse(JSON.parse(text));
    return versions.find((version) => version.status === 'CURRENT')?.id.replace('v', '') ?? '';
  }

  /** Like `send`, but throws on an error status. */
  async #must(...request: Parameters<RealServers['send']>): Promise<string> {
    const answer = await this.send(...request);
    if (answer.status >= 200 && answer.status < 300) return answer.text;
    throw new Error(`${request[0]} ${request[1].name}${request[2]}: ${answer.status} ${answer.text}`);
  }

  /** Makes an image with data in the catalog of the host's Glance. Returns its id. */
  async uploadImage(
    host: RealHost,
    name: string,
    bytes: number,
    properties: Record<string, unknown> = {},
  ): Promise<string> {
    const id = await this.createImage(host, name, properties);
    const headers = { 'Content-Type': 'application/octet-stream' };
    // Different data for each image, so that checksums differ.
    const body = Buffer.alloc(bytes, `${id} `);
    await this.#must('PUT', host, `/v2/images/${id}/file`, { headers, body });
    return id;
  }

  /** Makes an image without data (its status stays `queued`, so no host can cache it). Returns its id. */
  async createImage(host: RealHost, name: string, properties: Record<string, unknown> = {}): Promise<string> {
    const image = { name, disk_format: 'raw', container_format: 'bare', ...properties };
    const headers = { 'Content-Type': 'application/json' };
    const text = await this.#must('POST', host, '/v2/images', { headers, body: JSON.stringify(image) });
    return z.object({ id: z.string() }).parse(JSON.parse(text)).id;
  }

  /** Deletes an image from the catalog if it still exists; copies in other hosts' caches become orphans. */
  async deleteImage(host: RealHost, imageId: string): Promise<void> {
    const { status, text } = await this.send('DELETE', host, `/v2/images/${imageId}`);
    if (status !== 204 && status !== 404) throw new Error(`${imageId} is not deleted: ${status} ${text}`);
  }

  /** Downloads an image through the host, as Nova does. The first download fills the cache; later ones are hits. */
  async download(host: RealHost, imageId: string): Promise<void> {
    await this.#must('GET', host, `/v2/images/${imageId}/file`, {
      headers: { Accept: 'application/octet-stream' },
    });
    await this.untilCached(host, imageId);
  }

  async cacheList(host: RealHost): Promise<RealCacheList> {
    return cacheList.parse(JSON.parse(await this.#must('GET', host, '/v2/cache')));
  }

  async cachedIds(host: RealHost): Promise<string[]> {
    return (await this.cacheList(host)).cached_images.map((image) => image.image_id).sort();
  }

  /** Queues an image on the host without waiting for its fetch. */
  async queue(host: RealHost, imageId: string): Promise<void> {
    await this.#must('PUT', host, `/v2/cache/${imageId}`);
  }

  /** Queues any id that no host fetches: the legacy middleware wakes no worker. */
  async queueForNobody(host: RealHost, imageId: string): Promise<void> {
    await this.#must('PUT', host, `/v2/queued_images/${imageId}`);
  }

  /** Clears the host's cache and queue, and waits until its list is empty. */
  async clear(host: RealHost): Promise<void> {
    await this.#must('DELETE', host, '/v2/cache');
    await this.untilCache(host, 'to be empty', (list) => list.cached_images.length + list.queued_images.length === 0);
  }

  async untilCached(host: RealHost, imageId: string): Promise<void> {
    await this.untilCache(
      host,
      `to have ${imageId} cached`,
      (list) => list.cached_images.some((image) => image.image_id === imageId) && !list.queued_images.includes(imageId),
    );
  }

  /** Waits until the host's own list meets the condition. */
  async untilCache(host: RealHost, what: string, holds: (list: RealCacheList) => boolean): Promise<void> {
    await this.#until(`${host.name} ${what}`, 30, async () => holds(await this.cacheList(host)));
  }

  async #until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + seconds * 1_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}`);
      await delay(100);
    }
  }

  /** Creates a file in a subdirectory of the cache (`invalid`, `incomplete`), or as a cached image. */
  async createCacheFile(
    host: RealHost,
    where: 'invalid' | 'incomplete' | 'cached',
    name: string,
    options: { ageSeconds?: number; bytes?: number } = {},
  ): Promise<string> {
    const { ageSeconds = 0, bytes = 8 } = options;
    const file = path.join(directoryOf(host), where === 'cached' ? '' : where, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, Buffer.alloc(bytes, 'left over '));
    const time = Date.now() / 1_000 - ageSeconds;
    await utimes(file, time, time);
    return file;
  }

  /** The names of the image files in the host's cache directory, whatever it lists. */
  async filesOf(host: RealHost): Promise<string[]> {
    return (await readdir(directoryOf(host))).filter((name) => uuid.test(name)).sort();
  }

  /** Removes files that tests left in the cache directory of a host whose list is empty. */
  async removeLeftFiles(host: RealHost): Promise<void> {
    const directory = directoryOf(host);
    for (const part of ['', 'invalid', 'incomplete', 'queue']) {
      const within = path.join(directory, part);
      for (const name of await readdir(within).catch(() => [])) {
        if (part !== '' || uuid.test(name)) await rm(path.join(within, name));
      }
    }
  }

  /** The sshd for the hosts' own programs; throws if it was skipped. */
  get ssh(): RealSsh {
    const { ssh, skipped } = this.description;
    if (!ssh) throw new Error(`There is no sshd: ${JSON.stringify(skipped)}`);
    return ssh;
  }

  /** The access settings with which the console runs the programs of a host. */
  remoteOf(host: RealHost): RemoteAccess {
    const { destination, port } = this.ssh;
    return remoteAccess.parse({ destination, port, ...host.programs });
  }

  /** Writes a clouds.yaml with one cloud for each login. Returns its path. */
  async writeCloudsYaml(directory: string): Promise<string> {
    const { authUrl, shortAuthUrl, admin, member, applicationCredential } = this.description;
    const region = this.host('glance-a').region;
    const withPassword = (account: Account, regionName = region, url = authUrl) => ({
      auth: {
        auth_url: url,
        username: account.username,
        password: account.password,
        project_name: account.project,
        user_domain_id: 'default',
        project_domain_id: 'default',
      },
      region_name: regionName,
    });
    const { id, secret } = applicationCredential;
    const [sid] = this.cachingHosts('sid');
    const clouds: Partial<Record<RealCloudName, unknown>> = {
      real: withPassword(admin),
      ...(sid ? { 'real-sid': withPassword(admin, sid.region) } : {}),
      'real-application-credential': {
        auth_type: 'v3applicationcredential',
        auth: { auth_url: authUrl, application_credential_id: id, application_credential_secret: secret },
        region_name: region,
      },
      'real-short-lived-tokens': withPassword(admin, region, shortAuthUrl),
      'real-member': withPassword(member),
      'real-wrong-password': withPassword({ ...admin, password: 'not the password' }),
      'real-expired-token': {
        auth_type: 'v3token',
        auth: {
          auth_url: authUrl,
          token: await this.expiredToken(),
          project_name: admin.project,
          project_domain_id: 'default',
        },
        region_name: region,
      },
    };
    await mkdir(directory, { recursive: true });
    const file = path.join(directory, 'clouds.yaml');
    await writeFile(file, stringify({ clouds }), { mode: 0o600 });
    return file;
  }
}
