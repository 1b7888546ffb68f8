import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { CachedImage, ImageId } from '../contract/images.ts';
import { stepLength } from '../lib/slices.ts';
import { inTransaction } from '../store/database.ts';
import { compareHits, countOf, gainOf, goneSteps, type HitGains, maxCount, noGains } from './hit-gains.ts';
import { pointRetention } from './trends-database.ts';

/** What one poll of a host reports. `at` in epoch milliseconds of the console's clock; sizes in bytes. */
export type Sample = {
  hostId: HostId;
  address: string;
  at: number;
  sizeBytes: number;
  limitBytes: number | null;
  images: number;
  queued: number;
  cached: readonly (Pick<CachedImage, 'imageId' | 'hits'> &
    Partial<Pick<CachedImage, 'lastAccessed' | 'lastModified'>>)[];
};

/**
 * The sample of a host's last poll; undefined if there was none, or if the host answered `null` instead of a list, which
 * does not mean an empty cache (docs/glance-cache-api.md, section 2).
 */
export function sampleOf(summary: HostSummary, { cached }: Pick<HostImages, 'cached'>): Sample | undefined {
  const { id, address, totals, refreshedAt, limitBytes, warnings } = summary;
  if (!totals || refreshedAt === null || warnings.some(({ kind }) => kind === 'nullList')) return undefined;
  return {
    hostId: id,
    address,
    at: refreshedAt,
    sizeBytes: totals.sizeBytes,
    limitBytes,
    images: totals.cachedImages,
    queued: totals.queued,
    cached,
  };
}

/** Images of a list that is stored in parts, and how many rows are written or read at once. */
const longList = 20_000;
const rowsAtOnce = 500;

const hostRow = z.object({
  id: z.int(),
  address: z.string(),
  looked_at: z.int().nullable(),
  since: z.int().nullable(),
});
const seenRow = z.object({ image: z.int(), image_id: z.string(), hits: z.number() });
const countRow = z.object({ rows: z.int() });
const idRow = z.object({ id: z.int() });
const hour = 3_600;
const day = 24 * hour;
/** Image numbers kept in memory to save queries. */
const maxCachedNumbers = 200_000;

/** A host in the database: its row id, when it was last sampled (epoch seconds), its list and its hit counts then. */
type KnownHost = {
  number: number;
  address: string;
  sampledAt: number | null;
  since: number | null;
  counts: Map<ImageId, number>;
  cached?: Sample['cached'];
};

/**
 * Stores samples: the state of the host, and the hits each image gained since the previous sample. A sample of 2,000 images
 * takes about 5 ms if all were accessed, and less than 1 ms if none was.
 */
export class TrendWriter {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  #hosts = new Map<HostId, KnownHost>();
  readonly #images = new Map<ImageId, { number: number; day: number }>();
  /** The hosts whose samples are being stored in parts. */
  readonly #inParts = new Map<HostId, object>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Stores samples in order, in one transaction. If it throws, none is stored and the next sample covers the longer time. */
  write(...samples: readonly Sample[]): void {
    const before = new Map(this.#hosts);
    try {
      inTransaction(this.#database, () => {
        for (const sample of samples) {
          this.#inParts.delete(sample.hostId);
          this.#hosts.set(sample.hostId, this.#write(sample));
        }
      });
    } catch (error) {
      this.forgetNumbers();
      this.#hosts = before;
      throw error;
    }
  }

  /** Whether a sample has, or follows on, so many images that storing it at once could take seconds. */
  isLong({ hostId, cached }: Sample): boolean {
    if (cached.length > longList) return true;
    const counts = this.#hosts.get(hostId)?.counts;
    return (counts?.size ?? countRow.parse(this.#statements.seenCount.get(hostId)).rows) > longList;
  }

  /**
   * Stores the sample of a long list in parts, each in a transaction of its own, and yields between them
   * (`lib/slices.ts`). What is stored is true after each part, so that a console that ends meanwhile continues from it.
   * Ends early when the host is forgotten, when another sample of it is written, and by `giveUpParts`.
   */
  *writeSteps(sample: Sample): Generator<void, void> {
    const { hostId, cached } = sample;
    const token = {};
    this.#inParts.set(hostId, token);
    const isOver = () => this.#inParts.get(hostId) !== token;
    let known = this.#hosts.get(hostId);
    if (!known) {
      known = this.#addHost(sample);
      for (const page of this.#storedCounts(known.number)) {
        for (const { image_id: imageId, hits } of page) known.counts.set(imageId, hits);
        yield;
        if (isOver()) return;
      }
      this.#hosts.set(hostId, known);
    }
    const { counts } = known;
    const store = (gained: HitGains['gained'], gone: readonly ImageId[], isLast: boolean): void => {
      inTransaction(this.#database, () => this.#storeGains(known, sample, { gained, gone }, isLast));
      for (const { imageId, hits } of gained) counts.set(imageId, hits);
      for (const imageId of gone) counts.delete(imageId);
    };
    let gained: HitGains['gained'] = [];
    let listed = 0;
    // A host keeps the same list as long as its content does not change.
    for (const [index, image] of known.cached === cached ? [] : cached.entries()) {
      const hits = countOf(image.hits);
      if (hits > 0) listed += 1;
      const gain = gainOf(counts.get(image.imageId) ?? 0, hits);
      if (gain > 0) gained.push({ imageId: image.imageId, gain, hits });
      if (gained.length < rowsAtOnce && index % stepLength < stepLength - 1) continue;
      if (gained.length === rowsAtOnce) {
        store(gained, [], false);
        gained = [];
      }
      yield;
      if (isOver()) return;
    }
    if (gained.length > 0) store(gained, [], false);
    if (known.cached !== cached && counts.size > listed) {
      const gone = yield* goneSteps(counts, cached);
      for (let start = 0; start < gone.length; start += rowsAtOnce) {
        if (isOver()) return;
        store([], gone.slice(start, start + rowsAtOnce), false);
        yield;
      }
      if (isOver()) return;
    }
    store([], [], true);
    this.#hosts.set(hostId, sampledAs(known, sample, counts));
    this.#inParts.delete(hostId);
  }

  /** Ends all `writeSteps` at their next part. */
  giveUpParts(): void {
    this.#inParts.clear();
  }

  /** A host's row id and when it was first sampled (epoch seconds); undefined if it never was. */
  host(hostId: HostId): { number: number; since: number | null } | undefined {
    const known = this.#hosts.get(hostId);
    if (known) return known;
    const row = this.#statements.host.get(hostId);
    if (row === undefined) return undefined;
    const { id, since } = hostRow.parse(row);
    return { number: id, since };
  }

  /** An image's row id; undefined if no sample contained it. */
  image(imageId: ImageId): number | undefined {
    const row = this.#statements.image.get(imageId);
    return row === undefined ? undefined : idRow.parse(row).id;
  }

  /** Forgets a host. Its data is removed when retention next runs. */
  forgetHost(hostId: HostId): void {
    this.#statements.leave.run(hostId);
    this.#hosts.delete(hostId);
    this.#inParts.delete(hostId);
  }

  /** Forgets every host except these. */
  forgetHostsExcept(hostIds: ReadonlySet<HostId>): void {
    for (const row of this.#statements.hosts.all()) {
      const { host_id: hostId } = z.object({ host_id: z.string() }).parse(row);
      if (!hostIds.has(hostId)) this.forgetHost(hostId);
    }
  }

  /** Call after image rows were removed: cached row ids may be wrong. */
  forgetNumbers(): void {
    this.#images.clear();
  }

  /** Call after all tables were emptied. */
  forgetAll(): void {
    this.forgetNumbers();
    this.giveUpParts();
    this.#hosts.clear();
  }

  #write(sample: Sample): KnownHost {
    const known = this.#hosts.get(sample.hostId) ?? this.#loadHost(sample);
    // A host keeps the same list as long as its content does not change.
    const gains = known.cached === sample.cached ? noGains(known.counts) : compareHits(known.counts, sample.cached);
    this.#storeGains(known, sample, gains, true);
    return sampledAs(known, sample, gains.counts);
  }

  /** Stores gains of a sample. With the last ones the host counts as sampled. */
  #storeGains(
    known: KnownHost,
    sample: Sample,
    { gained, gone }: { gained: HitGains['gained']; gone: readonly ImageId[] },
    isLast: boolean,
  ): void {
    const at = Math.floor(sample.at / 1_000);
    const { number } = known;
    // At another address it may be another machine, so its counts cannot be compared.
    const comparable = known.sampledAt !== null && known.address === sample.address;
    // The console's clock may have been set back.
    const over = isLast && comparable && known.sampledAt !== null ? Math.max(0, at - known.sampledAt) : 0;
    const { point, gain, daily, seen, unseen, sampled } = this.#statements;
    const sum = gained.reduce((all, one) => Math.min(maxCount, all + one.gain), 0);
    for (const { step } of pointRetention) {
      const size = whole(sample.sizeBytes);
      const limit = sample.limitBytes === null ? null : whole(sample.limitBytes);
      const hits = comparable ? sum : 0;
      point.run(number, step, at - (at % step), at, size, limit, sample.images, sample.queued, hits, over);
    }
    const [inHour, inDay] = [Math.floor(at / hour), Math.floor(at / day)];
    for (const image of gained) {
      const imageNumber = this.#numberOf(image.imageId, inDay);
      if (comparable) {
        gain.run(number, inHour, imageNumber, image.gain);
        daily.run(number, inDay, imageNumber, image.gain);
      }
      seen.run(number, imageNumber, image.hits);
    }
    for (const imageId of gone) unseen.run(number, imageId);
    if (isLast) sampled.run(sample.address, at, known.since ?? at, number);
  }

  #loadHost(sample: Sample): KnownHost {
    const known = this.#addHost(sample);
    for (const page of this.#storedCounts(known.number)) {
      for (const { image_id: imageId, hits } of page) known.counts.set(imageId, hits);
    }
    return known;
  }

  /** A host without its counts, which is added when it was not stored yet. */
  #addHost({ hostId, address }: Sample): KnownHost {
    this.#statements.add.run(hostId, address);
    const row = hostRow.parse(this.#statements.host.get(hostId));
    return { number: row.id, address: row.address, sampledAt: row.looked_at, since: row.since, counts: new Map() };
  }

  /** The counts of a host's last sample, a page at a time: other statements run between two pages. */
  *#storedCounts(host: number): Generator<z.infer<typeof seenRow>[], void> {
    let after = 0;
    for (;;) {
      const page = this.#statements.seenOf.all(host, after, rowsAtOnce).map((row) => seenRow.parse(row));
      yield page;
      const last = page.at(-1);
      if (!last || page.length < rowsAtOnce) return;
      after = last.image;
    }
  }

  #numberOf(imageId: ImageId, today: number): number {
    const known = this.#images.get(imageId);
    if (known?.day === today) return known.number;
    const number = idRow.parse(this.#statements.name.get(imageId, today)).id;
    if (this.#images.size >= maxCachedNumbers) this.#images.clear();
    this.#images.set(imageId, { number, day: today });
    return number;
  }
}

function sampledAs(
  { number, since }: KnownHost,
  { address, at, cached }: Sample,
  counts: KnownHost['counts'],
): KnownHost {
  const sampledAt = Math.floor(at / 1_000);
  return { number, address, sampledAt, since: since ?? sampledAt, counts, cached };
}

function whole(value: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value));
}

function prepare(database: DatabaseSync) {
  // Sums are capped so that a wrong report cannot exceed what a number can hold.
  const addHits = (table: string, column: string) =>
    `INSERT INTO ${table} (host, ${column}, image, hits) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET hits = min(hits + excluded.hits, 1000000000000)`;
  return {
    add: database.prepare('INSERT OR IGNORE INTO hosts (host_id, address) VALUES (?, ?)'),
    host: database.prepare('SELECT id, address, looked_at, since FROM hosts WHERE host_id = ?'),
    hosts: database.prepare('SELECT host_id FROM hosts WHERE host_id IS NOT NULL'),
    sampled: database.prepare('UPDATE hosts SET address = ?, looked_at = ?, since = ? WHERE id = ?'),
    leave: database.prepare('UPDATE hosts SET host_id = NULL WHERE host_id = ?'),
    image: database.prepare('SELECT id FROM images WHERE image_id = ?'),
    name: database.prepare(
      `INSERT INTO images (image_id, used_on) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET used_on = max(used_on, excluded.used_on) RETURNING id`,
    ),
    point: database.prepare(
      `INSERT INTO points (host, step, at, looked_at, size, size_limit, images, queued, hits, over)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET looked_at = excluded.looked_at, size = excluded.size,
         size_limit = excluded.size_limit, images = excluded.images, queued = excluded.queued,
         hits = min(hits + excluded.hits, 1000000000000), over = over + excluded.over`,
    ),
    gain: database.prepare(addHits('hours', 'hour')),
    daily: database.prepare(addHits('days', 'day')),
    seen: database.prepare(
      'INSERT INTO seen (host, image, hits) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hits = excluded.hits',
    ),
    unseen: database.prepare('DELETE FROM seen WHERE host = ? AND image = (SELECT id FROM images WHERE image_id = ?)'),
    seenOf: database.prepare(
      `SELECT image, image_id, seen.hits FROM seen JOIN images ON images.id = seen.image
       WHERE host = ? AND image > ? ORDER BY image LIMIT ?`,
    ),
    seenCount: database.prepare(
      'SELECT count(*) AS rows FROM seen WHERE host = (SELECT id FROM hosts WHERE host_id = ?)',
    ),
  };
}
