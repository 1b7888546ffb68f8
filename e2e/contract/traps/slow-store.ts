import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { run } from '../../real/servers/commands.ts';
import type { HeldFetch } from './bed.ts';
import { until } from './operator.ts';

/**
 * Puts a pipe in the place of an image's file in the store: who reads the image gets nothing until it is released, and
 * then the whole of it. What fits into a pipe at once, 64 KiB, is as much as the image may have.
 */
export async function holdFile(file: string): Promise<HeldFetch & { abandon(): Promise<void> }> {
  const aside = `${file}.aside`;
  const data = await readFile(file);
  await rename(file, aside);
  await run(['mkfifo', file]);
  let pipe: FileHandle | undefined;
  let over = false;

  const begun = async () => {
    // Refused for as long as nobody reads.
    await until(async () => {
      pipe ??= await open(file, constants.O_WRONLY | constants.O_NONBLOCK).catch(refused);
      return pipe !== undefined;
    }, `${file} to be read`);
  };
  const abandon = async () => {
    if (over) return;
    over = true;
    await rename(aside, file);
    await pipe?.close();
  };
  return {
    begun,
    abandon,
    async release() {
      await begun();
      await pipe?.write(data);
      await abandon();
    },
  };
}

function refused(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENXIO') return undefined;
  throw error;
}
