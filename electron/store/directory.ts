import { chmod, mkdir } from 'node:fs/promises';
import { ExpectedFailure } from '../contract/failure.ts';

/** Makes the data directory, readable by its owner only. Throws when it cannot be made or written. */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
  } catch (error) {
    throw new ExpectedFailure(
      {
        code: 'forbidden',
        message: `The data directory ${directory} cannot be used: ${systemWords(error)}.`,
        remedy: 'Choose a directory that you own with --data.',
      },
      { cause: error },
    );
  }
}

/** The operating system's words for an error of its own, such as `ENOSPC: no space left on device`. */
export function systemWords(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, [a-z]+(?: '.*)?$/, '') : String(error);
}

/** The code of an operating system's error, such as `ENOENT`; `undefined` for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A time for a file's name: sortable, and without characters that a file system refuses. */
export function timeForName(now: number): string {
  return new Date(now).toISOString().replaceAll(':', '').replace('.', '-');
}
