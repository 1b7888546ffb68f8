/** The message of an operating system's error, such as `ENOSPC: no space left on device`. */
export function systemWords(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, [a-z]+(?: '.*)?$/, '') : String(error);
}

/** The code of an operating system's error, such as `ENOENT`; `undefined` for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A time, in epoch milliseconds, as part of a file name: sortable, without characters that file systems refuse. */
export function timeForName(now: number): string {
  return new Date(now).toISOString().replaceAll(':', '').replace('.', '-');
}
