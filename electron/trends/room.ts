import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const pages = z.object({ page_count: z.int() });
const free = z.object({ freelist_count: z.int() });
const size = z.object({ page_size: z.int() });

/** Bytes that the write-ahead log beside the file may take for a moment; a part of the bound. */
export const logAllowance = 2 * 1_048_576;
/** Bytes that one look at a host may take: so much, and for each image so much beside its id, which stands there twice. */
const perLook = 65_536;
const perImage = 90;
/** Kept free for what is looked at while room is made. */
const spare = 1_048_576;

/** How large the file of the trends is, and how large it may be. Sizes in bytes. */
export class Room {
  readonly #database: DatabaseSync;
  readonly #boundOf: () => number;
  readonly #pageSize: number;
  /** The most that a look lately needed; so much is kept free. */
  #wanted = spare;

  constructor(database: DatabaseSync, boundOf: () => number) {
    this.#database = database;
    this.#boundOf = boundOf;
    this.#pageSize = size.parse(database.prepare('PRAGMA page_size').get()).page_size;
  }

  /** The file as it is, free pages and all. */
  get file(): number {
    return pages.parse(this.#database.prepare('PRAGMA page_count').get()).page_count * this.#pageSize;
  }

  /** What of it holds anything. */
  get used(): number {
    return (
      this.file - free.parse(this.#database.prepare('PRAGMA freelist_count').get()).freelist_count * this.#pageSize
    );
  }

  get bound(): number {
    return this.#boundOf();
  }

  /** What the file itself may take. */
  get most(): number {
    return Math.max(0, this.bound - logAllowance);
  }

  /** Whether a look that lists these images may be written. One that needs more than half of all there is never has room. */
  hasRoomFor(cached: readonly { imageId: string }[]): boolean {
    let needed = perLook;
    for (const { imageId } of cached) needed += perImage + 2 * Buffer.byteLength(imageId);
    if (needed > this.most / 2) return false;
    this.#wanted = Math.max(this.#wanted, needed);
    return this.used + needed <= this.most;
  }

  /** Whether it is time to make room. */
  get isFull(): boolean {
    return this.used > this.#target;
  }

  /** Whether enough room was made. */
  get isRoomy(): boolean {
    return this.used <= 0.85 * this.#target;
  }

  get #target(): number {
    return this.most - Math.min(this.#wanted, this.most / 2);
  }

  /** Gives a few free pages back to the disk where the file is larger than it may be; whether there is more to give. */
  giveBack(): boolean {
    if (this.file <= this.most || this.file === this.used) return false;
    this.#database.exec('PRAGMA incremental_vacuum(256)');
    return true;
  }
}
