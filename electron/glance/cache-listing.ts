import { ExpectedFailure } from '../contract/failure.ts';
import type { CachedImage, ImageId, OddRecord } from '../contract/images.ts';
import type { HttpAnswer } from '../http/http-answer.ts';
import { evidenceOf } from '../http/http-answer.ts';

/**
 * A value of unknown shape as short text, for showing a record that is not what it should be. Goes only as deep and as
 * far as it may, so that neither size nor nesting of what a host sends matters.
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

/** A cached image as the host lists it. Times in epoch milliseconds, null where Glance says that it never was. */
export type CachedRecord = Pick<CachedImage, 'imageId' | 'sizeBytes' | 'hits' | 'lastAccessed' | 'lastModified'>;

/** What a host said of its cache. `nullList`: it sent `null` for a list, as one with an unreadable cache database does. */
export type CacheListing = {
  cached: CachedRecord[];
  queued: ImageId[];
  odd: OddRecord[];
  nullList: boolean;
  requestId?: string;
};

/** More odd records than this are counted, not kept. */
const maxOddRecords = 500;
/** Times outside 2000-01-01 to 2200-01-01 are no times of a cache. */
const earliest = 946_684_800_000;
const latest = 7_258_118_400_000;

/** The odd records of one list. */
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
    return [...this.#kept, { text: '…', problem: `${this.#more} more odd records are not shown` }];
  }
}

/** Whether a value can be the id of an image: some text, at most 1,000 characters of it. */
function isImageId(value: unknown): value is ImageId {
  return typeof value === 'string' && value.length > 0 && value.length <= 1_000;
}

/** Epoch milliseconds from the seconds that Glance tells; 0 is its word for never. */
function timeOf(value: unknown, name: string, odd: (problem: string) => void): number | null {
  if (value === 0 || value === null || value === undefined) return null;
  const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
  if (ms >= earliest && ms <= latest) return ms;
  odd(`its ${name} is no time (${excerpt(value, 60)})`);
  return null;
}

function hitsOf(value: unknown, odd: (problem: string) => void): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  odd(`its hits are no count (${excerpt(value, 60)}), shown as 0`);
  return 0;
}

function recordOf(item: unknown, odd: OddRecords): CachedRecord | undefined {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    odd.add(item, 'it is no record of a cached image');
    return undefined;
  }
  const { image_id: imageId, size, hits, last_accessed, last_modified } = item as Record<string, unknown>;
  if (!isImageId(imageId)) {
    odd.add(item, 'it has no image id');
    return undefined;
  }
  if (typeof size !== 'number' || !(size >= 0) || size > Number.MAX_SAFE_INTEGER) {
    odd.add(item, `its size is no size (${excerpt(size, 60)})`);
    return undefined;
  }
  const problems: string[] = [];
  const note = (problem: string) => problems.push(problem);
  const record = {
    imageId,
    sizeBytes: size,
    hits: hitsOf(hits, note),
    lastAccessed: timeOf(last_accessed, 'last_accessed', note),
    lastModified: timeOf(last_modified, 'last_modified', note),
  };
  if (problems.length > 0) odd.add(item, problems.join('; '));
  return record;
}

/**
 * The records of `cached_images`. One that is not what the API promises is put aside as odd and loses nothing else; fields
 * that are not known are passed over. An id that comes twice counts once.
 */
export function parseCached(list: unknown[], odd: OddRecords): CachedRecord[] {
  const records = new Map<ImageId, CachedRecord>();
  for (const item of list) {
    const record = recordOf(item, odd);
    if (!record) continue;
    if (records.has(record.imageId)) odd.add(item, 'its image id is listed twice');
    else records.set(record.imageId, record);
  }
  return [...records.values()];
}

/** The ids of `queued_images`, oldest first. They may be anything that was ever queued. */
export function parseQueued(list: unknown[], odd: OddRecords): ImageId[] {
  const ids = new Set<ImageId>();
  for (const item of list) {
    if (!isImageId(item)) odd.add(item, 'it is no image id in a queue');
    else if (ids.has(item)) odd.add(item, 'it is queued twice');
    else ids.add(item);
  }
  return [...ids];
}

/** A list of an answer: the list; `null` where the host sent null; `undefined` where there is none. */
export function listOf(body: unknown, name: string): unknown[] | null | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const value = (body as Record<string, unknown>)[name];
  return Array.isArray(value) || value === null ? value : undefined;
}

/** An answer that should have been a list, and is not. */
export function notAListing(address: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${address}: the answer is not the list that Glance promises.`,
    remedy: 'Check that the address is that of a glance-api host, and what stands between it and the console.',
    ...evidenceOf(answer),
  });
}
