import type { DemoNode } from './node.ts';
import type { Random } from './random.ts';

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
