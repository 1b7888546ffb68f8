import { Random } from './random.ts';
import type { CacheRow } from './simulated-cache.ts';
import type { DemoNode } from './simulated-node.ts';

const tickMs = 1_000;

/** The part of its hits that a host gains in a day. */
export const dailyHitShare = 0.05;

/** How active the tenants are at a time, in epoch milliseconds: 1 on average, most in the afternoon. */
export function activityAt(time: number): number {
  return 1 + 0.8 * Math.sin(((new Date(time).getHours() - 7) / 24) * 2 * Math.PI);
}

/** Picks mostly a popular image: seeded ones are sorted by popularity, and fetched ones come after them. */
export function pickByPopularity(rows: readonly CacheRow[], random: Random): CacheRow | undefined {
  return rows[Math.floor(rows.length * random.next() ** 4)];
}

/** Quick hits for tests: every second some tenants boot from cached images, mostly popular ones. Nothing else changes. */
export class Traffic {
  readonly #nodes: readonly DemoNode[];
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;

  constructor(nodes: readonly DemoNode[], random: Random) {
    this.#nodes = nodes;
    this.#random = random;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Adds the hits of one second. */
  tick(): void {
    for (const node of this.#nodes) {
      const rows = node.cache.rows(false);
      if (rows.length === 0) continue;
      for (let boots = this.#random.int(0, 2); boots > 0; boots -= 1) {
        const row = pickByPopularity(rows, this.#random);
        if (row && row.hits > 0) node.cache.hit(row.imageId);
      }
    }
  }
}

const hour = 3_600_000;
const day = 24 * hour;
/** The length of a simulated past, and the intervals between its samples in milliseconds. */
const pastDays = 16;
const latest = 4 * 60_000;
const recent = 10 * 60_000;
const earlier = hour;
/** With more images than this a past has fewer samples, so that generating it does not take longer. */
const fullPastImages = 150;
/** A host with more images gets no past. */
const maxImages = 600;

/** An image and its hits. Times in epoch milliseconds, as the host reports them. */
export type PresentImage = {
  imageId: string;
  hits: number;
  lastAccessed?: number | null | undefined;
  lastModified?: number | null | undefined;
};
/** The present state of a host. Sizes in bytes. */
export type PresentState = {
  sizeBytes: number;
  limitBytes: number | null;
  images: number;
  hits: readonly PresentImage[];
};
export type PastSample = {
  at: number;
  sizeBytes: number;
  images: number;
  cached: { imageId: string; hits: number }[];
};

/**
 * Generates a past that leads to a simulated host's present state and ends shortly before `now`: the cache grew, was
 * pruned now and then, and had more hits by day than by night. Oldest first; depends only on the arguments.
 */
export function generateHistory(present: PresentState, now: number, seed: string): PastSample[] {
  if (present.hits.length > maxImages) return [];
  const random = new Random(seed);
  const perDay = present.sizeBytes * random.between(0.02, 0.16);
  const top = Math.min(present.limitBytes ?? Number.POSITIVE_INFINITY, present.sizeBytes * 1.15);
  const low = Math.min(present.sizeBytes * 0.6, top * 0.75);
  const times: number[] = [];
  const sparser = Math.max(1, Math.ceil(present.hits.length / fullPastImages));
  const step = (age: number) => sparser * (age < 8 * hour ? latest : age < 1.2 * day ? recent : earlier);
  for (let at = now - latest; at > now - pastDays * day; at -= step(now - at)) times.push(at);
  const shares = sharesOf(times, now, random);
  // The share of the present hits at a time: 1 now, and least at the beginning of the past.
  const shareAt = (time: number) => shares[times.findIndex((at) => at <= time)] ?? shares.at(-1) ?? 0;
  const ends = present.hits.map(({ lastAccessed, lastModified }) => ({
    from: lastModified && lastModified > now - pastDays * day ? shareAt(lastModified) : 0,
    to: lastAccessed ? shareAt(lastAccessed) : 1,
  }));
  let size = present.sizeBytes;
  let last = now;
  const samples = times.map((at, index): PastSample => {
    // Images arrive one by one: a few steps add a large part of an hour's growth or more.
    const grew = (perDay * (last - at)) / day;
    if (random.chance(0.3)) size -= (grew * random.between(0.4, 1.6)) / 0.3;
    // The samples are generated backwards, so a cache that gets too small was pruned after this sample.
    if (size < low) size = top * random.between(0.9, 1);
    last = at;
    const share = shares[index] ?? 0;
    return {
      at,
      sizeBytes: Math.round(size),
      images: Math.max(1, Math.round((present.images * size) / Math.max(1, present.sizeBytes))),
      cached: present.hits.map(({ imageId, hits }, place) => ({
        imageId,
        hits: Math.round(hits * partOf(share, ends[place]) ** (1 + (place % 5) / 4)),
      })),
    };
  });
  return samples.reverse();
}

/** The part of an image's hits at a share: none before it was cached, all after its last access. */
function partOf(share: number, { from, to } = { from: 0, to: 1 }): number {
  return share >= to ? 1 : share <= from ? 0 : (share - from) / (to - from);
}

/** The share of its present hits that a host had at each of these times, newest first. */
function sharesOf(times: readonly number[], now: number, random: Random): number[] {
  let left = 1;
  let last = now;
  return times.map((at) => {
    left -= ((last - at) / day) * dailyHitShare * activityAt(at) * random.between(0.5, 1.5);
    last = at;
    return Math.max(0.05, left);
  });
}
