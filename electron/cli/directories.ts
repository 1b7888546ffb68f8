import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { startFailureOf } from '../store/storage-failure.ts';

/** The directory of the built renderer: `dist/renderer`, beside `dist/main` of the built file. */
export function pagesDirectory(here: string): string {
  return fileURLToPath(new URL('../renderer', here));
}

/** The default data directory of this user. */
export function defaultDataDirectory(): string {
  return envPaths('glance-cache-console', { suffix: '' }).data;
}

/** Creates a data directory for one demo, which is removed when the process ends. Throws `storage` when it cannot. */
export function temporaryDataDirectory(): string {
  let path: string;
  try {
    path = mkdtempSync(join(tmpdir(), 'glance-cache-console-demo-'));
  } catch (error) {
    throw startFailureOf(error, tmpdir()) ?? error;
  }
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}
