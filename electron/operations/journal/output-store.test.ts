import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { StorageHealth } from '../../store/storage-health.ts';
import { Journal } from './journal.ts';
import { ProgramOutputStore } from './output-store.ts';

const line = (text: string) => ({ stream: 'stdout' as const, text });

const storage = new StorageHealth(null);

function openStore() {
  const database = new DatabaseSync(':memory:');
  const fail = (error: unknown) => {
    throw error;
  };
  new Journal({ database, storage, fault: fail });
  database.exec(`INSERT INTO operations (id, kind, title, state, started_at, host_ids, counts, total, actual_images, actual_bytes)
    VALUES ('operation', 'prune', 'Prune', 'running', 1, '[]', '{}', 0, 0, 0)`);
  return Object.assign(new ProgramOutputStore(database, storage, fail), { database });
}

test('a program that is run again continues the line numbers of its stored output', () => {
  const store = openStore();
  const first = store.writer('operation', 'host');
  first(line('one'));
  first(line('two'));
  store.writer('operation', 'host')(line('three'));
  store.writer('operation', 'other')(line('elsewhere'));
  const { lines, total, next } = store.read('operation', 'host', 1);
  expect(lines.map(({ text }) => text)).toEqual(['two', 'three']);
  expect({ total, next }).toEqual({ total: 3, next: 3 });
  store.close();
});

test('the output of a program that prints too much is truncated with a note, also when the program is run again', () => {
  const store = openStore();
  const write = store.writer('operation', 'host');
  for (let number = 0; number < 20_100; number += 1) write(line(`line ${number}`));
  store.writer('operation', 'host')(line('late'));
  const { lines, total } = store.read('operation', 'host', 19_998);
  expect(total).toBe(20_000);
  expect(lines.map(({ text }) => text)).toEqual(['line 19998', '… Output truncated.']);
  store.close();
});

test('lines that a full disk rejects are read from memory, and written once there is space', () => {
  const store = openStore();
  const write = store.writer('operation', 'host');
  write(line('one'));
  store.flush();
  store.database.exec('PRAGMA query_only = ON');
  for (const text of ['two', 'three']) write(line(text));
  expect(store.read('operation', 'host', 0)).toMatchObject({
    lines: [line('one'), line('two'), line('three')],
    next: 3,
    total: 3,
  });
  expect(store.read('operation', 'host', 2)).toMatchObject({ lines: [line('three')], next: 3 });
  expect(storage.problem).toMatchObject({ code: 'storage' });
  store.database.exec('PRAGMA query_only = OFF');
  store.close();
  expect(store.database.prepare('SELECT count(*) AS kept FROM operation_output').get()).toEqual({ kept: 3 });
  storage.stop();
});
