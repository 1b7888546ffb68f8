import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { timeForName } from '../lib/system-error.ts';
import { openDatabase } from './database.ts';
import type { StartNotice } from './notices.ts';
import { type DatabaseSchema, salvageDatabase } from './salvage-database.ts';
import { checkDatabaseFile, markDamaged, markOf } from './sqlite/check-database.ts';
import type { Damage, SlicedCheck } from './sqlite/check-in-slices.ts';
import { onDamage } from './sqlite/damage-watch.ts';
import { checksumsOf, writeChecksums } from './sqlite/file-checksums.ts';

export type CheckedDatabase = {
  database: DatabaseSync;
  /** The notice about damage that was found at the start. */
  notice: StartNotice | undefined;
  /** Calls a listener with a notice once damage is found while the database is in use. Call this once. */
  onDamage(listener: (notice: StartNotice) => void): void;
  /** Ends the check, if it still runs, and closes the database. */
  close: () => void;
};

export type CheckOptions = {
  /** Epoch milliseconds. */
  now: number;
  /** The console run that used the database last; undefined if that is not known. */
  lastWriter?: string | undefined;
  /** This console run; undefined if no later one could know it. */
  writer?: string | undefined;
  /** Larger files, in bytes, are checked in slices, for which the start waits only for a limited time. */
  maxCheckedBytes?: number;
  /** Milliseconds. */
  checkTimeout?: number;
  /** The maximum number of kept files of damaged databases. Unlimited if omitted. */
  maxKept?: number;
};

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
  const check = checkDatabaseFile(file, { writer: options.lastWriter, maxBytes: options.maxCheckedBytes });
  let found = await firstOf(check, options.checkTimeout ?? checkTimeout);
  check.slowDown();
  const notice = typeof found === 'object' ? await salvage(file, schema, found, options) : undefined;
  // They are of the file as it was closed.
  rmSync(checksumsOf(file), { force: true });
  const database = openDatabase(file);
  return {
    database,
    notice,
    close() {
      check.stop();
      if (database.isOpen) database.close();
      // The checksums of a file that is not known to be sound would hide its damage.
      const isSound = found !== 'later' && !existsSync(markOf(file));
      if (isSound && options.writer !== undefined && !existsSync(`${file}-wal`)) writeChecksums(file, options.writer);
    },
    onDamage(listener) {
      const tell = once((damage?: Damage) => listener(foundInUse(file, damage)));
      onDamage(database, () => tell());
      if (found !== 'later') return;
      void check.result.then((result) => {
        if (result !== 'stopped') found = undefined;
        if (typeof result === 'object') tell(result);
      });
    },
  };
}

/** The result of a check within this many milliseconds. */
async function firstOf({ result }: SlicedCheck, milliseconds: number): Promise<Damage | undefined | 'later'> {
  if (milliseconds === 0) return 'later';
  const waiting = new AbortController();
  const timeout = setTimeout(milliseconds, 'later' as const, { signal: waiting.signal });
  const found = await Promise.race([result, timeout.catch(() => 'later' as const)]);
  waiting.abort();
  return found === 'stopped' ? 'later' : found;
}

function once<Argument>(run: (argument?: Argument) => void): (argument?: Argument) => void {
  let isDone = false;
  return (argument) => {
    if (isDone) return;
    isDone = true;
    run(argument);
  };
}

/** The notice about damage that was found while the database is in use. The next start salvages the database. */
function foundInUse(file: string, damage: Damage | undefined): StartNotice {
  markDamaged(file, damage);
  return {
    text: `The database ${file} is damaged. Restart the console. It keeps the damaged file and recovers everything readable.`,
    kept: markOf(file),
  };
}

async function salvage(
  file: string,
  schema: DatabaseSchema,
  damage: Damage,
  options: CheckOptions,
): Promise<StartNotice> {
  const { now, maxKept } = options;
  const kept = file.replace(/(?:\.db)?$/, `.damaged-${timeForName(now)}.db`);
  for (const part of ['', '-wal']) if (existsSync(file + part)) copyFileSync(file + part, kept + part);
  const target = `${file}-salvaged`;
  const salvaged = await salvageDatabase(kept, target, schema, damage);
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
    'Everything else was recovered.',
    ...salvaged.sentences,
    `The damaged file was saved as ${kept}. Delete it if it is not needed.`,
    ...(removed > 0 ? [`Only the newest ${maxKept === undefined ? '' : maxKept - 1} earlier ones are kept.`] : []),
  ].join(' ');
  return { text, kept };
}

/** Removes the oldest kept files of a database until only this many are left. Returns how many were removed. */
function removeOldest(file: string, maxKept: number): number {
  const start = `${basename(file, '.db')}.damaged-`;
  const kept = readdirSync(dirname(file))
    .filter((name) => name.startsWith(start) && name.endsWith('.db'))
    .sort();
  const old = kept.slice(0, Math.max(0, kept.length - maxKept));
  for (const name of old) for (const part of ['', '-wal']) rmSync(join(dirname(file), name + part), { force: true });
  return old.length;
}
