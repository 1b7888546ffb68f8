import type { CloudId } from '../contract/clouds.ts';
import type { FleetTotals } from '../contract/contract.ts';
import type { Coverage as CoverageAnswer, ImagePlaces } from '../contract/coverage.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';
import type { CachedImage, Catalogue, ImageId } from '../contract/images.ts';
import type { Preferences } from '../contract/settings.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../store/log.ts';
import { CloudCatalogue } from './cloud-catalogue.ts';
import { Coverage, placesOf } from './coverage.ts';
import type { FleetChange, FleetConnections, HostAccess } from './host-access.ts';
import { HostState } from './host-state.ts';
import { type HostTimings, timingsFrom } from './host-timings.ts';
import { ConcurrencyLimit } from './poller.ts';
import type { PruneLocks } from './prune-locks.ts';
import { WatchedHost } from './watched-host.ts';

/** Counts the different images that a set of hosts has cached. Only hosts whose list changed are counted again. */
export class DistinctImages {
  /** The number of hosts that have each image. */
  readonly #hosts = new Map<ImageId, number>();
  readonly #counted = new Map<HostId, readonly CachedImage[]>();

  /** Returns the number of different images. A list that did not change must be the same array as before. */
  count(lists: Iterable<readonly [HostId, readonly CachedImage[]]>): number {
    const gone = new Set(this.#counted.keys());
    for (const [hostId, cached] of lists) {
      gone.delete(hostId);
      const before = this.#counted.get(hostId);
      if (before === cached) continue;
      for (const { imageId } of cached) this.#hosts.set(imageId, (this.#hosts.get(imageId) ?? 0) + 1);
      if (before) this.#forget(before);
      this.#counted.set(hostId, cached);
    }
    for (const hostId of gone) {
      this.#forget(this.#counted.get(hostId) ?? []);
      this.#counted.delete(hostId);
    }
    return this.#hosts.size;
  }

  #forget(cached: readonly CachedImage[]): void {
    for (const { imageId } of cached) {
      const left = (this.#hosts.get(imageId) ?? 0) - 1;
      if (left > 0) this.#hosts.set(imageId, left);
      else this.#hosts.delete(imageId);
    }
  }
}

/** Milliseconds during which changes are collected into one batch. */
const batchDelay = 100;

/** Collects changes of hosts and reports them together. */
export class ChangeBatch {
  readonly #clock: Clock;
  readonly #listeners = new Set<(change: FleetChange) => void>();
  #changed = new Set<HostId>();
  #removed = new Set<HostId>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  changed(hostId: HostId): void {
    this.#removed.delete(hostId);
    this.#changed.add(hostId);
    this.#later();
  }

  removed(hostId: HostId): void {
    this.#changed.delete(hostId);
    this.#removed.add(hostId);
    this.#later();
  }

  listen(listener: (change: FleetChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #later(): void {
    if (this.#stopped) return;
    this.#cancel ??= this.#clock.after(batchDelay, () => {
      this.#cancel = undefined;
      const change = { changed: [...this.#changed], removed: [...this.#removed] };
      this.#changed = new Set();
      this.#removed = new Set();
      for (const listener of this.#listeners) listener(change);
    });
  }
}

/** The number of polls that may start at the same time, and the milliseconds after which a slow one frees its place. */
const pollConcurrency = 16;
const pollSlotTimeout = 2_000;
/** The number of hosts that are asked for the catalogue when the cloud's own endpoints fail. */
const maxHostsTried = 3;

export type FleetOptions = {
  connections: FleetConnections;
  clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  random: () => number;
  log: Logger;
  /** Prune locks, which survive a restart of the console. */
  pruneLocks: PruneLocks;
  /** Overrides of the timings that follow from the preferences, for tests that cannot wait for minutes. */
  timings?: Partial<HostTimings> | undefined;
};

/** The hosts, their polling, their snapshots, and the image catalogues of their clouds. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #slots: ConcurrencyLimit;
  readonly #batch: ChangeBatch;
  readonly #catalogueListeners = new Set<(cloudId: CloudId) => void>();
  readonly #catalogues = new Map<CloudId, CloudCatalogue>();
  readonly #distinct = new DistinctImages();
  readonly #coverage = new Coverage();
  #hosts = new Map<HostId, WatchedHost>();
  #summaries: HostSummary[] | undefined;
  #stopped = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#slots = new ConcurrencyLimit({ limit: pollConcurrency, timeoutMs: pollSlotTimeout, clock: options.clock });
    this.#batch = new ChangeBatch(options.clock);
  }

  /**
   * Watches exactly these hosts from now on, at the pace of the preferences. `overSsh` holds the hosts that have access
   * over ssh configured.
   */
  configure(hosts: readonly HostSettings[], preferences: Preferences, overSsh: ReadonlySet<HostId> = new Set()): void {
    if (this.#stopped) return;
    const timings = timingsFrom(preferences, this.#options.timings);
    const interval = preferences.refreshPaused ? null : preferences.refreshSeconds * 1_000;
    const next = new Map<HostId, WatchedHost>();
    for (const settings of hosts) {
      const last = this.#hosts.get(settings.id);
      const same = last?.settings.address === settings.address && last.settings.cloudId === settings.cloudId;
      if (last && !same) this.#leave(last);
      const host = last && same ? last : this.#watch(settings, last);
      next.set(settings.id, host);
      if (host !== last) this.#changed(settings.id);
    }
    for (const [id, host] of this.#hosts) {
      if (next.has(id)) continue;
      this.#leave(host);
      this.#batch.removed(id);
    }
    this.#hosts = next;
    this.#summaries = undefined;
    for (const settings of hosts) {
      next.get(settings.id)?.configure(settings, interval, overSsh.has(settings.id), timings);
    }
    this.#dropCatalogues(new Set(hosts.map((host) => host.cloudId)));
  }

  summaries(): HostSummary[] {
    this.#summaries ??= [...this.#hosts.values()].map((host) => host.summary());
    return this.#summaries;
  }

  summary(hostId: HostId): HostSummary | undefined {
    return this.#hosts.get(hostId)?.summary();
  }

  /** Totals that need all hosts. */
  totals(): FleetTotals {
    const lists = [...this.#hosts].map(([id, host]) => [id, host.cached] as const);
    return { distinctImages: this.#distinct.count(lists) };
  }

  /** Throws `notFound` when there is no such host. */
  images(hostId: HostId): HostImages {
    return this.#host(hostId).images();
  }

  /** Throws `notFound` when there is no such host. */
  access(hostId: HostId): HostAccess {
    return this.#host(hostId);
  }

  /**
   * Polls these hosts now, or all hosts when none is named. Resolves when each has answered or failed. Also starts
   * reading the catalogues of their clouds, because only these show which images Glance no longer has.
   */
  async refresh(hostIds?: readonly HostId[], signal?: AbortSignal): Promise<void> {
    const hosts = hostIds ? hostIds.map((id) => this.#host(id)) : [...this.#hosts.values()];
    for (const cloudId of new Set(hosts.map((host) => host.settings.cloudId))) this.#catalogueOf(cloudId).refresh();
    await Promise.all(hosts.map((host) => host.poll(signal)));
  }

  /** Returns the image catalogue of a cloud, also for a cloud that has no hosts yet. */
  catalogue(cloudId: CloudId): Promise<Catalogue> {
    return this.#catalogueOf(cloudId).open();
  }

  /**
   * Returns which hosts have which image according to their last lists, for some clouds or for all. Starts reading the
   * catalogues that are due.
   */
  coverage(cloudIds?: readonly CloudId[]): CoverageAnswer {
    const hosts = [...this.#hosts.values()].filter(({ settings }) => cloudIds?.includes(settings.cloudId) ?? true);
    const clouds = new Set(hosts.map(({ settings }) => settings.cloudId));
    const catalogues = [...clouds].map((cloudId) => {
      const catalogue = this.#catalogueOf(cloudId);
      catalogue.noteListed([]);
      return [cloudId, catalogue.view] as const;
    });
    return this.#coverage.answer({
      hosts: hosts.map((host) => ({ summary: host.summary(), images: host.images() })),
      catalogues: new Map(catalogues),
    });
  }

  /** Returns where one image is, host by host. */
  places(imageId: ImageId): ImagePlaces {
    const hosts = [...this.#hosts.values()].map((host) => ({ summary: host.summary(), images: host.images() }));
    const row = this.coverage().images.find((image) => image.imageId === imageId);
    return placesOf(imageId, hosts, row?.cells);
  }

  /** Starts reading the catalogue of a cloud, unless it has just been read. */
  rereadCatalogue(cloudId: CloudId): void {
    this.#catalogueOf(cloudId).refresh();
  }

  /**
   * Switches a cloud to another login: polls its hosts at once with it, and reads its catalogue when it is next needed.
   */
  reconnect(cloudId: CloudId): void {
    this.#catalogues.get(cloudId)?.loginChanged();
    for (const host of this.#hosts.values()) {
      const { settings } = host;
      if (settings.cloudId === cloudId) host.reconnect(this.#options.connections.host(cloudId, settings.address));
    }
  }

  /** The operator says that the service of a host was restarted: no prune hangs there any more. */
  pruneOver(hostId: HostId): void {
    this.#host(hostId).state.pruneOver();
  }

  /** Subscribes to changes, which are collected for about 100 ms. Returns the function that unsubscribes. */
  onChange(listener: (change: FleetChange) => void): () => void {
    return this.#batch.listen(listener);
  }

  /** Subscribes to catalogues that were read again. Returns the function that unsubscribes. */
  onCatalogue(listener: (cloudId: CloudId) => void): () => void {
    this.#catalogueListeners.add(listener);
    return () => this.#catalogueListeners.delete(listener);
  }

  /** Stops all polling and aborts the requests in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const ending = [...this.#hosts.values(), ...this.#catalogues.values()].map((one) => one.stop());
    this.#batch.stop();
    await Promise.all(ending);
  }

  #host(hostId: HostId): WatchedHost {
    const host = this.#hosts.get(hostId);
    if (host) return host;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'This host is not in the console (any more).',
      remedy: 'It may have been removed meanwhile. Go back to the fleet.',
    });
  }

  /** `last` is the host that this one replaces: it has the same id and another address or cloud. */
  #watch(settings: HostSettings, last: WatchedHost | undefined): WatchedHost {
    const { connections, clock, random, pruneLocks } = this.#options;
    const { id, cloudId, address } = settings;
    const known = last?.settings.address === address ? last.state : undefined;
    return new WatchedHost({
      settings,
      requests: connections.host(cloudId, address),
      lookUp: (imageId) => this.#catalogueOf(cloudId).lookUp(imageId),
      changed: () => this.#changed(id),
      listed: (listing) => {
        const catalogue = this.#catalogueOf(cloudId);
        catalogue.noteListed(listing.cached.map((one) => one.imageId));
        catalogue.noteListed(listing.queued);
      },
      state: known ?? new HostState({ hostId: id, locks: pruneLocks, now: () => clock.now() }),
      revision: last ? last.revision + 1 : 0,
      log: this.#options.log,
      slots: this.#slots,
      clock,
      random,
    });
  }

  #leave(host: WatchedHost): void {
    // Stopping only aborts requests, and their failures stay within the host, so nobody waits for it.
    void host.stop();
  }

  #changed(hostId: HostId): void {
    this.#summaries = undefined;
    this.#batch.changed(hostId);
  }

  #catalogueOf(cloudId: CloudId): CloudCatalogue {
    const existing = this.#catalogues.get(cloudId);
    if (existing) return existing;
    const catalogue = new CloudCatalogue({
      sources: () => this.#sources(cloudId),
      onRead: () => {
        for (const listener of this.#catalogueListeners) listener(cloudId);
      },
      onKnown: () => {
        for (const host of this.#hosts.values()) if (host.settings.cloudId === cloudId) host.rebuildSnapshot();
      },
      log: this.#options.log,
      clock: this.#options.clock,
    });
    this.#catalogues.set(cloudId, catalogue);
    return catalogue;
  }

  /** The cloud's own image endpoints, then some of its hosts: each of them knows the whole catalogue. */
  async #sources(cloudId: CloudId) {
    const { connections } = this.#options;
    const hosts = this.summaries().filter((host) => host.cloudId === cloudId && host.state === 'reachable');
    const endpoints = await connections.imageEndpoints(cloudId);
    const addresses = new Set([...endpoints, ...hosts.slice(0, maxHostsTried).map((host) => host.address)]);
    return [...addresses].map((address) => connections.catalogue(cloudId, address));
  }

  #dropCatalogues(clouds: ReadonlySet<CloudId>): void {
    for (const [cloudId, catalogue] of this.#catalogues) {
      if (clouds.has(cloudId)) continue;
      this.#catalogues.delete(cloudId);
      void catalogue.stop();
    }
  }
}
