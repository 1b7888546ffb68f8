import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, openDatabase } from './database.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('database', () => {
  it('is migrated to the newest schema step by step, and never back', () => {
    const database = openDatabase(join(directory, 'a.db'));
    const first = ['CREATE TABLE one (a)'];
    const second = [...first, 'CREATE TABLE two (b)'];
    migrate(database, 'room', first);
    migrate(database, 'room', second);
    migrate(database, 'room', second);
    database.exec('INSERT INTO two VALUES (1)');
    expect(() => migrate(database, 'room', first)).toThrow('newer');
    database.close();
  });

  it('has separate schema versions for the tables of each part of the console', () => {
    const database = openDatabase(join(directory, 'a.db'));
    migrate(database, 'one', ['CREATE TABLE one (a)']);
    migrate(database, 'other', ['CREATE TABLE other (a)', 'CREATE TABLE more (a)']);
    migrate(database, 'one', ['CREATE TABLE one (a)', 'ALTER TABLE one ADD COLUMN b']);
    database.exec('INSERT INTO one (a, b) VALUES (1, 2); INSERT INTO more VALUES (1)');
    database.close();
  });

  it('with a single schema version, as older consoles wrote it, is migrated', () => {
    const database = openDatabase(join(directory, 'a.db'));
    database.exec('CREATE TABLE one (a); PRAGMA user_version = 1');
    migrate(database, 'operations', ['CREATE TABLE one (a)', 'CREATE TABLE two (a)']);
    database.exec('INSERT INTO two VALUES (1)');
    database.exec('PRAGMA user_version = 1001');
    expect(() => migrate(database, 'operations', [])).toThrow('newer');
    database.close();
  });

  it('undoes a migration step that fails half-way', () => {
    const database = openDatabase(join(directory, 'a.db'));
    expect(() => migrate(database, 'room', ['CREATE TABLE one (a); INSERT INTO nowhere VALUES (1)'])).toThrow();
    migrate(database, 'room', ['CREATE TABLE one (a)']);
    database.close();
  });
});
