import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { checkInSlices, type Damage, type SlicedCheck } from './check-in-slices.ts';
import { isDamage } from './damage-watch.ts';
import { isWalDamaged } from './database-pages.ts';
import { compareInSlices, compareNow, readChecksums } from './file-checksums.ts';

/** A larger file, in bytes, is checked in slices. SQLite checks 16 MiB with its indexes in less than half a second. */
const maxCheckedBytes = 16 * 1_048_576;

const noBlocks: Damage = { blocks: new Set() };

/**
 * Checks a database file that no process uses: by its checksums if it was closed, otherwise by SQLite's check of its
 * pages, rows and indexes. `writer` names the console run that used it last.
 */
export function checkDatabaseFile(
  file: string,
  { writer, maxBytes = maxCheckedBytes }: { writer: string | undefined; maxBytes: number | undefined },
): SlicedCheck {
  if (!existsSync(file)) return known(undefined);
  const marked = readMark(file);
  if (marked) return known(marked);
  if (isWalDamaged(file)) return known(noBlocks);
  const isLarge = statSync(file).size > maxBytes;
  const isClosed = !existsSync(`${file}-wal`) || statSync(`${file}-wal`).size === 0;
  const checksums = isClosed ? readChecksums(file, writer) : undefined;
  if (checksums) return isLarge ? compareInSlices(file, checksums) : known(compareNow(file, checksums));
  return isLarge ? checkInSlices(file) : known(isDamagedNow(file) ? noBlocks : undefined);
}

function known(damage: Damage | undefined): SlicedCheck {
  return { result: Promise.resolve(damage), slowDown: () => undefined, stop: () => undefined };
}

const checkRow = z.object({ integrity_check: z.string() });

function isDamagedNow(file: string): boolean {
  const database = new DatabaseSync(file, { timeout: 5_000, readOnly: true });
  try {
    return checkRow.parse(database.prepare('PRAGMA integrity_check(1)').get()).integrity_check !== 'ok';
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** The file beside a database that makes the next start salvage it. */
export function markOf(file: string): string {
  return `${file}-damaged`;
}

/** Marks a database as damaged for the next start, with the known damaged blocks. */
export function markDamaged(file: string, { blocks }: Damage = noBlocks): void {
  writeFileSync(markOf(file), JSON.stringify([...blocks]), { mode: 0o600 });
}

function readMark(file: string): Damage | undefined {
  if (!existsSync(markOf(file))) return undefined;
  const text = readFileSync(markOf(file), 'utf8');
  const read = z.array(z.int()).safeParse(/^\[[\d,]*\]$/.test(text) ? JSON.parse(text) : []);
  return { blocks: new Set(read.data ?? []) };
}
