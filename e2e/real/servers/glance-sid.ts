import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asRoot, plainEnvironment, run } from './commands.ts';
import { remove, removeOld } from './directories.ts';
import type { GlanceHostOptions, GlanceOptions, StartedHost } from './glance-bookworm.ts';
import { glanceConfiguration, glanceDirectories, shippedPipelines } from './glance-configuration.ts';
import { Server } from './processes.ts';
import type { SidTree } from './sid-tree.ts';
import { switchToWriteAheadLog } from './sqlite.ts';

/**
 * A directory in the tree for one run: servers in the tree use the path `inside`, tests use `outside`. It needs no
 * mount.
 */
export type SidDirectory = { tree: SidTree; inside: string; outside: string; remove: () => Promise<void> };

export async function makeSidDirectory(tree: SidTree): Promise<SidDirectory> {
  await removeOld(path.join(tree.root, 'srv'), 'real-');
  const inside = `/srv/real-${randomUUID()}`;
  const outside = path.join(tree.root, inside);
  await run(asRoot(['install', '--directory', `--owner=${owner.uid}`, `--group=${owner.gid}`, outside]));
  return { tree, inside, outside, remove: () => remove(outside) };
}

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** A command line that runs in the tree as the user of the tests. */
function within(tree: SidTree, command: string[]): string[] {
  return asRoot([...enter(tree), ...command]);
}

function enter(tree: SidTree): string[] {
  return ['chroot', `--userspec=${owner.uid}:${owner.gid}`, tree.root];
}

/** Makes the database; Keystone need not run yet. */
export async function prepareSidGlance(place: SidDirectory, signal?: AbortSignal): Promise<void> {
  await writeFile(path.join(place.outside, 'db-sync.conf'), `[database]\nconnection = sqlite:///${place.inside}/db\n`);
  const sync = ['glance-manage', '--config-file', `${place.inside}/db-sync.conf`, 'db_sync'];
  await run(within(place.tree, sync), { signal, env: plainEnvironment });
  switchToWriteAheadLog(path.join(place.outside, 'db'));
}

/**
 * Starts the one host, served by uwsgi with two processes of two threads, with its cache records in the central
 * database.
 */
export async function startSidGlance(
  host: GlanceHostOptions,
  place: SidDirectory,
  options: GlanceOptions,
): Promise<StartedHost> {
  const { inside, outside } = place;
  const configuration = {
    directory: inside,
    database: `${inside}/db`,
    store: `${inside}/store`,
    port: host.port,
    service: options.service,
    pasteFile: `${inside}/paste.ini`,
    cache: { directory: `${inside}/cache`, driver: 'centralized_db' as const, limitBytes: host.limitBytes },
  };
  for (const name of glanceDirectories(configuration)) {
    await mkdir(path.join(place.tree.root, name), { recursive: true });
  }
  await writeFile(path.join(outside, 'glance-api.conf'), glanceConfiguration(configuration));
  await writeFile(path.join(outside, 'paste.ini'), await shippedPipelines(place.tree.root));

  const address = `http://127.0.0.1:${host.port}`;
  const server = await Server.start({
    name: host.name,
    command: within(place.tree, [
      ...[
        'env',
        `OS_GLANCE_CONFIG_DIR=${inside}`,
        `TZ=${host.timeZone ?? 'UTC'}`,
        'setpriv',
        '--pdeathsig',
        'TERM',
        '--',
        'uwsgi',
      ],
      ...['--master', '--die-on-term', '--no-orphans', '--lazy-apps', '--need-app', '--disable-logging'],
      ...['--plugin', 'python3', '--enable-threads', '--buffer-size', '65535'],
      ...['--processes', String(host.processes ?? 2), '--threads', '2'],
      ...['--add-header', 'Connection: close'],
      ...['--http-socket', `127.0.0.1:${host.port}`, '--module', 'glance.wsgi.api:application'],
    ]),
    logFile: path.join(options.directory, `${host.name}.log`),
    ready: { url: address, status: 300 },
    signal: options.signal,
  });
  options.started(server);
  const programs = { become: asRoot([]), prefix: enter(place.tree), configFiles: [`${inside}/glance-api.conf`] };
  return { name: host.name, address, cacheDir: path.join(outside, 'cache'), programs };
}
