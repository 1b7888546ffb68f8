import { Random } from './random.ts';
import type { DemoNode } from './simulated-node.ts';

const tickMs = 1_000;

/** What the tenants do: now and then somebody boots from a cached image, mostly from one of the popular ones. */
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

  /** The hits of one second. */
  tick(): void {
    for (const node of this.#nodes) {
      // Seeded most popular first; what is fetched later comes behind.
      const rows = node.cache.rows(false);
      if (rows.length === 0) continue;
      for (let boots = this.#random.int(0, 2); boots > 0; boots -= 1) {
        const row = rows[Math.floor(rows.length * this.#random.next() ** 4)];
        if (row && row.hits > 0) node.cache.hit(row.imageId);
      }
    }
  }
}

const hour = 3_600_000;
const day = 24 * hour;
/** How far back a simulated past goes, and how far apart its looks are. */
const pastDays = 16;
const latest = 4 * 60_000;
const recent = 10 * 60_000;
const earlier = hour;
/** Hosts with more images than this get no past: it would take too long to make up. */
const imagesAtMost = 150;

/** An image that was ever asked for. Times in epoch milliseconds, as the host tells them. */
export type PresentImage = {
  imageId: string;
  hits: number;
  lastAccessed?: number | null | undefined;
  lastModified?: number | null | undefined;
};
/** A host as it is now. Sizes in bytes. */
export type Present = {
  sizeBytes: number;
  limitBytes: number | null;
  images: number;
  hits: readonly PresentImage[];
};
export type PastLook = {
  at: number;
  sizeBytes: number;
  images: number;
  cached: { imageId: string; hits: number }[];
};

/**
 * A past for a simulated host, up to a little before `now`, from which its present could have come: it grew, was pruned now and
 * then, and was asked for images by day more than by night. Oldest first. The same for the same seed.
 */
export function pastOf(present: Present, now: number, seed: string): PastLook[] {
  if (present.hits.length > imagesAtMost) return [];
  const random = new Random(seed);
  const perDay = present.sizeBytes * random.between(0.02, 0.16);
  const top = Math.min(present.limitBytes ?? Number.POSITIVE_INFINITY, present.sizeBytes * 1.15);
  const low = Math.min(present.sizeBytes * 0.6, top * 0.75);
  const times: number[] = [];
  const step = (age: number) => (age < 8 * hour ? latest : age < 1.2 * day ? recent : earlier);
  for (let at = now - latest; at > now - pastDays * day; at -= step(now - at)) times.push(at);
  const shares = sharesOf(times, now, random);
  // The share at a time: all of it is there now, and the least at the begin of this past.
  const shareAt = (time: number) => shares[times.findIndex((at) => at <= time)] ?? shares.at(-1) ?? 0;
  const ends = present.hits.map(({ lastAccessed, lastModified }) => ({
    from: lastModified && lastModified > now - pastDays * day ? shareAt(lastModified) : 0,
    to: lastAccessed ? shareAt(lastAccessed) : 1,
  }));
  let size = present.sizeBytes;
  let last = now;
  const looks = times.map((at, index): PastLook => {
    // Images come one by one: now and then, and then a good part of an hour's growth or more.
    const grew = (perDay * (last - at)) / day;
    if (random.chance(0.3)) size -= (grew * random.between(0.4, 1.6)) / 0.3;
    // Before this there was a prune, which is seen backwards.
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
  return looks.reverse();
}

/** How much of its hits an image had: none before it was cached, all since it was last accessed. */
function partOf(share: number, { from, to } = { from: 0, to: 1 }): number {
  return share >= to ? 1 : share <= from ? 0 : (share - from) / (to - from);
}

/** The share of its present hits that a host had at each of these times, newest first. */
function sharesOf(times: readonly number[], now: number, random: Random): number[] {
  let left = 1;
  let last = now;
  return times.map((at) => {
    const ofDay = Math.sin(((new Date(at).getHours() - 7) / 24) * 2 * Math.PI);
    left -= ((last - at) / day) * 0.05 * (1 + 0.8 * ofDay) * random.between(0.5, 1.5);
    last = at;
    return Math.max(0.05, left);
  });
}
