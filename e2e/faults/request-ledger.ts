import { AsyncLocalStorage } from 'node:async_hooks';
import type { DemoNode } from '../../electron/demo/simulated-node.ts';

/** An image that a request removed from a host's cache or queue. */
export type Removal = { imageId: string; bytes: number; from: 'cache' | 'queue' };

/**
 * One request that changes a host or downloads an image, with what it did there. Times in epoch milliseconds: when it
 * reached the proxy, when the host had done it (null: it never reached the host, or not yet), and when its answer was handed
 * to the caller (null: never).
 */
export type LedgerEntry = {
  number: number;
  hostName: string;
  method: string;
  path: string;
  receivedAt: number;
  doneAt: number | null;
  answeredAt: number | null;
  status: number | null;
  removed: Removal[];
  /** Images that the host was told to fetch. */
  queued: string[];
};

/** An image that was added to a host's cache. */
export type Arrival = { hostName: string; imageId: string; bytes: number; at: number };

/** Records exactly what each request did to the simulated hosts. */
export class RequestLedger {
  readonly entries: LedgerEntry[] = [];
  readonly arrivals: Arrival[] = [];
  readonly #current = new AsyncLocalStorage<LedgerEntry>();

  open(hostName: string, method: string, path: string): LedgerEntry {
    const entry: LedgerEntry = {
      number: this.entries.length + 1,
      hostName,
      method,
      path,
      receivedAt: Date.now(),
      doneAt: null,
      answeredAt: null,
      status: null,
      removed: [],
      queued: [],
    };
    this.entries.push(entry);
    return entry;
  }

  /** Carries out a request at its host, and records the changes that it causes there in its entry. */
  carryOut<Answer>(number: number, work: () => Promise<Answer>): Promise<Answer> {
    const entry = this.entries[number - 1];
    return entry ? this.#current.run(entry, work) : work();
  }

  /** Records every change of a node's cache and queue from now on. */
  watch(node: DemoNode): void {
    const { cache } = node;
    const { evict, dequeue, insert, clear } = cache;
    const { queue } = node;
    cache.evict = (imageId) => {
      const bytes = cache.row(imageId)?.size ?? 0;
      const gone = evict.call(cache, imageId);
      if (gone) this.#removal()?.push({ imageId, bytes, from: 'cache' });
      return gone;
    };
    cache.dequeue = (imageId) => {
      const gone = dequeue.call(cache, imageId);
      if (gone) this.#removal()?.push({ imageId, bytes: 0, from: 'queue' });
      return gone;
    };
    cache.clear = (target) => {
      const queued = target === 'cache' ? [] : cache.queued();
      const count = clear.call(cache, target);
      for (const imageId of queued) this.#removal()?.push({ imageId, bytes: 0, from: 'queue' });
      return count;
    };
    cache.insert = (imageId, size) => {
      if (!cache.row(imageId)) this.arrivals.push({ hostName: node.name, imageId, bytes: size, at: Date.now() });
      insert.call(cache, imageId, size);
    };
    node.queue = (imageId, signals) => {
      this.#current.getStore()?.queued.push(imageId);
      queue.call(node, imageId, signals);
    };
  }

  /**
   * Where a removal is recorded. A fetch that a PUT has started also leaves the queue when it ends, which is no
   * removal.
   */
  #removal(): Removal[] | undefined {
    const entry = this.#current.getStore();
    return entry?.method === 'DELETE' || entry?.method === 'POST' ? entry.removed : undefined;
  }
}
