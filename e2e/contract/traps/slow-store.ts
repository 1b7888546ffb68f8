import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { run } from '../../real/servers/commands.ts';
import { until } from './operator.ts';
import type { HeldFetch } from './trap-host.ts';

/**
 * Replaces an image's file in the store by a pipe: a reader receives nothing until the pipe is released, and then the
 * whole image. The image may have at most 64 KiB, the capacity of a pipe.
 */
export async function holdFile(file: string): Promise<HeldFetch & { abandon(): Promise<void> }> {
  const aside = `${file}.aside`;
  const data = await readFile(file);
  await rename(file, aside);
  await run(['mkfifo', file]);
  let pipe: FileHandle | undefined;
  let over = false;

  const begun = async () => {
    // Opening fails as long as nothing reads the pipe.
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
