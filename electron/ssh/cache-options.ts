import type { CacheConfiguration } from '../contract/remote.ts';
import { harmless } from './harmless.ts';
import { type IniFile, parseIni, substitute } from './ini.ts';

/** One configuration file of a host, or why there is none. */
export type ConfigurationFile =
  | { path: string; state: 'read'; text: string }
  | { path: string; state: 'missing' | 'denied' };

const gibibyte = 1024 ** 3;
/** Of what a host says; a path has at most 4,096 bytes. */
const longestValue = 10_000;

/**
 * What configuration files say of the cache, read in their order, later ones before earlier ones, defaults as Glance has
 * them: 10 GiB, one day, and the driver sqlite until 27, centralized_db from 28 on (`major`, where it is known).
 */
export function cacheOptions(files: readonly ConfigurationFile[], major: number | undefined): CacheConfiguration {
  const read: { path: string; ini: IniFile }[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const path = harmless(file.path);
    if (file.state === 'read') read.push({ path, ini: parseIni(file.text) });
    else if (file.state === 'denied') problems.push(`${path}: may not be read by the user of the login or become.`);
    else problems.push(`${path}: is not there.`);
  }
  for (const { path, ini } of read) problems.push(...ini.problems.map((problem) => `${path}: ${problem}`));

  const lookUp = (group: string, option: string) => {
    const last = read.findLast(({ ini }) => ini.values.get(group)?.has(option));
    return last?.ini.values.get(group)?.get(option)?.slice(0, longestValue);
  };
  const stated: CacheConfiguration['stated'] = [];
  const value = (name: CacheConfiguration['stated'][number], option: string) => {
    const raw = lookUp('DEFAULT', option);
    if (raw === undefined) return undefined;
    const found = substitute(raw, lookUp);
    if (/\$\{?[_a-z]/i.test(found)) problems.push(`${option}: refers to an option that no file states.`);
    stated.push(name);
    return found;
  };
  const number = (name: CacheConfiguration['stated'][number], option: string, otherwise: number) => {
    const text = value(name, option)?.trim();
    if (text === undefined) return otherwise;
    const found = /^\+?\d+(_\d+)*$/.test(text) ? Number(text.replaceAll(/[_+]/g, '')) : Number.NaN;
    if (Number.isSafeInteger(found)) return found;
    problems.push(`${option}: not a whole number, so Glance does not start with it.`);
    stated.pop();
    return otherwise;
  };

  const directory = value('directory', 'image_cache_dir')?.trim() ?? '';
  const driver = value('driver', 'image_cache_driver')?.trim().toLowerCase() ?? '';
  return {
    directory: directory === '' ? null : directory.slice(0, 4_096),
    limitBytes: number('limitBytes', 'image_cache_max_size', 10 * gibibyte),
    stallSeconds: number('stallSeconds', 'image_cache_stall_time', 86_400),
    driver: harmless(driver).slice(0, 100) || (major === undefined ? '' : major >= 28 ? 'centralized_db' : 'sqlite'),
    stated: stated.filter(
      (name) => !(name === 'directory' && directory === '') && !(name === 'driver' && driver === ''),
    ),
    files: read.map(({ path }) => path.slice(0, 4_096)).slice(0, 200),
    problems: problems.map((problem) => problem.slice(0, 500)).slice(0, 50),
  };
}
