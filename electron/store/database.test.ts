import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, openDatabase, openOrSetAside } from './database.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('database', () => {
  it('is brought to the newest schema step by step, and never run back', () => {
    const database = openDatabase(join(directory, 'a.db'));
    const first = ['CREATE TABLE one (a)'];
    const second = [...first, 'CREATE TABLE two (b)'];
    migrate(database, first);
    migrate(database, second);
    migrate(database, second);
    database.exec('INSERT INTO two VALUES (1)');
    expect(() => migrate(database, first)).toThrow('newer');
    database.close();
  });

  it('undoes a step that fails half way', () => {
    const database = openDatabase(join(directory, 'a.db'));
    expect(() => migrate(database, ['CREATE TABLE one (a); INSERT INTO nowhere VALUES (1)'])).toThrow();
    migrate(database, ['CREATE TABLE one (a)']);
    database.close();
  });

  it('that is damaged is set aside, and said', async () => {
    const file = join(directory, 'a.db');
    await writeFile(file, 'this is no database, whatever its name says'.repeat(50));
    const { database, notice } = openOrSetAside(file, Date.parse('2026-11-22T21:43:22.000Z'));
    const aside = join(directory, 'a.damaged-2026-11-22T214322-000Z.db');
    expect(notice).toContain(aside);
    expect(await readFile(aside, 'utf8')).toContain('no database');
    database.exec('CREATE TABLE one (a)');
    database.close();
    const again = openOrSetAside(file, 0);
    expect(again.notice).toBeUndefined();
    again.database.close();
  });
});
