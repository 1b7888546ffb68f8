import { isUtf8 } from 'node:buffer';
import type { SQLOutputValue } from 'node:sqlite';
import type { DatabasePages } from './database-pages.ts';

/** One row as it is stored. `rowId` is null in a table without row ids, and in an index. */
export type StoredRecord = { rowId: number | bigint | null; values: SQLOutputValue[] };

const interiorIndex = 0x02;
const interiorTable = 0x05;
const leafIndex = 0x0a;
const leafTable = 0x0d;
const btreeTypes: readonly unknown[] = [interiorIndex, interiorTable, leafIndex, leafTable];
/** The longest record that is read; the console stores none near it. Bytes. */
const maxRecordBytes = 64 * 1_048_576;

type BtreePage = { records: StoredRecord[]; children: number[]; isReadable: boolean };

/** Reads the records of a table's pages, from its root down. Pages that cannot be read are passed over, with a note. */
export class RecordReader {
  readonly #pages: DatabasePages;
  /** The pages that were read as part of some table. */
  readonly visited = new Set<number>();
  /** The pages, or parts of them, that could not be read. */
  readonly unreadable = new Set<number>();

  /** The pages that hold no rows. */
  readonly #unused: ReadonlySet<number>;

  constructor(pages: DatabasePages) {
    this.#pages = pages;
    this.#unused = pages.unusedPages();
  }

  /** The records below a root page, in no particular order. */
  *below(root: number): Generator<StoredRecord> {
    const waiting = [root];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (this.visited.has(number)) continue;
      this.visited.add(number);
      const { records, children } = this.#read(number);
      yield* records;
      waiting.push(...children);
    }
  }

  /** The records of all other pages: a damaged page in the middle of a table cuts off those below it. */
  *elsewhere(): Generator<StoredRecord> {
    for (let number = 1; number <= this.#pages.pageCount; number += 1) {
      if (this.visited.has(number) || this.#unused.has(number)) continue;
      const page = this.#pages.page(number);
      if (!page) this.unreadable.add(number);
      const type = page?.[number === 1 ? 100 : 0];
      if (btreeTypes.includes(type)) yield* this.#read(number).records;
    }
  }

  /**
   * Whether a page starts unlike any of SQLite's: pages that are not of a b-tree start with the number of another page.
   */
  #beginsDamaged(number: number): boolean {
    const page = this.#pages.page(number);
    if (!page || this.#unused.has(number) || btreeTypes.includes(page[0])) return false;
    return page[0] !== 0 || page.readBigUInt64BE(0) === 0n;
  }

  #read(number: number): BtreePage {
    const page = this.#pages.page(number);
    const read = page && readBtreePage(page, number === 1 ? 100 : 0, this.#pages, this.#beginsDamaged(number + 1));
    if (!read?.isReadable) this.unreadable.add(number);
    return read ?? { records: [], children: [], isReadable: false };
  }
}

/**
 * Reads a page of a b-tree; `start` is the offset of its header in bytes. What cannot be read of it is left out, and the cell
 * before that too: damage is rarely aligned to cells, and the end of that one may be wrong.
 */
function readBtreePage(page: Buffer, start: number, pages: DatabasePages, isNextPageDamaged: boolean): BtreePage {
  const result: BtreePage = { records: [], children: [], isReadable: true };
  const type = page[start];
  if (!btreeTypes.includes(type)) return { ...result, isReadable: false };
  const isInterior = type === interiorIndex || type === interiorTable;
  const cells = page.readUInt16BE(start + 3);
  const pointers = start + (isInterior ? 12 : 8);
  if (isInterior) result.children.push(page.readUInt32BE(start + 8));
  if (pointers + 2 * cells > pages.usableSize) return { ...result, isReadable: false };
  const offsets = Array.from({ length: cells }, (_, index) => page.readUInt16BE(pointers + 2 * index));
  // From the end of the page: damage that begins within a cell reaches into the cell behind it, which is read before.
  let isNextDamaged = isNextPageDamaged;
  for (const at of offsets.sort((one, other) => other - one)) {
    if (isInterior && at + 4 <= page.length) result.children.push(page.readUInt32BE(at));
    if (type === interiorTable) continue;
    const isInCells = at >= pointers + 2 * cells;
    const record = isInCells ? readCell(page, isInterior ? at + 4 : at, type === leafTable, pages) : undefined;
    if (record && !isNextDamaged) result.records.push(record);
    else result.isReadable = false;
    isNextDamaged = record === undefined;
  }
  return result;
}

function readCell(page: Buffer, start: number, isTable: boolean, pages: DatabasePages): StoredRecord | undefined {
  try {
    const cursor = { at: start };
    const size = Number(readVarint(page, cursor));
    const rowId = isTable ? toNumber(readVarint(page, cursor)) : null;
    const payload = readPayload(page, cursor.at, size, isTable, pages);
    return payload && { rowId, values: readValues(payload) };
  } catch (error) {
    // A length or an offset that points out of the page: the cell is damaged.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The payload of a cell: the part on its page, and the rest on overflow pages (section 1.6 of the file format). */
function readPayload(page: Buffer, at: number, size: number, isTable: boolean, pages: DatabasePages) {
  if (size > maxRecordBytes) return undefined;
  const usable = pages.usableSize;
  const max = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  const min = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = min + ((size - min) % (usable - 4));
  const local = size <= max ? size : wanted <= max ? wanted : min;
  if (at + local > usable) return undefined;
  if (local === size) return page.subarray(at, at + size);
  const parts = [page.subarray(at, at + local)];
  let next = page.readUInt32BE(at + local);
  for (let missing = size - local; missing > 0; ) {
    const overflow = pages.page(next);
    if (!overflow) return undefined;
    const part = overflow.subarray(4, 4 + Math.min(missing, usable - 4));
    parts.push(part);
    missing -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts, size);
}

/** The values of a record (section 2.1 of the file format). Throws a `RangeError` if it is damaged. */
function readValues(record: Buffer): SQLOutputValue[] {
  const cursor = { at: 0 };
  const headerSize = Number(readVarint(record, cursor));
  if (headerSize > record.length || headerSize < 1) throw new RangeError('Header longer than its record');
  const values: SQLOutputValue[] = [];
  let at = headerSize;
  while (cursor.at < headerSize) {
    const type = Number(readVarint(record, cursor));
    const length = type >= 12 ? (type - (type % 2) - 12) / 2 : (fixedLengths[type] ?? Number.POSITIVE_INFINITY);
    if (at + length > record.length) throw new RangeError('Value longer than its record');
    values.push(readValue(record, type, at, length));
    at += length;
  }
  if (at !== record.length) throw new RangeError('Record longer than its values');
  return values;
}

/** Bytes of a value by its type, for types below 12; 10 and 11 are not used in files. */
const fixedLengths: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function readValue(record: Buffer, type: number, at: number, length: number): SQLOutputValue {
  if (type === 0) return null;
  if (type <= 5) return record.readIntBE(at, length);
  if (type === 6) return toNumber(record.readBigInt64BE(at));
  if (type === 7) return record.readDoubleBE(at);
  if (type <= 9) return type - 8;
  return type % 2 === 0 ? new Uint8Array(record.subarray(at, at + length)) : readText(record.subarray(at, at + length));
}

function readText(bytes: Buffer): string {
  // Bytes that are no text were not written as one.
  if (!isUtf8(bytes)) throw new RangeError('Not a text');
  return bytes.toString('utf8');
}

function readVarint(bytes: Buffer, cursor: { at: number }): bigint {
  let value = 0n;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes.readUInt8(cursor.at);
    cursor.at += 1;
    if (index === 8) return (value << 8n) | BigInt(byte);
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return value;
  }
  return value;
}

function toNumber(value: bigint): number | bigint {
  const signed = BigInt.asIntN(64, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}
