import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { DiskBudget } from './disk-budget.ts';
import type { TrendWriter } from './trend-writer.ts';
import { imageRetention, pointRetention } from './trends-database.ts';

const day = 86_400;

/** Rows further in the future than this were written while the clock was wrong; they are removed. Seconds. */
const maxAheadSeconds = day;

const hostRow = z.object({ id: z.int(), host_id: z.string().nullable() });
const firstRow = z.object({ first: z.int().nullable() });

/** Fractions of the usual retention, tried in turn until the file is within its budget. */
const shares = [1, 0.75, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02, 0.01, 0] as const;
/** Image ids checked in one step when unused ones are removed. */
const imageBatchSize = 200;

export type RetentionOptions = { database: DatabaseSync; writer: TrendWriter; budget: DiskBudget };

/**
 * Removes trend data with age: fine resolutions first. If the file exceeds its budget, every retention period is shortened
 * by the same fraction. Works in small steps and yields to other work in between.
 */
export class TrendRetention {
  readonly #database: DatabaseSync;
  readonly #writer: TrendWriter;
  readonly #budget: DiskBudget;
  readonly #statements: ReturnType<typeof prepare>;
  #shareIndex = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor({ database, writer, budget }: RetentionOptions) {
    this.#database = database;
    this.#writer = writer;
    this.#budget = budget;
    this.#statements = prepare(database);
  }

  /** The fraction of the usual retention that applies now: 1 unless the budget is too small. */
  get share(): number {
    return shares[this.#shareIndex] ?? 0;
  }

  /** Removes what is older than its retention, or over budget. `now` in epoch milliseconds. Concurrent calls share one run. */
  run(now: number): Promise<void> {
    this.#running ??= this.#apply(Math.floor(now / 1_000)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #apply(now: number): Promise<void> {
    // If there is plenty of space, keeps data for longer again.
    if (this.#shareIndex > 0 && this.#budget.usedBytes < this.#budget.maxFileBytes / 2) this.#shareIndex -= 1;
    await this.#each(() => this.#removedHosts());
    await this.#thin(now);
    while (this.#budget.isFull && !this.#stopped && this.#shareIndex < shares.length - 1) {
      do {
        this.#shareIndex += 1;
        await this.#thin(now);
      } while (!this.#budget.hasSpareRoom && this.#shareIndex < shares.length - 1);
      if (this.#budget.isFull) this.#clear();
    }
    await this.#each(() => this.#unusedImages(Math.floor(now / day)));
    await this.#each(() => this.#budget.releasePages());
  }

  /** Repeats a small step while it reports more work, and yields between steps. */
  async #each(step: () => boolean): Promise<void> {
    while (!this.#stopped && step()) await setImmediate();
  }

  async #thin(now: number): Promise<void> {
    const hosts = this.#statements.hosts.all().map((row) => hostRow.parse(row).id);
    const ahead = now + maxAheadSeconds;
    for (const host of hosts) {
      if (this.#stopped) return;
      for (const { step, age } of pointRetention) {
        this.#statements.points.run(host, step, now - Math.max(step, age * this.share) - step, ahead);
      }
      for (const { table, step, age } of imageRetention) {
        const until = Math.floor((now - age * this.share) / step);
        await this.#each(() => this.#first(table, host, until));
        this.#statements[table].ahead.run(host, Math.ceil(ahead / step));
      }
      await setImmediate();
    }
  }

  /** Removes a host's oldest hour or day if it is before `until`; returns whether it did. */
  #first(table: 'hours' | 'days', host: number, until: number): boolean {
    const { oldest, remove } = this.#statements[table];
    const { first } = firstRow.parse(oldest.get(host));
    if (first === null || first >= until) return false;
    remove.run(host, first);
    return true;
  }

  /** Removes part of the data of hosts that were removed from the console; returns whether there may be more. */
  #removedHosts(): boolean {
    const row = this.#statements.left.get();
    if (row === undefined) return false;
    const { id } = hostRow.parse(row);
    for (const table of ['hours', 'days'] as const) {
      if (this.#first(table, id, Number.MAX_SAFE_INTEGER)) return true;
    }
    for (const statement of this.#statements.forget) statement.run(id);
    return true;
  }

  /** Removes a batch of image ids that no host has and no hits refer to; returns whether there may be more. */
  #unusedImages(today: number): boolean {
    const { used, unused } = this.#statements;
    const before = today - Math.ceil((imageRetention[1].age / day) * this.share) - 1;
    const kept = used.run(today, before, imageBatchSize).changes;
    const gone = unused.run(before, imageBatchSize).changes;
    if (Number(gone) > 0) this.#writer.forgetNumbers();
    return Number(kept) + Number(gone) > 0;
  }

  /** The last resort: even the newest data of this many hosts and images exceeds the budget. */
  #clear(): void {
    for (const table of ['hours', 'days', 'points', 'seen', 'hosts', 'images'])
      this.#database.exec(`DELETE FROM ${table}`);
    this.#writer.forgetAll();
  }
}

function prepare(database: DatabaseSync) {
  const within = (table: string, column: string) => ({
    oldest: database.prepare(`SELECT min(${column}) AS first FROM ${table} WHERE host = ?`),
    remove: database.prepare(`DELETE FROM ${table} WHERE host = ? AND ${column} = ?`),
    ahead: database.prepare(`DELETE FROM ${table} WHERE host = ? AND ${column} > ?`),
  });
  const old = 'SELECT id FROM images WHERE used_on < ? ORDER BY id LIMIT ?';
  return {
    hosts: database.prepare('SELECT id, host_id FROM hosts WHERE host_id IS NOT NULL'),
    left: database.prepare('SELECT id, host_id FROM hosts WHERE host_id IS NULL LIMIT 1'),
    points: database.prepare('DELETE FROM points WHERE host = ? AND step = ? AND (at < ? OR at > ?)'),
    hours: within('hours', 'hour'),
    days: within('days', 'day'),
    forget: [
      database.prepare('DELETE FROM points WHERE host = ?'),
      database.prepare('DELETE FROM seen WHERE host = ?'),
      database.prepare('DELETE FROM hosts WHERE id = ?'),
    ],
    used: database.prepare(
      `UPDATE images SET used_on = ? WHERE id IN (${old})
       AND EXISTS (SELECT 1 FROM hosts CROSS JOIN seen ON seen.host = hosts.id AND seen.image = images.id)`,
    ),
    unused: database.prepare(`DELETE FROM images WHERE id IN (${old})
       AND NOT EXISTS (SELECT 1 FROM hosts CROSS JOIN seen ON seen.host = hosts.id AND seen.image = images.id)`),
  };
}
