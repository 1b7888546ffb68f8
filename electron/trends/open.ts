import type { DatabaseSync } from 'node:sqlite';
import { migrate, openOrSetAside } from '../store/database.ts';
import { trendsSteps } from './schema.ts';

/**
 * The trends' own file beside the journal's, so that a bound on its size is a bound on a file, and so that what is written with
 * every poll costs the journal nothing. A power cut may lose its last moments, a killed console nothing.
 */
export function openTrends(file: string, now: number): { database: DatabaseSync; notice: string | undefined } {
  const opened = openOrSetAside(file, now, 'trends');
  const { database } = opened;
  try {
    // Pages that are free are given back to the disk (auto_vacuum 2), which only a file that was just made can be told.
    const { auto_vacuum: given } = { auto_vacuum: 0, ...database.prepare('PRAGMA auto_vacuum').get() };
    if (given !== 2) database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576');
    migrate(database, 'trends', trendsSteps);
  } catch (error) {
    database.close();
    throw error;
  }
  return opened;
}
