import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { asRoot, run } from './commands.ts';

/** Removes a directory that the tests made, whoever owns its files, but nothing that is mounted below it. */
export async function remove(directory: string): Promise<void> {
  await run(asRoot(['rm', '--recursive', '--force', '--one-file-system', directory]));
}

/** Removes directories of killed runs: those with this prefix that were unchanged for a day. */
export async function removeOld(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const directory = path.join(parent, name);
    if (name.startsWith(prefix) && (await ageInHours(directory)) > 24) await remove(directory);
  }
}

async function ageInHours(directory: string): Promise<number> {
  const found = await stat(directory).catch(() => undefined);
  return found ? (Date.now() - found.mtimeMs) / 3_600_000 : 0;
}
