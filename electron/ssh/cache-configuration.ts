import type { CacheConfiguration, RemoteAccess } from '../contract/remote.ts';
import { type IniFile, parseIni, substitute } from './oslo-config.ts';
import type { Ssh } from './ssh.ts';
import { formatDestination } from './ssh-arguments.ts';
import { detailOf, outputTooLong, RemoteFailure } from './ssh-failures.ts';
import { stripControlChars } from './terminal-text.ts';

/** One configuration file of a host, or why it could not be read. */
export type ConfigurationFile =
  | { path: string; state: 'read'; text: string }
  | { path: string; state: 'missing' | 'denied' };

const gibibyte = 1024 ** 3;
/** Characters of a value that are kept; a path has at most 4,096 bytes. */
const maxValueLength = 10_000;

/**
 * Reads the cache options from configuration files: later files override earlier ones, then Glance's defaults apply (10
 * GiB, one day, driver sqlite up to Glance 27 and centralized_db from 28).
 *
 * @param major the release of Glance, where it is known
 */
export function cacheOptions(files: readonly ConfigurationFile[], major: number | undefined): CacheConfiguration {
  const read: { path: string; ini: IniFile }[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const path = stripControlChars(file.path);
    if (file.state === 'read') read.push({ path, ini: parseIni(file.text) });
    else if (file.state === 'denied') problems.push(`${path}: not readable for the login or become user.`);
    else problems.push(`${path}: not found.`);
  }
  for (const { path, ini } of read) problems.push(...ini.problems.map((problem) => `${path}: ${problem}`));

  const lookUp = (group: string, option: string) => {
    const last = read.findLast(({ ini }) => ini.values.get(group)?.has(option));
    return last?.ini.values.get(group)?.get(option)?.slice(0, maxValueLength);
  };
  const stated: CacheConfiguration['stated'] = [];
  const value = (name: CacheConfiguration['stated'][number], option: string) => {
    const raw = lookUp('DEFAULT', option);
    if (raw === undefined) return undefined;
    const found = substitute(raw, lookUp);
    if (/\$\{?[_a-z]/i.test(found)) problems.push(`${option}: refers to an option that is not set in any file.`);
    stated.push(name);
    return found;
  };
  const number = (name: CacheConfiguration['stated'][number], option: string, otherwise: number) => {
    const text = value(name, option)?.trim();
    if (text === undefined) return otherwise;
    const found = /^\+?\d+(_\d+)*$/.test(text) ? Number(text.replaceAll(/[_+]/g, '')) : Number.NaN;
    if (Number.isSafeInteger(found)) return found;
    problems.push(`${option}: not an integer, so Glance does not start.`);
    stated.pop();
    return otherwise;
  };

  const directory = value('directory', 'image_cache_dir')?.trim() ?? '';
  const driver = value('driver', 'image_cache_driver')?.trim().toLowerCase() ?? '';
  return {
    directory: directory === '' ? null : directory.slice(0, 4_096),
    limitBytes: number('limitBytes', 'image_cache_max_size', 10 * gibibyte),
    stallSeconds: number('stallSeconds', 'image_cache_stall_time', 86_400),
    driver:
      stripControlChars(driver).slice(0, 100) || (major === undefined ? '' : major >= 28 ? 'centralized_db' : 'sqlite'),
    stated: stated.filter(
      (name) => !(name === 'directory' && directory === '') && !(name === 'driver' && driver === ''),
    ),
    files: read.map(({ path }) => path.slice(0, 4_096)).slice(0, 200),
    problems: problems.map((problem) => problem.slice(0, 500)).slice(0, 50),
  };
}

/**
 * The files that are read if the operator states none: those of a distribution, of the service, and of the cache
 * programs.
 */
const defaultConfigFiles = [
  '/usr/share/glance/glance-api-dist.conf',
  '/etc/glance/glance-api.conf',
  '/etc/glance/glance-cache.conf',
];

/**
 * A constant script; the files are its arguments. Prints name, state and content of each file, each followed by a NUL.
 */
const script = `for f do
  if [ ! -e "$f" ]; then s=missing; elif [ ! -r "$f" ]; then s=denied; else s=read; fi
  printf '%s\\000%s\\000' "$f" "$s"
  if [ "$s" = read ]; then tr -d '\\000' < "$f"; fi
  printf '\\000'
done`;

const maxBytes = 4 * 1024 * 1024;

/**
 * Reads a host's cache configuration from the files stated in the access, or from the usual ones. Only the cache
 * options are kept, because the files hold passwords. Throws a `RemoteFailure`; its code is `notFound` if no file can
 * be read.
 */
export async function readCacheConfiguration(
  ssh: Ssh,
  access: RemoteAccess,
  options: { major?: number | undefined; signal?: AbortSignal | undefined; unattended?: boolean } = {},
): Promise<CacheConfiguration> {
  const { major, ...run } = options;
  const stated = access.configFiles.length > 0;
  const names = stated ? access.configFiles : defaultConfigFiles;
  const result = await ssh.run(access, {
    ...run,
    program: ['sh', '-c', script, 'sh', ...names],
    deadlineMs: 30_000,
    maxBytes,
  });
  if (result.truncated) throw outputTooLong(access, 'its configuration', maxBytes);
  const found = readFiles(result.stdout);
  // Not every usual file exists on every host.
  const files = stated ? found : found.filter(({ state }) => state !== 'missing');
  if (files.some(({ state }) => state === 'read')) return cacheOptions(files, major);
  const denied = files.some(({ state }) => state === 'denied');
  throw new RemoteFailure('fileProblem', {
    code: denied ? 'forbidden' : 'notFound',
    message: `${formatDestination(access)}: ${denied ? 'Glance configuration not readable' : 'Glance configuration not found'}: ${names.join(', ')}.`,
    remedy: denied
      ? 'Run as the Glance user: set become to sudo -n -u glance.'
      : 'Enter the configuration files. If Glance runs in a container, also enter the command prefix for the container.',
    ...detailOf(result.stderr),
  });
}

/** Parses the output of the script. */
export function readFiles(answer: Buffer): ConfigurationFile[] {
  const parts = answer.toString('utf8').split('\0');
  const files: ConfigurationFile[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [path = '', state = '', text = ''] = parts.slice(at, at + 3);
    if (state === 'read') files.push({ path, state, text });
    else if (state === 'missing' || state === 'denied') files.push({ path, state });
  }
  return files;
}
