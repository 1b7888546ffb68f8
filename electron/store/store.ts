import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openOrSetAside } from './database.ts';
import { prepareDirectory } from './directory.ts';
import { type Logger, openLog } from './log.ts';
import { own } from './owner.ts';
import { openSettings, type SavedSettings } from './settings.ts';

/** All that the console keeps on disk, in one directory that this process alone owns. */
export interface Store {
  readonly directory: string;
  readonly settings: SavedSettings;
  readonly database: DatabaseSync;
  readonly log: Logger;
  readonly logFile: string;
  /** Things to say once, such as a damaged file that was set aside. */
  readonly notices: readonly string[];
  close(): void;
}

/** Opens a data directory. Throws an expected failure when another console has it or it cannot be used. */
export async function openStore(directory: string, now: () => number = Date.now): Promise<Store> {
  await prepareDirectory(directory);
  const owner = own(directory, now);
  try {
    const settings = await openSettings(directory, now);
    const { log, path: logFile, close: closeLog } = openLog(directory);
    const { database, notice } = openOrSetAside(join(directory, 'console.db'), now());
    const notices = notice === undefined ? settings.notices : [...settings.notices, notice];
    for (const text of notices) log.warn(text);
    return {
      directory,
      settings,
      database,
      log,
      logFile,
      notices,
      close() {
        if (database.isOpen) database.close();
        closeLog();
        owner.release();
      },
    };
  } catch (error) {
    owner.release();
    throw error;
  }
}
