import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostId } from '../../contract/hosts.ts';
import type { ProgramOutput } from '../../contract/operations.ts';
import { type RemoteLine, remoteLine } from '../../contract/remote.ts';
import { inTransaction } from '../../store/database.ts';
import type { StorageHealth } from '../../store/storage-health.ts';

type Row = { operationId: string; hostId: HostId; number: number; line: RemoteLine };

/** Lines kept of one program. */
const maxLines = 20_000;
/** Lines written in one transaction. */
const batchSize = 500;
/** Milliseconds that a line may wait to be written together with others. Lines that wait when the console is killed are lost. */
const flushDelay = 500;
/** Milliseconds between two tries to write lines while the data directory cannot be written. */
const retryDelay = 5_000;
/** Lines that one read returns at most. */
const pageSize = 1_000;

const totalRow = z.object({ total: z.int() });

/** The output of programs run over ssh, in a table of the journal's database. Create it after the journal. */
export class ProgramOutputStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #count: StatementSync;
  readonly #storage: Pick<StorageHealth, 'report'>;
  readonly #fault: (error: unknown) => void;
  #waiting: Row[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * If the data directory cannot be written, lines wait until it can be. `fault` receives the errors of lines that
   * could not be written for another reason: they are lost.
   */
  constructor(database: DatabaseSync, storage: Pick<StorageHealth, 'report'>, fault: (error: unknown) => void) {
    this.#database = database;
    this.#storage = storage;
    this.#fault = fault;
    this.#insert = database.prepare('INSERT INTO operation_output VALUES (?, ?, ?, ?, ?)');
    this.#count = database.prepare(
      'SELECT count(*) AS total FROM operation_output WHERE operation_id = ? AND host_id = ?',
    );
    this.#read = database.prepare(
      `SELECT stream, text FROM operation_output WHERE operation_id = ? AND host_id = ? AND number >= ?
       ORDER BY number LIMIT ${pageSize}`,
    );
  }

  /** Returns a function that adds lines after those that are stored already. Only one may be used at a time. */
  writer(operationId: string, hostId: HostId): (line: RemoteLine) => void {
    this.flush();
    let number = this.#total(operationId, hostId) + this.#waitingOf(operationId, hostId).length;
    return (line) => {
      if (this.#closed || number >= maxLines) return;
      const kept = number + 1 < maxLines ? line : { ...line, text: '… Output truncated.' };
      this.#waiting.push({ operationId, hostId, number, line: kept });
      number += 1;
      if (this.#waiting.length % batchSize === 0) this.flush();
      this.#timer ??= setTimeout(() => this.flush(), flushDelay);
    };
  }

  /** The lines from a number on, at most one page of them, and how many there are. */
  read(operationId: string, hostId: HostId, from: number): ProgramOutput {
    this.flush();
    const lines = this.#read.all(operationId, hostId, from).map((row) => remoteLine.parse(row));
    const waiting = this.#waitingOf(operationId, hostId);
    for (const { number, line } of waiting) {
      if (number === from + lines.length && lines.length < pageSize) lines.push(line);
    }
    return { lines, next: from + lines.length, total: this.#total(operationId, hostId) + waiting.length };
  }

  /** Writes the waiting lines now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length === 0) return;
    try {
      inTransaction(this.#database, () => {
        for (const { operationId, hostId, number, line } of rows) {
          this.#insert.run(operationId, hostId, number, line.stream, line.text);
        }
      });
    } catch (error) {
      if (!this.#storage.report(error)) {
        this.#fault(error);
        return;
      }
      // At most `maxLines` of each program wait.
      this.#waiting = [...rows, ...this.#waiting];
      if (!this.#closed) this.#timer = setTimeout(() => this.flush(), retryDelay);
    }
  }

  /** Writes the waiting lines; later ones are dropped. Call this before the database is closed. */
  close(): void {
    this.#closed = true;
    this.flush();
  }

  #waitingOf(operationId: string, hostId: HostId): Row[] {
    return this.#waiting.filter((row) => row.operationId === operationId && row.hostId === hostId);
  }

  #total(operationId: string, hostId: HostId): number {
    return totalRow.parse(this.#count.get(operationId, hostId)).total;
  }
}
