import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import { systemCode, systemWords } from '../lib/system-error.ts';
import { findOwner } from '../store/store.ts';
import { createLoginUrl } from './login-token.ts';

const loginFile = z.object({
  pid: z.int(),
  host: z.string(),
  origin: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/),
  key: z.string().min(1),
});

const fileOf = (directory: string) => join(directory, 'login-key.json');

/**
 * Writes the key of this process's login tokens into its data directory, in a file that only this user can read. So the
 * same user can let another browser in while the console runs. Returns a function that removes the file.
 */
export function publishLoginKey(directory: string, { origin, key }: { origin: string; key: string }): () => void {
  const file = fileOf(directory);
  const content = { pid: process.pid, host: hostname(), origin, key };
  writeFileAtomic.sync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/**
 * Returns a new sign-in address of the console that serves this data directory. Throws an `ExpectedFailure` when none
 * does, or when it belongs to another user.
 */
export function newLoginUrl(directory: string): string {
  const { pid, host, origin, key } = readLoginFile(directory);
  const owner = findOwner(directory);
  // A file that a killed console left: the port may belong to another program by now.
  if (owner?.pid !== pid || owner.host !== host) throw notServed(directory);
  if (host !== hostname()) {
    throw new ExpectedFailure({
      code: 'unsupported',
      message: `The console with the data directory ${directory} runs on ${host}.`,
      remedy: 'Run this command on that machine.',
    });
  }
  return createLoginUrl(origin, key);
}

function readLoginFile(directory: string): z.infer<typeof loginFile> {
  try {
    return loginFile.parse(JSON.parse(readFileSync(fileOf(directory), 'utf8')));
  } catch (error) {
    const damaged = error instanceof SyntaxError || error instanceof z.ZodError;
    if (damaged || systemCode(error) === 'ENOENT') throw notServed(directory, error);
    throw new ExpectedFailure(
      {
        code: 'forbidden',
        message: `The sign-in key in ${directory} cannot be read: ${systemWords(error)}.`,
        remedy: 'Only the user who started the console can get a sign-in address.',
      },
      { cause: error },
    );
  }
}

function notServed(directory: string, cause?: unknown): ExpectedFailure {
  return new ExpectedFailure(
    {
      code: 'notFound',
      message: `No served console is running with the data directory ${directory}.`,
      remedy: 'Set --data to the directory of the console, or start one: glance-cache-console serve.',
    },
    { cause },
  );
}
