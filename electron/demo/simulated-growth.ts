import type { Random } from './random.ts';
import type { DemoImage, ImageRegister } from './simulated-image.ts';
import type { DemoNode } from './simulated-node.ts';
import { activityAt, dailyHitShare, pickByPopularity } from './simulated-traffic.ts';

const tickMs = 5_000;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const mib = 1_024 ** 2;
/** The sizes of uploaded images, in bytes. */
const minUpload = 20 * mib;
const maxUpload = 20 * 1_024 * mib;
/** The number of uploaded images that Glance keeps per region. The oldest is deleted for the next one. */
const maxUploads = 60;
/** The part of its limit that a host fills at most. */
const maxFilled = 0.97;

/**
 * The parts of a host that growth uses: a node whose caches change, and the upload of an image by a tenant of its
 * region.
 */
export type GrowingNode = { node: DemoNode; upload: (image: Partial<DemoImage>) => DemoImage };

type Growing = GrowingNode & {
  /** Bytes. */
  growthPerDay: number;
  hitsPerDay: number;
  /** Hits that are due; the fraction waits for the next tick. */
  hitsDue: number;
  /** The size around which the cache grows and is pruned, in bytes. */
  usual: number;
  /** The part of the usual size at which the next prune is due. */
  pruneAt: number;
  /** Epoch milliseconds. */
  nextChange: number;
};

/**
 * The growth of the demo cloud: tenants upload images and boot from them, so that caches grow; hosts prune now and
 * then; and hits follow the popularity of images and the time of day. It continues at the pace of the simulated past
 * (`generateHistory`) and has a steady state: no cache exceeds its limit, and Glance keeps a bounded number of uploads.
 */
export class Growth {
  readonly #hosts: Growing[];
  readonly #uploads = new Map<ImageRegister, string[]>();
  readonly #random: Random;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #last: number;

  /** @param now epoch milliseconds */
  constructor(hosts: readonly GrowingNode[], random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
    this.#last = now();
    this.#hosts = hosts.map((host) => {
      const { cache } = host.node;
      const rows = cache.rows(false);
      return {
        ...host,
        growthPerDay: Math.max(2_048 * mib, cache.totalBytes * random.between(0.05, 0.25)),
        hitsPerDay: Math.max(50, rows.reduce((sum, { hits }) => sum + hits, 0) * dailyHitShare),
        hitsDue: 0,
        usual: cache.totalBytes,
        pruneAt: random.between(1.01, 1.05),
        nextChange: this.#last + random.between(2, 8) * minute,
      };
    });
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Does what is due since the last tick. After a long pause, such as a suspended computer, only its last part. */
  tick(): void {
    const now = this.#now();
    const elapsed = Math.min(hour, now - this.#last);
    this.#last = now;
    for (const host of this.#hosts) {
      if (!host.node.cachingOn) continue;
      this.#boot(host, elapsed, now);
      if (host.nextChange > now) continue;
      const pause = this.#random.between(3, 9) * minute;
      host.nextChange = now + pause;
      this.#change(host, (host.growthPerDay * pause) / day);
    }
  }

  /** Adds hits of tenants who boot from cached images, fewer by night. */
  #boot(host: Growing, elapsed: number, now: number): void {
    const { cache } = host.node;
    host.hitsDue += (host.hitsPerDay * elapsed * activityAt(now) * this.#random.between(0.5, 1.5)) / day;
    if (host.hitsDue < 1) return;
    const rows = cache.rows(false);
    for (; host.hitsDue >= 1; host.hitsDue -= 1) {
      const row = pickByPopularity(rows, this.#random);
      if (row && row.hits > 0) cache.hit(row.imageId);
    }
  }

  /** Changes the size of a cache: by an image of about `bytes`, or by a prune if that would be too much. */
  #change(host: Growing, bytes: number): void {
    const { node, usual, pruneAt } = host;
    const { cache, limitBytes } = node;
    // A host that starts over its limit shows what happens if nothing prunes to the limit.
    const max = cache.totalBytes > limitBytes ? usual * 1.01 : Math.min(usual * pruneAt, limitBytes * maxFilled);
    const image = this.#imageFor(host, Math.max(3 * bytes, Math.min(usual, max) - cache.totalBytes), bytes);
    if (cache.totalBytes + (image.size ?? 0) > max) {
      host.pruneAt = this.#random.between(1.01, 1.08);
      const kept = cache.totalBytes > limitBytes ? usual - bytes : max * this.#random.between(0.9, 0.97);
      if (cache.prune(Math.max(0, kept)).files > 0) return;
    }
    node.downloaded(image);
    // The tenants who caused the download boot from the image.
    cache.hit(image.id);
  }

  /**
   * An image of the region that the host does not have, of `maxBytes` at most and mostly a new one. Now and then, and
   * if there is none, a tenant uploads one of about `bytes`.
   */
  #imageFor({ node, upload }: Growing, maxBytes: number, bytes: number): DemoImage {
    const missing = node.images
      .all()
      .filter(
        ({ id, status, size }) =>
          status === 'active' && size !== null && size <= maxBytes && !node.cache.row(id) && !this.#expected(node, id),
      );
    const image = missing[Math.floor(missing.length * this.#random.next() ** 2)];
    if (image && this.#random.chance(0.7)) return image;
    const size = Math.round(bytes * this.#random.between(0.5, 1.5));
    const uploaded = upload({
      name: `${this.#random.pick(['web', 'data', 'build', 'mail'])}-snapshot-${this.#random.hex(6)}`,
      size: Math.min(maxUpload, Math.max(minUpload, size)),
      diskFormat: 'qcow2',
      visibility: 'private',
      tags: ['snapshot'],
    });
    this.#keepNewest(node.images, uploaded.id);
    return uploaded;
  }

  #expected(node: DemoNode, imageId: string): boolean {
    return node.cache.isQueued(imageId) || node.worker.fetching === imageId;
  }

  /** Deletes the oldest upload when Glance has too many. A few of its copies become orphans. */
  #keepNewest(register: ImageRegister, added: string): void {
    const uploads = this.#uploads.get(register) ?? [];
    this.#uploads.set(register, uploads);
    uploads.push(added);
    if (uploads.length <= maxUploads) return;
    const oldest = uploads.shift();
    if (oldest === undefined || !register.delete(oldest)) return;
    for (const { node } of this.#hosts) {
      if (node.images === register && this.#random.chance(0.99)) node.cache.evict(oldest);
    }
  }
}
