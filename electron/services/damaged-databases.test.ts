import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction, migrate } from '../store/database.ts';
import { type CheckOptions, openChecked } from '../store/open-checked.ts';
import { openStore } from '../store/store.ts';
import { setUpTrends, trendsSchema } from '../trends/trends-database.ts';
import { consoleSchema } from './console-database.ts';

// Damage in the databases of a console that was closed.

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'damaged-databases-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const time = Date.parse('2026-11-28T10:00:00.000Z');

const opened = {
  'trends.db': {
    async open() {
      const store = await openStore(directory, { now: () => time, schema: consoleSchema(directory) });
      const database = await store.openDatabase('trends.db', trendsSchema);
      setUpTrends(database);
      return { store, database };
    },
    fill: `
      INSERT INTO hosts SELECT value, 'host-' || value, 'http://glance-' || value || ':9292', 1796000000, 1790000000
        FROM generate_series(1, 6);
      INSERT INTO images SELECT value, printf('%08x-bbbb-4ccc-8ddd-eeeeeeeeeeee', value * 7919), 20700
        FROM generate_series(1, 500);
      INSERT INTO points SELECT h.value, 300, 1796000000 + 300 * p.value, 1796000000 + 300 * p.value, p.value * 1000003,
        NULL, 500, p.value % 7, p.value * 31, 0 FROM generate_series(1, 6) AS h, generate_series(1, 400) AS p;
      INSERT INTO hours SELECT h.value, 498000 + i.value % 40, i.value, i.value * 3
        FROM generate_series(1, 6) AS h, generate_series(1, 500) AS i;
      INSERT INTO days SELECT h.value, 20700 + i.value % 5, i.value, i.value * 5
        FROM generate_series(1, 6) AS h, generate_series(1, 500) AS i;
      INSERT INTO seen SELECT h.value, i.value, i.value * 11
        FROM generate_series(1, 6) AS h, generate_series(1, 500) AS i`,
  },
  'console.db': {
    async open() {
      const schema = consoleSchema(directory);
      const store = await openStore(directory, { now: () => time, schema });
      for (const { area, steps } of schema.areas) migrate(store.database, area, steps);
      return { store, database: store.database };
    },
    fill: `
      INSERT INTO operations (id, kind, title, state, started_at, ended_at, host_ids, counts, total, actual_images, actual_bytes)
        SELECT 'op-' || value, 'delete', 'Delete 60 images (' || value || ')', 'finished', ${time} + value, ${time} + value,
          '["host-0","host-1"]',
          '{"waiting":0,"sent":0,"following":0,"done":60,"already":0,"failed":0,"cancelled":0,"unknown":0}', 60, 60, 60000
        FROM generate_series(1, 30);
      INSERT INTO operation_targets (operation_id, position, host_id, host_name, image_id, image_name, expected_images,
          expected_bytes, state, actual_images, actual_bytes, tries, sent_at, ended_at)
        SELECT 'op-' || o.value, t.value, 'host-' || t.value % 2, 'glance-' || t.value % 2,
          printf('%08x-bbbb-4ccc-8ddd-eeeeeeeeeeee', t.value * 7919), 'ubuntu-' || t.value, 1, 1000, 'done', 1, 1000, 1,
          ${time}, ${time} FROM generate_series(1, 30) AS o, generate_series(0, 59) AS t`,
  },
};

/** SQLite has `generate_series` in its shell only. */
function withSeries(sql: string): string {
  return sql.replace(
    /generate_series\((\d+), (\d+)\)/g,
    '(WITH RECURSIVE n (value) AS (SELECT $1 UNION ALL SELECT value + 1 FROM n WHERE value < $2) SELECT value FROM n)',
  );
}

/** All rows as texts, by table, without derived counters. */
function rowsOf(database: DatabaseSync): Map<string, Set<string>> {
  const tables = database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('migrations', 'operation_images', 'journal_commits')`,
    )
    .all();
  return new Map(
    tables.map(({ name }) => {
      const rows = database.prepare(`SELECT * FROM ${name}`).all();
      return [
        String(name),
        new Set(rows.map((row) => JSON.stringify(name === 'operations' ? [row['id'], row['title']] : row))),
      ];
    }),
  );
}

function damage(sound: Buffer, at: number, kind: 'random' | 'zero' | 'text', seed: number, length = 1_024): Buffer {
  const bytes = Buffer.from(sound);
  let random = seed;
  for (let index = at; index < at + length; index += 1) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) | 0;
    bytes[index] = { random: (random >>> 16) & 0xff, zero: 0, text: 0x61 }[kind];
  }
  return bytes;
}

describe.each(['trends.db', 'console.db'] as const)('%s', (name) => {
  const { open, fill } = opened[name];
  const file = () => join(directory, name);

  /** Fills the database, closes the console, and returns the rows. */
  async function closedConsole() {
    const { store, database } = await open();
    inTransaction(database, () => database.exec(withSeries(fill)));
    const rows = rowsOf(database);
    const started = Array.from({ length: 30 }, (_, index) => ({
      id: `op-${index + 1}`,
      kind: 'delete',
      detail: null,
      title: `Delete 60 images (${index + 1})`,
      hostIds: ['host-0', 'host-1'],
      total: 60,
      startedAt: time + index + 1,
    }));
    const lines = started.map((one) => `${JSON.stringify(one)}\n`);
    writeFileSync(join(directory, 'started-operations.jsonl'), lines.join(''));
    store.close();
    const files = new Map(readdirSync(directory).map((each) => [each, readFileSync(join(directory, each))]));
    return { rows, files };
  }

  function restore(files: ReadonlyMap<string, Buffer>): void {
    for (const each of readdirSync(directory)) rmSync(join(directory, each), { recursive: true });
    for (const [each, content] of files) writeFileSync(join(directory, each), content);
  }

  test('one kilobyte of damage at any offset is detected, and no row is changed or lost silently', async () => {
    const { rows, files } = await closedConsole();
    const sound = files.get(name) ?? Buffer.alloc(0);
    const offset = fc.integer({ min: 0, max: sound.length - 1_024 });
    const fillKind = fc.constantFrom('random' as const, 'zero' as const, 'text' as const);
    await fc.assert(
      fc.asyncProperty(offset, fillKind, fc.integer(), async (at, kind, seed) => {
        restore(files);
        const bytes = damage(sound, at, kind, seed);
        writeFileSync(file(), bytes);
        const { store, database } = await open();
        const notices = store.notices.list();
        const found = rowsOf(database);
        store.close();
        expect(notices.length > 0).toBe(!bytes.equals(sound));
        let lost = 0;
        for (const [table, wanted] of rows) {
          expect([...(found.get(table) ?? [])].filter((row) => !wanted.has(row))).toEqual([]);
          lost += wanted.size - (found.get(table)?.size ?? 0);
        }
        // It reaches into two pages at most; an overwritten interior page loses none.
        expect(lost).toBeLessThan(900);
      }),
      { numRuns: 10, seed: 9 },
    );
  });

  test('one changed byte in a value of a row is detected, and the row is left out', async () => {
    const { files } = await closedConsole();
    const sound = files.get(name) ?? Buffer.alloc(0);
    const at = sound.lastIndexOf(name === 'trends.db' ? 'http://glance-3' : 'Delete 60 images (17)');
    writeFileSync(file(), damage(sound, at + 8, 'text', 0, 1));
    const { store } = await open();
    expect(store.notices.list().join()).toMatch(/was damaged: 1 of \d+ pages could not be read/);
    store.close();
  });

  test('checksums of another version of the file are ignored', async () => {
    const { rows, files } = await closedConsole();
    const { store, database } = await open();
    database.exec('CREATE TABLE more (a TEXT) STRICT; DROP TABLE more');
    store.close();
    const sums = readFileSync(`${file()}-checksums`);
    const owner = readFileSync(join(directory, 'owner.json'));
    restore(files);
    writeFileSync(`${file()}-checksums`, sums);
    writeFileSync(join(directory, 'owner.json'), owner);
    const again = await open();
    expect(again.store.notices.list()).toEqual([]);
    expect(rowsOf(again.database)).toEqual(rows);
    again.store.close();
  });

  test('an older console that does not know the checksums may use the database in between', async () => {
    await closedConsole();
    const sums = readFileSync(`${file()}-checksums`);
    const { store, database } = await open();
    database.exec(name === 'trends.db' ? 'UPDATE seen SET hits = 0' : 'UPDATE operation_targets SET tries = 2');
    const rows = rowsOf(database);
    store.close();
    writeFileSync(`${file()}-checksums`, sums);
    writeFileSync(join(directory, 'owner.json'), '{"pid": 1, "host": "elsewhere", "since": "2026"}');
    const again = await open();
    expect(again.store.notices.list()).toEqual([]);
    expect(rowsOf(again.database)).toEqual(rows);
    again.store.close();
  });

  test('a large file is verified while the console runs, and salvaged at the next start', async () => {
    const { files, rows } = await closedConsole();
    const sound = files.get(name) ?? Buffer.alloc(0);
    const at = Math.floor(sound.length / 2);
    writeFileSync(file(), damage(sound, at, 'random', 7));
    const schema = name === 'trends.db' ? trendsSchema : consoleSchema(directory);
    const owner = JSON.parse((files.get('owner.json') ?? '').toString());
    const writer = `${owner.pid} ${owner.host} ${owner.since}`;
    const options: CheckOptions = {
      now: time,
      lastWriter: writer,
      writer: 'next',
      maxCheckedBytes: 0,
      checkTimeout: 0,
    };
    const checked = await openChecked(file(), schema, options);
    expect(checked.notice).toBeUndefined();
    const notice = await new Promise<string>((resolve) => checked.onDamage(({ text }) => resolve(text)));
    expect(notice).toContain('Restart the console');
    checked.close();
    expect(existsSync(`${file()}-checksums`)).toBe(false);
    const next = await openChecked(file(), schema, { now: time, lastWriter: 'next', writer: 'after' });
    expect(next.notice?.text).toContain('was damaged');
    for (const [table, found] of rowsOf(next.database))
      expect([...found].filter((row) => !rows.get(table)?.has(row))).toEqual([]);
    next.close();
    copyFileSync(file(), `${file()}-copy`);
    const sane = await openChecked(file(), schema, { now: time, lastWriter: 'after', writer: 'last' });
    expect(sane.notice).toBeUndefined();
    sane.close();
    expect(readFileSync(file())).toEqual(readFileSync(`${file()}-copy`));
  });
});
