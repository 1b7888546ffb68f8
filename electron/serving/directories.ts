import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** The built renderer, beside this built file: `dist/renderer` beside `dist/main`. */
export function pagesDirectory(here: string): string {
  return fileURLToPath(new URL('../renderer', here));
}

/** The data directory of a console: the one that was asked for, or the operator's own. */
export function ownDataDirectory(): string {
  return envPaths('glance-cache-console', { suffix: '' }).data;
}

/** A fresh data directory for one demo, which goes with it. */
export async function passingDataDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'glance-cache-console-demo-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
