import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import { ManualClock } from '../lib/testing/manual-clock.ts';
import { fileFailure, startFailureOf, storageFailureOf } from './storage-failure.ts';
import { StorageHealth } from './storage-health.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'health-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const systemError = (code: string) => Object.assign(new Error(`${code}: something, write`), { code });
const sqliteError = (errcode: number) => Object.assign(new Error('words'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('the failure of a data directory', () => {
  test.each([
    [13, 'No space left'], // SQLITE_FULL
    [8, 'read-only'], // SQLITE_READONLY
    [1032, 'read-only'], // SQLITE_READONLY_DBMOVED
    [10, 'input/output error'], // SQLITE_IOERR
    [778, 'input/output error'], // SQLITE_IOERR_WRITE
    [1034, 'input/output error'], // SQLITE_IOERR_FSYNC
    [14, 'cannot be opened'], // SQLITE_CANTOPEN
    [5, 'Another program has locked'], // SQLITE_BUSY
    [11, 'damaged'], // SQLITE_CORRUPT
  ])('is recognised from SQLite’s code %i', (code, words) => {
    const { failure } = storageFailureOf(sqliteError(code), '/data') ?? {};
    expect(failure).toMatchObject({ code: 'storage', message: expect.stringContaining('/data') });
    expect(failure?.message).toContain(words);
  });

  test.each([
    ['ENOSPC', 'No space left'],
    ['EDQUOT', 'quota'],
    ['EROFS', 'read-only'],
    ['EIO', 'input/output error'],
  ])('is recognised from the system’s code %s', (code, words) => {
    expect(storageFailureOf(systemError(code), '/data')?.message).toContain(words);
  });

  test('is not recognised in other errors, nor in programming errors', () => {
    const mistake = sqliteError(1); // SQLITE_ERROR: a wrong statement
    const constraint = sqliteError(1299);
    for (const error of [mistake, constraint, systemError('ECONNREFUSED'), systemError('ENOENT'), new TypeError()])
      expect(storageFailureOf(error, '/data')).toBeUndefined();
  });

  test('while writing a file is reported for any error', () => {
    expect(fileFailure(systemError('EACCES'), '/data').message).toContain('No permission to write to /data');
    expect(fileFailure(systemError('ENOENT'), '/data').message).toContain('does not exist');
    expect(fileFailure(systemError('EMFILE'), '/data').message).toContain('EMFILE: something');
  });

  test('at a start has a remedy, and other failures and errors are unchanged', () => {
    expect(startFailureOf(sqliteError(13), '/data')?.failure.remedy).toBe(
      'Free up space, then start the console again.',
    );
    const other = new ExpectedFailure({ code: 'unsupported', message: 'm', remedy: 'r' });
    expect(startFailureOf(other, '/data')).toBe(other);
    expect(startFailureOf(new TypeError(), '/data')).toBeUndefined();
  });

  test('is recognised from SQLite itself: a database at its size limit is full', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE one (a); PRAGMA max_page_count = 2');
    const write = () => database.exec(`INSERT INTO one VALUES (randomblob(20000))`);
    expect(write).toThrow();
    try {
      write();
    } catch (error) {
      expect(storageFailureOf(error, '/data')?.message).toContain('No space left');
    }
    database.close();
  });
});

describe('the health of a data directory', () => {
  test('is reported once when it changes, and checked from time to time while it is bad', async () => {
    const clock = new ManualClock();
    const health = new StorageHealth(directory, clock);
    const notified: (string | undefined)[] = [];
    health.onChange((problem: Failure | null) => notified.push(problem?.message));
    let isFull = true;
    let checks = 0;
    health.addCheck(() => {
      checks += 1;
      if (isFull) throw systemError('ENOSPC');
    });
    for (let times = 0; times < 3; times += 1)
      expect(health.report(systemError('ENOSPC'))).toBeInstanceOf(ExpectedFailure);
    expect(notified).toEqual([expect.stringContaining('No space left')]);
    await clock.forward(12_000);
    expect(checks).toBe(2);
    isFull = false;
    await clock.forward(5_000);
    expect(health.problem).toBeNull();
    expect(notified).toEqual([expect.stringContaining('No space left'), undefined]);
    await clock.forward(60_000);
    expect(checks).toBe(3);
    expect(await readdir(directory)).toEqual([]);
  });

  test('is not affected by other errors', () => {
    const health = new StorageHealth(directory, new ManualClock());
    expect(health.report(new TypeError('a mistake'))).toBeUndefined();
    expect(health.problem).toBeNull();
    expect(health.check()).toBeUndefined();
  });

  test('is bad while the directory is missing', () => {
    const health = new StorageHealth(join(directory, 'gone'), new ManualClock());
    expect(health.check()?.message).toContain('does not exist');
    health.stop();
  });
});
