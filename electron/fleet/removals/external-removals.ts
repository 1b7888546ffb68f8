import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type ExternalRemoval, maxExternalRemovals } from '../../contract/external-removals.ts';
import type { HostId } from '../../contract/hosts.ts';
import { type Amount, addAmount } from '../../contract/operations.ts';
import { Emitter } from '../../lib/emitter.ts';
import { inTransaction, migrate } from '../../store/database.ts';
import type { DatabaseArea } from '../../store/salvage-database.ts';
import { reportDamage } from '../../store/sqlite/damage-watch.ts';
import type { StorageHealth } from '../../store/storage-health.ts';

/** Milliseconds for which a removal is kept. */
const retention = 30 * 24 * 3_600_000;
/** Removals in adjacent intervals count as one, such as those of a long prune: up to this many milliseconds. */
const maxLength = 3_600_000;

/** Schema steps of this table; steps are only ever added. */
const schemaSteps = [
  `CREATE TABLE external_removals (
     host_id TEXT NOT NULL,
     from_at INTEGER NOT NULL,
     until_at INTEGER NOT NULL,
     images INTEGER NOT NULL,
     bytes REAL NOT NULL,
     unsized INTEGER NOT NULL,
     PRIMARY KEY (host_id, from_at)
   ) STRICT, WITHOUT ROWID`,
];

const removalRow = z.object({
  host_id: z.string(),
  from_at: z.number(),
  until_at: z.number(),
  images: z.int().min(1),
  bytes: z.number().min(0),
  unsized: z.int().min(0),
});

/** The table of the external removals, for opening the database and for salvaging it. */
export const externalRemovalsArea = {
  area: 'external removals',
  steps: schemaSteps,
  rows: { external_removals: removalRow },
} satisfies DatabaseArea;

/** The last removals from each host that this console did not do. Kept in the database. */
export class ExternalRemovals {
  readonly #database: DatabaseSync;
  readonly #storage: Pick<StorageHealth, 'report' | 'addCheck'>;
  readonly #changes = new Emitter();
  /** Oldest first. */
  readonly #removals = new Map<HostId, ExternalRemoval[]>();
  /** Hosts whose removals on disk are not those in memory, since the disk was full. */
  readonly #unwritten = new Set<HostId>();

  constructor(
    database: DatabaseSync,
    storage: Pick<StorageHealth, 'report' | 'addCheck'>,
    now: () => number = Date.now,
  ) {
    this.#database = database;
    this.#storage = storage;
    storage.addCheck(() => this.#write());
    migrate(database, externalRemovalsArea.area, externalRemovalsArea.steps);
    for (const raw of database.prepare('SELECT * FROM external_removals ORDER BY host_id, from_at').all()) {
      const read = removalRow.safeParse(raw);
      if (!read.success) {
        reportDamage(database, read.error);
        continue;
      }
      const { host_id: hostId, from_at: from, until_at: until, images, bytes, unsized } = read.data;
      const removed = { images, bytes, ...(unsized > 0 && { unsized }) };
      if (until > now() - retention) this.#of(hostId).push({ hostId, from, until, removed });
    }
  }

  /** The removals of all hosts, oldest first for each host. */
  list(): ExternalRemoval[] {
    return [...this.#removals.values()].flat();
  }

  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  /** Adds a removal, to the last one if that was in the interval before. */
  add(removal: ExternalRemoval): void {
    const all = this.#of(removal.hostId);
    const last = all.at(-1);
    if (last && removal.from <= last.until && removal.until - last.from <= maxLength) {
      const removed: Amount = { ...last.removed };
      addAmount(removed, removal.removed);
      all[all.length - 1] = { ...last, until: Math.max(last.until, removal.until), removed };
    } else all.push(removal);
    const kept = all.filter(({ until }) => until > removal.until - retention).slice(-maxExternalRemovals);
    this.#set(removal.hostId, kept);
  }

  /** The recorded removal was not one: the copies are listed again. */
  retract({ hostId, from, until }: Pick<ExternalRemoval, 'hostId' | 'from' | 'until'>): void {
    this.#set(
      hostId,
      this.#of(hostId).filter((one) => one.until < from || one.from > until),
    );
  }

  /** Forgets the removals of a host, which is another server now. */
  forget(hostId: HostId): void {
    if (this.#removals.has(hostId)) this.#set(hostId, []);
  }

  #of(hostId: HostId): ExternalRemoval[] {
    const known = this.#removals.get(hostId) ?? [];
    this.#removals.set(hostId, known);
    return known;
  }

  #set(hostId: HostId, removals: ExternalRemoval[]): void {
    if (removals.length > 0) this.#removals.set(hostId, removals);
    else this.#removals.delete(hostId);
    this.#unwritten.add(hostId);
    try {
      this.#write();
    } catch (error) {
      if (!this.#storage.report(error)) throw error;
    }
    this.#changes.emit();
  }

  #write(): void {
    if (this.#unwritten.size === 0) return;
    inTransaction(this.#database, () => {
      const clear = this.#database.prepare('DELETE FROM external_removals WHERE host_id = ?');
      const insert = this.#database.prepare('INSERT OR REPLACE INTO external_removals VALUES (?, ?, ?, ?, ?, ?)');
      for (const hostId of this.#unwritten) {
        clear.run(hostId);
        for (const { from, until, removed } of this.#removals.get(hostId) ?? []) {
          insert.run(hostId, from, until, removed.images, removed.bytes, removed.unsized ?? 0);
        }
      }
    });
    this.#unwritten.clear();
  }
}
