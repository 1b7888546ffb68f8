import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId } from '../contract/hosts.ts';
import type { CachedImage, ImageId } from '../contract/images.ts';
import { inTransaction } from '../store/database.ts';
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

type Counted = Pick<CachedImage, 'imageId' | 'hits'>;
/** The last reported hit count of each image that has any. */
export type HitCounts = ReadonlyMap<ImageId, number>;

/** The difference between two samples of a host. */
export type HitGains = {
  /** Images that were accessed in between: the gain, and the count now. */
  gained: { imageId: ImageId; gain: number; hits: number }[];
  /** Images that have no count any more: they left the cache. */
  gone: ImageId[];
  /** The sum of all gains. */
  sum: number;
  counts: Map<ImageId, number>;
};

/** Images of a list that is stored in parts, and how many are stored at once. */
const longList = 20_000;
const learntAtOnce = 2_000;

/** More hits than a host can serve between two polls; a higher report is wrong and must not distort the sums. */
const maxGain = 1_000_000_000;
const maxCount = Number.MAX_SAFE_INTEGER;

/**
 * Compares a host's hit counts with the previous ones. A count grows while an image stays in the cache and starts at 0 when it
 * is cached (docs/glance-cache-api.md, section 2), so a lower count means that the image was cached again.
 */
export function compareHits(before: HitCounts, cached: readonly Counted[]): HitGains {
  const counts = new Map<ImageId, number>();
  const gained: HitGains['gained'] = [];
  let sum = 0;
  for (const image of cached) {
    const hits = countOf(image.hits);
    if (hits > 0) counts.set(image.imageId, hits);
    const last = before.get(image.imageId) ?? 0;
    if (hits === last || hits <= 0) continue;
    const gain = Math.min(maxGain, hits > last ? hits - last : hits);
    gained.push({ imageId: image.imageId, gain, hits });
    sum += gain;
  }
  const gone: ImageId[] = [];
  for (const imageId of before.keys()) if (!counts.has(imageId)) gone.push(imageId);
  return { gained, gone, sum: Math.min(sum, maxCount), counts };
}

function noGains(counts: Map<ImageId, number>): HitGains {
  return { gained: [], gone: [], sum: 0, counts };
}

const hostRow = z.object({
  id: z.int(),
  address: z.string(),
  looked_at: z.int().nullable(),
  since: z.int().nullable(),
});
const seenRow = z.object({ image_id: z.string(), hits: z.number() });
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
  /** How many images of its first list are stored already. */
  learnt?: number;
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

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Stores samples in order, in one transaction. If it throws, none is stored and the next sample covers the longer time. */
  write(...samples: readonly Sample[]): void {
    const before = new Map(this.#hosts);
    try {
      inTransaction(this.#database, () => {
        for (const sample of samples) this.#hosts.set(sample.hostId, this.#write(sample));
      });
    } catch (error) {
      this.forgetNumbers();
      this.#hosts = before;
      throw error;
    }
  }

  /**
   * Stores some of the counts of a long list whose host was never sampled, and returns whether no more are left to store
   * before `write`, which would take seconds for all of them. `fits`
   * says whether there is room for the list.
   */
  learn(sample: Sample, fits: () => boolean): boolean {
    const { hostId, cached, at } = sample;
    if (cached.length <= longList) return true;
    const known = this.#hosts.get(hostId) ?? this.#loadHost(sample);
    this.#hosts.set(hostId, known);
    const from = known.learnt ?? 0;
    if (known.sampledAt !== null || from >= cached.length || (from === 0 && !fits())) return true;
    const some = cached.slice(from, from + learntAtOnce).map(({ imageId, hits }) => ({ imageId, hits: countOf(hits) }));
    inTransaction(this.#database, () => {
      for (const { imageId, hits } of some) {
        if (hits > 0)
          this.#statements.seen.run(known.number, this.#numberOf(imageId, Math.floor(at / 1_000 / day)), hits);
      }
    });
    for (const { imageId, hits } of some) if (hits > 0) known.counts.set(imageId, hits);
    known.learnt = from + learntAtOnce;
    return false;
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
    this.#hosts.clear();
  }

  #write(sample: Sample): KnownHost {
    const at = Math.floor(sample.at / 1_000);
    const known = this.#hosts.get(sample.hostId) ?? this.#loadHost(sample);
    const { number } = known;
    // A host keeps the same list as long as its content does not change.
    const { gained, gone, sum, counts } =
      known.cached === sample.cached ? noGains(known.counts) : compareHits(known.counts, sample.cached);
    // At another address it may be another machine, so its counts cannot be compared.
    const comparable = known.sampledAt !== null && known.address === sample.address;
    // The console's clock may have been set back.
    const over = comparable && known.sampledAt !== null ? Math.max(0, at - known.sampledAt) : 0;
    const { point, gain, daily, seen, unseen, sampled } = this.#statements;
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
    const since = known.since ?? at;
    sampled.run(sample.address, at, since, number);
    return { number, address: sample.address, sampledAt: at, since, counts, cached: sample.cached };
  }

  #loadHost({ hostId, address }: Sample): KnownHost {
    this.#statements.add.run(hostId, address);
    const row = hostRow.parse(this.#statements.host.get(hostId));
    const counts = new Map<ImageId, number>();
    for (const each of this.#statements.seenOf.all(row.id)) {
      const { image_id: imageId, hits } = seenRow.parse(each);
      counts.set(imageId, hits);
    }
    return { number: row.id, address: row.address, sampledAt: row.looked_at, since: row.since, counts };
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

function countOf(hits: number): number {
  return Math.min(maxCount, Math.trunc(hits));
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
      'SELECT image_id, seen.hits FROM seen JOIN images ON images.id = seen.image WHERE host = ?',
    ),
  };
}
