import type { CacheConfiguration, RemoteAccess } from '../contract/remote.ts';
import { type ConfigurationFile, cacheOptions } from './cache-options.ts';
import { detailOf, RemoteFailure, tooLong } from './failures.ts';
import type { Ssh } from './ssh.ts';
import { shownDestination } from './ssh-arguments.ts';

/** Where Glance's configuration is when nobody says otherwise: a distribution's, the service's, the cache programs' own. */
const usualFiles = [
  '/usr/share/glance/glance-api-dist.conf',
  '/etc/glance/glance-api.conf',
  '/etc/glance/glance-cache.conf',
];

/** Constant; the files are its arguments. Name, state and content of each, a NUL after each of the three. */
const script = `for f do
  if [ ! -e "$f" ]; then s=missing; elif [ ! -r "$f" ]; then s=denied; else s=read; fi
  printf '%s\\000%s\\000' "$f" "$s"
  if [ "$s" = read ]; then tr -d '\\000' < "$f"; fi
  printf '\\000'
done`;

const maxBytes = 4 * 1024 * 1024;

/**
 * What the host's own configuration says of its cache: of the files of the access, or of the usual ones. Nothing of them
 * is kept but that, since they hold passwords. Throws a `RemoteFailure`; `notFound` where no file can be read.
 */
export async function readCacheConfiguration(
  ssh: Ssh,
  access: RemoteAccess,
  options: { major?: number | undefined; signal?: AbortSignal | undefined; unattended?: boolean } = {},
): Promise<CacheConfiguration> {
  const { major, ...run } = options;
  const stated = access.configFiles.length > 0;
  const names = stated ? access.configFiles : usualFiles;
  const result = await ssh.run(access, {
    ...run,
    program: ['sh', '-c', script, 'sh', ...names],
    deadlineMs: 30_000,
    maxBytes,
  });
  if (result.truncated) throw tooLong(access, 'its configuration', maxBytes);
  const found = readFiles(result.stdout);
  // Of the usual ones not all are everywhere.
  const files = stated ? found : found.filter(({ state }) => state !== 'missing');
  if (files.some(({ state }) => state === 'read')) return cacheOptions(files, major);
  const denied = files.some(({ state }) => state === 'denied');
  throw new RemoteFailure('fileProblem', {
    code: denied ? 'forbidden' : 'notFound',
    message: `${shownDestination(access)}: ${denied ? 'the configuration of Glance may not be read' : 'there is no configuration of Glance'}: ${names.join(', ')}.`,
    remedy: denied
      ? 'Run as the user whom Glance runs as: become sudo -n -u glance.'
      : 'State the configuration files, and where Glance runs in a container the prefix that reaches into it.',
    ...detailOf(result.stderr),
  });
}

/** What the script above answers. */
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
