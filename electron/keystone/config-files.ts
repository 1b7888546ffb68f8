import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { ExpectedFailure } from '../contract/failure.ts';
import { type ConfigMap, parseConfig } from './config-text.ts';

/** Where relative places are looked for. */
export type Where = { cwd: string; home: string; platform?: NodeJS.Platform };

/** A configuration file that was found and read. */
export type ConfigFile = { path: string; map: ConfigMap };

/** A file with every public cloud of the world is below. */
const bytesAtMost = 1024 * 1024;

/**
 * The folders that openstacksdk looks into, in its order: the working directory, the user's, the machine's
 * (https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html).
 */
function folders(env: NodeJS.ProcessEnv, { cwd, home, platform = process.platform }: Where): string[] {
  const read = (name: string) => env[name] || undefined;
  const unixHome = read('SNAP_REAL_HOME') ?? home;
  const own: Partial<Record<NodeJS.Platform, [user: string, site: string[]]>> = {
    darwin: [join(home, 'Library', 'Application Support', 'openstack'), ['/Library/Application Support/openstack']],
    win32: [
      join(read('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'OpenStack', 'openstack'),
      [join(read('PROGRAMDATA') ?? 'C:\\ProgramData', 'OpenStack', 'openstack')],
    ],
  };
  const [user, site] = own[platform] ?? [
    join(read('XDG_CONFIG_HOME') ?? join(home, '.config'), 'openstack'),
    [join((read('XDG_CONFIG_DIRS') ?? '/etc/xdg').split(':')[0] ?? '/etc/xdg', 'openstack')],
  ];
  return [...new Set([cwd, user, join(unixHome, '.config', 'openstack'), ...site, '/etc/openstack'])];
}

/** The places of `clouds`, `secure` or `clouds-public`, in order; a variable of the environment may name one before them. */
export function places(
  name: 'clouds' | 'secure' | 'clouds-public',
  env: NodeJS.ProcessEnv,
  where: Where,
  variable?: string,
): string[] {
  const endings = ['yaml', 'yml', 'json'];
  const usual = folders(env, where).flatMap((folder) => endings.map((ending) => join(folder, `${name}.${ending}`)));
  const named = variable ? env[variable] : undefined;
  return named ? [isAbsolute(named) ? named : resolve(where.cwd, named), ...usual] : usual;
}

/** Those that are as if not there, for openstacksdk too: it goes on to the next place. */
const passedOver = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'ELOOP']);

async function readConfig(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    if (found.size > bytesAtMost) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: `The file ${path} is larger than 1 MiB and was not read.`,
        remedy: 'Check that it is a clouds.yaml.',
      });
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (passedOver.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** The first of these files that is there and may be read. Throws `invalidInput`, with the line, for one that is damaged. */
export async function readFirst(paths: readonly string[]): Promise<ConfigFile | undefined> {
  for (const path of paths) {
    const text = await readConfig(path);
    if (text !== undefined) return { path, map: parseConfig(path, text) };
  }
  return undefined;
}
