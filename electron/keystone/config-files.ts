import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { type ErrorCode, isAlias, LineCounter, parseDocument, visit } from 'yaml';
import { ExpectedFailure } from '../contract/failure.ts';
import { decodeText } from '../contract/text-encoding.ts';
import {
  describeKind,
  type FileKind,
  inventoryKind,
  kindOfData,
  kindOfText,
  looksLikeIniInventory,
} from '../lib/file-kind.ts';

/** A mapping of a configuration file. All scalars are texts as written, so that a password `0123` keeps its zero. */
export type ConfigMap = Map<string, ConfigValue>;
export type ConfigValue = string | ConfigValue[] | ConfigMap;

/** Limits against files that are hostile or broken. */
const maxAliases = 1_000;
const maxNodes = 100_000;
const maxDepth = 20;

const words: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab is used for indentation',
  BAD_INDENT: 'the indentation is wrong',
  MISSING_CHAR: 'a character such as a colon, a quote or a bracket is missing',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines; a colon may be missing',
  BLOCK_AS_IMPLICIT_KEY: 'unexpected mapping; the indentation may be wrong or a value needs quotes',
  BAD_SCALAR_START: 'a value starts with a character that needs quotes',
  BAD_DQ_ESCAPE: 'invalid escape sequence in double quotes',
  BAD_ALIAS: 'an alias has no name or no anchor',
  TAG_RESOLVE_FAILED: 'tags (!…) are not supported',
  MULTIPLE_DOCS: 'the file contains more than one document',
  UNEXPECTED_TOKEN: 'unexpected content',
};

const encryptedValue =
  'a value is encrypted with ansible-vault (!vault); enter it in plain text, or remove it and set it in the environment';

/**
 * The failure for a damaged file, with its path and line. It omits the parser's message, which may quote a line with a
 * password.
 */
function damaged(path: string, problem: string, line?: number): ExpectedFailure {
  const at = line === undefined ? '' : ` in line ${line},`;
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `The file ${path} cannot be used:${at} ${problem}.`.slice(0, 2_000),
    remedy: `Correct ${path}, then try again.`.slice(0, 2_000),
  });
}

/** The failure for a file that is encrypted, or of another kind than its name says. */
function otherKind(path: string, kind: FileKind): ExpectedFailure {
  const { is, remedy } = describeKind(kind, 'clouds');
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `The file ${path} cannot be used. ${is}`.slice(0, 2_000),
    remedy,
  });
}

/** Top-level keys of the files that openstacksdk reads. A clouds.yaml may have only settings. */
const sdkKeys = ['clouds', 'public-clouds', 'cache', 'client', 'metrics', 'networks', 'statsd', 'floating_ip_source'];

/**
 * Parses a configuration file, YAML or JSON, into maps, lists and texts. Throws `invalidInput` with the line, or with
 * the kind of the file if it is another one. A file without content is an empty map.
 */
export function parseConfig(path: string, text: string): ConfigMap {
  if (text.trim() === '') return new Map();
  const other = kindOfText(text);
  if (other?.empty) return new Map();
  if (other) throw otherKind(path, other);
  if (looksLikeIniInventory(text)) throw otherKind(path, inventoryKind);
  const value = path.endsWith('.json') ? readJson(path, text) : readYaml(path, text);
  const budget = { nodes: maxNodes };
  const plain = toConfig(value, budget, 0);
  if (budget.nodes < 0) throw damaged(path, 'too many entries or nested aliases');
  if (plain === undefined) return new Map();
  const kind = kindOfData(plain);
  if (kind?.encrypted || (kind && !(plain instanceof Map && sdkKeys.some((key) => plain.has(key))))) {
    throw otherKind(path, kind);
  }
  if (plain instanceof Map && (plain.size === 0 || sdkKeys.some((key) => plain.has(key)))) return plain;
  throw damaged(path, 'it does not start with clouds:');
}

function readYaml(path: string, text: string): unknown {
  const lines = new LineCounter();
  // The "failsafe" schema has only texts, lists and maps. A repeated key counts once, as in OpenStack's own clients.
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter: lines,
    // Level `silent` would not even report a second document. Nothing is printed at this level.
    logLevel: 'error',
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const vault = problem.code === 'TAG_RESOLVE_FAILED' && text.slice(problem.pos[0]).startsWith('!vault');
    throw damaged(
      path,
      vault ? encryptedValue : (words[problem.code] ?? 'invalid YAML'),
      lines.linePos(problem.pos[0]).line,
    );
  }
  let aliases = 0;
  visit(document, (_, node) => {
    if (isAlias(node)) aliases += 1;
  });
  if (aliases > maxAliases) throw damaged(path, 'too many aliases');
  try {
    return document.toJS({ maxAliasCount: maxAliases, mapAsMap: true });
  } catch (error) {
    if (error instanceof ReferenceError) throw damaged(path, 'nested aliases, or an alias without an anchor');
    // Any other error here is a mistake in the file, such as `<<:` of something that is not a mapping.
    throw damaged(path, 'a merge key (<<) does not refer to a mapping');
  }
}

function readJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    throw damaged(path, 'invalid JSON', line);
  }
}

/** Drops empty and null values, and writes keys with `_`, as OpenStack's own clients do. */
function toConfig(value: unknown, budget: { nodes: number }, depth: number): ConfigValue | undefined {
  budget.nodes -= 1;
  if (budget.nodes < 0 || depth > maxDepth || value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value === '' || value === '~' || value === 'null' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    return value.map((item) => toConfig(item, budget, depth + 1)).filter((item) => item !== undefined);
  }
  const map: ConfigMap = new Map();
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    const plain = toConfig(item, budget, depth + 1);
    if (typeof key === 'string' && plain !== undefined) map.set(key, plain);
  }
  return map;
}

/** The directories that configuration paths start from. */
export type ConfigRoots = { cwd: string; home: string; platform?: NodeJS.Platform };

/** A configuration file that was read. */
export type ConfigFile = { path: string; map: ConfigMap };

/** Maximum size of a file; one with every public cloud is smaller. */
const maxFileBytes = 1024 * 1024;

/**
 * Returns the directories that openstacksdk searches, in its order: the working directory, the user's, the machine's
 * (https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html).
 */
function folders(env: NodeJS.ProcessEnv, { cwd, home, platform = process.platform }: ConfigRoots): string[] {
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

/**
 * Returns the possible paths of `clouds`, `secure` or `clouds-public`, in order. The environment variable, if set,
 * comes first.
 */
export function configPaths(
  name: 'clouds' | 'secure' | 'clouds-public',
  env: NodeJS.ProcessEnv,
  where: ConfigRoots,
  variable?: string,
): string[] {
  const endings = ['yaml', 'yml', 'json'];
  const usual = folders(env, where).flatMap((folder) => endings.map((ending) => join(folder, `${name}.${ending}`)));
  const named = variable ? env[variable] : undefined;
  return named ? [isAbsolute(named) ? named : resolve(where.cwd, named), ...usual] : usual;
}

/** Errors that count as a missing file. openstacksdk also continues with the next path. */
const passedOver = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'ELOOP']);

async function readConfig(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    if (found.size > maxFileBytes) {
      throw new ExpectedFailure({
        code: 'invalidInput',
        message: `The file ${path} is larger than 1 MiB and was not read.`,
        remedy: 'Check that it is a clouds.yaml.',
      });
    }
    const decoded = decodeText(await readFile(path));
    if ('text' in decoded) return decoded.text;
    throw damaged(path, decoded.problem, decoded.line);
  } catch (error) {
    if (!(error instanceof ExpectedFailure) && passedOver.has((error as NodeJS.ErrnoException).code ?? '')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Reads the first of these files that exists and is readable. Throws `invalidInput`, with the line, for a damaged one.
 */
export async function readFirst(paths: readonly string[]): Promise<ConfigFile | undefined> {
  for (const path of paths) {
    const text = await readConfig(path);
    if (text !== undefined) return { path, map: parseConfig(path, text) };
  }
  return undefined;
}
