import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ExpectedFailure } from '../../contract/failure.ts';

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<number> = new Set([11, 26]);

type Listener = (error: unknown) => void;

const listeners = new WeakMap<DatabaseSync, Set<Listener>>();

/** Whether SQLite says that a database file is damaged. Its extended codes have the code in their lowest byte. */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    damageCodes.has(error.errcode & 0xff)
  );
}

/** Calls a listener with each error that shows damage in a database while it is used. */
export function onDamage(database: DatabaseSync, listener: Listener): void {
  const known = listeners.get(database) ?? new Set();
  listeners.set(database, known.add(listener));
}

/** Reports damage that SQLite itself does not see, such as an invalid row. Returns the failure. */
export function reportDamage(database: DatabaseSync, cause: unknown): ExpectedFailure {
  tellListeners(database, cause);
  return new ExpectedFailure(
    {
      code: 'storage',
      message: `The database ${database.isOpen ? (database.location() ?? '') : ''} is damaged and this part cannot be read.`,
      remedy: 'Restart the console. It keeps the damaged file and recovers everything readable.',
    },
    { cause },
  );
}

function tellListeners(database: DatabaseSync, error: unknown): void {
  for (const listener of listeners.get(database) ?? []) listener(error);
}

/**
 * Makes every statement of a database report damage, whoever runs it: damage that the check at the start did not reach is
 * noticed when it is read. The statement still throws SQLite's error.
 */
export function watchForDamage(database: DatabaseSync): void {
  const { prepare, exec } = database;
  function guarded<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      if (isDamage(error)) tellListeners(database, error);
      throw error;
    }
  }
  function watched(statement: StatementSync): StatementSync {
    const { run, get, all } = statement;
    return Object.assign(statement, {
      run: (...values: Parameters<typeof run>) => guarded(() => run.apply(statement, values)),
      get: (...values: Parameters<typeof get>) => guarded(() => get.apply(statement, values)),
      all: (...values: Parameters<typeof all>) => guarded(() => all.apply(statement, values)),
    });
  }
  Object.assign(database, {
    prepare: (...words: Parameters<typeof prepare>) => watched(guarded(() => prepare.apply(database, words))),
    exec: (sql: string) => guarded(() => exec.call(database, sql)),
  });
}
