import { mkdtempSync, rmSync } from 'node:fs';
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

/** A fresh data directory for one demo, which goes with the process. */
export function passingDataDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'glance-cache-console-demo-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}
