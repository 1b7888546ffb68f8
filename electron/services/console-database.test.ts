import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Operation } from '../contract/operations.ts';
import { PruneLocks } from '../fleet/prune-locks.ts';
import { Journal } from '../operations/journal/journal.ts';
import type { RecordedOperation } from '../operations/model/operation-from-plan.ts';
import { type TargetRun, totalsOf } from '../operations/model/target-run.ts';
import { Operations } from '../operations/operations.ts';
import { openDatabase } from '../store/database.ts';
import { StorageHealth } from '../store/storage-health.ts';
import { openStore } from '../store/store.ts';
import { commitCountIn, consoleSchema, startedOperationsIn } from './console-database.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'console-database-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = () => join(directory, 'console.db');
const rethrow = (error: unknown) => {
  throw error;
};
const signal = new AbortController().signal;
const time = Date.parse('2026-11-28T10:00:00.000Z');

function target(position: number, state: TargetRun['state']): TargetRun {
  const image = `0000${position}`.slice(-5);
  return {
    position,
    hostId: `host-${position % 3}`,
    hostName: `glance-0${position % 3}.example.org`,
    imageId: `${image}aaa-bbbb-4ccc-8ddd-eeeeeeeeeeee`,
    imageName: `ubuntu-24.04-server-amd64-${position}`,
    step: null,
    expected: { images: 1, bytes: 1_000_000 + position },
    method: null,
    state,
    text: state === 'done' ? 'Deleted' : null,
    failure: null,
    actual: state === 'done' ? { images: 1, bytes: 1_000_000 + position } : null,
    tries: 1,
    sentAt: null,
    plannedAccess: null,
    unanswered: false,
    listed: null,
  };
}

function recorded(id: string, targets: readonly TargetRun[], state: Operation['state']): RecordedOperation {
  const title = `Delete ${targets.length} images (${id})`;
  return {
    detail: null,
    operation: {
      id,
      kind: 'delete',
      title,
      state,
      startedAt: time,
      endedAt: null,
      hostIds: ['host-0', 'host-1', 'host-2'],
      ...totalsOf(targets),
      freed: null,
      pace: null,
    },
  };
}

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined };

/** Writes operations as a console does that is then killed: `directory` has the files as they are at that moment. */
async function killedConsole(
  sizes: Readonly<Record<string, number>>,
  checkpoint: boolean,
  outcomesBehind = false,
): Promise<void> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'console-database-'));
  try {
    const database = openDatabase(join(elsewhere, 'console.db'));
    const storage = new StorageHealth(null);
    const commits = commitCountIn(directory, rethrow);
    const journal = new Journal({ database, storage, commits, fault: () => undefined });
    new PruneLocks(database, storage).set({
      hostId: 'host-9',
      state: 'hung',
      at: time,
      operationId: 'p',
      overBytes: null,
    });
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    // What a reader does not see yet stays in the write-ahead log.
    const reader = new DatabaseSync(join(elsewhere, 'console.db'), { readOnly: true });
    if (!checkpoint) reader.exec('BEGIN; SELECT count(*) FROM operations');
    const started = startedOperationsIn(directory, rethrow);
    for (const [id, size] of Object.entries(sizes)) {
      const targets = Array.from({ length: size }, (_, position) =>
        target(position, position % 2 ? 'waiting' : 'done'),
      );
      const operation = recorded(id, targets, 'running');
      await journal.create(operation, targets, signal);
      started.add(operation);
    }
    if (outcomesBehind) {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      reader.exec('BEGIN; SELECT count(*) FROM operations');
      await journal.recordIntent('a', { ...target(1, 'waiting'), tries: 1 }, time);
    }
    journal.flush();
    if (checkpoint && !outcomesBehind) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    for (const part of ['', '-wal']) copyFileSync(join(elsewhere, `console.db${part}`), file() + part);
    reader.close();
    database.close();
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

/** What the next console shows: its notices and operations, and the prune locks. */
async function nextConsole() {
  const store = await openStore(directory, { schema: consoleSchema(directory), now: () => time });
  try {
    const locks = new PruneLocks(store.database, store.storage);
    const operations = new Operations({
      access: () => {
        throw new Error('No host is asked');
      },
      hosts: () => [],
      catalogue: async () => ({ images: [], readAt: null, failure: null }),
      cloud: () => undefined,
      confirmAbove: () => 20,
      database: store.database,
      storage: store.storage,
      started: startedOperationsIn(directory, rethrow),
      commits: commitCountIn(directory, rethrow),
      notice: (text) => store.notices.add({ text, kept: null }),
      log: quiet,
    });
    const list = operations.list();
    const targets = new Map(list.map(({ id }) => [id, operations.targets({ id }).targets]));
    const lock = locks.of('host-9');
    await operations.stop();
    return { list, targets, lock, notices: store.notices.list() };
  } finally {
    store.close();
  }
}

const keptFiles = () => readdirSync(directory).filter((name) => name.includes('.damaged-') && name.endsWith('.db'));

test('a sound database is opened unchanged, and nothing is reported', async () => {
  await killedConsole({ a: 300 }, true);
  const before = readFileSync(file());
  const store = await openStore(directory, { schema: consoleSchema(directory) });
  expect(store.notices.list()).toEqual([]);
  store.close();
  expect(readFileSync(file())).toEqual(before);
  expect((await nextConsole()).list).toEqual([
    expect.objectContaining({
      id: 'a',
      state: 'interrupted',
      total: 300,
      counts: expect.objectContaining({ done: 150 }),
    }),
  ]);
});

test('one kilobyte of damage anywhere loses at most what it overwrote, and the loss is named', async () => {
  await killedConsole({ a: 1_600, b: 40 }, true);
  const sound = readFileSync(file());
  const startedList = readFileSync(join(directory, 'started-operations.jsonl'));
  const commits = readFileSync(join(directory, 'console.db-commits'));
  const fill = fc.constantFrom('random', 'zero', 'ones', 'text');
  const offset = fc.integer({ min: 0, max: sound.length - 1_024 });
  await fc.assert(
    fc.asyncProperty(offset, fill, fc.integer(), async (at, kind, seed) => {
      const bytes = Buffer.from(sound);
      let random = seed;
      for (let index = at; index < at + 1_024; index += 1) {
        random = (Math.imul(random, 1_103_515_245) + 12_345) | 0;
        bytes[index] = { random: (random >>> 16) & 0xff, zero: 0, ones: 0xff, text: 0x61 }[kind];
      }
      for (const name of readdirSync(directory)) rmSync(join(directory, name));
      writeFileSync(file(), bytes);
      writeFileSync(join(directory, 'started-operations.jsonl'), startedList);
      writeFileSync(join(directory, 'console.db-commits'), commits);
      const { list, targets, lock, notices } = await nextConsole();
      expect(list.map(({ id }) => id).sort()).toEqual(['a', 'b']);
      for (const { id, counts, total, state, note, title } of list) {
        const wanted = id === 'a' ? 1_600 : 40;
        const there = targets.get(id) ?? [];
        expect(state).toBe('interrupted');
        expect(total).toBe(there.length);
        expect(counts).toEqual(totalsOf(there).counts);
        for (const one of there) {
          const position = Number(one.imageId?.slice(0, 5));
          const {
            tries: _,
            sentAt: _s,
            position: _p,
            plannedAccess: _a,
            unanswered: _u,
            listed: _l,
            ...as
          } = target(position, one.state);
          expect(one).toEqual(as);
          expect(one.state).toBe(position % 2 ? 'waiting' : 'done');
        }
        if (there.length === wanted) continue;
        // One kilobyte reaches into two pages at most, and the rows of others are read.
        expect(wanted - there.length).toBeLessThan(80);
        expect(note).toContain(`${wanted - there.length} of its ${wanted.toLocaleString('en-US')} targets`);
        expect(notices.join()).toContain(`“${title}” (${wanted - there.length} of`);
      }
      if (!lock) expect(notices.join()).toContain('Information about running prunes was lost');
      if (notices.length === 0) {
        expect(list.map(({ total }) => total).sort()).toEqual([1_600, 40].sort());
        return;
      }
      const [kept] = keptFiles();
      expect(notices.join()).toContain(join(directory, kept ?? 'none'));
      expect(readFileSync(join(directory, kept ?? 'none'))).toEqual(bytes);
      expect((await nextConsole()).notices).toEqual(notices);
    }),
    { numRuns: 8, seed: 8 },
  );
});

test('a write-ahead log of zero length does not lose an operation silently', async () => {
  await killedConsole({ a: 40, b: 30 }, false);
  truncateSync(`${file()}-wal`, 0);
  const { list, notices } = await nextConsole();
  expect(list.map(({ title, state, note }) => [title, state, note])).toEqual(
    ['b', 'a'].map((id) => [
      `Delete ${id === 'a' ? 40 : 30} images (${id})`,
      'interrupted',
      expect.stringContaining('it is unknown what was sent'),
    ]),
  );
  expect(notices.join()).toContain('“Delete 40 images (a)”');
  expect(notices.join()).toContain('“Delete 30 images (b)”');
  expect((await nextConsole()).list).toHaveLength(2);
});

test('a truncated write-ahead log names the operation that it loses', async () => {
  await killedConsole({ a: 400, b: 400 }, false);
  const { length } = readFileSync(`${file()}-wal`);
  truncateSync(`${file()}-wal`, Math.floor(length * 0.7));
  const { list, notices } = await nextConsole();
  expect(list.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  expect(notices.join()).toContain('“Delete 400 images (b)”');
  expect(notices.join()).not.toContain('“Delete 400 images (a)”');
  // Targets that the earlier operation has as waiting may have been sent, too.
  expect(list.find(({ id }) => id === 'a')?.counts).toMatchObject({ done: 200, unknown: 200, waiting: 0 });
});

test('a flipped byte in a write-ahead log loses only what was in that page, not all that follows', async () => {
  await killedConsole({ a: 400, b: 400 }, false);
  const wal = readFileSync(`${file()}-wal`);
  const frame = 4_096 + 24;
  const at = 32 + 3 * frame + 2_000;
  wal[at] = (wal[at] ?? 0) ^ 0x10;
  writeFileSync(`${file()}-wal`, wal);
  const { list, notices, targets } = await nextConsole();
  expect(list.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  expect(notices.join()).toContain('was damaged');
  expect((targets.get('a')?.length ?? 0) + (targets.get('b')?.length ?? 0)).toBeGreaterThan(700);
  for (const { counts } of list) expect(counts.waiting).toBe(0);
  expect(existsSync(`${file()}-salvaged`)).toBe(false);
});

test('an invalid row makes neither the start nor the list fail', async () => {
  await killedConsole({ a: 40, b: 30 }, true);
  const bytes = readFileSync(file());
  const at = bytes.indexOf('running', bytes.indexOf('Delete 30 images (b)'));
  bytes[at] = 0x52;
  writeFileSync(file(), bytes);
  const { list, notices } = await nextConsole();
  expect(list.map(({ id }) => id)).toContain('a');
  expect(notices.join()).toContain('Restart the console');
  const again = await nextConsole();
  expect(again.list.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  expect(again.targets.get('b')).toHaveLength(30);
});

test('a write-ahead log that lost only the sent requests of an operation is detected, and its hosts are asked first', async () => {
  await killedConsole({ a: 40 }, true, true);
  truncateSync(`${file()}-wal`, 0);
  const { list, notices } = await nextConsole();
  expect(notices.join()).toContain('the newest change is missing');
  expect(list[0]).toMatchObject({ state: 'interrupted', counts: { done: 20, unknown: 20, waiting: 0 } });
});
