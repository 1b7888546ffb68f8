import type { StorageHealth } from '../../store/storage-health.ts';
import type { RunRecords } from './run-records.ts';
import type { RecordedRun } from './schedule-tables.ts';

export type RunWriterOptions = {
  records: RunRecords;
  storage: Pick<StorageHealth, 'report' | 'addCheck'>;
  /** A run changed. */
  changed: (run: RecordedRun) => void;
};

/** Writes the changes of runs. On a full disk the state in memory is ahead, until a check of the storage writes it. */
export class RunWriter {
  readonly #options: RunWriterOptions;
  readonly #unwritten = new Map<string, RecordedRun>();
  /** Ends the writing. Unwritten records are lost. */
  readonly stop: () => void;

  constructor(options: RunWriterOptions) {
    this.#options = options;
    this.stop = options.storage.addCheck(() => this.#writeAgain());
  }

  /** The run, if the database has an older state of it. */
  unwritten(runId: string): RecordedRun | undefined {
    return this.#unwritten.get(runId);
  }

  save(run: RecordedRun): void {
    this.#unwritten.set(run.id, run);
    this.attempt(() => this.#writeAgain());
    this.#options.changed(run);
  }

  /** Writes to the database, unless it cannot be written. */
  attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!this.#options.storage.report(error)) throw error;
    }
  }

  #writeAgain(): void {
    for (const run of this.#unwritten.values()) {
      this.#options.records.update(run);
      this.#unwritten.delete(run.id);
    }
  }
}
