import type { Capabilities } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Amount } from '../../contract/operations.ts';

/** Milliseconds for which a removal is remembered: longer than the age of any list that an operation relies on. */
const retention = 60_000;

/** Ends a removal. `mayGoOn`: milliseconds for which the host may still carry it out, if it did not answer. */
export type EndRemoval = (mayGoOn?: number) => void;

/**
 * What this console removes from the cache of a host, or may remove: each request or program from before it is sent until
 * it ended, or can have no effect any more.
 */
export class OwnRemovals {
  readonly #now: () => number;
  /** Removals of an image that are not over, and the epoch milliseconds at which the last one was. */
  readonly #images = new Map<ImageId, { open: number; end: number }>();
  /** Those that may be of any image. */
  readonly #any = { open: 0, end: Number.NEGATIVE_INFINITY };

  /** `now` in epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Call this before a removal is sent, and the returned function when it is over. `imageIds`: if omitted, it may be of
   * any image.
   */
  begin(imageIds?: readonly ImageId[]): EndRemoval {
    const removals = imageIds ? imageIds.map((imageId) => this.#of(imageId)) : [this.#any];
    for (const removal of removals) removal.open += 1;
    let isOver = false;
    return (mayGoOn = 0) => {
      if (isOver) return;
      isOver = true;
      const end = this.#now() + mayGoOn;
      for (const removal of removals) {
        removal.open -= 1;
        removal.end = Math.max(removal.end, end);
      }
    };
  }

  /** A removal was over at this moment. `imageIds`: left out, it may have been of any image. */
  note(imageIds?: readonly ImageId[]): void {
    this.begin(imageIds)();
  }

  /** Epoch milliseconds of the last moment at which an image may have been removed; infinite while it still may be. */
  last(imageId: ImageId): number {
    const removal = this.#images.get(imageId);
    return Math.max(lastOf(this.#any), removal ? lastOf(removal) : Number.NEGATIVE_INFINITY);
  }

  /** Forgets removals that ended before this time (epoch milliseconds) and are not recent. */
  forget(before: number): void {
    const oldest = Math.min(before, this.#now() - retention);
    for (const [imageId, { open, end }] of this.#images) if (open === 0 && end < oldest) this.#images.delete(imageId);
  }

  #of(imageId: ImageId): { open: number; end: number } {
    const known = this.#images.get(imageId);
    if (known) return known;
    const removal = { open: 0, end: Number.NEGATIVE_INFINITY };
    this.#images.set(imageId, removal);
    return removal;
  }
}

function lastOf({ open, end }: { open: number; end: number }): number {
  return open > 0 ? Number.POSITIVE_INFINITY : end;
}

/** The requests to a host that remove images from its cache, and the milliseconds that each kind may take. */
export interface RemovingRequests {
  readonly deadlines: Readonly<{ change: number; prune: number; clean: number }>;
  delete(
    capabilities: Capabilities,
    imageId: ImageId,
    signal?: AbortSignal,
  ): Promise<{ wasThere: boolean | undefined }>;
  clear(
    capabilities: Capabilities,
    what: 'cache' | 'queue' | 'both',
    signal?: AbortSignal,
  ): Promise<{ cached?: number; queued?: number }>;
  prune(signal?: AbortSignal): Promise<Amount>;
  clean(signal?: AbortSignal): Promise<void>;
}

/** The same requests, recorded as removals. One that fails may still reach the host until its deadline has passed. */
export function notingRemovals(host: RemovingRequests, removals: OwnRemovals): Omit<RemovingRequests, 'deadlines'> {
  const { change, prune, clean } = host.deadlines;
  async function noted<Answer>(
    request: () => Promise<Answer>,
    deadline: number,
    imageIds?: readonly ImageId[],
  ): Promise<Answer> {
    const end = removals.begin(imageIds);
    try {
      const answer = await request();
      end();
      return answer;
    } finally {
      end(deadline);
    }
  }
  return {
    delete: (capabilities, imageId, signal) =>
      noted(() => host.delete(capabilities, imageId, signal), change, [imageId]),
    clear: (capabilities, what, signal) => noted(() => host.clear(capabilities, what, signal), change),
    prune: (signal) => noted(() => host.prune(signal), prune),
    clean: (signal) => noted(() => host.clean(signal), clean),
  };
}
