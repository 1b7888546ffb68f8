import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { openDatabase } from './database.ts';
import type { StartNotice } from './notices.ts';
import { type DatabaseSchema, salvageDatabase } from './salvage-database.ts';
import { checkInSlices, type SlicedCheck } from './sqlite/check-in-slices.ts';
import { isDamage, onDamage } from './sqlite/damage-watch.ts';
import { isWalDamaged } from './sqlite/database-pages.ts';
import { timeForName } from './system-error.ts';

export type CheckedDatabase = {
  database: DatabaseSync;
  /** What the operator should know of damage that was found at the start. */
  notice: StartNotice | undefined;
  /** Calls a listener with a notice once damage is found while the database is in use. Call this once. */
  onDamage(listener: (notice: StartNotice) => void): void;
  /** Ends the check, if it still runs. */
  stopCheck: () => void;
};

export type CheckOptions = {
  /** Epoch milliseconds. */
  now: number;
  /** Larger files, in bytes, are checked in another process, which the start waits for only so long. */
  maxCheckedBytes?: number;
  /** Milliseconds. */
  checkTimeout?: number;
  /** How many kept files of damaged databases there may be. Unlimited where left out. */
  maxKept?: number;
};

/** SQLite checks 32 MiB in less than half a second. */
const maxCheckedBytes = 32 * 1_048_576;
const checkTimeout = 2_000;

/**
 * Opens a database after a check of its integrity, which delays the start by `checkTimeout` at most; the check of a large
 * file goes on meanwhile. If it is damaged, the damaged file is kept under a name with the time, and a new one is opened
 * with everything that could be read.
 */
export async function openChecked(
  file: string,
  schema: DatabaseSchema,
  options: CheckOptions,
): Promise<CheckedDatabase> {
  const { result, slowDown, stop } = checkOf(file, options);
  const waiting = new AbortController();
  const timeout = setTimeout(options.checkTimeout ?? checkTimeout, 'later', { signal: waiting.signal });
  const found = await Promise.race([result, timeout.catch(() => 'later')]);
  waiting.abort();
  slowDown();
  const notice = found === true ? await salvage(file, schema, options) : undefined;
  const database = openDatabase(file);
  return {
    database,
    notice,
    stopCheck: stop,
    onDamage(listener) {
      const tell = once(() => listener(foundInUse(file)));
      onDamage(database, tell);
      if (found === 'later') void result.then((isDamaged) => isDamaged && tell());
    },
  };
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}

/** The notice about damage that was found while the database is in use. The next start salvages the database. */
function foundInUse(file: string): StartNotice {
  writeFileSync(markOf(file), '');
  return {
    text: `The database ${file} is damaged. Restart the console: at its start it keeps the damaged file and takes over everything that can be read.`,
    kept: markOf(file),
  };
}

function markOf(file: string): string {
  return `${file}-damaged`;
}

function checkOf(file: string, options: CheckOptions): SlicedCheck {
  const known = (isDamaged: boolean): SlicedCheck => ({
    result: Promise.resolve(isDamaged),
    slowDown: () => undefined,
    stop: () => undefined,
  });
  if (!existsSync(file)) return known(false);
  if (existsSync(markOf(file)) || isWalDamaged(file)) return known(true);
  if (statSync(file).size > (options.maxCheckedBytes ?? maxCheckedBytes)) return checkInSlices(file);
  return known(isDamagedNow(file));
}

const checkRow = z.object({ quick_check: z.string() });

function isDamagedNow(file: string): boolean {
  const database = new DatabaseSync(file, { timeout: 5_000, readOnly: true });
  try {
    return checkRow.parse(database.prepare('PRAGMA quick_check(1)').get()).quick_check !== 'ok';
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

async function salvage(file: string, schema: DatabaseSchema, options: CheckOptions): Promise<StartNotice> {
  const { now, maxKept } = options;
  const kept = file.replace(/(?:\.db)?$/, `.damaged-${timeForName(now)}.db`);
  for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, kept + part);
  const target = `${file}-salvaged`;
  const salvaged = await salvageDatabase(kept, target, schema);
  for (const part of ['-wal', '-shm']) rmSync(file + part, { force: true });
  renameSync(target, file);
  rmSync(markOf(file), { force: true });
  const removed = maxKept === undefined ? 0 : removeOldest(file, maxKept);
  const unread = [
    ...(salvaged.unreadablePages > 0 ? [`${salvaged.unreadablePages} of ${salvaged.pages} pages`] : []),
    ...(salvaged.unreadableFrames > 0 ? [`${salvaged.unreadableFrames} of its newest changes`] : []),
  ];
  const text = [
    `The database of ${schema.what} was damaged${unread.length > 0 ? `: ${unread.join(' and ')} could not be read` : ''}.`,
    'Everything else was taken over.',
    ...salvaged.sentences,
    `The damaged file was kept as ${kept}; remove it when you do not need it any more.`,
    ...(removed > 0 ? [`Of earlier ones, the newest ${maxKept === undefined ? '' : maxKept - 1} stay.`] : []),
  ].join(' ');
  return { text, kept };
}

/** Removes the oldest kept files of a database until only so many are left. Returns how many were removed. */
function removeOldest(file: string, maxKept: number): number {
  const start = `${basename(file, '.db')}.damaged-`;
  const kept = readdirSync(dirname(file))
    .filter((name) => name.startsWith(start) && name.endsWith('.db'))
    .sort();
  const old = kept.slice(0, Math.max(0, kept.length - maxKept));
  for (const name of old) for (const part of ['', '-wal']) rmSync(join(dirname(file), name + part), { force: true });
  return old.length;
}
