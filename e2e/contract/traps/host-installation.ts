import path from 'node:path';
import type { RealHost } from '../../real/servers/description.ts';
import {
  type GlanceHostOptions,
  type GlanceOptions,
  prepareGlance,
  type StartedHost,
  startGlance,
} from '../../real/servers/glance-bookworm.ts';
import { makeSidDirectory, prepareSidGlance, startSidGlance } from '../../real/servers/glance-sid.ts';
import type { Server } from '../../real/servers/processes.ts';
import { ensureSidTree } from '../../real/servers/sid-tree.ts';

type Change = Pick<GlanceHostOptions, 'processes' | 'timeZone'>;

/** The files of a real host, and how it is started and stopped. */
export type HostInstallation = {
  storeDirectory: string;
  /** The SQLite file with the records of cached images. */
  recordsFile: string;
  start(change: Change): Promise<StartedHost>;
  stop(): Promise<void>;
  /** Removes files outside the given directory. */
  remove(): Promise<void>;
};

type Options = Pick<GlanceOptions, 'directory' | 'service'>;

/** Prepares a host with its own database and store, without starting it. */
export function prepareInstallation(
  glance: RealHost['glance'],
  host: GlanceHostOptions,
  options: Options,
): Promise<HostInstallation> {
  return glance === 'sid' ? inSid(host, options) : inBookworm(host, options);
}

async function inBookworm(host: GlanceHostOptions, options: Options): Promise<HostInstallation> {
  await prepareGlance(options.directory);
  return {
    storeDirectory: path.join(options.directory, 'store'),
    // The driver sqlite keeps its database in the cache directory.
    recordsFile: path.join(options.directory, host.name, 'cache', 'cache.db'),
    ...startable(async (change, started) => {
      // With two processes, one answers while the other fetches.
      const [found] = await startGlance([{ ...host, processes: 2, ...change }], { ...options, started });
      if (!found) throw new Error('No host was started');
      return found;
    }),
    remove: async () => undefined,
  };
}

async function inSid(host: GlanceHostOptions, options: Options): Promise<HostInstallation> {
  const place = await makeSidDirectory(await ensureSidTree({ log: () => undefined }));
  await prepareSidGlance(place);
  return {
    storeDirectory: path.join(place.outside, 'store'),
    // Of the driver centralized_db, in the database of Glance.
    recordsFile: path.join(place.outside, 'db'),
    ...startable((change, started) => startSidGlance({ ...host, ...change }, place, { ...options, started })),
    remove: place.remove,
  };
}

function startable(start: (change: Change, started: (server: Server) => void) => Promise<StartedHost>) {
  const servers: Server[] = [];
  return {
    start: (change: Change) => start(change, (server) => servers.push(server)),
    stop: async () => {
      await Promise.all(servers.splice(0).map((server) => server.stop()));
    },
  };
}
