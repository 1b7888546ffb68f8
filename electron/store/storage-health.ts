import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Failure } from '../contract/failure.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { Emitter } from '../lib/emitter.ts';
import { inTransaction } from './database.ts';
import { fileFailure, type StorageFailure, storageFailureOf } from './storage-failure.ts';

/** Milliseconds between two checks while the data directory cannot be written. */
const checkInterval = 5_000;
/** Bytes that must be free before writing counts as possible again: less would be used up at once. */
const neededBytes = 262_144;

/**
 * Whether the data directory can be written. Code that fails to write there reports the error here; from then on the
 * problem persists, and every page shows it, until all checks can write again.
 */
export class StorageHealth {
  readonly #directory: string | null;
  readonly #clock: Clock;
  readonly #changes = new Emitter<Failure | null>();
  readonly #checks = new Set<() => void>();
  #problem: StorageFailure | null = null;
  #cancelCheck: (() => void) | undefined;
  #stopped = false;

  /** `directory` is null if nothing is stored in files. */
  constructor(directory: string | null, clock: Clock = systemClock) {
    this.#directory = directory;
    this.#clock = clock;
    if (directory !== null) this.#checks.add(() => checkFile(directory));
  }

  /** Why the data directory cannot be written; null while it can be. */
  get problem(): Failure | null {
    return this.#problem?.withNext('continue the interrupted operations') ?? null;
  }

  /** Calls a listener when a problem begins or changes, and with null when it is over. */
  onChange(listener: (problem: Failure | null) => void): () => void {
    return this.#changes.on(listener);
  }

  /** Adds a check that writes, and throws if it cannot. Returns a function that removes it. */
  addCheck(check: () => void): () => void {
    this.#checks.add(check);
    return () => this.#checks.delete(check);
  }

  /** Takes an error of a write. Returns its failure, or `undefined` if it has nothing to do with the data directory. */
  report(error: unknown): StorageFailure | undefined {
    const failure = storageFailureOf(error, this.#directory ?? 'the console');
    if (failure) this.#set(failure);
    return failure;
  }

  /** Tries to write now. Returns the failure, or `undefined` if everything can be written. */
  check(): StorageFailure | undefined {
    let failure: StorageFailure | undefined;
    try {
      for (const check of this.#checks) check();
    } catch (error) {
      failure = fileFailure(error, this.#directory ?? 'the console');
    }
    this.#set(failure ?? null);
    return failure;
  }

  /** Ends the checks. Call this before the databases are closed. */
  stop(): void {
    this.#stopped = true;
    this.#cancelCheck?.();
    this.#checks.clear();
  }

  #set(problem: StorageFailure | null): void {
    const before = this.#problem;
    this.#problem = problem;
    if (problem && !this.#stopped) {
      this.#cancelCheck ??= this.#clock.after(checkInterval, () => {
        this.#cancelCheck = undefined;
        this.check();
      });
    }
    if (before?.message !== problem?.message) this.#changes.emit(this.problem);
  }
}

function checkFile(directory: string): void {
  const file = join(directory, 'writable.check');
  try {
    writeFileSync(file, Buffer.alloc(neededBytes), { mode: 0o600 });
  } finally {
    rmSync(file, { force: true });
  }
}

/** Writes to a database that has the table of migrations. Throws if it cannot. */
export function checkDatabase(database: DatabaseSync): void {
  inTransaction(database, () => database.exec('UPDATE migrations SET done = done'));
}
