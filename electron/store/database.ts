import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import { createPrivateFile } from './data-directory.ts';
import { watchForDamage } from './sqlite/damage-watch.ts';

const versionRow = z.object({ user_version: z.int() });
const countRow = z.object({ done: z.int() });

/**
 * Opens a database file with a write-ahead log, so that an acknowledged write survives a killed process. A write waits up
 * to five seconds for another connection. Everything is synchronous: keep statements short.
 */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') createPrivateFile(file);
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    watchForDamage(database);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    // Pages are moved to the database at 1 MiB of log, and a larger log is cut to that: a small disk must hold both.
    database.exec('PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576');
    // The write-ahead log of a killed console is written to the database, which frees the space of the log.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    // Damage in a page is noticed when the page is read, not only when a damaged row of it is.
    database.exec('PRAGMA cell_size_check = ON');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** The `user_version` of today's layout. Older consoles, which counted all steps there, refuse it as too new. */
const layout = 1_000;

/**
 * Migrates the tables of one area to their newest schema: each step runs once, in order, and the table `migrations` counts
 * the steps of each area. Steps are only ever added. Throws `unsupported` when a newer console has migrated further.
 */
export function migrate(database: DatabaseSync, area: string, steps: readonly string[]): void {
  countByArea(database);
  const counted = database.prepare('SELECT done FROM migrations WHERE room = ?').get(area);
  const done = counted === undefined ? 0 : countRow.parse(counted).done;
  if (done > steps.length) throw newer(`${area} version ${done}; this version supports ${steps.length}`);
  const count = database.prepare('INSERT OR REPLACE INTO migrations VALUES (?, ?)');
  for (const [index, step] of steps.entries()) {
    if (index < done) continue;
    inTransaction(database, () => {
      database.exec(step);
      count.run(area, index + 1);
    });
  }
}

/** Creates the counters by area. Before them, `user_version` counted the steps of the only area, the operations. */
function countByArea(database: DatabaseSync): void {
  const { user_version: version } = versionRow.parse(database.prepare('PRAGMA user_version').get());
  if (version === layout) return;
  if (version > layout) throw newer(`layout ${version}; this version supports ${layout}`);
  inTransaction(database, () => {
    database.exec('CREATE TABLE migrations (room TEXT PRIMARY KEY, done INTEGER NOT NULL) STRICT, WITHOUT ROWID');
    if (version > 0) database.prepare(`INSERT INTO migrations VALUES ('operations', ?)`).run(version);
    database.exec(`PRAGMA user_version = ${layout}`);
  });
}

/** Runs a function in a transaction, which is rolled back when the function throws. */
export function inTransaction(database: DatabaseSync, run: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    run();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function newer(what: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'unsupported',
    message: `The database is from a newer console version (${what}).`,
    remedy: 'Use the newer console, or use another directory with --data.',
  });
}
