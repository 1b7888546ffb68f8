import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './commands.ts';
import { Server } from './processes.ts';
import { switchToWriteAheadLog } from './sqlite.ts';

/** The Debian packages of Keystone on bookworm. */
export const keystonePackages = ['keystone', 'uwsgi-core', 'uwsgi-plugin-python3'];

export type KeystoneOptions = {
  directory: string;
  port: number;
  /** The port of a second Keystone with the same users and keys, whose tokens last `shortSeconds`. */
  shortPort: number;
  shortSeconds: number;
  adminPassword: string;
  signal?: AbortSignal | undefined;
  started: (server: Server) => void;
};

/**
 * Starts two Keystones with the same database, keys and admin user: one with the usual token lifetime of an hour, one
 * with a short lifetime. Returns both auth URLs.
 */
export async function startKeystone(options: KeystoneOptions): Promise<{ authUrl: string; shortAuthUrl: string }> {
  const { directory, port, shortPort, signal } = options;
  const database = path.join(directory, 'keystone.sqlite');
  await Promise.all(
    ['fernet', 'receipts', 'credential'].map((name) => mkdir(path.join(directory, name), { recursive: true })),
  );
  const [usual, short] = await Promise.all([
    writeConfiguration(directory, 'keystone.conf', database, 3_600),
    writeConfiguration(directory, 'keystone-short.conf', database, options.shortSeconds),
  ]);

  const authUrl = `http://127.0.0.1:${port}/v3`;
  const manage = (...args: string[]) => run(['keystone-manage', '--config-file', usual, ...args], { signal });
  await Promise.all([manage('db_sync'), manageKeys(manage)]);
  switchToWriteAheadLog(database);
  const urls = ['public', 'internal', 'admin'].flatMap((kind) => [`--bootstrap-${kind}-url`, authUrl]);
  const names = [
    '--bootstrap-username',
    'admin',
    '--bootstrap-project-name',
    'admin',
    '--bootstrap-role-name',
    'admin',
  ];
  await manage('bootstrap', '--bootstrap-password', options.adminPassword, ...names, ...urls, ...region);

  await Promise.all([
    serve('keystone', usual, port, options),
    serve('keystone-short', short, shortPort, { ...options, processes: 1 }),
  ]);
  return { authUrl, shortAuthUrl: `http://127.0.0.1:${shortPort}/v3` };
}

const region = ['--bootstrap-region-id', 'RegionOne'];

/** One after the other, because each command starts a Python and the machine may have few cores. */
async function manageKeys(manage: (...args: string[]) => Promise<string>): Promise<void> {
  const owner = [`--keystone-user=${process.getuid?.() ?? 0}`, `--keystone-group=${process.getgid?.() ?? 0}`];
  await manage('fernet_setup', ...owner);
  await manage('credential_setup', ...owner);
}

async function writeConfiguration(directory: string, name: string, database: string, expiration: number) {
  const file = path.join(directory, name);
  await writeFile(
    file,
    `[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///${database}
[token]
provider = fernet
expiration = ${expiration}
[fernet_tokens]
key_repository = ${path.join(directory, 'fernet')}
[fernet_receipts]
key_repository = ${path.join(directory, 'receipts')}
[credential]
key_repository = ${path.join(directory, 'credential')}
`,
  );
  return file;
}

async function serve(
  name: string,
  configuration: string,
  port: number,
  { directory, signal, started, processes = 2 }: KeystoneOptions & { processes?: number },
): Promise<void> {
  const options = ['--master', '--die-on-term', '--no-orphans', '--lazy-apps', '--need-app', '--disable-logging'];
  const server = await Server.start({
    name,
    command: [
      'uwsgi',
      ...options,
      ...['--plugin', 'python3', '--processes', String(processes), '--buffer-size', '65535'],
      ...['--http-socket', `127.0.0.1:${port}`, '--wsgi-file', '/usr/bin/keystone-wsgi-public'],
    ],
    env: { OS_KEYSTONE_CONFIG_FILES: configuration },
    logFile: path.join(directory, `${name}.log`),
    ready: { url: `http://127.0.0.1:${port}/v3`, status: 200 },
    signal,
  });
  started(server);
}
