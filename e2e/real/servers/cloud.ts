import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Account, RealDescription, RealHost } from './description.ts';
import { glancePackages, prepareGlance, type StartedHost, startGlance } from './glance-bookworm.ts';
import { makeSidDirectory, prepareSidGlance, startSidGlance } from './glance-sid.ts';
import { Keystone } from './identity.ts';
import { keystonePackages, startKeystone } from './keystone.ts';
import { ensurePackages, installedVersion } from './packages.ts';
import { freePorts } from './processes.ts';
import { ensureSidTree } from './sid-tree.ts';

export type RealCloud = {
  description: RealDescription;
  /** A directory for this run, with the servers' logs; gone after `stop`. */
  directory: string;
  /** Stops what was started and removes what was made, and nothing else. Can be called again. */
  stop(): Promise<void>;
};

type Options = { log: (text: string) => void; signal?: AbortSignal | undefined };

const mebibyte = 1024 * 1024;
const region = 'RegionOne';
/** Small enough that a few small images go over it. */
const limitBytes = 5 * mebibyte;
const shortSeconds = 3;

/**
 * A cloud of real servers on the loopback: Keystone, three hosts of Debian bookworm's Glance (25.1; two with caches of
 * their own, one with caching off) and one of Debian sid's (33.0 or whatever sid has today), which is skipped, with the
 * reason, where it cannot be had. Installs what is missing. Throws when the rest cannot be had; nothing is left running.
 */
export async function startRealCloud({ log, signal }: Options): Promise<RealCloud> {
  await ensurePackages(['debootstrap', ...new Set([...keystonePackages, ...glancePackages])], { log, signal });

  const directory = await mkdtemp(path.join(tmpdir(), 'glance-cache-console-real-'));
  const undo: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async () => {
    // Servers first, all at once; then, in reverse, the directories that they used.
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    for (const step of undo.splice(0).reverse()) await step();
  };
  const servers: { stop: () => Promise<void> }[] = [];

  const failed = new AbortController();
  const work = {
    log,
    directory,
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
    started: (server: { stop: () => Promise<void> }) => servers.push(server),
    undo,
  };
  try {
    return { description: await startAll(work, failed), directory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Work = {
  log: (text: string) => void;
  directory: string;
  signal: AbortSignal;
  started: (server: { stop: () => Promise<void> }) => void;
  undo: (() => Promise<void>)[];
};

async function startAll(work: Work, failed: AbortController): Promise<RealDescription> {
  const [keystonePort = 0, shortPort = 0, firstPort = 0, secondPort = 0, offPort = 0, sidPort = 0] = await freePorts(6);
  const authUrl = `http://127.0.0.1:${keystonePort}/v3`;
  const admin: Account = { username: 'admin', password: password(), project: 'admin' };
  const member: Account = { username: 'member', password: password(), project: 'tenant' };
  const service: Account = { username: 'glance', password: password(), project: 'service' };
  const serviceLogin = { authUrl, username: service.username, password: service.password };
  const skipped: RealDescription['skipped'] = [];

  const keystone = async () => {
    const directory = path.join(work.directory, 'keystone');
    await mkdir(directory);
    const ports = { port: keystonePort, shortPort, shortSeconds };
    const { shortAuthUrl } = await startKeystone({ ...work, ...ports, directory, adminPassword: admin.password });
    const image = `http://127.0.0.1:${firstPort}`;
    const applicationCredential = await populate(authUrl, { admin, member, service }, image);
    work.log('Keystone is ready');
    return { shortAuthUrl, applicationCredential };
  };

  const bookworm = async (): Promise<RealHost[]> => {
    const directory = path.join(work.directory, 'glance');
    await prepareGlance(directory, work.signal);
    const hosts = [
      { name: 'glance-a', port: firstPort, limitBytes, caching: true },
      { name: 'glance-b', port: secondPort, limitBytes, caching: true },
      { name: 'glance-off', port: offPort, limitBytes, caching: false },
    ];
    const started = await startGlance(hosts, { ...work, directory, service: serviceLogin });
    const release = releaseOf((await installedVersion('glance-api')) ?? 'unknown');
    work.log(`Glance ${release} is ready: ${started.map(({ name }) => name).join(', ')}`);
    return started.map((host) => describe(host, release, 'bookworm'));
  };

  const sid = async (): Promise<RealHost[]> => {
    try {
      const tree = await ensureSidTree(work);
      const place = await makeSidDirectory(tree);
      work.undo.push(place.remove);
      await prepareSidGlance(place, work.signal);
      const host = { name: 'glance-sid', port: sidPort, limitBytes, caching: true };
      const started = await startSidGlance(host, place, { ...work, service: serviceLogin });
      work.log(`Glance ${releaseOf(tree.glanceVersion)} of sid is ready: ${started.name}`);
      return [describe(started, releaseOf(tree.glanceVersion), 'sid')];
    } catch (error) {
      work.signal.throwIfAborted();
      skipped.push({ what: "Debian sid's Glance", why: error instanceof Error ? error.message : String(error) });
      return [];
    }
  };

  const [identity, bookwormHosts, sidHosts] = await allOrNothing([keystone(), bookworm(), sid()], failed);
  const { shortAuthUrl, applicationCredential } = identity;
  const hosts = [...bookwormHosts, ...sidHosts];
  return { authUrl, shortAuthUrl, shortSeconds, region, admin, member, applicationCredential, hosts, skipped };
}

/** Like `Promise.all`, but when one fails the others are told, and have ended before this does. */
async function allOrNothing<T extends unknown[]>(
  work: { [K in keyof T]: Promise<T[K]> },
  failed: AbortController,
): Promise<T> {
  try {
    return await Promise.all(work);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}

async function populate(
  authUrl: string,
  accounts: { admin: Account; member: Account; service: Account },
  imageUrl: string,
): Promise<RealDescription['applicationCredential']> {
  const keystone = await Keystone.logIn(authUrl, accounts.admin);
  for (const [account, role] of [
    [accounts.service, 'admin'],
    [accounts.member, 'member'],
  ] as const) {
    const projectId = await keystone.createProject(account.project);
    await keystone.grant(projectId, await keystone.createUser(account), role);
  }
  await keystone.createService('image', 'glance', region, imageUrl);
  const credential = { name: 'console', secret: password() };
  return { ...credential, id: await keystone.createApplicationCredential(credential.name, credential.secret) };
}

function describe(host: StartedHost, release: string, glance: RealHost['glance']): RealHost {
  return { ...host, release, glance, limitBytes };
}

/** `25.1` of `25.1.0`. */
function releaseOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function password(): string {
  return randomBytes(18).toString('base64url');
}
