import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostId } from '../contract/hosts.ts';
import { migrate } from '../store/database.ts';

/**
 * What the console remembers of the last native prune of a host. `running`: sent, not answered yet. `hung`: no answer
 * came, so it may run until the service is restarted (docs/glance-cache-api.md, trap 4). `returned`: it ended, and left
 * the host `overBytes` over its stated limit.
 */
export type PruneLock = {
  hostId: HostId;
  state: 'running' | 'hung' | 'returned';
  /** Epoch milliseconds when it was sent. */
  at: number;
  operationId: string;
  /** Null where the limit is not stated, or the list could not be read. */
  overBytes: number | null;
};

/** Schema steps of this table; steps are only ever added. Older databases have the table from their journal. */
const schemaSteps = [
  `CREATE TABLE IF NOT EXISTS prune_marks (
     host_id TEXT PRIMARY KEY,
     state TEXT NOT NULL,
     at INTEGER NOT NULL,
     operation_id TEXT NOT NULL,
     over_bytes REAL
   ) STRICT, WITHOUT ROWID`,
];

const lockRow = z.object({
  host_id: z.string(),
  state: z.enum(['running', 'hung', 'returned']),
  at: z.number(),
  operation_id: z.string(),
  over_bytes: z.number().nullable(),
});

/** The prune locks of all hosts, kept in the database: a restarted console must not forget a hung prune. */
export class PruneLocks {
  readonly #locks = new Map<HostId, PruneLock>();
  readonly #database: DatabaseSync;

  /** Reads the locks of earlier runs. A prune that was still running when the console ended counts as hung. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    migrate(database, 'prune locks', schemaSteps);
    database.exec(`UPDATE prune_marks SET state = 'hung' WHERE state = 'running'`);
    for (const raw of database.prepare('SELECT * FROM prune_marks').all()) {
      const { host_id: hostId, state, at, operation_id: operationId, over_bytes: overBytes } = lockRow.parse(raw);
      this.#locks.set(hostId, { hostId, state, at, operationId, overBytes });
    }
  }

  of(hostId: HostId): PruneLock | undefined {
    return this.#locks.get(hostId);
  }

  /** The lock is on disk when this returns. */
  set(lock: PruneLock): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO prune_marks VALUES (?, ?, ?, ?, ?)')
      .run(lock.hostId, lock.state, lock.at, lock.operationId, lock.overBytes);
    this.#locks.set(lock.hostId, lock);
  }

  remove(hostId: HostId): void {
    if (!this.#locks.delete(hostId)) return;
    this.#database.prepare('DELETE FROM prune_marks WHERE host_id = ?').run(hostId);
  }
}
