import { chmod, mkdir, mkdtemp, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { asRoot, run } from './commands.ts';
import { remove, removeOld } from './directories.ts';
import { ensurePackages, installedVersion, packageEnvironment } from './packages.ts';

/** A root tree of Debian sid with the newest Glance. */
export type SidTree = { root: string; glanceVersion: string };

/** The tree is kept between runs outside the repository, in the user's cache directory. */
function treeDirectory(): string {
  const { XDG_CACHE_HOME } = process.env;
  return path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'glance-cache-console', 'sid');
}

/**
 * Returns the tree. The first run builds it (about a minute, 600 MB); remove the directory to rebuild it. Throws with
 * the reason if sid cannot be installed at present, which happens because it changes daily.
 *
 * Mounts are made in a mount namespace that ends with the program that uses it, so nothing stays mounted.
 */
export async function ensureSidTree(options: {
  log: (text: string) => void;
  signal?: AbortSignal | undefined;
}): Promise<SidTree> {
  const directory = treeDirectory();
  const ready = await inspect(directory);
  if (ready) return ready;

  await ensurePackages(['debootstrap'], options);
  await mkdir(path.dirname(directory), { recursive: true });
  await removeOld(path.dirname(directory), 'sid.new-');
  const building = await mkdtemp(`${directory}.new-`);
  try {
    await build(building, options);
    // Another run may have built the tree first; it is equivalent.
    await rename(building, directory).catch(() => remove(building));
  } catch (error) {
    await remove(building);
    throw error;
  }
  const built = await inspect(directory);
  if (!built) throw new Error(`${directory} was made, but holds no Glance`);
  return built;
}

async function inspect(directory: string): Promise<SidTree | undefined> {
  const found = await stat(directory).catch(() => undefined);
  if (!found) return undefined;
  const glanceVersion = await installedVersion('glance-api', directory);
  return glanceVersion === undefined ? undefined : { root: directory, glanceVersion };
}

async function build(
  root: string,
  options: { log: (text: string) => void; signal?: AbortSignal | undefined },
): Promise<void> {
  const env = packageEnvironment();
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const asRootWithin = (command: string[]) =>
    run(asRoot(['env', ...variables, 'unshare', '--fork', '--pid', '--kill-child', '--mount', ...command]), {
      env,
      signal: options.signal,
    });

  options.log('Making a tree of Debian sid with debootstrap');
  // Without a name, debootstrap uses Debian's own mirror.
  const { DEBIAN_MIRROR } = process.env;
  const mirror = DEBIAN_MIRROR ? [DEBIAN_MIRROR] : [];
  // mkdtemp makes it accessible to its owner only, but its servers may run as another user.
  await chmod(root, 0o755);
  await asRootWithin(['debootstrap', '--variant=minbase', '--include=ca-certificates', 'sid', root, ...mirror]);

  options.log('Installing Glance in the tree');
  const install = ['apt-get', '-q', '-y', '-o', 'Dpkg::Options::=--force-unsafe-io', 'install'];
  const packages = ['glance-api', 'uwsgi-core', 'uwsgi-plugin-python3'];
  await asRootWithin([`--mount-proc=${root}/proc`, 'chroot', root, ...install, '--no-install-recommends', ...packages]);
  await run(asRoot(['chroot', root, 'apt-get', 'clean']));
}
