import { createHash } from 'node:crypto';
import { formatCount } from '../contract/counts.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { CachedImage, ImageId, OddRecord } from '../contract/images.ts';
import { type AnswerReader, type Known, readAnswer } from '../http/answer-reader.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { evidenceOf } from '../http/http-answer.ts';

/**
 * Shortens a value of unknown shape to a text of at most `limit` characters, to show a malformed record. It visits only
 * as much of the value as it writes, so that neither the size nor the nesting of a host's answer matters.
 */
export function excerpt(value: unknown, limit = 300): string {
  let text = '';
  const write = (piece: string) => {
    text += piece.slice(0, limit - text.length + 1);
  };
  const visit = (item: unknown, depth: number): void => {
    if (text.length > limit) return;
    if (typeof item === 'string') write(JSON.stringify(item.slice(0, limit)));
    else if (typeof item !== 'object' || item === null) write(String(item));
    else if (depth === 4) write('…');
    else if (Array.isArray(item)) all('[', item.entries(), ']', () => '', depth);
    else all('{', Object.entries(item), '}', (key) => `${JSON.stringify(String(key).slice(0, limit))}: `, depth);
  };
  const all = (
    open: string,
    entries: Iterable<[unknown, unknown]>,
    close: string,
    label: (key: unknown) => string,
    depth: number,
  ): void => {
    let separator = open;
    for (const [key, item] of entries) {
      if (text.length > limit) return;
      write(`${separator}${label(key)}`);
      visit(item, depth + 1);
      separator = ', ';
    }
    write(separator === open ? open + close : close);
  };
  visit(value, 0);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** A cached image as the host lists it. Times in epoch milliseconds; null if Glance reports none. */
export type CachedRecord = Pick<CachedImage, 'imageId' | 'sizeBytes' | 'hits' | 'lastAccessed' | 'lastModified'>;

/**
 * The lists of a host, with each id once. `nullList`: the host sent `null` in place of a list, as one with an
 * unreadable cache database does (docs/glance-cache-api.md, trap 12).
 */
export type CacheListing = {
  cached: CachedRecord[];
  queued: ImageId[];
  odd: OddRecord[];
  nullList: boolean;
};

/**
 * The maximum number of images in one list of a host. More images exceed every action, and what the console can show.
 */
export const maxListed = 250_000;

/** Odd records beyond this number are counted, but not stored. */
const maxOddRecords = 500;
/** Epoch milliseconds of 2000-01-01 and 2200-01-01. Times outside this range are invalid. */
const earliest = 946_684_800_000;
const latest = 7_258_118_400_000;

/** Collects the malformed records of one answer. */
export class OddRecords {
  readonly #kept: OddRecord[] = [];
  #more = 0;

  add(record: unknown, problem: string): void {
    if (this.#kept.length < maxOddRecords)
      this.#kept.push({ text: excerpt(record, 450), problem: problem.slice(0, 500) });
    else this.#more += 1;
  }

  list(): OddRecord[] {
    if (this.#more === 0) return this.#kept;
    return [...this.#kept, { text: '…', problem: `${this.#more} more invalid records are not shown` }];
  }
}

/**
 * Reads an image id: a text of 1 to 1,000 characters, or a whole number, whose text is the id in the address of a
 * request. Undefined for anything else, also for a number that JSON cannot carry exactly.
 */
function readImageId(value: unknown): ImageId | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.length > 0 && value.length <= 1_000 ? value : undefined;
}

function isObject(item: unknown): item is Record<string, unknown> {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}

/** Converts Glance's seconds to epoch milliseconds. Glance writes 0 for never. */
function timeOf(value: unknown, name: string, odd: (problem: string) => void): number | null {
  if (value === 0 || value === null || value === undefined) return null;
  const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
  if (ms >= earliest && ms <= latest) return ms;
  odd(`invalid ${name} (${excerpt(value, 60)})`);
  return null;
}

/** The size in bytes; null if the host reports none that is valid. */
function sizeOf(value: unknown, odd: (problem: string) => void): number | null {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  odd(`invalid size (${excerpt(value, 60)}), shown as unknown`);
  return null;
}

function hitsOf(value: unknown, odd: (problem: string) => void): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  odd(`invalid hits (${excerpt(value, 60)}), shown as 0`);
  return 0;
}

/**
 * Parses a record of `cached_images`. An image with a readable id is cached there, whatever else its record contains:
 * an invalid value is unknown, and reported. A text in place of a record is an id.
 */
function recordOf(item: unknown, odd: OddRecords): CachedRecord | undefined {
  if (!isObject(item)) {
    odd.add(item, 'not a record of a cached image');
    const imageId = readImageId(item);
    return imageId === undefined
      ? undefined
      : { imageId, sizeBytes: null, hits: 0, lastAccessed: null, lastModified: null };
  }
  const { image_id, size, hits, last_accessed, last_modified } = item;
  const imageId = readImageId(image_id);
  if (imageId === undefined) {
    odd.add(item, 'no image ID');
    return undefined;
  }
  const problems: string[] = [];
  const note = (problem: string) => problems.push(problem);
  if (typeof image_id !== 'string') note('the image ID is a number');
  const record = {
    imageId,
    sizeBytes: sizeOf(size, note),
    hits: hitsOf(hits, note),
    lastAccessed: timeOf(last_accessed, 'last_accessed', note),
    lastModified: timeOf(last_modified, 'last_modified', note),
  };
  if (problems.length > 0) odd.add(item, problems.join('; '));
  return record;
}

/**
 * Parses `cached_images`. A malformed record is reported as odd and does not affect the others, unknown fields are
 * ignored, and an id that is listed twice counts once, with a known size if it has one. This is the only place that
 * makes ids unique.
 */
export function parseCached(list: unknown[], odd: OddRecords): CachedRecord[] {
  const records = new Map<ImageId, CachedRecord>();
  for (const item of list) {
    const record = recordOf(item, odd);
    if (!record) continue;
    const before = records.get(record.imageId);
    if (before) odd.add(item, 'duplicate image ID');
    if (!before || (before.sizeBytes === null && record.sizeBytes !== null)) records.set(record.imageId, record);
  }
  return [...records.values()];
}

/**
 * Parses `queued_images`, oldest first. A queue may hold any text (docs/glance-cache-api.md, section 2). Each id counts
 * once. A record with an image id in place of an id is reported, and queued like any other.
 */
export function parseQueued(list: unknown[], odd: OddRecords): ImageId[] {
  const ids = new Set<ImageId>();
  for (const item of list) {
    const imageId = readImageId(isObject(item) ? item['image_id'] : item);
    if (typeof item !== 'string' || imageId === undefined) odd.add(item, 'not a queued image ID');
    if (imageId === undefined) continue;
    if (ids.has(imageId)) odd.add(item, 'queued twice');
    else ids.add(imageId);
  }
  return [...ids];
}

/** Returns a list of an answer: `null` where the host sent null, `undefined` where there is no list. */
export function listOf(body: unknown, name: string): unknown[] | null | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const value = (body as Record<string, unknown>)[name];
  return Array.isArray(value) || value === null ? value : undefined;
}

/**
 * The content of an answer; or the result that it is not such a list, or one with more than {@link maxListed} images.
 */
type Listed = CacheListing | 'notAListing' | 'tooLong';

function listingReader(name: string, lists: { cached: boolean; queued: boolean }): AnswerReader<Listed> {
  return {
    name,
    sliceLength: 2_000,
    read(body) {
      const cached = lists.cached ? listOf(body, 'cached_images') : [];
      const queued = lists.queued ? listOf(body, 'queued_images') : [];
      if (cached === undefined || queued === undefined) return 'notAListing';
      if (Math.max(cached?.length ?? 0, queued?.length ?? 0) > maxListed) return 'tooLong';
      const odd = new OddRecords();
      return {
        cached: parseCached(cached ?? [], odd),
        queued: parseQueued(queued ?? [], odd),
        odd: odd.list(),
        nullList: cached === null || queued === null,
      };
    },
  };
}

/** Readers of the answers that list a cache, a queue, or both (docs/glance-cache-api.md, sections 2 and 7). */
export const cacheAndQueue = listingReader('cache and queue', { cached: true, queued: true });
export const cacheOnly = listingReader('cache', { cached: true, queued: false });
export const queueOnly = listingReader('queue', { cached: false, queued: true });

/**
 * Reads a digest of the image ids or versions in an answer, whatever their order; null if it lists neither. Hits and
 * times are left out, because they change. The digest distinguishes the answers of one host from those of another.
 */
export const namesDigest: AnswerReader<string | null> = {
  name: 'digest of the names',
  sliceLength: 1,
  read(body) {
    const lists = ['cached_images', 'queued_images', 'versions'].map((name) => listOf(body, name));
    if (!lists.some(Array.isArray)) return null;
    // A queued image that has just been fetched moves to the other list; the cache is still the same.
    const names = new Set(lists.flatMap((list) => (list ?? []).map(nameOf)));
    return createHash('sha256')
      .update(JSON.stringify([...names].sort()))
      .digest('base64');
  },
};

function nameOf(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return '';
  const { image_id: imageId, id } = entry as Record<string, unknown>;
  return typeof imageId === 'string' ? imageId : typeof id === 'string' ? id : '';
}

/** Reads a listing. Throws `badResponse` if the answer is not a listing, or is too long. */
export async function readListing(
  answer: HttpAnswer,
  reader: AnswerReader<Listed>,
  who: { address: string; signal: AbortSignal | undefined; last?: CacheListing | undefined },
): Promise<CacheListing> {
  const { last, ...from } = who;
  const listed = await readAnswer(answer, reader, { ...from, known: last && knownIn(last) });
  if (listed === 'notAListing') throw notAListing(who.address, answer);
  if (listed === 'tooLong') throw listingTooLong(who.address, answer);
  return listed;
}

/** Keeps the records of the last listing that did not change. */
function knownIn({ cached }: CacheListing): Known {
  return (key, index, element) => {
    const before = key === 'cached' ? cached[index] : undefined;
    if (!before) return element;
    const { imageId, sizeBytes, hits, lastAccessed, lastModified } = element as CachedRecord;
    if (imageId !== before.imageId) return element;
    const isSame =
      sizeBytes === before.sizeBytes &&
      hits === before.hits &&
      lastAccessed === before.lastAccessed &&
      lastModified === before.lastModified;
    return isSame ? before : { imageId: before.imageId, sizeBytes, hits, lastAccessed, lastModified };
  };
}

/**
 * The last listing of a host. While the host answers the same, it stays the same object, so that nothing is computed
 * from it again.
 */
export class LastListing {
  #digest = '';
  #listing: CacheListing | undefined;

  /**
   * Returns the listing of answers with this digest: the last one if they are the same, else what `read` returns, which
   * gets the last one to keep its records.
   */
  async of(digest: string, read: (last: CacheListing | undefined) => Promise<CacheListing>): Promise<CacheListing> {
    if (this.#listing && this.#digest === digest) return this.#listing;
    const listing = await read(this.#listing);
    this.#digest = digest;
    this.#listing = listing;
    return listing;
  }
}

function listingTooLong(address: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${address}: lists more than ${formatCount(maxListed)} images, the maximum that the console shows.`,
    remedy: 'Check the cache and queue with glance-cache-manage on the host, and delete images that are not needed.',
    status: answer.status,
  });
}

/** The failure for an answer that should have been a list and is not. */
export function notAListing(address: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${address}: invalid image list.`,
    remedy: 'Check that the address is a glance-api host, and check any proxy or load balancer in between.',
    ...evidenceOf(answer),
  });
}

export const listingReaders: readonly AnswerReader<unknown>[] = [cacheAndQueue, cacheOnly, queueOnly, namesDigest];
