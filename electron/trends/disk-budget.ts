import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const pages = z.object({ page_count: z.int() });
const free = z.object({ freelist_count: z.int() });
const size = z.object({ page_size: z.int() });

/** Bytes of the limit that are reserved for the write-ahead log beside the file. */
const walAllowanceBytes = 2 * 1_048_576;
/** Bytes that one sample of a host needs at most: a fixed part, and per image a part beside its id, which is stored twice. */
const bytesPerSample = 65_536;
const bytesPerImage = 90;
/** Bytes kept free for samples that arrive while old data is being removed. */
const minReservedBytes = 1_048_576;

/** How large the trends file is, and how large it may be. Sizes in bytes. */
export class DiskBudget {
  readonly #database: DatabaseSync;
  readonly #readLimit: () => number;
  readonly #pageSize: number;
  /** The largest need of a recent sample; this much is kept free. */
  #reservedBytes = minReservedBytes;

  constructor(database: DatabaseSync, readLimit: () => number) {
    this.#database = database;
    this.#readLimit = readLimit;
    this.#pageSize = size.parse(database.prepare('PRAGMA page_size').get()).page_size;
  }

  /** The size of the file, free pages included. */
  get fileBytes(): number {
    return pages.parse(this.#database.prepare('PRAGMA page_count').get()).page_count * this.#pageSize;
  }

  /** The size of the pages in use. */
  get usedBytes(): number {
    return (
      this.fileBytes - free.parse(this.#database.prepare('PRAGMA freelist_count').get()).freelist_count * this.#pageSize
    );
  }

  get limitBytes(): number {
    return this.#readLimit();
  }

  /** The limit of the file itself, without the write-ahead log. */
  get maxFileBytes(): number {
    return Math.max(0, this.limitBytes - walAllowanceBytes);
  }

  /** Whether a sample with these images may be written. One that needs more than half of the limit never is. */
  fits(cached: readonly { imageId: string }[]): boolean {
    let needed = bytesPerSample;
    for (const { imageId } of cached) needed += bytesPerImage + 2 * Buffer.byteLength(imageId);
    if (needed > this.maxFileBytes / 2) return false;
    this.#reservedBytes = Math.max(this.#reservedBytes, needed);
    return this.usedBytes + needed <= this.maxFileBytes;
  }

  /** Whether old data must be removed now. */
  get isFull(): boolean {
    return this.usedBytes > this.#target;
  }

  /** Whether enough was removed. */
  get hasSpareRoom(): boolean {
    return this.usedBytes <= 0.85 * this.#target;
  }

  get #target(): number {
    return this.maxFileBytes - Math.min(this.#reservedBytes, this.maxFileBytes / 2);
  }

  /** Returns a few free pages to the disk if the file is over its limit; returns whether there are more. */
  releasePages(): boolean {
    if (this.fileBytes <= this.maxFileBytes || this.fileBytes === this.usedBytes) return false;
    this.#database.exec('PRAGMA incremental_vacuum(256)');
    return true;
  }
}
