import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { TrendBar } from '../contract/trends.ts';
import { pointRetention } from './trends-database.ts';

const pointRow = z.object({
  at: z.int(),
  looked_at: z.int(),
  size: z.number(),
  size_limit: z.number().nullable(),
  images: z.int(),
  queued: z.int(),
  hits: z.number(),
  over: z.number(),
});
const hotRow = z.object({ image_id: z.string(), hits: z.number() });
const atRow = z.object({ at: z.int(), hits: z.number() });
const partRow = z.object({ part: z.int(), size: z.number(), hits: z.number() });

/** A host's state at the end of an interval of `width` seconds that begins at `at`, and the hits gained in it. */
export type StoredPoint = z.infer<typeof pointRow> & { width: number };

/** Reads what `TrendWriter` stores. All times in epoch seconds. */
export class TrendReader {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
  }

  /** A host's points, oldest first: at `step` where that resolution is still kept, at coarser ones before that. */
  points(host: number, step: number, from: number, to: number): StoredPoint[] {
    let found: StoredPoint[] = [];
    for (const { step: width } of pointRetention) {
      if (width < step) continue;
      const rows = this.#statements.points
        .all(host, width, from, found[0] ? found[0].at - width : to)
        .map((row) => ({ ...pointRow.parse(row), width }));
      found = [...rows, ...found];
    }
    return found;
  }

  /** A host's points since `from`, one per part of `width` seconds. */
  parts(host: number, from: number, width: number): { part: number; size: number; hits: number }[] {
    return this.#statements.parts.all(width, host, from).map((row) => partRow.parse(row));
  }

  /** The images with the most hits on a host since `from`, most first. */
  hot(host: number, from: number, limit: number): { imageId: string; hits: number }[] {
    const day = 86_400;
    const wholeDay = Math.ceil(from / day);
    // Hours up to the first whole day, then days: fewer rows.
    const rows = this.#statements.hot.all(host, from / 3_600, wholeDay * 24, host, wholeDay, limit);
    return rows.map((row) => {
      const { image_id: imageId, hits } = hotRow.parse(row);
      return { imageId, hits };
    });
  }

  /** The hits of an image on a host per hour or day between `from` and `to`; hours or days without hits are left out. */
  gains(
    table: 'hours' | 'days',
    host: number,
    image: number,
    from: number,
    to: number,
  ): { at: number; hits: number }[] {
    return this.#statements[table].all(from, to, host, image).map((row) => atRow.parse(row));
  }
}

/**
 * The hits of each bar between `from` and `to` (epoch seconds). Samples whose interval is wider than a bar are left out.
 *
 * @param width of a bar in seconds
 */
export function hitBars(points: readonly StoredPoint[], from: number, to: number, width: number): TrendBar[] {
  const bars = emptyBars(from, to, width);
  for (const { at, width: own, hits, over } of points) {
    const bar = own <= width ? bars[Math.floor((at - from) / width)] : undefined;
    if (!bar) continue;
    bar.hits = (bar.hits ?? 0) + hits;
    bar.overMs += over * 1_000;
  }
  // A host that was sampled only once has no known gain.
  return bars.map((bar) => (bar.overMs === 0 && bar.hits === 0 ? { ...bar, hits: null } : bar));
}

/** Bars without data between `from` and `to` (epoch seconds); the last ends at `to`. */
export function emptyBars(from: number, to: number, width: number): TrendBar[] {
  const count = Math.max(0, Math.floor((to - from) / width) + 1);
  return Array.from({ length: count }, (_, index) => {
    const begin = from + index * width;
    return { from: begin * 1_000, to: Math.min(to, begin + width) * 1_000, hits: null, overMs: 0 };
  });
}

function prepare(database: DatabaseSync) {
  const gains = (table: string, column: string) =>
    database.prepare(
      `WITH RECURSIVE times (at) AS (VALUES (?1) UNION ALL SELECT at + 1 FROM times WHERE at < ?2)
       SELECT at, hits FROM times CROSS JOIN ${table} ON host = ?3 AND ${column} = at AND image = ?4`,
    );
  return {
    points: database.prepare(
      `SELECT at, looked_at, size, size_limit, images, queued, hits, over FROM points
       WHERE host = ? AND step = ? AND at >= ? AND at <= ? ORDER BY at`,
    ),
    // In SQLite, the columns beside max() come from the row that has the maximum.
    parts: database.prepare(
      `SELECT at / CAST(?1 AS INTEGER) AS part, max(at) AS latest, size, sum(hits) AS hits FROM points
       WHERE host = ?2 AND step = 300 AND at >= ?3 GROUP BY part ORDER BY part`,
    ),
    hot: database.prepare(
      `SELECT image_id, sum(hits) AS hits FROM (
         SELECT image, hits FROM hours WHERE host = ? AND hour >= ? AND hour < ?
         UNION ALL SELECT image, hits FROM days WHERE host = ? AND day >= ?
       ) JOIN images ON images.id = image GROUP BY image ORDER BY 2 DESC, image_id LIMIT ?`,
    ),
    hours: gains('hours', 'hour'),
    days: gains('days', 'day'),
  };
}
