import type { CachedImage } from '../contract/images.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import { inSlices } from '../lib/slices.ts';
import { type Snapshot, type SnapshotView, sameImagesSteps, snapshotSteps } from './snapshot.ts';

/** A list with its snapshot. `takenAt` in epoch milliseconds. */
type ShownList = { listing: CacheListing; snapshot: Snapshot; takenAt: number; known: string };

export type HostSnapshotsOptions = {
  /** The revision of the first snapshot. */
  revision: number;
  /** The present data that lists are joined with. */
  view: () => Omit<SnapshotView, 'last'>;
  /** Whether the image service of the host is known, and with it the images of the service. */
  isIdentified: () => boolean;
  /** Called with the cached images of a new snapshot, before it replaces the last one. */
  counted: (cached: readonly CachedImage[]) => Iterator<void, void>;
  /** Called when a list is shown. */
  changed: () => void;
};

/** The last list of one host, joined with the data about its images: in slices, and one list after the other. */
export class HostSnapshots {
  readonly #options: HostSnapshotsOptions;
  #last: ShownList | undefined;
  #revision: number;
  /** Changes whenever the data about images changes. */
  #known = 0;
  #showing: Promise<void> = Promise.resolve();
  #showsAgain = false;

  constructor(options: HostSnapshotsOptions) {
    this.#options = options;
    this.#revision = options.revision;
  }

  /** The last complete snapshot; undefined before the first list. */
  get last(): Readonly<ShownList> | undefined {
    return this.#last;
  }

  /** Increases when a list shows something different from the last one. */
  get revision(): number {
    return this.#revision;
  }

  /** Shows a list: the new snapshot replaces the last one when it is complete. */
  show(listing: CacheListing, takenAt: number): Promise<void> {
    return this.#show(() => ({ listing, takenAt }));
  }

  /** Joins the last list with the present data. Undefined if there is no list, or if an earlier call will do it. */
  showAgain(): Promise<void> | undefined {
    if (!this.#last || this.#showsAgain) return undefined;
    this.#showsAgain = true;
    return this.#show(() => {
      this.#showsAgain = false;
      return this.#last;
    });
  }

  /** The data about images has changed. */
  markStale(): void {
    this.#known += 1;
  }

  #show(what: () => { listing: CacheListing; takenAt: number } | undefined): Promise<void> {
    const work = this.#showing.then(async () => {
      const next = what();
      if (next) await this.#replace(next.listing, next.takenAt);
    });
    this.#showing = work.catch(() => undefined);
    return work;
  }

  async #replace(listing: CacheListing, takenAt: number): Promise<void> {
    const last = this.#last;
    const known = `${this.#known} ${this.#options.isIdentified()}`;
    // Whether a queued image is stalled depends on the time.
    const isSame = last?.listing === listing && last.known === known && listing.queued.length === 0;
    const snapshot = isSame ? last.snapshot : await this.#snapshotOf(listing);
    if (last?.snapshot !== snapshot) this.#revision += 1;
    this.#last = { listing, snapshot, takenAt, known };
    this.#options.changed();
  }

  /** The snapshot of a list: the last one, if it shows the same. */
  async #snapshotOf(listing: CacheListing): Promise<Snapshot> {
    const { view, counted } = this.#options;
    const last = this.#last?.snapshot;
    const snapshot = await inSlices(snapshotSteps(listing, { ...view(), last }));
    if (last && (await inSlices(sameImagesSteps(last, snapshot)))) return last;
    await inSlices(counted(snapshot.cached));
    return snapshot;
  }
}
