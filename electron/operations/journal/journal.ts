import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { Operation } from '../../contract/operations.ts';
import { inTransaction, migrate } from '../../store/database.ts';
import type { StorageFailure } from '../../store/storage-failure.ts';
import { checkDatabase, type StorageHealth } from '../../store/storage-health.ts';
import type { RecordedOperation } from '../model/operation-from-plan.ts';
import { isSettled, type TargetRun } from '../model/target-run.ts';
import type { CommitCount } from './commit-count.ts';
import { amountColumns, commitsTable, journalSteps, readOrReport, readRows, readTarget } from './journal-tables.ts';

const endingFailure: Failure = {
  code: 'interrupted',
  message: 'The console is shutting down. The operation was not started and nothing was sent.',
  remedy: 'Start the operation again after the console restarts.',
};

/**
 * One statement to run. `durable` is called when it is on disk, `failed` if it could not be written. A statement
 * without `failed` is an outcome: if the data directory cannot be written, it waits until it can be.
 */
type Write = { run(): void; durable?: () => void; failed?: (error: unknown) => void };

export type JournalOptions = {
  database: DatabaseSync;
  storage: Pick<StorageHealth, 'report'>;
  /** Counts the commits. If left out, the loss of the newest commits is not detected. */
  commits?: CommitCount | undefined;
  /** Receives the errors of outcomes that could not be written for another reason than the data directory. */
  fault: (error: unknown) => void;
  /** Called when outcomes cannot be written: they wait in memory. */
  unwritable?: (failure: StorageFailure) => void;
  /** Called when all of them are written. */
  written?: () => void;
};

/** The state of an operation whose targets are still being written. It does not count as an operation yet. */
const recordingState = 'recording';
/** Rows written in one transaction: more would block the main process for too long. */
const batchSize = 4_000;
/** Milliseconds between two commits that requests wait for. Intents that arrive in between share the next commit. */
const intentDelay = 4;
/**
 * Milliseconds that an outcome may wait to be written together with others. If the console is killed meanwhile, the target
 * counts as unknown, and its host is asked when the operation is continued.
 */
const outcomeDelay = 50;

/**
 * Records operations in the database: what was requested, what was sent, and the outcome. The intent to send a target
 * is on disk before the request is sent. The database is opened with `synchronous = FULL`, so that a commit survives a
 * power cut and not only a killed process. The price is one fsync for each commit; intents within a few milliseconds
 * share one, and outcomes are written with the next commit.
 */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  #writes: Write[] = [];
  #timer: NodeJS.Timeout | undefined;
  #due = Number.POSITIVE_INFINITY;
  #lastCommit = 0;
  /** The reason why outcomes wait in memory. */
  #stuck: StorageFailure | undefined;
  readonly #options: JournalOptions;

  constructor(options: JournalOptions) {
    const { database } = options;
    migrate(database, 'operations', journalSteps);
    database.prepare('DELETE FROM operations WHERE state = ?').run(recordingState);
    this.#database = database;
    this.#statements = prepare(database);
    this.#options = options;
  }

  /** Whether outcomes wait in memory, since they could not be written. */
  get isStuck(): boolean {
    return this.#stuck !== undefined;
  }

  /** Writes what waits, or a test value if nothing does. Throws if that fails. */
  check(): void {
    checkDatabase(this.#database);
    const stuck = this.#stuck;
    this.#stuck = undefined;
    this.flush();
    if (this.#stuck) throw this.#stuck;
    if (stuck) this.#options.written?.();
  }

  /**
   * Records a new operation with all its targets. A large one is written in parts, so that the main process is not
   * blocked. If the console is killed in between, or the signal is aborted, nothing of it is stored, and nothing of it
   * was sent. Throws `interrupted` if the signal is aborted, and `storage` if it cannot be written.
   */
  async create(
    { operation, detail }: RecordedOperation,
    targets: readonly TargetRun[],
    signal: AbortSignal,
  ): Promise<void> {
    const { insertOperation, setState } = this.#statements;
    const { id, kind, title, state, startedAt, endedAt, total, actual, freed } = operation;
    const hosts = JSON.stringify(operation.hostIds);
    const counts = JSON.stringify(operation.counts);
    for (let from = 0; from === 0 || from < targets.length; from += batchSize) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw new ExpectedFailure(endingFailure);
      const isLast = from + batchSize >= targets.length;
      this.#recordNow(id, () => {
        if (from === 0) {
          const sums = [total, ...amountColumns(actual), ...amountColumns(freed)] as const;
          const { schedule, console = null } = operation;
          const by = [schedule?.id ?? null, schedule?.name ?? null, console] as const;
          insertOperation.run(
            id,
            kind,
            detail,
            title,
            recordingState,
            startedAt,
            endedAt,
            hosts,
            counts,
            ...sums,
            ...by,
          );
        }
        for (const target of targets.slice(from, from + batchSize)) this.#insert(id, target);
      });
      // The database grows now, so that outcomes need little more space than the log already has.
      if (isLast) this.#recordNow(id, () => setState.run(state, id), 'PRAGMA wal_checkpoint(PASSIVE)');
    }
  }

  /** Writes a part of a new operation. If that fails, removes the parts written so far. */
  #recordNow(operationId: string, run: () => void, before?: string): void {
    try {
      if (before !== undefined) this.#database.exec(before);
      this.#transact(run);
    } catch (error) {
      const failure = this.#options.storage.report(error);
      if (!failure) throw error;
      try {
        this.#statements.removeOperation.run(operationId);
      } catch (again) {
        // The next start removes it, because it is still marked as being recorded.
        if (!this.#options.storage.report(again)) throw again;
      }
      throw failure;
    }
  }

  #insert(operationId: string, target: TargetRun): void {
    const { insertTarget, nameImage } = this.#statements;
    const { position, hostId, hostName, imageId, imageName, step, expected, state, text, actual, method } = target;
    insertTarget.run(
      operationId,
      position,
      hostId,
      hostName,
      imageId,
      imageName,
      ...amountColumns(expected),
      state,
      text,
      ...amountColumns(actual),
      method,
      target.plannedAccess,
      step,
    );
    if (imageId !== null) nameImage.run(imageId, imageName);
  }

  /**
   * Records that a target is about to be sent. Resolves when that is on disk; rejects if it could not be written, with
   * `storage` if the data directory is the reason.
   */
  recordIntent(operationId: string, target: TargetRun, at: number): Promise<void> {
    const { intend } = this.#statements;
    const { position, tries, listed } = target;
    const seen = [
      listed && Number(listed.cached !== null),
      listed?.cached?.lastModified ?? null,
      listed && Number(listed.queued),
    ] as const;
    return this.#writeNow(() => intend.run(at, tries, ...seen, operationId, position));
  }

  /**
   * Records the lists for which a clear is about to be sent. Resolves when that is on disk, rejects if it could not be
   * written.
   */
  recordContent(operationId: string, position: number, content: Uint8Array): Promise<void> {
    const { setContent } = this.#statements;
    return this.#writeNow(() => setContent.run(operationId, position, content));
  }

  /** The recorded lists of a clear that is not settled. */
  content(operationId: string, position: number): Uint8Array | undefined {
    this.flush();
    const { content } = this.#statements.content.get(operationId, position) ?? {};
    return content instanceof Uint8Array ? content : undefined;
  }

  /** Records the state and outcome of a target, soon. `at` in epoch milliseconds. */
  record(operationId: string, target: TargetRun, at: number): void {
    const { record, removeContent } = this.#statements;
    const { position, imageId, state, text, actual, tries } = target;
    const failure = target.failure ? JSON.stringify(target.failure) : null;
    const amount = amountColumns(actual);
    this.#write(
      {
        run: () => {
          record.run(state, text, failure, ...amount, tries, at, operationId, position);
          if (imageId === null && isSettled(state)) removeContent.run(operationId, position);
        },
      },
      outcomeDelay,
    );
  }

  /** Records the state and totals of an operation, soon. */
  save(operation: Operation): void {
    const { saveOperation } = this.#statements;
    const { id, state, endedAt, failure, counts, actual, freed } = structuredClone(operation);
    const text = JSON.stringify(counts);
    const sums = [...amountColumns(actual), ...amountColumns(freed)] as const;
    const why = failure ? JSON.stringify(failure) : null;
    this.#write({ run: () => saveOperation.run(state, endedAt, why, text, ...sums, id) }, outcomeDelay);
  }

  /** All operations that can be read, newest first. */
  operations(): RecordedOperation[] {
    this.flush();
    return this.#statements.operations.all().flatMap((row) => readOrReport(this.#database, row));
  }

  /** The targets of an operation in the order of its plan. */
  targets(operationId: string): TargetRun[] {
    this.flush();
    return readRows(this.#database, this.#statements.targets.all(operationId), readTarget);
  }

  /** Removes operations with their targets. */
  remove(operationIds: readonly string[]): void {
    this.flush();
    this.#transact(() => {
      for (const id of operationIds) this.#statements.removeOperation.run(id);
      this.#statements.removeImages.run();
    });
  }

  /** Writes everything that waits now, unless it cannot be written: then it waits for `check`. */
  flush(): void {
    while (this.#writes.length > 0 && !this.#stuck) this.#commit(this.#writes.length);
  }

  #transact(run: () => void): void {
    const { commits } = this.#options;
    inTransaction(this.#database, () => {
      run();
      if (commits) this.#statements.count.run(commits.next());
    });
    commits?.committed();
  }

  #commit(maxWrites: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
    const writes = this.#writes.splice(0, maxWrites);
    try {
      this.#transact(() => {
        for (const write of writes) write.run();
      });
    } catch (error) {
      this.#notWritten(writes, error);
      return;
    } finally {
      this.#lastCommit = performance.now();
      if (this.#writes.length > 0 && !this.#stuck) this.#commitIn(0);
    }
    if (this.#stuck && this.#writes.length > 0) this.#commitIn(0);
    else if (this.#stuck) {
      this.#stuck = undefined;
      this.#options.written?.();
    }
    for (const write of writes) write.durable?.();
  }

  /** Resolves when the write is on disk. */
  #writeNow(run: () => void): Promise<void> {
    return new Promise((durable, failed) => this.#write({ run, durable, failed }, intentDelay));
  }

  #notWritten(writes: readonly Write[], error: unknown): void {
    const { storage, fault, unwritable } = this.#options;
    const failure = storage.report(error);
    if (!failure) {
      for (const write of writes) {
        if (write.failed) write.failed(error);
        else fault(error);
      }
      return;
    }
    this.#stuck = failure;
    const all = [...writes, ...this.#writes];
    // A request whose intent is not on disk is not sent. Outcomes keep their order.
    this.#writes = all.filter((write) => !write.failed);
    for (const write of all) write.failed?.(failure);
    unwritable?.(failure);
  }

  #write(write: Write, maxDelay: number): void {
    this.#writes.push(write);
    // While nothing can be written, outcomes wait. An intent is tried, because its caller waits for it.
    if (this.#stuck && !write.failed) return;
    const now = performance.now();
    const due = maxDelay === intentDelay ? Math.max(now, this.#lastCommit + intentDelay) : now + maxDelay;
    if (due < this.#due) this.#commitIn(due - now);
  }

  #commitIn(milliseconds: number): void {
    this.#due = performance.now() + milliseconds;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#commit(batchSize), milliseconds);
  }
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    insertOperation: statement(
      `INSERT INTO operations (id, kind, what, title, state, started_at, ended_at, host_ids, counts, total, actual_images,
         actual_bytes, actual_unsized, freed_images, freed_bytes, freed_unsized, schedule_id, schedule_name,
         console) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertTarget: statement(
      `INSERT INTO operation_targets (operation_id, position, host_id, host_name, image_id, image_name, expected_images,
         expected_bytes, expected_unsized, state, text, actual_images, actual_bytes, actual_unsized, method, planned_access,
         step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    intend: statement(
      `UPDATE operation_targets SET state = 'sent', sent_at = ?, tries = ?, listed_cached = ?, listed_modified = ?,
         listed_queued = ? WHERE operation_id = ? AND position = ?`,
    ),
    setContent: statement('INSERT OR REPLACE INTO clear_contents VALUES (?, ?, ?)'),
    content: statement('SELECT content FROM clear_contents WHERE operation_id = ? AND position = ?'),
    removeContent: statement('DELETE FROM clear_contents WHERE operation_id = ? AND position = ?'),
    record: statement(
      `UPDATE operation_targets SET state = ?, text = ?, failure = ?, actual_images = ?, actual_bytes = ?,
         actual_unsized = ?, tries = ?, ended_at = ? WHERE operation_id = ? AND position = ?`,
    ),
    saveOperation: statement(
      `UPDATE operations SET state = ?, ended_at = ?, failure = ?, counts = ?, actual_images = ?, actual_bytes = ?,
         actual_unsized = ?, freed_images = ?, freed_bytes = ?, freed_unsized = ? WHERE id = ?`,
    ),
    operations: statement(
      `SELECT * FROM operations WHERE state <> '${recordingState}' ORDER BY started_at DESC, rowid DESC`,
    ),
    targets: statement('SELECT * FROM operation_targets WHERE operation_id = ? ORDER BY position'),
    nameImage: statement(
      'INSERT INTO operation_images VALUES (?, ?) ON CONFLICT DO UPDATE SET image_name = coalesce(excluded.image_name, image_name)',
    ),
    setState: statement('UPDATE operations SET state = ? WHERE id = ?'),
    removeImages: statement(
      `DELETE FROM operation_images WHERE NOT EXISTS
         (SELECT 1 FROM operation_targets AS t WHERE t.image_id = operation_images.image_id)`,
    ),
    count: statement(`INSERT OR REPLACE INTO ${commitsTable} VALUES (1, ?)`),
    removeOperation: statement('DELETE FROM operations WHERE id = ?'),
  };
}
