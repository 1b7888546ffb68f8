import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const versionRow = z.object({ user_version: z.int() });

/**
 * Opens a database file: write-ahead log, so that an acknowledged write survives a killed process, and five seconds of
 * patience where another connection writes. Synchronous: keep statements short.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  return database;
}

/**
 * Brings a database to the newest schema: each step is run once, in order, counted in `user_version`. Steps are only
 * ever added. Throws when a newer console has been at the database, whose steps are not known here.
 */
export function migrate(database: DatabaseSync, steps: readonly string[]): void {
  const { user_version: done } = versionRow.parse(database.prepare('PRAGMA user_version').get());
  if (done > steps.length) {
    throw new Error(`The database is of version ${done}, this console knows ${steps.length}: a newer console made it.`);
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
