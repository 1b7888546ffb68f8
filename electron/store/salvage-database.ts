import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { createPrivateFile } from './data-directory.ts';
import { inTransaction, migrate } from './database.ts';
import type { Damage } from './sqlite/check-in-slices.ts';
import { DatabasePages } from './sqlite/database-pages.ts';
import { RecordReader, type StoredRecord } from './sqlite/page-records.ts';

/** The tables of one area of a database, as far as a salvage must know them. */
export type DatabaseArea = {
  /** The name that `migrate` counts the steps by. */
  area: string;
  steps: readonly string[];
  /** The condition for a valid row of a table, by the table's name. */
  rows?: Readonly<Record<string, z.ZodType>>;
};

export type DatabaseSchema = {
  /** The content of the database, as a notice names it: "operations". */
  what: string;
  /** Run before the tables of a new database are created. */
  setUp?: string;
  areas: readonly DatabaseArea[];
  /** Makes the salvaged rows consistent with each other. Returns sentences about what is missing, for the operator. */
  settle?: (database: DatabaseSync, salvaged: Salvaged) => string[];
};

/** What a salvage read, and what it could not read. */
export type Salvaged = {
  /** The rows that were read, by table. */
  rows: ReadonlyMap<string, number>;
  /** The tables with unreadable parts. Damage of the schema itself can hide others. */
  damagedTables: ReadonlySet<string>;
  /** The number of pages that could not be read, or not completely, and the number of all pages. */
  unreadablePages: number;
  pages: number;
  /** Frames of the write-ahead log that could not be read: newer contents of pages are missing. */
  unreadableFrames: number;
};

type Table = { name: string; columns: readonly Column[]; hasRowId: boolean; schema: z.ZodType | undefined };
type Column = z.infer<typeof columnRow>;

const columnRow = z.object({ cid: z.int(), name: z.string(), type: z.string(), notnull: z.int(), pk: z.int() });
const tableRow = z.object({ name: z.string(), wr: z.int() });
/** Rows written in one transaction, between which other work runs. */
const batchSize = 4_000;
/** Tables that `migrate` and SQLite fill themselves. */
const ownTables: ReadonlySet<string> = new Set(['migrations', 'sqlite_schema', 'sqlite_sequence']);

/**
 * Copies every row of a damaged database that can still be read into a new database file, page by page. The damaged file
 * is only read. Blocks that are known to be damaged are not. Rows that do not fit their table's types or its `rows` schema are left out.
 */
export async function salvageDatabase(
  file: string,
  target: string,
  schema: DatabaseSchema,
  damage: Damage,
): Promise<Salvaged & { sentences: string[] }> {
  for (const part of ['', '-journal']) rmSync(target + part, { force: true });
  createPrivateFile(target);
  const database = new DatabaseSync(target, { enableForeignKeyConstraints: false });
  const pages = new DatabasePages(file, damage.blocks);
  try {
    // The file is not used before it is complete, so it need not survive a crash earlier.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    if (schema.setUp !== undefined) database.exec(schema.setUp);
    for (const { area, steps } of schema.areas) migrate(database, area, steps);
    const reader = new RecordReader(pages);
    const damagedTables = new Set<string>();
    const rows = await copyRows(database, recordsByTable(reader, tablesOf(database, schema), damagedTables));
    const salvaged: Salvaged = {
      rows,
      damagedTables,
      unreadablePages: reader.unreadable.size,
      pages: pages.pageCount,
      unreadableFrames: pages.damagedWalFrames,
    };
    return { ...salvaged, sentences: schema.settle?.(database, salvaged) ?? [] };
  } finally {
    pages.close();
    database.close();
    sync(target);
  }
}

async function copyRows(database: DatabaseSync, records: Iterable<{ table: Table; record: StoredRecord }>) {
  const counts = new Map<string, number>();
  const statements = new Map<string, StatementSync>();
  let batch: { table: Table; values: SQLOutputValue[] }[] = [];
  async function write() {
    inTransaction(database, () => {
      for (const { table, values } of batch) {
        const statement = statements.get(table.name) ?? insertInto(database, table);
        statements.set(table.name, statement);
        const { changes } = statement.run(...values);
        counts.set(table.name, (counts.get(table.name) ?? 0) + Number(changes));
      }
    });
    batch = [];
    await setImmediate();
  }
  for (const { table, record } of records) {
    const values = rowOf(table, record);
    if (values) batch.push({ table, values });
    if (batch.length >= batchSize) await write();
  }
  await write();
  return counts;
}

function* recordsByTable(reader: RecordReader, tables: readonly Table[], damagedTables: Set<string>) {
  for (const { name, root, isTable } of [...rootPages(reader)]) {
    const table = tables.find((one) => isTable && one.name === name);
    const before = reader.unreadable.size;
    // Indexes and unknown tables are read too, so that none of their pages counts as another's.
    for (const record of reader.below(root)) if (table) yield { table, record };
    if (reader.unreadable.size > before) damagedTables.add(name);
  }
  if (reader.unreadable.size === 0) return;
  for (const record of reader.elsewhere()) {
    const fitting = tables.filter((table) => rowOf(table, record));
    const [table] = fitting;
    if (table && fitting.length === 1) yield { table, record };
  }
}

/** The root page of each table and index, from the schema table, which begins on page 1. */
function* rootPages(reader: RecordReader) {
  for (const { values } of reader.below(1)) {
    const [type, name, , root] = values;
    if (typeof name === 'string' && typeof root === 'number') yield { name, root, isTable: type === 'table' };
  }
}

function tablesOf(database: DatabaseSync, schema: DatabaseSchema): Table[] {
  const tables = database.prepare(`SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`);
  return tables
    .all()
    .map((row) => tableRow.parse(row))
    .filter(({ name }) => !ownTables.has(name))
    .map(({ name, wr }) => {
      const listed = database.prepare('SELECT * FROM pragma_table_info(?)').all(name);
      const columns = listed.map((row) => columnRow.parse(row));
      // A table without row ids stores the columns of its primary key first.
      if (wr === 1) columns.sort((one, other) => (one.pk || Number.MAX_VALUE) - (other.pk || Number.MAX_VALUE));
      const schemaOfRow = schema.areas.flatMap(({ rows }) => rows?.[name] ?? []);
      return { name, columns, hasRowId: wr === 0, schema: schemaOfRow[0] };
    });
}

function insertInto(database: DatabaseSync, { name, columns }: Table) {
  const names = columns.map((column) => column.name).join(', ');
  return database.prepare(`INSERT OR IGNORE INTO ${name} (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
}

/** The values of a record in the order of the table's columns; undefined if it is no row of this table. */
function rowOf(table: Table, { rowId, values }: StoredRecord): SQLOutputValue[] | undefined {
  const { columns, hasRowId, schema } = table;
  if (hasRowId !== (rowId !== null) || values.length > columns.length || values.length === 0) return undefined;
  const row: SQLOutputValue[] = [];
  for (const [index, column] of columns.entries()) {
    const isRowId = hasRowId && column.pk === 1 && column.type === 'INTEGER';
    // A row is shorter than its table if it was written before the last columns were added.
    const value = isRowId ? rowId : (values[index] ?? null);
    if (!fits(column, value, hasRowId)) return undefined;
    row.push(value);
  }
  if (!schema) return row;
  const named = Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]));
  return schema.safeParse(named).success ? row : undefined;
}

function fits({ type, notnull, pk }: Column, value: SQLOutputValue, hasRowId: boolean): boolean {
  if (value === null) return notnull === 0 && (pk === 0 || hasRowId);
  if (type === 'TEXT') return typeof value === 'string';
  if (type === 'BLOB') return value instanceof Uint8Array;
  if (type === 'REAL') return typeof value === 'number';
  return typeof value === 'bigint' || Number.isInteger(value);
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
