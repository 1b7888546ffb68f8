import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { isDamage } from './damage-watch.ts';

/** Rows read in one slice: about 5 ms. */
const sliceSize = 8_000;
/** Milliseconds between two slices once the console runs. */
const pause = 50;

const tableRow = z.object({ name: z.string(), wr: z.int() });
const columnRow = z.object({ name: z.string(), type: z.string(), notnull: z.int(), pk: z.int() });
const sliceRow = z.object({ odd: z.number().nullable() });

export type SlicedCheck = {
  /** Whether damage was found; false if the check was stopped. */
  result: Promise<boolean>;
  /** From now on, other work runs between two slices. */
  slowDown: () => void;
  stop: () => void;
};

/**
 * Reads all rows of a database in short slices, on a connection of its own. SQLite's own check cannot be interrupted and
 * takes 8 s for 500 MB. Damage in an index is found when the index is used.
 */
export function checkInSlices(file: string): SlicedCheck {
  const stopped = new AbortController();
  let isSlow = false;
  async function check(): Promise<boolean> {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file, { timeout: 5_000, readOnly: true });
      database.exec('PRAGMA cell_size_check = ON');
      for (const readSlice of slicesOf(database)) {
        if (readSlice()) return true;
        if (isSlow) await setTimeout(pause, undefined, { ref: false });
        else await setImmediate();
        if (stopped.signal.aborted) return false;
      }
      return false;
    } catch (error) {
      if (isDamage(error)) return true;
      throw error;
    } finally {
      database?.close();
    }
  }
  return {
    result: check(),
    slowDown: () => {
      isSlow = true;
    },
    stop: () => stopped.abort(),
  };
}

/** One function for each slice, which reads it and returns whether a value has another type than its column. */
function* slicesOf(database: DatabaseSync): Generator<() => boolean> {
  const tables = database.prepare(
    `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'`,
  );
  for (const { name, wr } of tables.all().map((row) => tableRow.parse(row))) {
    const columns = database
      .prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)')
      .all(name)
      .map((row) => columnRow.parse(row));
    const keys = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
    const key = wr === 1 ? keys.map((column) => column.name) : ['rowid'];
    const order = key.join(', ');
    const after = `(${order}) > (${key.map(() => '?').join(', ')})`;
    const odd = columns.map((column) => `typeof(${column.name}) NOT IN (${allowedTypes(column)})`).join(' OR ');
    const first = database.prepare(`SELECT ${order} FROM ${name} ORDER BY ${order} LIMIT 1`);
    const next = database.prepare(`SELECT ${order} FROM ${name} WHERE ${after} ORDER BY ${order} LIMIT 1 OFFSET ?`);
    const slice = database.prepare(
      `SELECT sum(${odd}) AS odd FROM (SELECT * FROM ${name} WHERE ${after} ORDER BY ${order} LIMIT ?)`,
    );
    let from: SQLInputValue[] | undefined = Object.values(first.get() ?? {});
    while (from && from.length > 0) {
      const start: SQLInputValue[] = from;
      yield () => (sliceRow.parse(slice.get(...start, sliceSize)).odd ?? 0) > 0;
      const last = next.get(...start, sliceSize - 1);
      from = last && Object.values(last);
    }
  }
}

function allowedTypes({ type, notnull, pk }: z.infer<typeof columnRow>): string {
  const own = `'${type.toLowerCase()}'`;
  return notnull === 1 || (pk > 0 && type === 'INTEGER') ? own : `${own}, 'null'`;
}
