import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { isDamage } from './damage-watch.ts';

/** Rows read in one slice: about 5 ms. */
const sliceSize = 8_000;
/** The same where each row is looked up in the indexes of its table. */
const indexedSliceSize = 1_000;
/** Milliseconds between two slices once the console runs. */
export const pause = 50;

const tableRow = z.object({ name: z.string(), wr: z.int() });
const columnRow = z.object({ name: z.string(), type: z.string(), notnull: z.int(), pk: z.int() });
const sliceRow = z.object({ odd: z.number().nullable() });

/** The known damage of a file: the blocks (`blockBytes`) that differ from what was written, if that is known. */
export type Damage = { blocks: ReadonlySet<number> };

export type SlicedCheck = {
  /** The damage that was found. */
  result: Promise<Damage | undefined | 'stopped'>;
  /** From now on, other work runs between two slices. */
  slowDown: () => void;
  stop: () => void;
};

/**
 * Reads all rows of a database in short slices, on a connection of its own. SQLite's own check cannot be interrupted and
 * takes 8 s for 500 MB. Each row is looked up in the indexes of its table too: a damaged index would hide it from queries.
 * A changed value that has the type of its column is not seen. `onSlice` is called after each slice.
 */
export function checkInSlices(file: string, onSlice: () => void = () => undefined): SlicedCheck {
  const stopped = new AbortController();
  let isSlow = false;
  async function check(): Promise<Damage | undefined | 'stopped'> {
    const found: Damage = { blocks: new Set() };
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file, { timeout: 5_000, readOnly: true });
      database.exec('PRAGMA cell_size_check = ON');
      for (const readSlice of slicesOf(database)) {
        if (readSlice()) return found;
        onSlice();
        if (isSlow) await setTimeout(pause, undefined, { ref: false });
        else await setImmediate();
        if (stopped.signal.aborted) return 'stopped';
      }
      return undefined;
    } catch (error) {
      if (isDamage(error)) return found;
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
    const lost = indexesOf(database, name).map(
      (index) =>
        `NOT EXISTS (SELECT 1 FROM ${name} AS other INDEXED BY ${index.name} WHERE ${[...index.columns, ...key]
          .map((column) => `other.${column} IS slice.${column}`)
          .join(
            ' AND ',
          )}${index.where === undefined ? '' : ` AND other.${index.where}`})${index.where === undefined ? '' : ` AND slice.${index.where}`}`,
    );
    const size = lost.length > 0 ? indexedSliceSize : sliceSize;
    const columnsOfSlice = wr === 1 ? '*' : 'rowid, *';
    const first = database.prepare(`SELECT ${order} FROM ${name} ORDER BY ${order} LIMIT 1`);
    const next = database.prepare(`SELECT ${order} FROM ${name} WHERE ${after} ORDER BY ${order} LIMIT 1 OFFSET ?`);
    const slice = database.prepare(
      `SELECT sum(${[odd, ...lost].join(' OR ')}) AS odd
       FROM (SELECT ${columnsOfSlice} FROM ${name} WHERE ${after} ORDER BY ${order} LIMIT ?) AS slice`,
    );
    let from: SQLInputValue[] | undefined = Object.values(first.get() ?? {});
    while (from && from.length > 0) {
      const start: SQLInputValue[] = from;
      yield () => (sliceRow.parse(slice.get(...start, size)).odd ?? 0) > 0;
      const last = next.get(...start, size - 1);
      from = last && Object.values(last);
    }
  }
}

const indexRow = z.object({ name: z.string(), partial: z.int(), sql: z.string().nullable() });
const indexColumnRow = z.object({ name: z.string() });

/** The indexes of a table beside its primary key. A partial one has a condition on one column. */
function indexesOf(database: DatabaseSync, table: string) {
  const indexes = database.prepare(
    `SELECT list.name, list.partial, sql FROM pragma_index_list(?) AS list JOIN sqlite_schema AS known ON known.name = list.name
     WHERE list.origin <> 'pk' OR known.rootpage <> (SELECT rootpage FROM sqlite_schema WHERE name = ?)`,
  );
  const columns = database.prepare('SELECT name FROM pragma_index_info(?) ORDER BY seqno');
  return indexes.all(table, table).map((row) => {
    const { name, partial, sql } = indexRow.parse(row);
    const where = partial === 1 ? / WHERE (.*)$/s.exec(sql ?? '')?.[1] : undefined;
    return { name, columns: columns.all(name).map((column) => indexColumnRow.parse(column).name), where };
  });
}

function allowedTypes({ type, notnull, pk }: z.infer<typeof columnRow>): string {
  const own = `'${type.toLowerCase()}'`;
  return notnull === 1 || (pk > 0 && type === 'INTEGER') ? own : `${own}, 'null'`;
}
