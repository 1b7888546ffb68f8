import { DatabaseSync } from 'node:sqlite';

/**
 * Without the write-ahead log, writes of one process block the others for seconds. The database file remembers the
 * mode.
 */
export function switchToWriteAheadLog(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
}
