import { mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { RealServers } from '../../real/real-cloud.ts';
import type { RealHost } from '../../real/servers/description.ts';
import { Keystone } from '../../real/servers/identity.ts';
import { freePorts } from '../../real/servers/processes.ts';
import { warmUp } from '../../real/servers/warm-up.ts';
import { type RawAnswer, sendRaw } from '../raw.ts';
import { type HostInstallation, prepareInstallation } from './host-installation.ts';
import { until } from './operator.ts';
import { Relay } from './relay.ts';
import { holdFile } from './slow-store.ts';
import type { TrapHost } from './trap-host.ts';

const limitBytes = 5 * 1024 * 1024;
/** The time zone of New York in POSIX notation; a minimal system may not know its name. */
const newYork = 'EST5EDT,M3.2.0,M11.1.0';

const list = z.object({
  cached_images: z.array(z.looseObject({ image_id: z.string() })).nullable(),
  queued_images: z.array(z.string()),
});

/**
 * A host of a separate real Glance, in a separate region of the Keystone that `npm run test:real` started, so that its
 * faults affect no other test.
 */
export async function startRealTrapHost(servers: RealServers, glance: RealHost['glance']): Promise<TrapHost> {
  const { authUrl, admin, service } = servers.description;
  const directory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-traps-'));
  const [port = 0] = await freePorts(1);
  // The relay is the host's only connection to Keystone, because the host's catalog region names only the relay.
  const relay = await Relay.start(new URL(authUrl));
  const relayUrl = `http://127.0.0.1:${relay.port}/v3`;
  const region = `traps-${glance}-${port}`;
  const keystone = await Keystone.logIn(authUrl, admin);
  await keystone.createRegion(region);
  await keystone.createService('identity', 'keystone-traps', { [region]: relayUrl });

  const login = { authUrl: relayUrl, username: service.username, password: service.password, regionName: region };
  const installation = await prepareInstallation(
    glance,
    { name: 'traps', port, limitBytes, caching: true },
    { directory, service: login },
  );
  const started = await installation.start({ processes: 1 });
  await warmUp(started.address, await servers.token(admin));
  const host: RealHost = { ...started, release: '', glance, region, limitBytes };
  return { ...trapHostOf(servers, host, installation, relay), region, close };

  async function close(): Promise<void> {
    await installation.stop();
    await relay.cut();
    await installation.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

function trapHostOf(
  servers: RealServers,
  host: RealHost,
  installation: HostInstallation,
  relay: Relay,
): Omit<TrapHost, 'close'> {
  const { authUrl, admin } = servers.description;
  const cacheDir = host.cacheDir ?? '';
  const token = servers.token(admin);
  const held: { abandon: () => Promise<void> }[] = [];
  const objectOf = (imageId: string) => path.join(installation.storeDirectory, imageId);
  const hold = async (imageId: string) => {
    const fetch = await holdFile(objectOf(imageId));
    held.push(fetch);
    return fetch;
  };
  let alone = true;
  const startAgain = async (change: Parameters<HostInstallation['start']>[0]) => {
    await installation.stop();
    await installation.start(change);
    await warmUp(host.address, await token);
    alone = change.processes === 1;
  };
  const restart = () => startAgain({});
  /** Uses a new connection: a kept one may lead to a process that answers nothing during its fetch. */
  const ask = async (method: string, target: string): Promise<RawAnswer> => {
    const request = { method, path: target, token: await token, headers: { Accept: 'application/json' } };
    const answer = await sendRaw(host.address, request);
    const last = answer.status === 401 ? await sendRaw(host.address, request) : answer;
    if (last.status >= 200 && last.status < 300) return last;
    throw new Error(`${method} ${target}: ${last.status} ${last.text}`);
  };
  const read: TrapHost['list'] = async () => {
    const listing = list.parse(JSON.parse((await ask('GET', '/v2/cache')).text));
    const cached = listing.cached_images?.map((image) => image.image_id) ?? null;
    return { cached, queued: listing.queued_images };
  };
  return {
    address: host.address,
    authUrl,
    admin,
    limitBytes,
    async announce(address) {
      const keystone = await Keystone.logIn(authUrl, admin);
      await keystone.createService('image', 'glance-traps', { [host.region]: address });
    },
    makeImage: (name, bytes = 20_000) => servers.uploadImage(host, name, bytes, { visibility: 'public' }),
    queueWithoutFetch: async (imageId) => void (await ask('PUT', `/v2/queued_images/${imageId}`)),
    list: read,
    async empty() {
      for (const fetch of held.splice(0)) await fetch.abandon();
      await ask('DELETE', '/v2/cache');
      await until(async () => {
        const { cached, queued } = await read();
        return cached?.length === 0 && queued.length === 0;
      }, 'the host to be empty');
    },
    useOneProcess: async () => (alone ? undefined : startAgain({ processes: 1 })),
    restart,
    loseData: (imageId) => rm(objectOf(imageId)),
    holdFetch: hold,
    /** Locks the database, so that the fetch cannot write its record. */
    async gapAtEnd(imageId) {
      const fetch = await hold(imageId);
      const database = new DatabaseSync(installation.recordsFile);
      const ending = fetch.begun().then(() => {
        database.exec('BEGIN IMMEDIATE');
        return fetch.release();
      });
      return async () => {
        await ending;
        database.close();
      };
    },
    async addFileWithoutRecord(bytes) {
      const file = path.join(cacheDir, 'left-by-a-copy');
      await writeFile(file, '');
      await truncate(file, bytes);
      return () => rm(file);
    },
    async cutKeystone() {
      await relay.cut();
      return () => relay.restore();
    },
    /**
     * Deletes the file: the driver creates an empty one instead and hides the fault. A file that is no database is
     * answered with 500.
     */
    async breakCacheDatabase() {
      const aside = `${installation.recordsFile}.aside`;
      await rename(installation.recordsFile, aside);
      return () => rename(aside, installation.recordsFile);
    },
    async moveToNewYork() {
      await startAgain({ timeZone: newYork });
      return restart;
    },
  };
}
