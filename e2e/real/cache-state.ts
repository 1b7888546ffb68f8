import { setTimeout as delay } from 'node:timers/promises';
import type { RealServers } from './real-cloud.ts';
import type { RealHost } from './servers/description.ts';

/** The state of a cache: images with their sizes, and the order in which they were accessed. */
type Recipe = {
  /** Sizes by name, as fractions of the host's limit; in the order of download. */
  images: Record<string, number>;
  /** The images that are downloaded once more, in this order. */
  readAgain: readonly string[];
};

/**
 * Over the limit by half of it. Pruning the least recently accessed images, `second` and `fourth`, brings it within the
 * limit.
 */
export const overLimit = {
  images: { first: 0.4, second: 0.3, third: 0.35, fourth: 0.25, fifth: 0.2 },
  readAgain: ['fifth', 'first', 'third'],
} as const satisfies Recipe;

/** A state into which downloads alone can bring a real host repeatedly. */
export class CacheState {
  readonly #servers: RealServers;
  readonly #host: RealHost;
  readonly #recipe: Recipe;
  readonly #ids = new Map<string, string>();

  constructor(servers: RealServers, host: RealHost, recipe: Recipe) {
    this.#servers = servers;
    this.#host = host;
    this.#recipe = recipe;
  }

  /** Brings the host into the state: the same images with the same sizes, accessed in the same order. */
  async bring(): Promise<void> {
    const { images, readAgain } = this.#recipe;
    await this.#servers.clear(this.#host);
    for (const [name, share] of Object.entries(images)) {
      const bytes = Math.round(share * this.#host.limitBytes);
      const id = this.#ids.get(name) ?? (await this.#servers.uploadImage(this.#host, `state-${name}`, bytes));
      this.#ids.set(name, id);
      await this.#servers.download(this.#host, id);
    }
    // Some drivers store times in whole seconds.
    await delay(1_100);
    for (const name of readAgain) {
      const id = this.idOf(name);
      await this.#servers.download(this.#host, id);
      // A hit is counted only after the last byte was sent.
      await this.#servers.untilCache(this.#host, `to count the access to ${name}`, ({ cached_images: cached }) =>
        cached.some(({ image_id: cachedId, hits }) => cachedId === id && hits === 1),
      );
    }
  }

  idOf(name: string): string {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`There is no image ${name}`);
    return id;
  }

  /** The names of the images that the host lists, least recently accessed first. */
  async names(): Promise<string[]> {
    const { cached_images: cached } = await this.#servers.cacheList(this.#host);
    const names = new Map([...this.#ids].map(([name, id]) => [id, name]));
    return cached
      .sort((one, other) => one.last_accessed - other.last_accessed)
      .map(({ image_id: id }) => names.get(id) ?? id);
  }

  /** The names of the images in the host's cache directory, sorted. */
  async onDisk(): Promise<string[]> {
    const names = new Map([...this.#ids].map(([name, id]) => [id, name]));
    return (await this.#servers.filesOf(this.#host)).map((id) => names.get(id) ?? id).sort();
  }
}
