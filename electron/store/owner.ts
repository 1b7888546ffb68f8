import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import { systemCode } from './directory.ts';

const owner = z.object({ pid: z.int(), host: z.string().max(255), since: z.string().max(100) });
const busy = 5; // SQLITE_BUSY

/**
 * Makes this process the only owner of a data directory. The lock is SQLite's on a file of its own: the operating
 * system drops it when the process dies, however it dies. Who holds it stands beside it in `owner.json`, since a locked
 * database cannot be read. Throws, naming the owner, when the directory has one.
 */
export function own(directory: string, now: () => number = Date.now): { release(): void } {
  const database = new DatabaseSync(join(directory, 'console.lock'), { timeout: 500 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === busy)) throw error;
    throw new ExpectedFailure(
      {
        code: 'unsupported',
        message: `The data directory ${directory} is in use by another console${whoOwns(directory)}.`,
        remedy: 'Use that console, or end it, or choose another directory with --data.',
      },
      { cause: error },
    );
  }
  const me = { pid: process.pid, host: hostname(), since: new Date(now()).toISOString() };
  writeFileAtomic.sync(join(directory, 'owner.json'), `${JSON.stringify(me, null, 2)}\n`, { mode: 0o600 });
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

function whoOwns(directory: string): string {
  try {
    const { pid, host, since } = owner.parse(JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8')));
    return `: process ${pid} on ${host}, since ${since}`;
  } catch (error) {
    // The owner has only just come and has not written yet, or the file is damaged: then it stays unnamed.
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return '';
    throw error;
  }
}
