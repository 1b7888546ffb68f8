import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type AlertId, alertRule } from '../../contract/alerts.ts';
import { inTransaction, migrate } from '../../store/database.ts';
import type { DatabaseArea } from '../../store/salvage-database.ts';
import { reportDamage } from '../../store/sqlite/damage-watch.ts';
import type { StorageHealth } from '../../store/storage-health.ts';

/** What is remembered about an alert: since when it fires (null if it does not), and the operator's actions on it. */
export type AlertRecord = {
  since: number | null;
  acknowledgedAt: number | null;
  mutedUntil: number | null;
};

const table = 'alerts';

/** Schema steps of this table; steps are only ever added. */
const schemaSteps = [
  `CREATE TABLE alerts (
     id TEXT PRIMARY KEY,
     since INTEGER,
     acknowledged_at INTEGER,
     muted_until INTEGER
   ) STRICT, WITHOUT ROWID`,
];

/** A salvage distinguishes the rows of this table from others by their ids, which begin with the name of a rule. */
const alertRow = z.object({
  id: z.string().regex(new RegExp(`^(${alertRule.options.join('|')}) .`)),
  since: z.number().nullable(),
  acknowledged_at: z.number().nullable(),
  muted_until: z.number().nullable(),
});

/** The table of the alerts, for opening the database and for salvaging it. */
export const alertsArea = {
  area: 'alerts',
  steps: schemaSteps,
  rows: { [table]: alertRow },
} satisfies DatabaseArea;

/** The records of alerts in the database, so that a restart keeps their times and acknowledgements. */
export class AlertStore {
  readonly #database: DatabaseSync;
  readonly #storage: Pick<StorageHealth, 'report' | 'addCheck'>;
  readonly #records = new Map<AlertId, AlertRecord>();
  /** Alerts whose record on disk is not the one in memory. */
  readonly #unwritten = new Set<AlertId>();

  constructor(database: DatabaseSync, storage: Pick<StorageHealth, 'report' | 'addCheck'>) {
    this.#database = database;
    this.#storage = storage;
    migrate(database, alertsArea.area, alertsArea.steps);
    storage.addCheck(() => this.#write());
    for (const raw of database.prepare('SELECT * FROM alerts').all()) {
      const read = alertRow.safeParse(raw);
      if (!read.success) {
        reportDamage(database, read.error);
        continue;
      }
      const { id, since, acknowledged_at: acknowledgedAt, muted_until: mutedUntil } = read.data;
      this.#records.set(id, { since, acknowledgedAt, mutedUntil });
    }
  }

  get(id: AlertId): AlertRecord | undefined {
    return this.#records.get(id);
  }

  ids(): AlertId[] {
    return [...this.#records.keys()];
  }

  /** Changes records and writes them together; undefined forgets one. A full disk delays writing. */
  set(changes: ReadonlyMap<AlertId, AlertRecord | undefined>): void {
    if (changes.size === 0) return;
    for (const [id, record] of changes) {
      if (record) this.#records.set(id, record);
      else this.#records.delete(id);
      this.#unwritten.add(id);
    }
    try {
      this.#write();
    } catch (error) {
      if (!this.#storage.report(error)) throw error;
    }
  }

  #write(): void {
    if (this.#unwritten.size === 0) return;
    inTransaction(this.#database, () => {
      const insert = this.#database.prepare('INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)');
      const remove = this.#database.prepare('DELETE FROM alerts WHERE id = ?');
      for (const id of this.#unwritten) {
        const record = this.#records.get(id);
        if (record) insert.run(id, record.since, record.acknowledgedAt, record.mutedUntil);
        else remove.run(id);
      }
    });
    this.#unwritten.clear();
  }
}
