import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostId } from '../../contract/hosts.ts';
import type { ProgramOutput } from '../../contract/operations.ts';
import { type RemoteLine, remoteLine } from '../../contract/remote.ts';
import { inTransaction } from '../../store/database.ts';

type Row = { operationId: string; hostId: HostId; number: number; line: RemoteLine };

/** Lines kept of one program, and written in one go; more of either would hold up all else. */
const maxLines = 20_000;
const batchSize = 500;
/** Milliseconds that a line may wait for company; what waits when the console is killed is lost. */
const flushDelay = 500;
const pageSize = 1_000;

const totalRow = z.object({ total: z.int() });

/** What the programs of hosts said, in the journal: its table is a step of the journal's, which has to be opened first. */
export class OutputStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #count: StatementSync;
  readonly #totals = new Map<string, number>();
  readonly #fault: (error: unknown) => void;
  #waiting: Row[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `fault` is told of lines that could not be written. */
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

  add(operationId: string, hostId: HostId, line: RemoteLine): void {
    if (this.#closed) return;
    const key = `${operationId} ${hostId}`;
    const number = this.#totals.get(key) ?? this.#total(operationId, hostId);
    if (number >= maxLines) return;
    this.#totals.set(key, number + 1);
    const kept = number + 1 < maxLines ? line : { ...line, text: '… It says more than is kept.' };
    this.#waiting.push({ operationId, hostId, number, line: kept });
    if (this.#waiting.length >= batchSize) this.flush();
    this.#timer ??= setTimeout(() => this.flush(), flushDelay);
  }

  read(operationId: string, hostId: HostId, from: number): ProgramOutput {
    this.flush();
    const lines = this.#read.all(operationId, hostId, from).map((row) => remoteLine.parse(row));
    return { lines, next: from + lines.length, total: this.#total(operationId, hostId) };
  }

  /** Writes what waits, now. */
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

  /** Writes what waits; what comes later is not kept. Call it before the database is closed. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  #total(operationId: string, hostId: HostId): number {
    return totalRow.parse(this.#count.get(operationId, hostId)).total;
  }
}
