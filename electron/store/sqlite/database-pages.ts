import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** SQLite's own page size; used if the header of a file cannot be read. */
const defaultPageSize = 4_096;
const walHeaderBytes = 32;
const frameHeaderBytes = 24;
/** Bytes of a block of a `Damage`: a page of the databases that this console creates. */
export const blockBytes = 4_096;
const sqliteMagic = 'SQLite format 3\0';

/** The usable part of a write-ahead log. */
type WalPages = {
  /** The offset of each page's newest committed content. */
  offsets: Map<number, number>;
  /** The size of the database after the last commit, in pages; 0 if the log has no commit. */
  pages: number;
  /** Frames before the last commit whose checksum is wrong. SQLite ignores these and everything after them. */
  damagedFrames: number;
};

/**
 * The pages of a database file as its write-ahead log completes them, read without SQLite: SQLite stops at the first
 * page that it cannot read. The format is https://www.sqlite.org/fileformat2.html. Files that are in use are not changed.
 */
export class DatabasePages {
  readonly pageSize: number;
  /** The bytes of a page that hold content: some programs reserve a few at its end. */
  readonly usableSize: number;
  readonly pageCount: number;
  readonly damagedWalFrames: number;
  readonly #descriptor: number;
  readonly #wal: Buffer;
  readonly #walPages: WalPages;
  readonly #damaged: ReadonlySet<number>;

  /** `damaged`: the damaged blocks, see `Damage`. Throws the operating system's error. */
  constructor(file: string, damaged: ReadonlySet<number> = new Set()) {
    this.#damaged = damaged;
    this.#descriptor = openSync(file, 'r');
    const size = fstatSync(this.#descriptor).size;
    this.#wal = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : Buffer.alloc(0);
    const header = Buffer.alloc(100);
    readSync(this.#descriptor, header, 0, 100, 0);
    const isReadable = header.toString('latin1', 0, 16) === sqliteMagic;
    const stated = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    this.pageSize = isReadable && isPageSize(stated) ? stated : defaultPageSize;
    this.usableSize = this.pageSize - (isReadable && header[20] !== undefined && header[20] < 32 ? header[20] : 0);
    this.#walPages = readWal(this.#wal, this.pageSize);
    this.damagedWalFrames = this.#walPages.damagedFrames;
    this.pageCount = Math.max(this.#walPages.pages, Math.floor(size / this.pageSize));
  }

  /** A page by its number, from 1. Undefined if there is no such page, or it is known to be damaged. */
  page(number: number): Buffer | undefined {
    const isInWal = this.#walPages.offsets.has(number);
    const [first, end] = [((number - 1) * this.pageSize) / blockBytes, (number * this.pageSize) / blockBytes];
    if (!isInWal)
      for (let block = Math.floor(first); block < end; block += 1) if (this.#damaged.has(block)) return undefined;
    return this.#stored(number);
  }

  #stored(number: number): Buffer | undefined {
    if (number < 1 || number > this.pageCount) return undefined;
    const offset = this.#walPages.offsets.get(number);
    if (offset !== undefined) return this.#wal.subarray(offset, offset + this.pageSize);
    const page = Buffer.alloc(this.pageSize);
    const read = readSync(this.#descriptor, page, 0, this.pageSize, (number - 1) * this.pageSize);
    return read === this.pageSize ? page : undefined;
  }

  /** The pages without rows: free ones, whose old content must not be restored, and the map of an auto-vacuum. */
  unusedPages(): ReadonlySet<number> {
    const unused = new Set<number>();
    const header = this.#stored(1);
    if (!header || header.toString('latin1', 0, 16) !== sqliteMagic) return unused;
    if (header.readUInt32BE(52) !== 0) {
      const step = Math.floor(this.usableSize / 5) + 1;
      for (let number = 2; number <= this.pageCount; number += step) unused.add(number);
    }
    let trunk = header.readUInt32BE(32);
    while (trunk !== 0 && !unused.has(trunk)) {
      const page = this.page(trunk);
      if (!page) break;
      unused.add(trunk);
      const leaves = Math.min(page.readUInt32BE(4), this.usableSize / 4 - 2);
      for (let index = 0; index < leaves; index += 1) unused.add(page.readUInt32BE(8 + 4 * index));
      trunk = page.readUInt32BE(0);
    }
    return unused;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Whether a write-ahead log has damage before its last commit, which makes SQLite silently ignore everything after it.
 */
export function isWalDamaged(file: string): boolean {
  if (!existsSync(`${file}-wal`)) return false;
  const wal = readFileSync(`${file}-wal`);
  return readWal(wal, wal.length < walHeaderBytes ? defaultPageSize : wal.readUInt32BE(8)).damagedFrames > 0;
}

function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}

/**
 * Reads the frames of a write-ahead log. Each frame's checksum continues that of the frame before it, whose stored value
 * is enough to check it: frames after a damaged one count. A frame that is incomplete after the last commit is no damage:
 * the console was killed while it wrote.
 */
function readWal(wal: Buffer, statedPageSize: number): WalPages {
  const pageSize = isPageSize(statedPageSize) ? statedPageSize : defaultPageSize;
  const nothing: WalPages = { offsets: new Map(), pages: 0, damagedFrames: 0 };
  if (wal.length < walHeaderBytes + frameHeaderBytes + pageSize) return nothing;
  const littleEndian = wal.readUInt32BE(0) !== 0x377f0683;
  const headerSums = walSums([0, 0], wal.subarray(0, 24), littleEndian);
  const isHeaderValid = headerSums[0] === wal.readUInt32BE(24) && headerSums[1] === wal.readUInt32BE(28);
  const salts = wal.subarray(16, 24);
  const frames: { offset: number; number: number; commitPages: number; valid: boolean }[] = [];
  const size = frameHeaderBytes + pageSize;
  for (let at = walHeaderBytes; at + size <= wal.length; at += size) {
    const seedAt = at === walHeaderBytes ? 24 : at - size + 16;
    const seed: Sums = [wal.readUInt32BE(seedAt), wal.readUInt32BE(seedAt + 4)];
    const first = walSums(seed, wal.subarray(at, at + 8), littleEndian);
    const sums = walSums(first, wal.subarray(at + frameHeaderBytes, at + size), littleEndian);
    const isOwn = wal.compare(salts, 0, 8, at + 8, at + 16) === 0;
    const valid = isOwn && sums[0] === wal.readUInt32BE(at + 16) && sums[1] === wal.readUInt32BE(at + 20);
    const [number, commitPages] = [wal.readUInt32BE(at), wal.readUInt32BE(at + 4)];
    frames.push({ offset: at + frameHeaderBytes, number, commitPages, valid });
  }
  const last = frames.findLastIndex(({ valid, commitPages }) => valid && commitPages > 0);
  // Without a valid header the salts are unknown, and so are the valid frames.
  if (!isHeaderValid && last < 0) return { ...nothing, damagedFrames: frames.length };
  let damagedFrames = isHeaderValid ? 0 : 1;
  const offsets = new Map<number, number>();
  for (const { valid, number, offset } of frames.slice(0, last + 1)) {
    if (valid) offsets.set(number, offset);
    else damagedFrames += 1;
  }
  return { offsets, pages: frames[last]?.commitPages ?? 0, damagedFrames };
}

type Sums = readonly [number, number];

/** The checksum of a write-ahead log (section 4.2 of the file format), continued from `seed`. */
function walSums([first, second]: Sums, bytes: Buffer, littleEndian: boolean): Sums {
  let [one, other] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + other) >>> 0;
    other = (other + (littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + one) >>> 0;
  }
  return [one, other];
}
