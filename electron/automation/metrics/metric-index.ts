import type { CloudId } from '../../contract/clouds.ts';
import type { GoldenDrift, GoldenSet } from '../../contract/golden.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Golden } from '../../golden/golden.ts';
import type { Clock } from '../../lib/clock.ts';
import { logFault } from '../../lib/fault.ts';
import { inSlices } from '../../lib/slices.ts';
import type { Logger } from '../../store/log.ts';
import { type ImageTotal, ImageTotals, type RankedImage } from './image-totals.ts';

/** Golden images of a cloud that have metrics of their own. */
const maxGoldenImages = 500;
/** Milliseconds between two refreshes. Hosts are polled every 5 seconds at most. */
const refreshInterval = 5_000;

export type MetricIndexOptions = {
  fleet: Pick<Fleet, 'summaries' | 'images' | 'onChange' | 'onCatalogue'>;
  golden: Pick<Golden, 'drift' | 'membership'>;
  goldenSets: () => readonly Pick<GoldenSet, 'id' | 'cloudId' | 'name'>[];
  /** The number of most requested images that have metrics of their own. */
  mostRequested: number;
  clock: Clock;
  log: Pick<Logger, 'error'>;
};

/** The data about the images of all hosts that metrics need, as of the last refresh. */
export type IndexedMetrics = {
  /** Golden and most requested images. */
  images: RankedImage[];
  /** Golden images that are not among them, because there are too many. */
  omitted: { cloudId: CloudId; images: number }[];
  drift: GoldenDrift[];
};

/**
 * Prepares the metrics that would take too long to compute during a scrape: hits by image over the fleet, and the drift
 * from golden sets. It is refreshed after polls, in slices, so that scrapes only read it and the page does not wait for
 * it.
 */
export class MetricIndex {
  readonly #options: MetricIndexOptions;
  readonly #totals = new ImageTotals();
  readonly #unsubscribe: (() => void)[];
  #current: IndexedMetrics = { images: [], omitted: [], drift: [] };
  #cancelTimer: (() => void) | undefined;
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  #stopped = false;

  constructor(options: MetricIndexOptions) {
    this.#options = options;
    const stale = () => this.markStale();
    this.#unsubscribe = [options.fleet.onChange(stale), options.fleet.onCatalogue(stale)];
  }

  get current(): IndexedMetrics {
    return this.#current;
  }

  /** The number of list entries read so far: the cost of refreshing. */
  get work(): number {
    return this.#totals.work;
  }

  /** Something changed that the index depends on. It is refreshed within a few seconds. */
  markStale(): void {
    this.#isStale = true;
    if (this.#stopped || this.#refreshing) return;
    this.#cancelTimer ??= this.#options.clock.after(refreshInterval, () => {
      this.#cancelTimer = undefined;
      void this.refresh();
    });
  }

  /** Refreshes now. A call while it is being refreshed waits for that. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh()
      .catch((error: unknown) => void logFault(this.#options.log, error, 'refreshing metrics'))
      .finally(() => {
        this.#refreshing = undefined;
        if (this.#isStale) this.markStale();
      });
    return this.#refreshing;
  }

  /** Ends refreshing. A refresh in progress is not waited for. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  async #refresh(): Promise<void> {
    this.#isStale = false;
    const { fleet, golden, mostRequested } = this.#options;
    // All taken now: a host may be removed while this works.
    const lists = fleet
      .summaries()
      .map(({ id, cloudId }) => ({ hostId: id, cloudId, cached: fleet.images(id).cached }));
    await inSlices(this.#totals.updateSteps(lists));
    const images = new Map<string, RankedImage>();
    const add = (image: RankedImage) => images.set(`${image.cloudId} ${image.imageId}`, image);
    for (const image of await inSlices(this.#totals.mostRequestedSteps(mostRequested))) add(image);
    const drift: GoldenDrift[] = [];
    const omitted: IndexedMetrics['omitted'] = [];
    for (const cloudId of new Set(this.#options.goldenSets().map((set) => set.cloudId))) {
      if (this.#stopped) return;
      drift.push(...(await golden.drift(cloudId)));
      const members = new Set((await golden.membership(cloudId)).flatMap(({ imageIds }) => imageIds));
      for (const imageId of [...members].slice(0, maxGoldenImages)) add(this.#total(cloudId, imageId));
      omitted.push({ cloudId, images: Math.max(0, members.size - maxGoldenImages) });
    }
    this.#current = { images: [...images.values()], omitted, drift };
  }

  #total(cloudId: CloudId, imageId: ImageId): RankedImage {
    const nowhere: ImageTotal = { hits: 0, hosts: 0, name: null };
    return { cloudId, imageId, ...(this.#totals.get(cloudId, imageId) ?? nowhere) };
  }
}
