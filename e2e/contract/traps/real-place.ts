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

/** Where a real host lives, and how it is started and stopped. */
export type Place = {
  storeDirectory: string;
  /** The SQLite file with the records of what is cached. */
  recordsFile: string;
  start(change: Change): Promise<StartedHost>;
  stop(): Promise<void>;
  /** Removes what is not in the directory that was given. */
  remove(): Promise<void>;
};

type Options = Pick<GlanceOptions, 'directory' | 'service'>;

/** Prepares a host with a database and a store of its own, and starts nothing yet. */
export function placeOf(glance: RealHost['glance'], host: GlanceHostOptions, options: Options): Promise<Place> {
  return glance === 'sid' ? inSid(host, options) : inBookworm(host, options);
}

async function inBookworm(host: GlanceHostOptions, options: Options): Promise<Place> {
  await prepareGlance(options.directory);
  return {
    storeDirectory: path.join(options.directory, 'store'),
    // Of the driver sqlite, in the cache directory.
    recordsFile: path.join(options.directory, host.name, 'cache', 'cache.db'),
    ...startable(async (change, started) => {
      // While one process fetches it answers nobody; the other then does.
      const [found] = await startGlance([{ ...host, processes: 2, ...change }], { ...options, started });
      if (!found) throw new Error('No host was started');
      return found;
    }),
    remove: async () => undefined,
  };
}

async function inSid(host: GlanceHostOptions, options: Options): Promise<Place> {
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
