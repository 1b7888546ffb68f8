import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { hostId } from '../../contract/hosts.ts';
import { actionKind, type Operation } from '../../contract/operations.ts';
import { parseJson } from '../../contract/parse-json.ts';
import type { RecordedOperation } from '../model/operation-from-plan.ts';
import { actionDetail } from './journal-tables.ts';

const startedOperation = z.object({
  id: z.string().max(64),
  kind: actionKind,
  detail: actionDetail,
  title: z.string().max(300),
  hostIds: z.array(hostId),
  total: z.int().min(0),
  startedAt: z.number(),
});
/** What is known about an operation if the database loses it. */
export type StartedOperation = z.infer<typeof startedOperation>;

const line = z.union([startedOperation, z.object({ removed: z.array(z.string()) })]);

/**
 * A list of the operations that were started, one line each, in a file beside the database. A database with a truncated
 * write-ahead log is valid but older than it was: only this list shows that an operation is missing. It costs one fsync
 * for each operation.
 */
export class StartedOperations {
  readonly #file: string;
  readonly #failed: (error: unknown) => void;

  /** `failed` receives errors of appending to the list: a later loss of the database is not detected then. */
  constructor(file: string, failed: (error: unknown) => void) {
    this.#file = file;
    this.#failed = failed;
  }

  /** Adds an operation. The line is on disk when this returns. */
  add(recorded: RecordedOperation): void {
    this.#try(() => this.#append(lineOf(recorded)));
  }

  /**
   * Records that operations are going to be removed from the database. Call this before they are. Throws the operating
   * system's error.
   */
  remove(ids: readonly string[]): void {
    this.#append({ removed: [...ids] });
  }

  /** Rewrites the list with these operations and without removed ones. */
  compact(recorded: readonly RecordedOperation[]): void {
    const lines = new Map(this.read().map((each) => [each.id, each]));
    for (const each of recorded) if (!lines.has(each.operation.id)) lines.set(each.operation.id, lineOf(each));
    const text = [...lines.values()].map((each) => `${JSON.stringify(each)}\n`).join('');
    this.#try(() => writeFileAtomic.sync(this.#file, text, { mode: 0o600 }));
  }

  /** The operations that were started and not removed, oldest first. Lines that cannot be read are left out. */
  read(): StartedOperation[] {
    if (!existsSync(this.#file)) return [];
    const started = new Map<string, StartedOperation>();
    for (const text of readFileSync(this.#file, 'utf8').split('\n')) {
      const read = line.safeParse(parseJson(text));
      if (!read.success) continue;
      if ('removed' in read.data) for (const id of read.data.removed) started.delete(id);
      else started.set(read.data.id, read.data);
    }
    return [...started.values()];
  }

  #try(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#failed(error);
    }
  }

  #append(value: z.infer<typeof line>): void {
    // A line that a kill truncated must not damage the next one.
    const text = `\n${JSON.stringify(value)}\n`;
    const descriptor = openSync(this.#file, 'a', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

function lineOf({ operation, detail }: RecordedOperation): StartedOperation {
  const { id, kind, title, hostIds, total, startedAt }: Operation = operation;
  return { id, kind, detail, title, hostIds, total, startedAt };
}
