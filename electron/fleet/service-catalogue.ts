import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Catalogue, CatalogueImage, ImageId } from '../contract/images.ts';
import {
  type Described,
  type KnownImage,
  knownFrom,
  notVisible,
  sameDescription,
  unchecked,
} from '../glance/orphan-detection.ts';
import type { Clock } from '../lib/clock.ts';
import { failureOf } from '../lib/fault.ts';
import { inSlices, stepLength } from '../lib/slices.ts';
import type { Logger } from '../store/log.ts';
import type { CatalogueApi } from './host-access.ts';

const second = 1_000;
/** Maximum age of the catalogue in milliseconds, for what the fleet shows and for an operator who opens it. */
const freshForFleet = 300 * second;
const freshForOperator = 30 * second;
/** Maximum age in milliseconds when the operator refreshes. */
const freshForRefresh = 3 * second;
/** Milliseconds between a failure and the next attempt. */
const retryAfter = 30 * second;
/** Ids per lookup request: as many as fit in a URL (docs/glance-cache-api.md, section 8). */
const describeBatchSize = 100;
/** Ids looked up between two notifications. Each notification rebuilds all snapshots of the image service. */
const notifyBatchSize = 1_000;
/** Limits on what is kept about ids that are not in the catalogue: a misbehaving host may list new ones forever. */
const maxDescribed = 50_000;
const maxUnknown = 20_000;

/** The result of a lookup. `hosts` are those whose own APIs answered: only for these an image is an orphan. */
type LookUp = { known: KnownImage; hosts: Set<HostId> };

export type ServiceCatalogueOptions = {
  /** Where the catalogue can be read, best source first. Throws when the sources cannot be determined. */
  sources: () => Promise<CatalogueApi[]>;
  /** The image API of a host; undefined if the host was removed. */
  host: (hostId: HostId) => CatalogueApi | undefined;
  /** Called when the catalogue has been read, or reading it has failed. */
  onRead: () => void;
  /** Called when the data about some ids changed, for all hosts of the image service or for one. */
  onKnown: (hostId?: HostId) => void;
  log: Pick<Logger, 'error' | 'info'>;
  clock: Clock;
};

/** The image catalog of an image service as last read, and the lookup results for ids that are not in it. */
export class ServiceCatalogue {
  readonly #options: ServiceCatalogueOptions;
  #stopping = new AbortController();
  #view: Catalogue = { images: [], readAt: null, failure: null };
  #known = new Map<ImageId, KnownImage>();
  /**
   * Results of lookups by id, for ids that the catalogue did not have or that were not settled. The oldest come first.
   */
  readonly #described = new Map<ImageId, LookUp>();
  /** Ids to look up, each with a host that lists it. */
  readonly #unknown = new Map<ImageId, HostId>();
  /** Ids that another host reported as gone, by the host that lists them and has to be asked too. */
  readonly #unconfirmed = new Map<HostId, Set<ImageId>>();
  readonly #confirming = new Map<HostId, Promise<void>>();
  readonly #confirmAgainAt = new Map<HostId, number>();
  #triedAt = Number.NEGATIVE_INFINITY;
  /** When the read of the shown catalogue began. */
  #shownSince = Number.NEGATIVE_INFINITY;
  #describeAgainAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  /** Cancels a scheduled read. */
  #waiting: (() => void) | undefined;
  #describing: Promise<void> | undefined;

  constructor(options: ServiceCatalogueOptions) {
    this.#options = options;
  }

  get view(): Catalogue {
    return this.#view;
  }

  /** Whether the catalogue was read, and that began at this time (epoch milliseconds) or later. */
  isReadSince(at: number): boolean {
    return this.#shownSince >= at;
  }

  /** The data about an image that a host lists. Only an image that the host's own API does not have is an orphan. */
  lookUp(hostId: HostId, imageId: ImageId): KnownImage {
    const described = this.#described.get(imageId);
    if (!described) return this.#known.get(imageId) ?? unchecked;
    return isGone(described) && !described.hosts.has(hostId) ? unchecked : described.known;
  }

  /**
   * Returns the catalogue for an operator: waits for the first read, later returns the last one and starts a new read
   * when it is old.
   */
  async open(): Promise<Catalogue> {
    const reading = this.#readWhenOlder(freshForOperator);
    if (this.#view.readAt === null) await reading;
    return this.#view;
  }

  /**
   * Starts a read without waiting for it: now, or a moment later when one is running or has just ended, because that
   * one may not show the latest state. Does nothing before the first read, which starts when a host answers and so is a
   * source.
   */
  refresh(): void {
    if (this.#waiting || (this.#view.readAt === null && !this.#reading)) return;
    const wait = this.#triedAt + freshForRefresh - this.#options.clock.now();
    if (!this.#reading && wait <= 0) {
      void this.#readWhenOlder(0);
      return;
    }
    this.#waiting = this.#options.clock.after(Math.max(wait, 0), () => {
      this.#waiting = undefined;
      void this.#readWhenOlder(0);
    });
  }

  /** Records ids that a host listed, and starts the reads and lookups that are due. Never waits. */
  noteListed(hostId: HostId, imageIds: Iterable<ImageId>): void {
    for (const imageId of imageIds) {
      const described = this.#described.get(imageId);
      if (described) {
        if (isGone(described) && !described.hosts.has(hostId)) this.#noteUnconfirmed(hostId, imageId);
      } else if (!this.#unknown.has(imageId) && !isSettled(this.#known.get(imageId))) {
        if (this.#unknown.size < maxUnknown) this.#unknown.set(imageId, hostId);
      }
    }
    this.readWhenDue();
    this.#describeWhenDue();
    this.#confirmWhenDue(hostId);
  }

  /** Starts reading the catalogue if the data shown by the fleet requires it. Never waits. */
  readWhenDue(): void {
    void this.#readWhenOlder(freshForFleet);
  }

  /** The next read and the next lookups are due at once. */
  wake(): void {
    this.#triedAt = Number.NEGATIVE_INFINITY;
    this.#describeAgainAt = Number.NEGATIVE_INFINITY;
    this.#confirmAgainAt.clear();
  }

  /** The login changed: the next read is due at once, and invisible images are looked up again. */
  loginChanged(): void {
    this.wake();
    for (const [imageId, known] of this.#described) if (known.known === notVisible) this.#described.delete(imageId);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#waiting?.();
    await Promise.all([this.#reading, this.#describing, ...this.#confirming.values()]);
  }

  #readWhenOlder(age: number): Promise<void> {
    if (this.#reading) return this.#reading;
    const allowed = this.#view.failure ? retryAfter : age;
    if (this.#stopping.signal.aborted || this.#options.clock.now() - this.#triedAt < allowed) return Promise.resolve();
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      this.#describeWhenDue();
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const begunAt = this.#options.clock.now();
    this.#triedAt = begunAt;
    try {
      const images = await this.#firstAnswer((source) => source.readAll(this.#stopping.signal));
      await inSlices(this.#take(images));
      this.#shownSince = begunAt;
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#view = { ...this.#view, failure: failureOf(error, this.#options.log, 'reading an image catalog') };
    }
    this.#options.onRead();
  }

  /** Yields while it works (`lib/slices.ts`), and replaces the last catalogue at once when it is done. */
  *#take(images: CatalogueImage[]): Generator<void, void> {
    const known = new Map<ImageId, KnownImage>();
    let changed = images.length !== this.#known.size;
    for (const [index, image] of images.entries()) {
      if (index % stepLength === stepLength - 1) yield;
      const next = knownFrom(image);
      const last = this.#known.get(image.id);
      const same = last !== undefined && sameDescription(last.description, next.description);
      // Unchanged entries stay the same object, so that snapshots compare by identity.
      known.set(image.id, same ? last : next);
      changed ||= !same;
    }
    this.#known = known;
    this.#view = { images, readAt: this.#options.clock.now(), failure: null };
    // An image that a lookup found may be gone by now. An orphan stays one unless it is in the catalogue.
    for (const [imageId, one] of this.#described) {
      if (one.known.catalogStatus === 'known' || known.has(imageId)) this.#described.delete(imageId);
    }
    for (const imageId of this.#unknown.keys()) if (isSettled(known.get(imageId))) this.#unknown.delete(imageId);
    if (changed) this.#options.onKnown();
  }

  #describeWhenDue(): void {
    const idle = this.#describing || this.#reading || this.#unknown.size === 0 || this.#view.readAt === null;
    if (idle || this.#stopping.signal.aborted || this.#options.clock.now() < this.#describeAgainAt) return;
    this.#describing = this.#describe().finally(() => {
      this.#describing = undefined;
    });
  }

  async #describe(): Promise<void> {
    let learnt = 0;
    let found: CatalogueImage[] = [];
    const tell = () => {
      if (learnt > 0) this.#options.onKnown();
      if (found.length > 0) this.#add(found);
      learnt = 0;
      found = [];
    };
    const failing = new Set<HostId>();
    for (let batch = this.#nextBatch(failing); batch; batch = this.#nextBatch(failing)) {
      const { hostId, ids } = batch;
      try {
        const answers = await this.#options.host(hostId)?.describe(ids, this.#stopping.signal);
        if (this.#stopping.signal.aborted) return;
        for (const imageId of ids) {
          const answer = answers?.get(imageId) ?? 'notVisible';
          // The ids of a host that was removed: another host that has them lists them again.
          if (answers) this.#learn(imageId, answer, hostId);
          else this.#unknown.delete(imageId);
          if (typeof answer === 'object') found.push(answer);
        }
        learnt += ids.length;
        if (learnt >= notifyBatchSize) tell();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        failing.add(hostId);
        this.#describeAgainAt = this.#options.clock.now() + retryAfter;
        this.#view = { ...this.#view, failure: failureOf(error, this.#options.log, 'reading an image catalog') };
        this.#options.onRead();
      }
    }
    tell();
  }

  /** The next ids to ask a host about, one that is not among the failing ones. */
  #nextBatch(failing: ReadonlySet<HostId>): { hostId: HostId; ids: ImageId[] } | undefined {
    let batch: { hostId: HostId; ids: ImageId[] } | undefined;
    for (const [imageId, hostId] of this.#unknown) {
      if (failing.has(hostId)) continue;
      batch ??= { hostId, ids: [] };
      if (hostId === batch.hostId) batch.ids.push(imageId);
      if (batch.ids.length >= describeBatchSize) break;
    }
    return batch;
  }

  #noteUnconfirmed(hostId: HostId, imageId: ImageId): void {
    const ids = this.#unconfirmed.get(hostId) ?? new Set();
    if (ids.size < maxUnknown) this.#unconfirmed.set(hostId, ids.add(imageId));
  }

  /**
   * Asks a host itself about ids that another host reported as gone. Each host is asked separately, so that none waits
   * for another.
   */
  #confirmWhenDue(hostId: HostId): void {
    const idle = !this.#unconfirmed.has(hostId) || this.#confirming.has(hostId) || this.#stopping.signal.aborted;
    if (idle || this.#options.clock.now() < (this.#confirmAgainAt.get(hostId) ?? Number.NEGATIVE_INFINITY)) return;
    const confirming = this.#confirm(hostId).finally(() => this.#confirming.delete(hostId));
    this.#confirming.set(hostId, confirming);
  }

  async #confirm(hostId: HostId): Promise<void> {
    const ids = [...(this.#unconfirmed.get(hostId) ?? [])];
    this.#unconfirmed.delete(hostId);
    try {
      const found = await this.#options.host(hostId)?.find(ids, this.#stopping.signal);
      if (!found || this.#stopping.signal.aborted) return;
      // An image that one host has is not gone, even if that host belongs to another service.
      for (const image of found) this.#learn(image.id, image, hostId);
      const there = new Set(found.map(({ id }) => id));
      for (const id of ids) if (!there.has(id)) this.#described.get(id)?.hosts.add(hostId);
      if (found.length > 0) this.#add(found);
      this.#options.onKnown(found.length > 0 ? undefined : hostId);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#confirmAgainAt.set(hostId, this.#options.clock.now() + retryAfter);
      // The images stay unchecked on this host. The catalogue itself can be read.
      const failure = failureOf(error, this.#options.log, 'asking a host for images');
      this.#options.log.info({ hostId, failure }, 'images not looked up');
    }
  }

  #learn(imageId: ImageId, answer: Described, hostId: HostId): void {
    this.#unknown.delete(imageId);
    this.#described.set(imageId, { known: knownFrom(answer), hosts: new Set([hostId]) });
    if (this.#described.size <= maxDescribed) return;
    const [oldest] = this.#described.keys();
    if (oldest !== undefined) this.#described.delete(oldest);
  }

  /** Results of lookups are newer than the catalogue as it was read, so they are added to it. */
  #add(found: readonly CatalogueImage[]): void {
    const images = new Map(this.#view.images.map((image) => [image.id, image]));
    for (const image of found) images.set(image.id, image);
    this.#view = { ...this.#view, images: [...images.values()] };
    this.#options.onRead();
  }

  /** Returns the answer of the first source that has one. Throws the first source's failure when none has. */
  async #firstAnswer<Answer>(ask: (source: CatalogueApi) => Promise<Answer>): Promise<Answer> {
    let first: unknown;
    for (const source of await this.#options.sources()) {
      try {
        return await ask(source);
      } catch (error) {
        if (this.#stopping.signal.aborted || !(error instanceof ExpectedFailure)) throw error;
        first ??= error;
      }
    }
    throw first ?? noSource;
  }
}

const noSource = new ExpectedFailure({
  code: 'unreachable',
  message: 'No host is available to read the image catalog from.',
  remedy: 'Add a reachable host.',
});

function isGone({ known }: LookUp): boolean {
  return known.catalogStatus === 'orphan';
}

/**
 * Whether the state in the catalogue will last. An image that was being uploaded when the catalogue was read is soon
 * active, and one that a host lists is active already, because only active images can be cached.
 */
function isSettled(known: KnownImage | undefined): boolean {
  return known?.description?.status === 'active' || known?.description?.status === 'deactivated';
}
