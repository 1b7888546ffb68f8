import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { parseJson } from '../../contract/parse-json.ts';
import { systemCode } from '../../lib/system-error.ts';
import { type Damage, pause, type SlicedCheck } from './check-in-slices.ts';
import { isDamage } from './damage-watch.ts';
import { blockBytes } from './database-pages.ts';

/** Blocks compared in one slice: 4 MiB, which takes about 3 ms. */
const sliceBlocks = 1_024;
/** The largest file, in bytes, that gets checksums. They take about 40 ms for it, and the console ends in a tenth of a second. */
const maxBytes = 32 * 1024 * 1024;

const header = z.object({
  version: z.literal(1),
  writer: z.string(),
  size: z.int(),
  changes: z.int(),
  sums: z.int(),
});

/**
 * What a database file held when it was closed: a checksum of each block. It shows damage that SQLite's own check does not
 * look for, which is every changed value in a row or an index, and which blocks are damaged.
 *
 * It sees nothing of a file that was not closed, such as after a kill, nor of one that another console used since then. It
 * takes a change that another program makes between two starts for damage.
 */
export type FileChecksums = { size: number; sums: Uint32Array };

export function checksumsOf(file: string): string {
  return `${file}-checksums`;
}

/**
 * Writes the checksums of a database file that was closed with nothing left in its log. `writer` names this run of the
 * console. They are left out if they cannot be written, and for a file larger than `maxBytes`.
 */
export function writeChecksums(file: string, writer: string): void {
  const target = checksumsOf(file);
  try {
    if (statSync(file).size > maxBytes) return;
    const sums: number[] = [];
    const size = readBlocks(file, 0, Number.POSITIVE_INFINITY, (block) => {
      sums.push(crc32(block));
    });
    const bytes = Buffer.alloc(4 * sums.length);
    for (const [index, sum] of sums.entries()) bytes.writeUInt32LE(sum, 4 * index);
    const changes = changesOf(file)?.counter ?? 0;
    const text = JSON.stringify({ version: 1, writer, size, changes, sums: crc32(bytes) } satisfies z.infer<
      typeof header
    >);
    writeFileSync(target, Buffer.concat([Buffer.from(`${text}\n`), bytes]), { mode: 0o600, flush: true });
  } catch (error) {
    // For example on a full disk. The next start checks without them.
    if (systemCode(error) === undefined) throw error;
    rmSync(target, { force: true });
  }
}

/**
 * Reads the checksums of a database file. Undefined if there are none of its last use, by the console run `writer`, or if
 * they are damaged themselves.
 */
export function readChecksums(file: string, writer: string | undefined): FileChecksums | undefined {
  const source = checksumsOf(file);
  if (writer === undefined || !existsSync(source)) return undefined;
  const content = readFileSync(source);
  const end = content.indexOf('\n');
  const read = header.safeParse(parseJson(content.toString('utf8', 0, Math.max(end, 0))));
  if (!read.success || read.data.writer !== writer) return undefined;
  const bytes = content.subarray(end + 1);
  if (crc32(bytes) !== read.data.sums) return undefined;
  const now = changesOf(file);
  // Another version of the file, such as a copy that was restored, and no damage of its header.
  if (now?.isSound && now.counter !== read.data.changes) return undefined;
  const sums = Uint32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index));
  return { size: read.data.size, sums };
}

/** Compares a whole file with its checksums. For files of a few MiB. */
export function compareNow(file: string, checksums: FileChecksums): Damage | undefined {
  const blocks = new Set<number>();
  compare(file, checksums, 0, Number.POSITIVE_INFINITY, blocks);
  return blocks.size > 0 ? { blocks } : undefined;
}

/**
 * Compares a file with its checksums in short slices. The database can be used meanwhile: a reader keeps what is written
 * in the log until the end, so that the file stays as it is.
 */
export function compareInSlices(file: string, checksums: FileChecksums): SlicedCheck {
  const stopped = new AbortController();
  let isSlow = false;
  async function check(): Promise<Damage | undefined | 'stopped'> {
    const reader = new DatabaseSync(file, { timeout: 5_000, readOnly: true });
    try {
      holdFile(reader);
      const blocks = new Set<number>();
      for (let from = 0; compare(file, checksums, from, sliceBlocks, blocks); from += sliceBlocks) {
        if (isSlow) await setTimeout(pause, undefined, { ref: false });
        else await setImmediate();
        if (stopped.signal.aborted) return 'stopped';
      }
      return blocks.size > 0 ? { blocks } : undefined;
    } finally {
      reader.close();
    }
  }
  return {
    result: check(),
    slowDown: () => {
      isSlow = true;
    },
    stop: () => stopped.abort(),
  };
}

function holdFile(reader: DatabaseSync): void {
  try {
    reader.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** Adds the blocks that differ from their checksums. Returns whether the file or the checksums go on behind them. */
function compare(file: string, { sums, size }: FileChecksums, from: number, count: number, damaged: Set<number>) {
  let index = from;
  const sizeNow = readBlocks(file, from, count, (block) => {
    if (index >= sums.length || crc32(block) !== sums[index]) damaged.add(index);
    index += 1;
  });
  // Missing blocks at the end are damage too.
  if (sizeNow < size && index >= Math.floor(sizeNow / blockBytes)) damaged.add(sums.length - 1);
  return index * blockBytes < sizeNow;
}

/** Calls `take` with blocks of a file. Returns the size of the file in bytes. */
function readBlocks(file: string, from: number, count: number, take: (block: Buffer) => void): number {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const end = Math.min(size, (from + count) * blockBytes);
    const part = Buffer.alloc(Math.min(sliceBlocks * blockBytes, Math.max(0, end - from * blockBytes)));
    for (let at = from * blockBytes; at < end; at += part.length) {
      const read = readSync(descriptor, part, 0, Math.min(part.length, end - at), at);
      for (let start = 0; start < read; start += blockBytes) {
        take(part.subarray(start, Math.min(start + blockBytes, read)));
      }
    }
    return size;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * SQLite's counter of changes in the header of a file (section 1.3.6 of the file format), and whether the header looks as
 * SQLite writes it: it repeats the counter.
 */
function changesOf(file: string): { counter: number; isSound: boolean } | undefined {
  const bytes = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, bytes, 0, 100, 0) < 100) return undefined;
  } finally {
    closeSync(descriptor);
  }
  const counter = bytes.readUInt32BE(24);
  const encoding = bytes.readUInt32BE(56);
  const isSound = counter > 0 && counter === bytes.readUInt32BE(92) && encoding >= 1 && encoding <= 3;
  return { counter, isSound };
}
