import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Operation } from '../contract/operations.ts';
import { migrate } from '../store/database.ts';
import type { Entry } from './account.ts';
import { entryOf, operationOf } from './journal-rows.ts';
import { journalSteps } from './journal-schema.ts';
import type { RecordedOperation } from './recorded.ts';

type Write = { run(): void; durable?: () => void; failed?: (error: unknown) => void };

/** Milliseconds between two commits that a request waits for: what comes meanwhile goes into one. */
const gather = 4;
/** Milliseconds that an outcome may wait for company; killed meanwhile, its target is `unknown` and asked for again. */
const lazily = 50;

/**
 * What was asked for, what was sent, what came of it, in the embedded database. The intent to send a target is on the
 * disk before it is sent: the store opens the database with `synchronous = FULL`, under which a commit survives not only
 * a killed process (as it would with NORMAL) but a power cut; the price, one fsync a commit, is paid once for all that
 * is sent within a few milliseconds. Outcomes ride along with the next commit.
 */
export class Journal {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  #writes: Write[] = [];
  #timer: NodeJS.Timeout | undefined;
  #due = Number.POSITIVE_INFINITY;
  #lastCommit = 0;
  readonly #fault: (error: unknown) => void;

  /** `fault` is told of outcomes that could not be written. */
  constructor(database: DatabaseSync, fault: (error: unknown) => void) {
    migrate(database, 'operations', journalSteps);
    this.#database = database;
    this.#statements = prepare(database);
    this.#fault = fault;
  }

  /** A new operation with all its targets, or nothing of it. */
  create({ operation, what }: RecordedOperation, entries: readonly Entry[]): void {
    const { insertOperation, insertTarget } = this.#statements;
    this.#transaction(() => {
      const { id, kind, title, state, startedAt, endedAt, total, actual } = operation;
      const hosts = JSON.stringify(operation.hostIds);
      const counts = JSON.stringify(operation.counts);
      insertOperation.run(
        id,
        kind,
        what,
        title,
        state,
        startedAt,
        endedAt,
        hosts,
        counts,
        total,
        actual.images,
        actual.bytes,
      );
      for (const entry of entries) {
        const { expected } = entry;
        insertTarget.run(
          id,
          entry.position,
          entry.hostId,
          entry.hostName,
          entry.imageId,
          entry.imageName,
          expected?.images ?? null,
          expected?.bytes ?? null,
          entry.state,
          entry.text,
          entry.actual?.images ?? null,
          entry.actual?.bytes ?? null,
        );
      }
    });
  }

  /** Records that a target is about to be sent; resolves when that is on the disk, rejects when it cannot be. */
  intend(operationId: string, entry: Entry, at: number): Promise<void> {
    const { intend } = this.#statements;
    const { position, tries } = entry;
    return new Promise((resolve, reject) => {
      this.#write(
        { run: () => intend.run(at, tries, operationId, position), durable: resolve, failed: reject },
        gather,
      );
    });
  }

  /** Records how a target stands. */
  record(operationId: string, entry: Entry, at: number): void {
    const { record } = this.#statements;
    const { position, state, text, actual, tries } = entry;
    const failure = entry.failure ? JSON.stringify(entry.failure) : null;
    const images = actual?.images ?? null;
    const bytes = actual?.bytes ?? null;
    this.#write(
      { run: () => record.run(state, text, failure, images, bytes, tries, at, operationId, position) },
      lazily,
    );
  }

  /** Records an operation's own state and sums. */
  save(operation: Operation): void {
    const { saveOperation } = this.#statements;
    const { id, state, endedAt, counts, actual } = structuredClone(operation);
    const text = JSON.stringify(counts);
    this.#write({ run: () => saveOperation.run(state, endedAt, text, actual.images, actual.bytes, id) }, lazily);
  }

  /** All operations, newest first. */
  operations(): RecordedOperation[] {
    this.flush();
    return this.#statements.operations.all().map(operationOf);
  }

  /** The targets of an operation, in their order. */
  entries(operationId: string): Entry[] {
    this.flush();
    return this.#statements.targets.all(operationId).map(entryOf);
  }

  /** Epoch milliseconds when a target of it was last sent or settled; null when none was. */
  lastStir(operationId: string): number | null {
    const { at } = this.#statements.lastStir.get(operationId) ?? {};
    return at === null || at === undefined ? null : Number(at);
  }

  /** Of all that is recorded as under way: what was sent without an answer is unknown. */
  interrupt(text: string): void {
    this.flush();
    this.#statements.interrupt.run(text);
  }

  /** Forgets operations, with their targets. */
  forget(operationIds: readonly string[]): void {
    this.flush();
    this.#transaction(() => {
      for (const id of operationIds) this.#statements.forget.run(id);
    });
  }

  /** Writes what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = Number.POSITIVE_INFINITY;
    if (this.#writes.length === 0) return;
    const writes = this.#writes;
    this.#writes = [];
    try {
      this.#transaction(() => {
        for (const write of writes) write.run();
      });
    } catch (error) {
      for (const write of writes) {
        if (write.failed) write.failed(error);
        else this.#fault(error);
      }
      return;
    } finally {
      this.#lastCommit = performance.now();
    }
    for (const write of writes) write.durable?.();
  }

  #write(write: Write, patience: number): void {
    this.#writes.push(write);
    const now = performance.now();
    const due = patience === gather ? Math.max(now, this.#lastCommit + gather) : now + patience;
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), due - now);
  }

  #transaction(run: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      run();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    insertOperation: statement('INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    insertTarget: statement(
      `INSERT INTO operation_targets (operation_id, position, host_id, host_name, image_id, image_name, expected_images,
         expected_bytes, state, text, actual_images, actual_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    intend: statement(
      `UPDATE operation_targets SET state = 'sent', sent_at = ?, tries = ? WHERE operation_id = ? AND position = ?`,
    ),
    record: statement(
      `UPDATE operation_targets SET state = ?, text = ?, failure = ?, actual_images = ?, actual_bytes = ?, tries = ?,
         ended_at = ? WHERE operation_id = ? AND position = ?`,
    ),
    saveOperation: statement(
      'UPDATE operations SET state = ?, ended_at = ?, counts = ?, actual_images = ?, actual_bytes = ? WHERE id = ?',
    ),
    operations: statement('SELECT * FROM operations ORDER BY started_at DESC, rowid DESC'),
    targets: statement('SELECT * FROM operation_targets WHERE operation_id = ? ORDER BY position'),
    lastStir: statement(
      `SELECT max(max(coalesce(sent_at, 0), coalesce(ended_at, 0))) AS at FROM operation_targets
       WHERE operation_id = ? AND coalesce(sent_at, ended_at) IS NOT NULL`,
    ),
    interrupt: statement(
      `UPDATE operation_targets SET state = 'unknown', text = ? WHERE state = 'sent' AND operation_id IN
         (SELECT id FROM operations WHERE state IN ('running', 'cancelling'))`,
    ),
    forget: statement('DELETE FROM operations WHERE id = ?'),
  };
}
