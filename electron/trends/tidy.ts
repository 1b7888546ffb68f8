import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { aheadAtMost, imageAges, pointAges } from './ages.ts';
import type { Book } from './book.ts';
import type { Room } from './room.ts';

const hostRow = z.object({ id: z.int(), host_id: z.string().nullable() });
const firstRow = z.object({ first: z.int().nullable() });

/** The shares of the usual ages that are tried, one after another, until all that is left is within the bound. */
const shares = [1, 0.75, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02, 0.01, 0] as const;
const day = 86_400;
/** Images that are looked at together when their names are no longer needed. */
const imagesAtOnce = 200;

export type TidyOptions = { database: DatabaseSync; book: Book; room: Room };

/**
 * Thins what is kept with its age. Where the bound leaves too little room, every age is shortened by the same share, so
 * that of each detail the oldest goes first and the most detailed is the first of all to be short. All in small steps: the
 * console goes on in between.
 */
export class Tidy {
  readonly #database: DatabaseSync;
  readonly #book: Book;
  readonly #room: Room;
  readonly #statements: ReturnType<typeof prepare>;
  #shareAt = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor({ database, book, room }: TidyOptions) {
    this.#database = database;
    this.#book = book;
    this.#room = room;
    this.#statements = prepare(database);
  }

  /** The share of the usual ages that is kept at present: 1 where the bound does not press. */
  get share(): number {
    return shares[this.#shareAt] ?? 0;
  }

  /** Takes away what is older than it is kept, at this time in epoch milliseconds, and what the bound does not leave room for. */
  run(now: number): Promise<void> {
    this.#running ??= this.#tidy(Math.floor(now / 1_000)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #tidy(now: number): Promise<void> {
    // Where there is much room again, a longer time is kept from now on.
    if (this.#shareAt > 0 && this.#room.used < this.#room.most / 2) this.#shareAt -= 1;
    await this.#each(() => this.#leftHosts());
    await this.#thin(now);
    while (this.#room.isFull && !this.#stopped && this.#shareAt < shares.length - 1) {
      do {
        this.#shareAt += 1;
        await this.#thin(now);
      } while (!this.#room.isRoomy && this.#shareAt < shares.length - 1);
      if (this.#room.isFull) this.#clear();
    }
    await this.#each(() => this.#unusedImages(Math.floor(now / day)));
    await this.#each(() => this.#room.giveBack());
  }

  /** Does one small step after another, as long as there is more to do, and lets everybody else go on in between. */
  async #each(step: () => boolean): Promise<void> {
    while (!this.#stopped && step()) await setImmediate();
  }

  async #thin(now: number): Promise<void> {
    const hosts = this.#statements.hosts.all().map((row) => hostRow.parse(row).id);
    const ahead = now + aheadAtMost;
    for (const host of hosts) {
      if (this.#stopped) return;
      for (const { step, age } of pointAges) {
        this.#statements.points.run(host, step, now - Math.max(step, age * this.share) - step, ahead);
      }
      for (const { table, step, age } of imageAges) {
        const until = Math.floor((now - age * this.share) / step);
        await this.#each(() => this.#first(table, host, until));
        this.#statements[table].ahead.run(host, Math.ceil(ahead / step));
      }
      await setImmediate();
    }
  }

  /** Takes away the oldest hour or day of a host where it is older than `until`. */
  #first(table: 'hours' | 'days', host: number, until: number): boolean {
    const { oldest, remove } = this.#statements[table];
    const { first } = firstRow.parse(oldest.get(host));
    if (first === null || first >= until) return false;
    remove.run(host, first);
    return true;
  }

  /** Takes away part of what is left of hosts that are nobody's any more; whether there may be more. */
  #leftHosts(): boolean {
    const row = this.#statements.left.get();
    if (row === undefined) return false;
    const { id } = hostRow.parse(row);
    for (const table of ['hours', 'days'] as const) {
      if (this.#first(table, id, Number.MAX_SAFE_INTEGER)) return true;
    }
    for (const statement of this.#statements.forget) statement.run(id);
    return true;
  }

  /** Images whose hits are all forgotten and that no host has any more: their ids go, some at a time. */
  #unusedImages(today: number): boolean {
    const { used, unused } = this.#statements;
    const before = today - Math.ceil((imageAges[1].age / day) * this.share) - 1;
    const kept = used.run(today, before, imagesAtOnce).changes;
    const gone = unused.run(before, imagesAtOnce).changes;
    if (Number(gone) > 0) this.#book.forgetNumbers();
    return Number(kept) + Number(gone) > 0;
  }

  /** The last resort, where even the newest is too much: more hosts and images than the bound has room for. */
  #clear(): void {
    for (const table of ['hours', 'days', 'points', 'seen', 'hosts', 'images'])
      this.#database.exec(`DELETE FROM ${table}`);
    this.#book.forgetAll();
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
