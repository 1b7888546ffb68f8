import { readFileSync, unlinkSync } from 'node:fs';

import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import { systemCode } from '../lib/system-error.ts';
import { createPrivateFile, prepareDataDirectory } from './data-directory.ts';
import { type Logger, openLog } from './log.ts';
import { Notices } from './notices.ts';
import { type CheckedDatabase, openChecked } from './open-checked.ts';
import type { DatabaseSchema } from './salvage-database.ts';
import { openSettings, type SavedSettings } from './settings.ts';
import { StorageHealth } from './storage-health.ts';

/** The console's data directory, which only this process uses. */
export interface Store {
  readonly directory: string;
  readonly settings: SavedSettings;
  readonly database: DatabaseSync;
  readonly log: Logger;
  readonly logFile: string;
  readonly storage: StorageHealth;
  /** Notices about the console's own files, such as a damaged one that was moved aside. */
  readonly notices: Notices;
  /** Opens another database of the data directory as `console.db` is opened. */
  openDatabase(name: string, schema: DatabaseSchema, options?: { maxKept?: number }): Promise<DatabaseSync>;
  close(): void;
}

const noSchema: DatabaseSchema = { what: 'operations', areas: [] };

/**
 * Opens a data directory. `schema` describes the tables of `console.db`, for salvaging a damaged one. Throws an
 * `ExpectedFailure` if another console uses the directory; `startFailureOf` explains the other errors.
 */
export async function openStore(
  directory: string,
  { now = Date.now, schema = noSchema }: { now?: () => number; schema?: DatabaseSchema } = {},
): Promise<Store> {
  prepareDataDirectory(directory);
  const owner = lockDirectory(directory);
  const storage = new StorageHealth(directory);
  const opened: CheckedDatabase[] = [];
  try {
    const lastWriter = writerOf(directory);
    nameOwner(directory, now, storage);
    const settings = await openSettings(directory, now);
    const {
      log,
      path: logFile,
      close: closeLog,
    } = openLog(directory, {
      onLost: (error) => void storage.report(error),
    });
    const notices = new Notices(directory, log);
    for (const notice of settings.notices) notices.add(notice);
    const open: Store['openDatabase'] = async (name, ofDatabase, options = {}) => {
      const checked = await openChecked(join(directory, name), ofDatabase, {
        now: now(),
        lastWriter,
        writer: writerOf(directory),
        ...options,
      });
      opened.push(checked);
      if (checked.notice) notices.add(checked.notice);
      checked.onDamage((notice) => notices.add(notice));
      return checked.database;
    };
    return {
      directory,
      settings,
      database: await open('console.db', schema),
      log,
      logFile,
      storage,
      notices,
      openDatabase: open,
      close() {
        storage.stop();
        for (const checked of opened) checked.close();
        closeLog();
        owner.release();
      },
    };
  } catch (error) {
    storage.stop();
    owner.release();
    throw error;
  }
}

const directoryOwner = z.object({ pid: z.int(), host: z.string().max(255), since: z.string().max(100) });

/** The process that has a data directory open. */
export type DirectoryOwner = z.infer<typeof directoryOwner>;

const busy = 5; // SQLITE_BUSY

/**
 * Locks a data directory for this process. The lock is SQLite's, on a file for it alone: the operating system releases it
 * when the process ends in any way. `owner.json` names the process that holds it, since a locked database cannot be read.
 * Throws `unsupported`, which names the owner, when the directory is locked.
 */
function lockDirectory(directory: string): { release(): void } {
  const database = tryLock(directory);
  if (database === undefined) {
    const owner = readOwner(directory);
    const named = owner === undefined ? '' : `: process ${owner.pid} on ${owner.host}, since ${owner.since}`;
    throw new ExpectedFailure({
      code: 'unsupported',
      message: `The data directory ${directory} is in use by another console${named}.`,
      remedy: 'Use that console, stop it, or use another directory with --data.',
    });
  }
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

/**
 * Writes this process to `owner.json`. On a full disk the start continues, because opening the databases may free
 * space. Throws on a disk that cannot be changed at all.
 */
function nameOwner(directory: string, now: () => number, storage: StorageHealth): void {
  const me = { pid: process.pid, host: hostname(), since: new Date(now()).toISOString() };
  const file = join(directory, 'owner.json');
  try {
    writeFileAtomic.sync(file, `${JSON.stringify(me, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    if (!storage.report(error)) throw error;
    try {
      // It names an earlier process.
      unlinkSync(file);
    } catch (kept) {
      if (systemCode(kept) !== 'ENOENT') throw error;
    }
  }
}

/** Names the run of the console that used a data directory last, this one included; undefined if that is not known. */
function writerOf(directory: string): string | undefined {
  const owner = readOwner(directory);
  return owner && `${owner.pid} ${owner.host} ${owner.since}`;
}

/** The process that has a data directory open; undefined when none has, or when its name cannot be read. */
export function findOwner(directory: string): DirectoryOwner | undefined {
  const database = tryLock(directory);
  if (database === undefined) return readOwner(directory);
  database.close();
  return undefined;
}

/** Locks a data directory; undefined when another process has locked it. */
function tryLock(directory: string): DatabaseSync | undefined {
  const file = join(directory, 'console.lock');
  createPrivateFile(file);
  const database = new DatabaseSync(file, { timeout: 500 });
  try {
    // Without a journal file: the lock is there on a full disk too.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return undefined;
    throw error;
  }
}

function readOwner(directory: string): DirectoryOwner | undefined {
  try {
    return directoryOwner.parse(JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8')));
  } catch (error) {
    // The owner has not written the file yet, or the file is damaged: the owner stays unnamed.
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
