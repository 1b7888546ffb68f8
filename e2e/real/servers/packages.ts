import { access, rm, writeFile } from 'node:fs/promises';
import { asRoot, plainEnvironment, run } from './commands.ts';

const aptEnvironment: NodeJS.ProcessEnv = {
  ...plainEnvironment,
  ...pick(process.env, ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']),
  DEBIAN_FRONTEND: 'noninteractive',
};

/** The environment of Debian's package tools: no questions, and the machine's proxy for downloads. */
export function packageEnvironment(): NodeJS.ProcessEnv {
  return { ...aptEnvironment };
}

function pick(from: NodeJS.ProcessEnv, names: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

/**
 * The version of an installed Debian package without epoch and revision (`25.1.0`); undefined if it is not installed.
 */
export async function installedVersion(name: string, root = '/'): Promise<string | undefined> {
  const query = [
    'dpkg-query',
    `--admindir=${root}/var/lib/dpkg`,
    '--show',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders.
    '--showformat=${db:Status-Status} ${Version}',
  ];
  try {
    const [status, version = ''] = (await run([...query, name])).split(' ');
    return status === 'installed' ? version.replace(/^\d+:/, '').replace(/[-+~].*$/, '') : undefined;
  } catch {
    // dpkg-query fails for unknown packages, or this machine has no dpkg.
    return undefined;
  }
}

/**
 * Installs the missing ones of these Debian packages, without starting their services. Throws an `Error` that names the
 * packages that could not be installed, and why. Aborting is safe: the step that changes the machine is completed
 * first.
 */
export function ensurePackages(names: string[], options: Options): Promise<void> {
  const mine = lastInstallation.then(() => install(names, options));
  lastInstallation = mine.catch(() => undefined);
  return mine;
}

type Options = { log: (text: string) => void; signal?: AbortSignal | undefined };

/** One at a time, because a second concurrent apt-get fails. */
let lastInstallation: Promise<void> = Promise.resolve();

async function install(names: string[], options: Options): Promise<void> {
  options.signal?.throwIfAborted();
  const missing = await missingOf(names);
  if (missing.length === 0) return;

  options.log(`Installing with apt-get: ${missing.join(' ')}`);
  try {
    const apt = (...args: string[]) => asRoot(['env', ...settings(), 'apt-get', '-q', '-y', ...aptOptions, ...args]);
    await run(apt('update'), { env: aptEnvironment, signal: options.signal });
    const wanted = ['install', '--no-install-recommends', ...missing];
    await run(apt('--download-only', ...wanted), { env: aptEnvironment, signal: options.signal });
    await withoutStartingServices(() => run(apt(...wanted), { env: aptEnvironment }));
  } catch (error) {
    options.signal?.throwIfAborted();
    const left = await missingOf(names);
    throw new Error(`Could not be installed: ${left.join(' ')}. ${messageOf(error)}`, { cause: error });
  }
}

const aptOptions = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Options::=--force-confold'];

/** sudo clears the environment, so apt-get's settings are on its command line. */
function settings(): string[] {
  return Object.entries(aptEnvironment).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}

async function missingOf(names: string[]): Promise<string[]> {
  const versions = await Promise.all(names.map((name) => installedVersion(name)));
  return names.filter((_, index) => versions[index] === undefined);
}

const policy = '/usr/sbin/policy-rc.d';

/** Debian's packages start their services on the ports of a real cloud; these tests start their own instead. */
async function withoutStartingServices(work: () => Promise<unknown>): Promise<void> {
  const mine = process.getuid?.() === 0 && !(await exists(policy));
  if (mine) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (mine) await rm(policy, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
