import { statfsSync } from 'node:fs';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import { systemCode, systemWords } from '../lib/system-error.ts';

type Reason = { what: (directory: string) => string; fix: string };

const full: Reason = {
  what: (directory) => `No space left on the file system of ${directory} (data directory).`,
  fix: 'Free up space',
};
const reasons = {
  full,
  quota: {
    what: (directory) => `The disk quota for ${directory} (data directory) is used up.`,
    fix: 'Free up space',
  },
  fileSize: {
    what: (directory) => `The file size limit prevents writing to ${directory} (data directory).`,
    fix: 'Raise the limit (ulimit -f)',
  },
  readOnly: { what: (directory) => `${directory} (data directory) is read-only.`, fix: 'Make it writable' },
  denied: {
    what: (directory) => `No permission to write to ${directory} (data directory).`,
    fix: 'Grant write permission to your user',
  },
  missing: {
    what: (directory) => `${directory} (data directory) does not exist or is not a directory.`,
    fix: 'Restore it',
  },
  disk: {
    what: (directory) => `The disk with ${directory} (data directory) reports an input/output error.`,
    fix: 'Check the disk and the system log',
  },
  unopened: {
    what: (directory) => `A database in ${directory} (data directory) cannot be opened.`,
    fix: 'Check that the directory and its files exist and belong to your user',
  },
  locked: {
    what: (directory) => `Another program has locked a database in ${directory} (data directory).`,
    fix: 'Stop that program',
  },
  damaged: {
    what: (directory) => `A database in ${directory} (data directory) is damaged.`,
    fix: 'Restart the console, which moves the damaged file aside',
  },
} satisfies Record<string, Reason>;

/** By SQLite's primary result code: https://www.sqlite.org/rescode.html. */
const bySqliteCode: ReadonlyMap<number, Reason> = new Map([
  [5, reasons.locked], // SQLITE_BUSY
  [8, reasons.readOnly], // SQLITE_READONLY
  [10, reasons.disk], // SQLITE_IOERR
  [11, reasons.damaged], // SQLITE_CORRUPT
  [13, reasons.full], // SQLITE_FULL
  [14, reasons.unopened], // SQLITE_CANTOPEN
  [26, reasons.damaged], // SQLITE_NOTADB
]);

const bySystemCode: ReadonlyMap<string, Reason> = new Map([
  ['ENOSPC', reasons.full],
  ['EDQUOT', reasons.quota],
  ['EFBIG', reasons.fileSize],
  ['EROFS', reasons.readOnly],
  ['EIO', reasons.disk],
]);

/**
 * Other causes that keep a file of the data directory from being written. Elsewhere these codes mean something
 * different.
 */
const byFileCode: ReadonlyMap<string, Reason> = new Map([
  ...bySystemCode,
  ['EACCES', reasons.denied],
  ['EPERM', reasons.denied],
  ['ENOENT', reasons.missing],
  ['ENOTDIR', reasons.missing],
]);

/** The data directory cannot be written. The message names the directory and the reason. */
export class StorageFailure extends ExpectedFailure {
  readonly #fix: string;

  constructor({ what, fix }: Reason, directory: string, cause: unknown) {
    super({ code: 'storage', message: what(directory), remedy: `${fix}, then try again.` }, { cause });
    this.name = 'StorageFailure';
    this.#fix = fix;
  }

  /** The same failure for something that waits for the remedy: `then` is what the operator does afterwards. */
  withNext(then: string): Failure {
    return { ...this.failure, remedy: `${this.#fix}, then ${then}.` };
  }
}

/**
 * The failure of a database or of a file system that cannot be written. `undefined` for any other error: those are faults,
 * or failures of something else.
 */
export function storageFailureOf(error: unknown, directory: string): StorageFailure | undefined {
  if (error instanceof StorageFailure) return error;
  const reason = reasonOf(error);
  if (!reason) return undefined;
  return new StorageFailure(isAmbiguous(reason) && isFull(directory) ? reasons.full : reason, directory, error);
}

/** The same for an error of writing a file in the data directory, whatever the error is. */
export function fileFailure(error: unknown, directory: string): StorageFailure {
  const known = storageFailureOf(error, directory);
  if (known) return known;
  const other = {
    what: () => `${directory} (data directory) cannot be written: ${systemWords(error)}.`,
    fix: full.fix,
  };
  return new StorageFailure(byFileCode.get(systemCode(error) ?? '') ?? other, directory, error);
}

/** Why the console cannot start with a data directory; `undefined` if the error has another reason. */
export function startFailureOf(error: unknown, directory: string): ExpectedFailure | undefined {
  if (error instanceof ExpectedFailure && !(error instanceof StorageFailure)) return error;
  const isOfFile = storageFailureOf(error, directory) !== undefined || byFileCode.has(systemCode(error) ?? '');
  if (!isOfFile) return undefined;
  return new ExpectedFailure(fileFailure(error, directory).withNext('start the console again'), { cause: error });
}

function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return bySqliteCode.get(error.errcode & 0xff);
  return bySystemCode.get(systemCode(error) ?? '');
}

/** SQLite reports a full disk as an input/output error where it makes its files larger. */
function isAmbiguous(reason: Reason): boolean {
  return reason === reasons.disk || reason === reasons.unopened;
}

function isFull(directory: string): boolean {
  try {
    const { bavail, files, ffree } = statfsSync(directory);
    return bavail === 0 || (files > 0 && ffree === 0);
  } catch {
    // Then the first reason stays.
    return false;
  }
}
