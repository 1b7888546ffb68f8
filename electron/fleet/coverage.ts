import {
  type Coverage as Answer,
  type CoverageHost,
  type CoverageImage,
  coverageCell,
  type ImagePlaces,
} from '../contract/coverage.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type {
  CachedImage,
  CatalogStatus,
  Catalogue,
  CatalogueImage,
  ImageId,
  ImageServiceId,
  QueuedImage,
} from '../contract/images.ts';
import { inSlices, stepLength } from '../lib/slices.ts';

/** A host and the images it last listed. */
export type HostWithImages = { summary: HostSummary; images: HostImages };

/**
 * How far the last list of a host can be trusted. The list of a host that is down is shown as of its time, because the
 * host may have lost or gained anything since. If caching was turned off, the images in the directory are not used.
 */
export function readingOf({ summary, images }: HostWithImages): CoverageHost {
  const { id, name, failure } = summary;
  const { takenAt, revision } = images;
  const nullList = summary.warnings.find((warning) => warning.kind === 'nullList');
  const told = { hostId: id, revision, takenAt };
  const unknown = (reason: string): CoverageHost => ({ ...told, reading: 'unknown', reason });
  if (failure?.code === 'cachingDisabled') return unknown(failure.message);
  if (takenAt === null) return unknown(failure?.message ?? `${name} has not responded yet.`);
  if (nullList) return unknown(nullList.text);
  if (failure) return { ...told, reading: 'stale', reason: failure.message };
  return { ...told, reading: 'current', reason: null };
}

type ImageRecord = { imageId: ImageId } | CatalogueImage;
const idOf = (record: ImageRecord): ImageId => ('imageId' in record ? record.imageId : record.id);

/** Assigns a number to each image once, so that lists can be added up without looking up each id again. */
class ImageNumbers {
  #numbers = new Map<ImageId, number>();
  #ids: ImageId[] = [];
  /** Keyed by the array itself, so the array must be a new one whenever its content changes. */
  #numbered = new WeakMap<readonly ImageRecord[], Uint32Array>();

  /** The count of assigned numbers, including those of images that no host has any more. */
  get count(): number {
    return this.#ids.length;
  }

  idOf(number: number): ImageId {
    return this.#ids[number] ?? '';
  }

  /** Returns the number of each image of a list. */
  *steps(list: readonly ImageRecord[]): Generator<void, Uint32Array> {
    const before = this.#numbered.get(list);
    if (before) return before;
    const numbers = new Uint32Array(list.length);
    for (const [index, record] of list.entries()) {
      numbers[index] = this.#number(idOf(record));
      if (index % stepLength === stepLength - 1) yield;
    }
    this.#numbered.set(list, numbers);
    return numbers;
  }

  forget(): void {
    this.#numbers = new Map();
    this.#ids = [];
    this.#numbered = new WeakMap();
  }

  #number(imageId: ImageId): number {
    const before = this.#numbers.get(imageId);
    if (before !== undefined) return before;
    const number = this.#ids.push(imageId) - 1;
    this.#numbers.set(imageId, number);
    return number;
  }
}

export type CoverageInputs = {
  /** The arrays of a host's images must be the same ones while their content does not change. */
  hosts: readonly HostWithImages[];
  catalogues: ReadonlyMap<ImageServiceId, Catalogue>;
};

/** Numbering starts again when more than this many numbers belong to images that no host has any more. */
const maxForgotten = 10_000;

type Rowed = { key: readonly unknown[]; images: CoverageImage[]; revision: number };

/**
 * Computes which hosts have which image, in slices: a host may list 250,000 images. The rows are reused until a list or
 * a catalogue changes.
 */
export class Coverage {
  readonly #numbers = new ImageNumbers();
  #last: Rowed | undefined;
  /** The computations in progress, one after the other. */
  #computing: Promise<unknown> = Promise.resolve();

  /** The answer for these inputs, also when they change while it is computed. */
  async answer(inputs: CoverageInputs): Promise<Answer> {
    const hosts = inputs.hosts.map(readingOf);
    const key = keyOf(inputs);
    const work = this.#computing.then(() => this.#rows(inputs, key));
    this.#computing = work.catch(() => undefined);
    const { images, revision } = await work;
    return { revision, hosts, images };
  }

  async #rows(inputs: CoverageInputs, key: readonly unknown[]): Promise<Rowed> {
    const last = this.#last;
    if (last?.key.length === key.length && key.every((part, at) => part === last.key[at])) return last;
    if (this.#numbers.count > maxForgotten + 2 * (last?.images.length ?? 0)) this.#numbers.forget();
    const images = await inSlices(coverSteps(inputs, this.#numbers));
    this.#last = { key, images, revision: (last?.revision ?? 0) + 1 };
    return this.#last;
  }
}

/** Everything that the rows of an answer depend on. */
function keyOf({ hosts, catalogues }: CoverageInputs): unknown[] {
  const key: unknown[] = [];
  for (const { summary, cached, queued } of hosts.map(listedBy))
    key.push(summary.id, summary.imageServiceId, cached, queued);
  for (const [serviceId, { images, readAt }] of catalogues) key.push(serviceId, images, readAt === null);
  return key;
}

/** The lists of a host that count: none if its content is not known. */
function listedBy(host: HostWithImages) {
  const known = readingOf(host).reading !== 'unknown';
  return {
    summary: host.summary,
    known,
    cached: known ? host.images.cached : nothingCached,
    queued: known ? host.images.queued : nothingQueued,
  };
}
const nothingCached: readonly CachedImage[] = [];
const nothingQueued: readonly QueuedImage[] = [];

/** Cells that are filled between two yields, each in a few nanoseconds. */
const cellsAtOnce = 50_000;

const letterCode = (letter: string) => letter.charCodeAt(0);
const letters = {
  cached: letterCode('c'),
  queued: letterCode('q'),
  missing: letterCode('m'),
  absent: letterCode('-'),
  unknown: letterCode('?'),
};

function* coverSteps({ hosts, catalogues }: CoverageInputs, numbers: ImageNumbers): Generator<void, CoverageImage[]> {
  // All numbers are assigned first: they determine the count of rows.
  const catalogued: { serviceId: ImageServiceId; images: readonly CatalogueImage[]; read: boolean; at: Uint32Array }[] =
    [];
  for (const [serviceId, { images, readAt }] of catalogues) {
    catalogued.push({ serviceId, images, read: readAt !== null, at: yield* numbers.steps(images) });
  }
  const columns: (ReturnType<typeof listedBy> & { cachedAt: Uint32Array; queuedAt: Uint32Array })[] = [];
  for (const list of hosts.map(listedBy)) {
    const cachedAt = yield* numbers.steps(list.cached);
    columns.push({ ...list, cachedAt, queuedAt: yield* numbers.steps(list.queued) });
  }
  const rows = new Rows(numbers);
  for (const { serviceId, images, at } of catalogued) {
    const cacheable = rows.cacheableIn(serviceId);
    for (const [index, image] of images.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      const number = at[index] ?? 0;
      rows.tell(number, { catalogStatus: 'known', ...image });
      if (image.status === 'active') cacheable[number] = 1;
    }
  }
  for (const { summary, cached, queued, cachedAt, queuedAt } of columns) {
    const cacheable = rows.cacheableIn(summary.imageServiceId);
    for (const [index, image] of cached.entries()) {
      rows.add(cachedAt[index] ?? 0, image, cacheable);
      if (index % stepLength === stepLength - 1) yield;
    }
    for (const [index, image] of queued.entries()) {
      rows.note(queuedAt[index] ?? 0, image, cacheable);
      if (index % stepLength === stepLength - 1) yield;
    }
  }
  const width = columns.length;
  const cells = Buffer.alloc(numbers.count * width);
  for (const [place, { summary, known, cachedAt, queuedAt }] of columns.entries()) {
    const cacheable = rows.cacheableIn(summary.imageServiceId);
    const read = catalogued.some(({ serviceId, read }) => serviceId === summary.imageServiceId && read);
    for (let number = 0; number < numbers.count; number += 1) {
      const other = !read || cacheable[number] === 1 ? letters.missing : letters.absent;
      cells[number * width + place] = known ? other : letters.unknown;
      if (number % cellsAtOnce === cellsAtOnce - 1) yield;
    }
    for (const number of queuedAt) cells[number * width + place] = letters.queued;
    for (const number of cachedAt) cells[number * width + place] = letters.cached;
    yield;
  }
  return yield* rows.allSteps((number) => cells.toString('latin1', number * width, (number + 1) * width));
}

type Row = Omit<CoverageImage, 'cells'> & { cachedBytes: number | null };
type Told = { catalogStatus: CatalogStatus; name?: string | null; status?: string; sizeBytes?: number | null };

/** An image with different statuses in several image services is shown with the status that ranks highest. */
const ranks: Record<CatalogStatus, number> = { known: 3, unchecked: 2, notVisible: 1, orphan: 0 };

/** Builds the rows, indexed by image number. */
class Rows {
  readonly #numbers: ImageNumbers;
  readonly #rows: (Row | undefined)[];
  /** For each image service and image number, whether the service has something to cache. */
  readonly #cacheable = new Map<ImageServiceId, Uint8Array>();

  constructor(numbers: ImageNumbers) {
    this.#numbers = numbers;
    this.#rows = new Array<Row | undefined>(numbers.count);
  }

  cacheableIn(serviceId: ImageServiceId): Uint8Array {
    const flags = this.#cacheable.get(serviceId) ?? new Uint8Array(this.#numbers.count);
    this.#cacheable.set(serviceId, flags);
    return flags;
  }

  tell(number: number, { catalogStatus, name, status, sizeBytes }: Told): Row {
    const row = this.#rows[number] ?? {
      imageId: this.#numbers.idOf(number),
      name: null,
      catalogStatus,
      status: null,
      sizeBytes: null,
      cachedBytes: null,
      hits: 0,
      lastAccessed: null,
    };
    this.#rows[number] = row;
    if (ranks[catalogStatus] > ranks[row.catalogStatus]) row.catalogStatus = catalogStatus;
    row.name ??= name ?? null;
    row.status ??= status ?? null;
    row.sizeBytes ??= sizeBytes ?? null;
    return row;
  }

  /** Adds a record of a host. It may describe an image that the catalogue did not have when it was read. */
  note(number: number, { catalogStatus, description }: CachedImage | QueuedImage, cacheable: Uint8Array): Row {
    const before = this.#rows[number];
    if (before?.catalogStatus === 'known' && cacheable[number] === 1) return before;
    if (!description) return this.tell(number, { catalogStatus });
    const { name, status, catalogueSizeBytes } = description;
    if (catalogStatus === 'known' && status === 'active') cacheable[number] = 1;
    return this.tell(number, { catalogStatus, name, status, sizeBytes: catalogueSizeBytes });
  }

  add(number: number, image: CachedImage, cacheable: Uint8Array): void {
    const row = this.note(number, image, cacheable);
    row.hits = Math.min(row.hits + image.hits, Number.MAX_SAFE_INTEGER);
    if (image.sizeBytes !== null) row.cachedBytes = Math.max(row.cachedBytes ?? 0, image.sizeBytes);
    if (image.lastAccessed !== null)
      row.lastAccessed = Math.max(row.lastAccessed ?? image.lastAccessed, image.lastAccessed);
  }

  *allSteps(cellsOf: (number: number) => string): Generator<void, CoverageImage[]> {
    const images: CoverageImage[] = [];
    for (const [number, row] of this.#rows.entries()) {
      if (number % stepLength === stepLength - 1) yield;
      if (!row) continue;
      const { cachedBytes, ...rest } = row;
      images.push({ ...rest, sizeBytes: cachedBytes ?? rest.sizeBytes, cells: cellsOf(number) });
    }
    return images;
  }
}

/** Returns where one image is, in the order of the hosts. `cells` are the cells of its coverage row, if it has one. */
export function placesOf(imageId: ImageId, hosts: readonly HostWithImages[], cells: string | undefined): ImagePlaces {
  return {
    imageId,
    places: hosts.map((host, at) => {
      const { cached, queued } = listedBy(host);
      const record = cached.find((image) => image.imageId === imageId);
      const waiting = queued.find((image) => image.imageId === imageId);
      return {
        ...readingOf(host),
        cell: coverageCell.parse(cells?.[at] ?? '?'),
        cached: record
          ? {
              sizeBytes: record.sizeBytes,
              hits: record.hits,
              lastAccessed: record.lastAccessed,
              lastModified: record.lastModified,
            }
          : null,
        queued: waiting ? { firstSeen: waiting.firstSeen, stalled: waiting.stalled } : null,
      };
    }),
  };
}
