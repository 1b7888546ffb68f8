import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostId } from '../contract/hosts.ts';
import { migrate } from '../store/database.ts';
import type { DatabaseArea } from '../store/salvage-database.ts';
import { reportDamage } from '../store/sqlite/damage-watch.ts';
import type { StorageHealth } from '../store/storage-health.ts';

/**
 * The last native prune of a host, as the console remembers it. `running`: sent, not answered yet. `hung`: no answer
 * came, so it may run until the service is restarted (docs/glance-cache-api.md, trap 4). `returned`: it ended, and left
 * the host `overBytes` over its stated limit.
 */
export type PruneLock = {
  hostId: HostId;
  state: 'running' | 'hung' | 'returned';
  /** Epoch milliseconds when it was sent. */
  at: number;
  operationId: string;
  /** Null if the limit is not stated, or the list could not be read. */
  overBytes: number | null;
};

export const pruneLocksTable = 'prune_marks';

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

/** The table of the prune locks, for opening the database and for salvaging it. */
export const pruneLocksArea = {
  area: 'prune locks',
  steps: schemaSteps,
  rows: { [pruneLocksTable]: lockRow },
} satisfies DatabaseArea;

/** The prune locks of all hosts, kept in the database: a restarted console must not forget a hung prune. */
export class PruneLocks {
  readonly #locks = new Map<HostId, PruneLock>();
  readonly #database: DatabaseSync;
  readonly #storage: Pick<StorageHealth, 'report' | 'addCheck'>;
  /** Hosts whose lock on disk is not the one in memory, since the disk was full. */
  readonly #unwritten = new Set<HostId>();

  /** Reads the locks of earlier runs. A prune that was still running when the console ended counts as hung. */
  constructor(database: DatabaseSync, storage: Pick<StorageHealth, 'report' | 'addCheck'>) {
    this.#database = database;
    this.#storage = storage;
    storage.addCheck(() => {
      for (const hostId of this.#unwritten) this.#write(hostId, this.#locks.get(hostId));
    });
    migrate(database, pruneLocksArea.area, pruneLocksArea.steps);
    database.exec(`UPDATE prune_marks SET state = 'hung' WHERE state = 'running'`);
    for (const raw of database.prepare('SELECT * FROM prune_marks').all()) {
      const read = lockRow.safeParse(raw);
      if (!read.success) {
        reportDamage(database, read.error);
        continue;
      }
      const { host_id: hostId, state, at, operation_id: operationId, over_bytes: overBytes } = read.data;
      this.#locks.set(hostId, { hostId, state, at, operationId, overBytes });
    }
  }

  of(hostId: HostId): PruneLock | undefined {
    return this.#locks.get(hostId);
  }

  /**
   * Sets a lock. The lock of a prune that is about to be sent is on disk when this returns; otherwise it throws. The
   * others are written when there is space: until then the disk has an earlier lock, which excludes a prune as well.
   */
  set(lock: PruneLock): void {
    if (lock.state === 'running') this.#write(lock.hostId, lock);
    this.#locks.set(lock.hostId, lock);
    if (lock.state !== 'running') this.#writeSoon(lock.hostId);
  }

  remove(hostId: HostId): void {
    if (this.#locks.delete(hostId)) this.#writeSoon(hostId);
  }

  #writeSoon(hostId: HostId): void {
    try {
      this.#write(hostId, this.#locks.get(hostId));
    } catch (error) {
      if (!this.#storage.report(error)) throw error;
      this.#unwritten.add(hostId);
    }
  }

  #write(hostId: HostId, lock: PruneLock | undefined): void {
    if (lock) {
      this.#database
        .prepare('INSERT OR REPLACE INTO prune_marks VALUES (?, ?, ?, ?, ?)')
        .run(hostId, lock.state, lock.at, lock.operationId, lock.overBytes);
    } else this.#database.prepare('DELETE FROM prune_marks WHERE host_id = ?').run(hostId);
    this.#unwritten.delete(hostId);
  }
}
