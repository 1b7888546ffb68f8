import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostId } from '../../contract/hosts.ts';
import type { ProgramOutput } from '../../contract/operations.ts';
import { type RemoteLine, remoteLine } from '../../contract/remote.ts';
import { inTransaction } from '../../store/database.ts';

type Row = { operationId: string; hostId: HostId; number: number; line: RemoteLine };

/** Lines kept of one program. */
const maxLines = 20_000;
/** Lines written in one transaction. */
const batchSize = 500;
/** Milliseconds that a line may wait to be written together with others. Lines that wait when the console is killed are lost. */
const flushDelay = 500;
/** Lines that one read returns at most. */
const pageSize = 1_000;

const totalRow = z.object({ total: z.int() });

/** The output of programs run over ssh, in a table of the journal's database. Create it after the journal. */
export class ProgramOutputStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #count: StatementSync;
  readonly #fault: (error: unknown) => void;
  #waiting: Row[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `fault` gets the errors of lines that could not be written. */
  constructor(database: DatabaseSync, fault: (error: unknown) => void) {
    this.#database = database;
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
    let number = this.#total(operationId, hostId);
    return (line) => {
      if (this.#closed || number >= maxLines) return;
      const kept = number + 1 < maxLines ? line : { ...line, text: '… It says more than is kept.' };
      this.#waiting.push({ operationId, hostId, number, line: kept });
      number += 1;
      if (this.#waiting.length >= batchSize) this.flush();
      this.#timer ??= setTimeout(() => this.flush(), flushDelay);
    };
  }

  /** The lines from a number on, at most one page of them, and how many there are. */
  read(operationId: string, hostId: HostId, from: number): ProgramOutput {
    this.flush();
    const lines = this.#read.all(operationId, hostId, from).map((row) => remoteLine.parse(row));
    return { lines, next: from + lines.length, total: this.#total(operationId, hostId) };
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
      this.#fault(error);
    }
  }

  /** Writes the waiting lines; later ones are dropped. Call this before the database is closed. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  #total(operationId: string, hostId: HostId): number {
    return totalRow.parse(this.#count.get(operationId, hostId)).total;
  }
}
