import { DatabaseSync } from 'node:sqlite';

/** Without it, writes of one process stall the others for seconds. The database file remembers the mode. */
export function switchToWriteAheadLog(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
}
