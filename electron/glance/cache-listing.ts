import { ExpectedFailure } from '../contract/failure.ts';
import type { CachedImage, ImageId, OddRecord } from '../contract/images.ts';
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

/** A cached image as the host lists it. Times in epoch milliseconds; null where Glance reports none. */
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
  requestId?: string;
};

/** Odd records beyond this number are counted, not kept. */
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
    return [...this.#kept, { text: '…', problem: `${this.#more} more odd records are not shown` }];
  }
}

/** Whether a value can be an image id: a text of 1 to 1,000 characters. */
function isImageId(value: unknown): value is ImageId {
  return typeof value === 'string' && value.length > 0 && value.length <= 1_000;
}

/** Converts Glance's seconds to epoch milliseconds. Glance writes 0 for never. */
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
 * Parses `cached_images`. A malformed record is reported as odd and does not affect the others, unknown fields are
 * ignored, and an id that is listed twice counts once. This is the only place that makes ids unique.
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

/**
 * Parses `queued_images`, oldest first. A queue may hold any text (docs/glance-cache-api.md, section 2). Each id counts
 * once.
 */
export function parseQueued(list: unknown[], odd: OddRecords): ImageId[] {
  const ids = new Set<ImageId>();
  for (const item of list) {
    if (!isImageId(item)) odd.add(item, 'it is no image id in a queue');
    else if (ids.has(item)) odd.add(item, 'it is queued twice');
    else ids.add(item);
  }
  return [...ids];
}

/** Returns a list of an answer: `null` where the host sent null, `undefined` where there is no list. */
export function listOf(body: unknown, name: string): unknown[] | null | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const value = (body as Record<string, unknown>)[name];
  return Array.isArray(value) || value === null ? value : undefined;
}

/** The failure for an answer that should have been a list and is none. */
export function notAListing(address: string, answer: HttpAnswer): ExpectedFailure {
  return new ExpectedFailure({
    code: 'badResponse',
    message: `${address}: the answer is not the list that Glance promises.`,
    remedy: 'Check that the address is that of a glance-api host, and what stands between it and the console.',
    ...evidenceOf(answer),
  });
}
