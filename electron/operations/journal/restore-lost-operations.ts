import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Operation } from '../../contract/operations.ts';
import { noCounts } from '../../contract/operations.ts';
import { inTransaction } from '../../store/database.ts';
import type { Salvaged } from '../../store/salvage-database.ts';
import { totalsOf } from '../model/target-run.ts';
import type { CommitCount } from './commit-count.ts';
import { amountColumns, commitsTable, readOperation, readTarget } from './journal-tables.ts';
import type { StartedOperation, StartedOperations } from './started-operations.ts';

const idRow = z.object({ id: z.string() });
const countRow = z.object({ id: z.string(), targets: z.int() });
/** Operations that a notice names; it counts the others. */
const maxNamed = 5;
const lostNote = 'Its record is lost, so it is unknown what was sent. Check its hosts before you repeat it.';
const uncertainText =
  'It is unknown whether this was sent: the last records were lost when the database was damaged. The console checks the host first.';

/** The records that show a loss in a database, and the callback that reports it. */
type Recovery = {
  started?: StartedOperations | undefined;
  commits?: CommitCount | undefined;
  notice?: ((text: string) => void) | undefined;
};

/**
 * Restores what a truncated database does not have: operations that were started, see {@link addLost}, and the doubt
 * about waiting targets, see {@link CommitCount}. Call this before `markInterrupted` and the first commit. `now` in
 * epoch milliseconds. If something is missing, `notice` receives a text for the operator.
 */
export function restoreLost(database: DatabaseSync, { started, commits, notice }: Recovery, now: number): void {
  const file = database.location() ?? '';
  const missing = commits?.missingIn(database) ?? 0;
  const lost = addLost(database, started?.read() ?? [], now);
  if (lost.length > 0) notice?.(lostNotice(lost, file));
  if (lost.length > 0 || missing === 0) return;
  distrustWaiting(database, now);
  notice?.(
    `The database ${file} is older than the console’s last write: the newest ${missing === 1 ? 'change is' : `${formatCount(missing)} changes are`} missing, such as outcomes of operations. Interrupted operations check their hosts when you continue them.`,
  );
}

/** After a salvage that lost only the count of commits, the count continues from that of the file. */
export function settleCommits(database: DatabaseSync, { unreadableFrames }: Salvaged, commits: CommitCount): void {
  if (unreadableFrames > 0) return;
  database.prepare(`INSERT OR IGNORE INTO ${commitsTable} VALUES (1, ?)`).run(commits.counted);
}

/**
 * Adds the operations that were started but are not in the database, as interrupted ones, with those of their targets
 * that are there. Waiting targets of other interrupted operations may have been sent since then. Returns the added
 * ones, oldest first.
 */
function addLost(database: DatabaseSync, started: readonly StartedOperation[], now: number): StartedOperation[] {
  const known = new Set(
    database
      .prepare('SELECT id FROM operations')
      .all()
      .map((row) => idRow.parse(row).id),
  );
  const lost = started.filter(({ id }) => !known.has(id));
  if (lost.length === 0) return lost;
  const insert = database.prepare(
    `INSERT INTO operations (id, kind, what, title, state, started_at, ended_at, host_ids, counts, total, actual_images,
       actual_bytes, note) VALUES (?, ?, ?, ?, 'running', ?, NULL, ?, ?, 0, 0, 0, ?)`,
  );
  inTransaction(database, () => {
    for (const { id, kind, detail, title, startedAt, hostIds } of lost) {
      insert.run(id, kind, detail, title, startedAt, JSON.stringify(hostIds), JSON.stringify(noCounts()), lostNote);
    }
  });
  distrustWaiting(database, now);
  return lost;
}

/**
 * Makes a salvaged journal consistent: restores operations from the list of the started ones, removes targets whose
 * operation is not known, and recounts the targets of each operation. Operations with missing targets get a note. `now`
 * in epoch milliseconds. Returns sentences about what is missing.
 */
export function settleJournal(
  database: DatabaseSync,
  { unreadableFrames }: Salvaged,
  started: readonly StartedOperation[],
  now: number,
): string[] {
  const day = new Date(now).toISOString().slice(0, 10);
  const startedTotals = new Map(started.map(({ id, total }) => [id, total]));
  const restored = new Set(addLost(database, started, now).map(({ id }) => id));
  const nameless = database
    .prepare(
      `SELECT DISTINCT operation_id AS id FROM operation_targets WHERE operation_id NOT IN (SELECT id FROM operations)`,
    )
    .all();
  database.exec(`
    DELETE FROM operation_targets WHERE operation_id NOT IN (SELECT id FROM operations);
    DELETE FROM operation_output WHERE operation_id NOT IN (SELECT id FROM operations);
    DELETE FROM clear_contents WHERE operation_id NOT IN (SELECT id FROM operations);
    INSERT OR REPLACE INTO operation_images SELECT image_id, max(image_name) FROM operation_targets
      WHERE image_id IS NOT NULL GROUP BY image_id;`);
  if (unreadableFrames > 0) distrustWaiting(database, now);
  const missing: string[] = [];
  const counts = new Map(
    database
      .prepare('SELECT operation_id AS id, count(*) AS targets FROM operation_targets GROUP BY operation_id')
      .all()
      .map((row) => countRow.parse(row))
      .map(({ id, targets }) => [id, targets]),
  );
  for (const row of database.prepare('SELECT * FROM operations ORDER BY started_at DESC').all()) {
    const { operation } = readOperation(row);
    const total = Math.max(operation.total, startedTotals.get(operation.id) ?? 0);
    const there = counts.get(operation.id) ?? 0;
    if (there < total) missing.push(`“${operation.title}” (${formatCount(total - there)} of ${targets(total)})`);
    if (there === total && restored.size === 0 && unreadableFrames === 0) continue;
    const note = there < total ? missingNote(total - there, total, day) : null;
    recount(database, operation, note ?? (restored.has(operation.id) ? null : (operation.note ?? null)));
  }
  const sentences: string[] = [];
  if (missing.length > 0) sentences.push(`Missing: ${listed(missing)}.`);
  if (nameless.length > 0)
    sentences.push(
      `Of ${nameless.length === 1 ? 'one operation' : `${nameless.length} operations`} only targets could be read; they were skipped.`,
    );
  if (unreadableFrames > 0)
    sentences.push('The last records are missing. Interrupted operations check their hosts when you continue them.');
  return sentences;
}

/** The notice about operations that were started but are not in the database. */
function lostNotice(lost: readonly StartedOperation[], databaseFile: string): string {
  const named = lost.map(({ title, startedAt }) => `“${title}”, started ${timeText(startedAt)}`);
  return `The database ${databaseFile} is older than the console’s last write: ${lost.length === 1 ? 'one operation is' : `${lost.length} operations are`} missing. ${listed(named)}. It is unknown what they sent. Check their hosts.`;
}

/** Waiting targets of an unfinished operation may have been sent, because the newest records are missing. */
function distrustWaiting(database: DatabaseSync, now: number): void {
  database
    .prepare(
      `UPDATE operation_targets SET state = 'unknown', text = ?, sent_at = coalesce(sent_at, ?)
       WHERE state = 'waiting'
         AND operation_id IN (SELECT id FROM operations WHERE state IN ('running', 'cancelling', 'interrupted'))`,
    )
    .run(uncertainText, now);
}

function recount(database: DatabaseSync, { id }: Operation, note: string | null): void {
  const rows = database.prepare('SELECT * FROM operation_targets WHERE operation_id = ?').all(id);
  const { counts, total, actual, freed } = totalsOf(rows.map(readTarget));
  database
    .prepare(
      `UPDATE operations SET counts = ?, total = ?, actual_images = ?, actual_bytes = ?, actual_unsized = ?,
         freed_images = ?, freed_bytes = ?, freed_unsized = ?, note = ? WHERE id = ?`,
    )
    .run(JSON.stringify(counts), total, ...amountColumns(actual), ...amountColumns(freed), note, id);
}

function missingNote(missing: number, total: number, day: string): string {
  return `${formatCount(missing)} of its ${targets(total)} could not be recovered after the database was damaged on ${day}. Their results are unknown.`;
}

function listed(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return `${names.slice(0, maxNamed).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function targets(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'target' : 'targets'}`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
