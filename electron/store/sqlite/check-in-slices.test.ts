import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkInSlices } from './check-in-slices.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'check-in-slices-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('rows are read a thousand at a time through their index, and a row that is missing in the index is found', async () => {
  const file = join(directory, 'a.db');
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE a (id TEXT PRIMARY KEY, name TEXT) STRICT, WITHOUT ROWID;
    WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 3000)
      INSERT INTO a SELECT 'id-' || value, 'name-' || value FROM n;
    CREATE INDEX a_by_name ON a (name) WHERE name IS NOT NULL`);
  database.close();
  let slices = 0;
  const count = () => {
    slices += 1;
  };
  expect(await checkInSlices(file, count).result).toBeUndefined();
  expect(slices).toBeGreaterThanOrEqual(3);
  const bytes = readFileSync(file);
  bytes.write('namx', bytes.lastIndexOf('name-2718id-2718'));
  writeFileSync(file, bytes);
  expect(await checkInSlices(file).result).toEqual({ blocks: new Set() });
});
