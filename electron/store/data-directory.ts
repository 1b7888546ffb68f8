import { chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedFailure } from '../contract/failure.ts';
import { systemCode, systemWords } from '../lib/system-error.ts';
import { storageFailureOf } from './storage-failure.ts';

/** The mode bits that let a user's group or everybody in. */
const others = 0o077;
const othersMayWrite = 0o022;
const everybodyMayWrite = 0o002;
const sticky = 0o1000;

/** The names of the console's own files. A data directory may hold files of others as well, such as in a home directory. */
const ownFile = /^(?:console|trends|settings|secrets|owner|login|sign-in|notices|started-operations)[.-]/;

/**
 * Creates a data directory that only its owner can enter, or checks that an existing one can be used: it belongs to this
 * user, and no other user can create or replace files in it. The mode of an existing directory is never changed, since
 * others may need it as it is (`/tmp`). The console's own files in it, which older consoles made readable for everybody,
 * become readable by their owner only.
 *
 * Throws `forbidden` when the directory cannot be used, and `storage` when its disk is full or read-only.
 */
export function prepareDataDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (process.getuid === undefined) return; // Windows: the user's profile is private by its access list.
    const { uid, mode } = statSync(directory);
    if (uid !== process.getuid()) {
      throw unusable(directory, 'it belongs to another user', 'Use a directory that you own with --data.');
    }
    if (mode & (othersMayWrite | sticky)) {
      // Never a hint to change the mode of a directory such as /tmp.
      const shared = (mode & (everybodyMayWrite | sticky)) !== 0;
      const remedy = shared
        ? 'Use a directory that you own with --data, such as a new one inside it.'
        : `If only you use it, run chmod g-w ${directory}. Otherwise use another directory with --data.`;
      throw unusable(directory, 'other users can write to it', remedy);
    }
    hideOwnFiles(directory);
  } catch (error) {
    if (error instanceof ExpectedFailure) throw error;
    const remedy = 'Use a directory that you own with --data.';
    throw storageFailureOf(error, directory) ?? unusable(directory, systemWords(error), remedy, error);
  }
}

function hideOwnFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!ownFile.test(name)) continue;
    const file = join(directory, name);
    const { mode } = lstatSync(file);
    // Not the file behind a link, which may belong to anybody.
    if ((mode & constants.S_IFMT) === constants.S_IFREG && mode & others) chmodSync(file, 0o600);
  }
}

/**
 * Creates a file that only its owner can read, if it is missing. SQLite would create a database that everybody can read;
 * its `-wal` and `-shm` get the mode of the database.
 */
export function createPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function unusable(directory: string, why: string, remedy: string, cause?: unknown): ExpectedFailure {
  return new ExpectedFailure(
    { code: 'forbidden', message: `The data directory ${directory} cannot be used: ${why}.`, remedy },
    { cause },
  );
}
