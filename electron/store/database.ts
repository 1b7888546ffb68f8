import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import { timeForName } from './directory.ts';

const versionRow = z.object({ user_version: z.int() });
const checkRow = z.object({ quick_check: z.string() });
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damagedCodes: readonly unknown[] = [11, 26];

/**
 * Opens a database file: write-ahead log, so that an acknowledged write survives a killed process, and five seconds of
 * patience where another connection writes. Synchronous: keep statements short.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Opens a database file; a damaged one is set aside under a name with the time, and the notice says so. */
export function openOrSetAside(file: string, now: number): { database: DatabaseSync; notice: string | undefined } {
  if (isSound(file)) return { database: openDatabase(file), notice: undefined };
  const aside = file.replace(/\.db$/, `.damaged-${timeForName(now)}.db`);
  for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, aside + part);
  const notice = `The database of past operations was damaged. It was kept as ${aside}, and the console starts with none.`;
  return { database: openDatabase(file), notice };
}

function isSound(file: string): boolean {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(file);
    return checkRow.parse(database.prepare('PRAGMA quick_check(1)').get()).quick_check === 'ok';
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && damagedCodes.includes(error.errcode)) return false;
    throw error;
  } finally {
    database?.close();
  }
}

/**
 * Brings a database to the newest schema: each step is run once, in order, counted in `user_version`. Steps are only
 * ever added. Throws when a newer console has been at the database, whose steps are not known here.
 */
export function migrate(database: DatabaseSync, steps: readonly string[]): void {
  const { user_version: done } = versionRow.parse(database.prepare('PRAGMA user_version').get());
  if (done > steps.length) {
    throw new ExpectedFailure({
      code: 'unsupported',
      message: `The database was made by a newer console (version ${done}; this one knows ${steps.length}).`,
      remedy: 'Use the newer console, or another directory with --data.',
    });
  }
  for (const [index, step] of steps.entries()) {
    if (index < done) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(step);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}
