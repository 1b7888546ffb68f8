import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { run } from './commands.ts';
import type { RealHost } from './description.ts';
import {
  type GlanceConfiguration,
  glanceConfiguration,
  glanceDirectories,
  type ServiceLogin,
  shippedPipelines,
} from './glance-configuration.ts';
import { Server } from './processes.ts';
import { switchToWriteAheadLog } from './sqlite.ts';

/** The Debian packages of this Glance on bookworm (25.1). */
export const glancePackages = ['glance-api'];

export type GlanceHostOptions = {
  name: string;
  port: number;
  limitBytes: number;
  caching: boolean;
  /** Worker processes; by default one with Glance's own server and two with uwsgi. */
  processes?: number;
  /** `TZ` of the host; UTC by default. */
  timeZone?: string;
};
export type StartedHost = Pick<RealHost, 'name' | 'address' | 'cacheDir' | 'programs'>;

export type GlanceOptions = {
  directory: string;
  service: ServiceLogin;
  signal?: AbortSignal | undefined;
  started: (server: Server) => void;
};

/**
 * Starts the hosts of one Glance. They share its database and store, and each has its own cache directory or none.
 * `prepareGlance` can make the database before Keystone runs.
 */
export async function startGlance(hosts: GlanceHostOptions[], options: GlanceOptions): Promise<StartedHost[]> {
  return Promise.all(hosts.map((host) => startHost(host, options)));
}

/** Makes the database that the hosts share. */
export async function prepareGlance(directory: string, signal?: AbortSignal): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'db-sync.conf');
  await writeFile(file, `[database]\nconnection = sqlite:///${databaseOf(directory)}\n`);
  await run(['glance-manage', '--config-file', file, 'db_sync'], { signal });
  switchToWriteAheadLog(databaseOf(directory));
}

/** Makes the database from a copy of that of another host, as a region that was restored from the dump of another. */
export async function restoreGlance(directory: string, { programs }: Pick<StartedHost, 'programs'>): Promise<void> {
  await mkdir(directory, { recursive: true });
  const configuration = await readFile(programs.configFiles[0] ?? '', 'utf8');
  using source = new DatabaseSync(/^connection = sqlite:\/\/(.*)$/m.exec(configuration)?.[1] ?? '', {
    timeout: 10_000,
  });
  source.prepare('VACUUM INTO ?').run(databaseOf(directory));
  switchToWriteAheadLog(databaseOf(directory));
}

function databaseOf(directory: string): string {
  return path.join(directory, 'glance.sqlite');
}

async function startHost(host: GlanceHostOptions, options: GlanceOptions): Promise<StartedHost> {
  const own = path.join(options.directory, host.name);
  const cacheDir = path.join(own, 'cache');
  const configuration: GlanceConfiguration = {
    directory: own,
    database: databaseOf(options.directory),
    store: path.join(options.directory, 'store'),
    port: host.port,
    processes: host.processes,
    service: options.service,
    pasteFile: path.join(own, 'paste.ini'),
    cache: host.caching ? { directory: cacheDir, driver: 'sqlite', limitBytes: host.limitBytes } : null,
  };
  await Promise.all(glanceDirectories(configuration).map((name) => mkdir(name, { recursive: true })));
  const file = path.join(own, 'glance-api.conf');
  await writeFile(file, glanceConfiguration(configuration));
  await writeFile(configuration.pasteFile, await shippedPipelines());

  const address = `http://127.0.0.1:${host.port}`;
  const server = await Server.start({
    name: host.name,
    command: ['glance-api', '--config-file', file],
    env: host.timeZone === undefined ? {} : { TZ: host.timeZone },
    logFile: path.join(options.directory, `${host.name}.log`),
    ready: { url: address, status: 300 },
    signal: options.signal,
  });
  options.started(server);
  // The user of the tests runs the server and logs in over ssh.
  const programs = { become: [], prefix: [], configFiles: [file] };
  return { name: host.name, address, cacheDir: host.caching ? cacheDir : null, programs };
}
