import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { StorageHealth } from '../store/storage-health.ts';
import { type PruneLock, PruneLocks } from './prune-locks.ts';

const running: PruneLock = { hostId: 'h', state: 'running', at: 1, operationId: 'o', overBytes: null };

test('on a full disk no prune is sent, and the end of one is kept and written when there is space', () => {
  const database = new DatabaseSync(':memory:');
  const storage = new StorageHealth(null);
  const locks = new PruneLocks(database, storage);
  locks.set(running);
  database.exec('PRAGMA query_only = ON');
  expect(() => locks.set({ ...running, hostId: 'other' })).toThrow();
  expect(locks.of('other')).toBeUndefined();
  locks.set({ ...running, state: 'returned', overBytes: 0 });
  expect(locks.of('h')).toMatchObject({ state: 'returned' });
  expect(storage.problem).toMatchObject({ code: 'storage' });

  database.exec('PRAGMA query_only = OFF');
  expect(storage.check()).toBeUndefined();
  expect(new PruneLocks(database, storage).of('h')).toMatchObject({ state: 'returned' });
  storage.stop();
});

test('a lock that is removed on a full disk is removed from the database when there is space', () => {
  const database = new DatabaseSync(':memory:');
  const storage = new StorageHealth(null);
  const locks = new PruneLocks(database, storage);
  locks.set(running);
  database.exec('PRAGMA query_only = ON');
  locks.remove('h');
  expect(locks.of('h')).toBeUndefined();
  database.exec('PRAGMA query_only = OFF');
  storage.check();
  expect(new PruneLocks(database, storage).of('h')).toBeUndefined();
  storage.stop();
});
