import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { commitsTable } from './journal-tables.ts';

const countRow = z.object({ count: z.int() });
/** Digits of the count in its file: it is replaced in place, which a full disk allows. */
const digits = 16;

/**
 * Counts the commits of the journal, in the database with each commit and in a file beside it afterwards. A write-ahead
 * log that was cut off behind a commit reads as sound: that the file has counted further is what tells that commits are
 * missing. The file is not synced, since that would double the price of a commit. So every loss is seen after a kill; of
 * one that comes together with a power cut, the last seconds may not be.
 *
 * What is missing are intents and outcomes. A target whose intent was lost reads as waiting although it was sent, so every
 * waiting target of an operation that is not finished becomes unknown, as sent now. To ask its host first is right for
 * every kind:
 * - A queue or a download is followed until its request cannot arrive any more, before it is sent again.
 * - A delete is settled by the list of the host. An image that is there is deleted, also if it was cached again since.
 * - A clear has no recorded content: it is done if the host is empty, else the operator is asked, with the images named.
 * - A prune is sent again, which removes nothing from a cache below its limit.
 * - A program over ssh is looked for on its host, and not started while it runs.
 * A lost outcome leaves its target sent, which becomes unknown as after each kill.
 */
export class CommitCount {
  readonly #file: string;
  readonly #failed: (error: unknown) => void;
  #count: number;

  /** `failed` receives errors of writing the file: a later loss is not detected then. */
  constructor(file: string, failed: (error: unknown) => void) {
    this.#file = file;
    this.#failed = failed;
    this.#count = this.counted;
  }

  /** The commits that the file has counted; 0 if it is missing or damaged. */
  get counted(): number {
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'latin1').trim() : '';
    return /^\d{1,16}$/.test(text) ? Number(text) : 0;
  }

  /** The commits that are missing in a database. Call this before the first commit. */
  missingIn(database: DatabaseSync): number {
    const row = database.prepare(`SELECT count FROM ${commitsTable}`).get();
    const there = row ? countRow.parse(row).count : 0;
    const missing = this.#count - there;
    this.#count = Math.max(this.#count, there);
    return Math.max(0, missing);
  }

  /** The count of the commit that is being made. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** Writes the count of the last commit to the file. */
  committed(): void {
    try {
      const descriptor = openSync(this.#file, existsSync(this.#file) ? 'r+' : 'w', 0o600);
      try {
        writeSync(descriptor, String(this.#count).padStart(digits), 0);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      this.#failed(error);
    }
  }
}
