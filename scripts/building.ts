import { readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

/** The project's directory. */
export const projectDirectory = join(import.meta.dirname, '..');

const dist = join(projectDirectory, 'dist');
const stamp = join(dist, '.built');
/** The three parts, as their configuration files are called, and where each is rooted. */
const parts = { main: '.', preload: '.', renderer: 'renderer' } as const;
const sources = ['electron', 'renderer', 'package.json', 'package-lock.json', 'scripts/building.ts'];

/** Builds the three parts into `dist`. Prints nothing unless something is wrong. */
export async function buildAll(): Promise<void> {
  const began = new Date();
  for (const [part, root] of Object.entries(parts)) {
    const configFile = join(projectDirectory, `vite.${part}.config.ts`);
    const place = join(dist, part);
    await build({
      root: join(projectDirectory, root),
      configFile,
      logLevel: 'warn',
      build: { outDir: `${place}.new`, emptyOutDir: true },
    });
    await replaceDirectory(`${place}.new`, place);
  }
  await writeFile(stamp, '');
  await utimes(stamp, began, began);
}

/** Replaces a directory by another. A program that runs from it misses it only for a moment. */
async function replaceDirectory(fresh: string, place: string): Promise<void> {
  const old = `${place}.old`;
  await rm(old, { recursive: true, force: true });
  if ((await changedAt(place)) !== undefined) await rename(place, old);
  await rename(fresh, place);
  await rm(old, { recursive: true, force: true });
}

/** Builds when a source changed since the last build, unless `GLANCE_CONSOLE_NO_BUILD` is set. */
export async function buildIfNeeded(env: NodeJS.ProcessEnv): Promise<void> {
  const { GLANCE_CONSOLE_NO_BUILD } = env;
  if (GLANCE_CONSOLE_NO_BUILD) return;
  const built = await changedAt(stamp);
  const configs = Object.keys(parts).map((part) => `vite.${part}.config.ts`);
  const changes = await Promise.all([...sources, ...configs].map((name) => lastChange(join(projectDirectory, name))));
  if (built === undefined || Math.max(...changes) >= built) await buildAll();
}

async function lastChange(path: string): Promise<number> {
  const own = (await changedAt(path)) ?? Number.POSITIVE_INFINITY;
  const inside = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const times = await Promise.all(inside.map((entry) => changedAt(join(entry.parentPath, entry.name))));
  return Math.max(own, ...times.map((time) => time ?? 0));
}

/** When a file last changed, in epoch milliseconds; undefined when there is none. */
async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
