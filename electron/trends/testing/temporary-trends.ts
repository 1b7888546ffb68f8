import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { StorageHealth } from '../../store/storage-health.ts';
import type { Sample } from '../trend-writer.ts';
import { Trends, type TrendsFleet } from '../trends.ts';
import { openTrendsDatabase } from '../trends-database.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** Midnight UTC. */
export const midnight = Date.UTC(2026, 10, 22);

const emptyFleet: TrendsFleet = {
  summary: () => undefined,
  summaries: () => [],
  images: (hostId) => ({ hostId, revision: 0, takenAt: null, cached: [], queued: [], odd: [] }),
  onChange: () => () => {},
};

/** Trends in a temporary directory, with a clock that the test sets. */
export async function temporaryTrends({ bound = 64 * 2 ** 20, fleet = emptyFleet, now = midnight } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'trends-'));
  const file = join(directory, 'trends.db');
  const time = { now };
  const clock = { now: () => time.now, after: () => () => {} };
  const open = (within = bound) => {
    const database = openTrendsDatabase(file);
    const storage = new StorageHealth(null, clock);
    const options = { database, storage, file, fleet, clock, bound: () => within, interval: () => 30_000 };
    return { database, storage, trends: new Trends({ ...options, log: pino({ level: 'silent' }) }) };
  };
  const sizes = async () => {
    const parts = await Promise.all(
      [file, `${file}-wal`].map((one) =>
        stat(one).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return parts.reduce((sum, one) => sum + one, 0);
  };
  return {
    time,
    open,
    /** The bytes that the file and its log take on disk. */
    sizes,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A sample of a host with these hit counts. */
export function sample(at: number, hits: Record<string, number>, more: Partial<Sample> = {}): Sample {
  const cached = Object.entries(hits).map(([imageId, each]) => ({ imageId, hits: each }));
  return {
    hostId: 'h',
    address: 'http://h:9292',
    at,
    sizeBytes: 1_000,
    limitBytes: 5_000,
    images: cached.length,
    queued: 0,
    cached,
    ...more,
  };
}
