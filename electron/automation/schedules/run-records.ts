import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { ScheduleId } from '../../contract/schedules.ts';
import { inTransaction, migrate } from '../../store/database.ts';
import { reportDamage } from '../../store/sqlite/damage-watch.ts';
import { cursorRow, type RecordedRun, readRun, schedulesArea } from './schedule-tables.ts';

/** The time until which the due runs of a schedule are accounted for. `timing`: the timing they were computed from. */
export type Cursor = { until: number; timing: string };

const maxText = 2_000;
/** The maximum number of stored runs of all schedules, whatever the settings are. */
const maxRuns = 100_000;

/** The runs of schedules and the cursors, in the database. Every method throws if the database cannot be written. */
export class RunRecords {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    migrate(database, schedulesArea.area, schedulesArea.steps);
    this.#database = database;
  }

  /**
   * Records a new run and, for one that was due, that all due runs until `accountedUntil` are accounted for. Returns
   * false, and only moves the cursor, if a run with the same due time is recorded already.
   */
  add(run: RecordedRun, accountedUntil?: number): boolean {
    let added = false;
    inTransaction(this.#database, () => {
      added = this.#insert(run);
      if (accountedUntil !== undefined) this.#moveCursor(run.scheduleId, accountedUntil);
    });
    return added;
  }

  /** Adds due runs to a record that accounts for the ones before. */
  extend(run: RecordedRun, accountedUntil: number): void {
    inTransaction(this.#database, () => {
      this.#update(run);
      this.#moveCursor(run.scheduleId, accountedUntil);
    });
  }

  /** Writes the changes of a run. */
  update(run: RecordedRun): void {
    this.#update(run);
  }

  find(id: string): RecordedRun | undefined {
    return this.#read('SELECT * FROM schedule_runs WHERE id = ?', id)[0];
  }

  /** The runs that did not end: they run, or wait for approval. Oldest first. */
  open(): RecordedRun[] {
    return this.#read("SELECT * FROM schedule_runs WHERE outcome IN ('running', 'waiting') ORDER BY due_at, rowid");
  }

  /** The newest run of a schedule. */
  last(scheduleId: ScheduleId): RecordedRun | undefined {
    return this.#read(
      'SELECT * FROM schedule_runs WHERE schedule_id = ? ORDER BY due_at DESC, rowid DESC LIMIT 1',
      scheduleId,
    )[0];
  }

  /** Newest first, due before an instant, `limit` of them. */
  list(scheduleId: ScheduleId | undefined, before: number, limit: number): RecordedRun[] {
    const order = 'ORDER BY due_at DESC, rowid DESC LIMIT ?';
    return scheduleId === undefined
      ? this.#read(`SELECT * FROM schedule_runs WHERE due_at < ? ${order}`, before, limit)
      : this.#read(
          `SELECT * FROM schedule_runs WHERE schedule_id = ? AND due_at < ? ${order}`,
          scheduleId,
          before,
          limit,
        );
  }

  cursor(scheduleId: ScheduleId): Cursor | undefined {
    const row = this.#prepare('SELECT * FROM schedule_cursors WHERE schedule_id = ?').get(scheduleId);
    const read = cursorRow.safeParse(row);
    return read.success ? { until: read.data.accounted_until, timing: read.data.timing } : undefined;
  }

  setCursor(scheduleId: ScheduleId, { until, timing }: Cursor): void {
    this.#prepare('INSERT OR REPLACE INTO schedule_cursors VALUES (?, ?, ?)').run(scheduleId, until, timing);
  }

  moveCursor(scheduleId: ScheduleId, until: number): void {
    this.#moveCursor(scheduleId, until);
  }

  /** Forgets the cursors of schedules that are no more. */
  keepCursors(scheduleIds: readonly ScheduleId[]): void {
    this.#prepare('DELETE FROM schedule_cursors WHERE schedule_id NOT IN (SELECT value FROM json_each(?))').run(
      JSON.stringify(scheduleIds),
    );
  }

  /** Removes runs that ended before an instant, and the oldest ones over a number: of each schedule, and of all. */
  removeOld(endedBefore: number, maxPerSchedule: number, max = maxRuns): void {
    const ended = "outcome NOT IN ('running', 'waiting')";
    this.#prepare(`DELETE FROM schedule_runs WHERE ${ended} AND ended_at < ?`).run(endedBefore);
    // A schedule that runs every few minutes does not push out the history of one that runs weekly.
    this.#prepare(
      `DELETE FROM schedule_runs WHERE ${ended} AND rowid IN (SELECT run FROM (
         SELECT rowid AS run, row_number() OVER (PARTITION BY schedule_id ORDER BY due_at DESC, rowid DESC) AS place
         FROM schedule_runs) WHERE place > ?)`,
    ).run(maxPerSchedule);
    this.#prepare(
      `DELETE FROM schedule_runs WHERE ${ended} AND rowid NOT IN
         (SELECT rowid FROM schedule_runs ORDER BY due_at DESC, rowid DESC LIMIT ?)`,
    ).run(max);
  }

  #insert(run: RecordedRun): boolean {
    const { changes } = this.#prepare(
      `INSERT INTO schedule_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
    ).run(
      run.id,
      run.scheduleId,
      run.scheduleName,
      JSON.stringify(run.action),
      run.cause,
      run.dueAt,
      run.dueRuns,
      run.startedAt,
      run.endedAt,
      run.outcome,
      run.text.slice(0, maxText),
      run.operationId,
      run.hostIds && JSON.stringify(run.hostIds),
      JSON.stringify(run.skippedHosts),
      JSON.stringify(run.failedHosts),
      JSON.stringify(run.deleted),
      run.approval && JSON.stringify(run.approval),
    );
    return Number(changes) > 0;
  }

  #update(run: RecordedRun): void {
    this.#prepare(
      `UPDATE schedule_runs SET due_runs = ?, started_at = ?, ended_at = ?, outcome = ?, text = ?, operation_id = ?,
         skipped_hosts = ?, failed_hosts = ?, deleted = ?, approval = ? WHERE id = ?`,
    ).run(
      run.dueRuns,
      run.startedAt,
      run.endedAt,
      run.outcome,
      run.text.slice(0, maxText),
      run.operationId,
      JSON.stringify(run.skippedHosts),
      JSON.stringify(run.failedHosts),
      JSON.stringify(run.deleted),
      run.approval && JSON.stringify(run.approval),
      run.id,
    );
  }

  #moveCursor(scheduleId: ScheduleId, until: number): void {
    this.#prepare('UPDATE schedule_cursors SET accounted_until = max(accounted_until, ?) WHERE schedule_id = ?').run(
      until,
      scheduleId,
    );
  }

  #read(sql: string, ...values: SQLInputValue[]): RecordedRun[] {
    return this.#prepare(sql)
      .all(...values)
      .flatMap((row) => this.#readOrReport(row));
  }

  #readOrReport(row: Record<string, SQLOutputValue>): RecordedRun[] {
    try {
      return [readRun(row)];
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      reportDamage(this.#database, error);
      return [];
    }
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
