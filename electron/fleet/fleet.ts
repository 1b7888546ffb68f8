import type { CloudId, CloudSettings } from '../contract/clouds.ts';
import type { FleetTotals } from '../contract/contract.ts';
import type { Coverage as CoverageAnswer, ImagePlaces } from '../contract/coverage.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';
import type { Catalogue, ImageId, ImageServiceId } from '../contract/images.ts';
import type { Preferences } from '../contract/settings.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import { type ServiceFingerprint, shareDatabase } from '../glance/service-fingerprint.ts';
import { withDeadline } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { Emitter } from '../lib/emitter.ts';
import { stepLength } from '../lib/slices.ts';
import type { Logger } from '../store/log.ts';
import { ChangeBatch } from './change-batch.ts';
import { Coverage, placesOf } from './coverage.ts';
import { DistinctImages } from './distinct-images.ts';
import type { FleetChange, FleetConnections, HostAccess } from './host-access.ts';
import { HostState } from './host-state.ts';
import { type HostTimings, timingsFrom } from './host-timings.ts';
import { ImageServiceCatalogues } from './image-service-catalogues.ts';
import { ImageServices } from './image-services.ts';
import { ConcurrencyLimit } from './poller.ts';
import type { PruneLocks } from './prune-locks.ts';
import type { ExternalRemovals } from './removals/external-removals.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';
import { WatchedHost } from './watched-host.ts';

/**
 * The number of hosts of an image service that are asked whether another host belongs to it, and the milliseconds that each
 * may take. That host is not shown before.
 */
const maxHostsAsked = 2;
const askTimeout = 5_000;
const noAnswerInTime = {
  code: 'timeout',
  message: `A host did not list its images within ${askTimeout / 1_000} s.`,
  remedy: 'Check whether the host is overloaded or hung.',
} as const;
/** The number of polls that may start at the same time, and the milliseconds after which a slow one frees its place. */
const pollConcurrency = 16;
const pollSlotTimeout = 2_000;

export type FleetOptions = {
  connections: FleetConnections;
  clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  random: () => number;
  log: Logger;
  /** Prune locks, which survive a restart of the console. */
  pruneLocks: PruneLocks;
  /** Receives what something else removed from hosts. */
  externalRemovals: Pick<ExternalRemovals, 'add' | 'retract' | 'forget'>;
  /** Overrides of the timings that follow from the preferences, for tests that cannot wait for minutes. */
  timings?: Partial<HostTimings> | undefined;
};

/** A poll of a host that ended. */
export type FinishedPoll = { hostId: HostId; milliseconds: number; answered: boolean };

/** The hosts, their polling, their snapshots, and the catalogues of their image services. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #slots: ConcurrencyLimit;
  readonly #batch: ChangeBatch;
  readonly #catalogueListeners = new Set<(serviceId: ImageServiceId) => void>();
  readonly #polls = new Emitter<FinishedPoll>();
  readonly #services: ImageServices;
  readonly #catalogues: ImageServiceCatalogues;
  readonly #distinct = new DistinctImages();
  readonly #coverage = new Coverage();
  #hosts = new Map<HostId, WatchedHost>();
  #summaries: HostSummary[] | undefined;
  #stopped = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#slots = new ConcurrencyLimit({ limit: pollConcurrency, timeoutMs: pollSlotTimeout, clock: options.clock });
    this.#batch = new ChangeBatch(options.clock);
    const { connections, log, clock } = options;
    this.#services = new ImageServices((host, others, signal) => this.#askWhetherShared(host, others, signal));
    this.#catalogues = new ImageServiceCatalogues({
      connections,
      log,
      clock,
      hostsOf: (serviceId) => this.#hostsOf(serviceId),
      host: (hostId) => this.#hosts.get(hostId),
      fingerprint: (serviceId) => this.#services.fingerprint(serviceId),
      onRead: (serviceId) => {
        for (const listener of this.#catalogueListeners) listener(serviceId);
      },
    });
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
    this.#services.keepHosts(new Set(hosts.map(({ id }) => id)));
    this.#dropCatalogues();
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
   * reading the catalogues of their image services, because only these show which images Glance no longer has.
   */
  async refresh(hostIds?: readonly HostId[], signal?: AbortSignal): Promise<void> {
    const hosts = hostIds ? hostIds.map((id) => this.#host(id)) : [...this.#hosts.values()];
    for (const serviceId of this.#servicesOf(hosts)) this.#catalogues.of(serviceId).refresh();
    await Promise.all(hosts.map((host) => host.poll(signal)));
  }

  /** Returns the catalogue of an image service, also of a cloud's first one while the cloud has no hosts yet. */
  catalogue(serviceId: ImageServiceId): Promise<Catalogue> {
    return this.#catalogues.of(serviceId).open();
  }

  /**
   * Returns which hosts have which image according to their last lists, for some clouds or for all. Starts reading the
   * catalogues that are due.
   */
  coverage(cloudIds?: readonly CloudId[]): Promise<CoverageAnswer> {
    const hosts = [...this.#hosts.values()].filter(({ settings }) => cloudIds?.includes(settings.cloudId) ?? true);
    const catalogues = [...this.#servicesOf(hosts)].map((serviceId) => {
      const catalogue = this.#catalogues.of(serviceId);
      catalogue.readWhenDue();
      return [serviceId, catalogue.view] as const;
    });
    return this.#coverage.answer({
      hosts: hosts.map((host) => ({ summary: host.summary(), images: host.images() })),
      catalogues: new Map(catalogues),
    });
  }

  /** Returns where one image is, host by host. */
  async places(imageId: ImageId): Promise<ImagePlaces> {
    const hosts = [...this.#hosts.values()].map((host) => ({ summary: host.summary(), images: host.images() }));
    const row = (await this.coverage()).images.find((image) => image.imageId === imageId);
    return placesOf(imageId, hosts, row?.cells);
  }

  /** The image services of some clouds, in the order of their hosts. A cloud without hosts has its first one. */
  imageServices(clouds: readonly Pick<CloudSettings, 'id'>[]): { id: ImageServiceId; cloudId: CloudId }[] {
    return clouds.flatMap(({ id: cloudId }) => {
      const hosts = [...this.#hosts.values()].filter(({ settings }) => settings.cloudId === cloudId);
      const ids = hosts.length > 0 ? this.#servicesOf(hosts) : [cloudId];
      return [...ids].map((id) => ({ id, cloudId }));
    });
  }

  /** Starts reading the catalogue of an image service, unless it has just been read. */
  rereadCatalogue(serviceId: ImageServiceId): void {
    this.#catalogues.of(serviceId).refresh();
  }

  /**
   * Switches a cloud to another login: polls its hosts at once with it, and reads its catalogue when it is next needed.
   */
  reconnect(cloudId: CloudId): void {
    for (const { id } of this.imageServices([{ id: cloudId }])) this.#catalogues.known(id)?.loginChanged();
    this.#services.forgetCloud(cloudId);
    for (const host of this.#hosts.values()) {
      const { settings } = host;
      if (settings.cloudId === cloudId) host.reconnect(this.#options.connections.host(cloudId, settings.address));
    }
  }

  /** Polls every host at once and reads the catalogues again: the machine slept, or its network or clock changed. */
  wake(): void {
    for (const catalogue of this.#catalogues.all()) catalogue.wake();
    for (const host of this.#hosts.values()) host.wake();
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
  onCatalogue(listener: (serviceId: ImageServiceId) => void): () => void {
    this.#catalogueListeners.add(listener);
    return () => this.#catalogueListeners.delete(listener);
  }

  /** Subscribes to polls that ended. Returns the function that unsubscribes. */
  onPoll(listener: (poll: FinishedPoll) => void): () => void {
    return this.#polls.on(listener);
  }

  /** Stops all polling and aborts the requests in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const ending = [...this.#hosts.values(), ...this.#catalogues.all()].map((one) => one.stop());
    this.#batch.stop();
    await Promise.all(ending);
  }

  #host(hostId: HostId): WatchedHost {
    const host = this.#hosts.get(hostId);
    if (host) return host;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'Host not found.',
      remedy: 'It may have been removed. Go back to Fleet.',
    });
  }

  /** `last` is the host that this one replaces: it has the same id and another address or cloud. */
  #watch(settings: HostSettings, last: WatchedHost | undefined): WatchedHost {
    const { connections, clock, random, pruneLocks, externalRemovals } = this.#options;
    const { id, cloudId, address } = settings;
    const known = last?.settings.address === address ? last.state : undefined;
    if (last && !known) externalRemovals.forget(id);
    return new WatchedHost({
      settings,
      requests: connections.host(cloudId, address),
      lookUp: (imageId) => this.#catalogueOfHost(id).lookUp(id, imageId),
      imageServiceId: () => this.#services.of(this.#hosts.get(id)?.settings ?? settings),
      shown: async (fingerprint, signal) => {
        const moved = await this.#services.observe(this.#hosts.get(id)?.settings ?? settings, fingerprint, signal);
        if (moved) this.#dropCatalogues();
        return moved;
      },
      changed: () => this.#changed(id),
      polled: (milliseconds, answered) => this.#polls.emit({ hostId: id, milliseconds, answered }),
      listed: (listing) => this.#noteSteps(id, listing),
      counted: (cached) => this.#distinct.replaceSteps(id, cached),
      isCatalogueSince: (at) => this.#catalogueOfHost(id).isReadSince(at),
      readCatalogue: () => this.#catalogueOfHost(id).refresh(),
      externalRemovals,
      state: known ?? new HostState({ hostId: id, locks: pruneLocks, now: () => clock.now() }),
      revision: last ? last.revision + 1 : 0,
      log: this.#options.log,
      slots: this.#slots,
      clock,
      random,
    });
  }

  /** Asks some of the others, until one answers. */
  async #askWhetherShared(
    { id, shown }: { id: HostId; shown: ServiceFingerprint },
    others: readonly HostId[],
    signal: AbortSignal,
  ): Promise<boolean | undefined> {
    const { host } = this.#host(id);
    const { clock } = this.#options;
    const answering = others.flatMap((other) => this.#hosts.get(other) ?? []).filter((other) => !other.failing);
    for (const other of answering.slice(0, maxHostsAsked)) {
      const timeout = () => new ExpectedFailure(noAnswerInTime);
      try {
        return await withDeadline({ clock, milliseconds: askTimeout, signal, timeout }, (inTime) =>
          shareDatabase(shown, host, other.host, inTime),
        );
      } catch (error) {
        if (signal.aborted || !(error instanceof ExpectedFailure)) throw error;
      }
    }
    return undefined;
  }

  /** Passes the list of a host to its catalogue. */
  *#noteSteps(hostId: HostId, { cached, queued }: CacheListing): Generator<void, void> {
    for (const list of [cached, queued]) {
      for (let start = 0; start < list.length; start += stepLength) {
        const ids = list.slice(start, start + stepLength).map((one) => (typeof one === 'string' ? one : one.imageId));
        // The host may belong to another image service, or be gone, since the last step.
        if (this.#hosts.has(hostId)) this.#catalogueOfHost(hostId).noteListed(hostId, ids);
        yield;
      }
    }
    if (this.#hosts.has(hostId)) this.#catalogueOfHost(hostId).noteListed(hostId, []);
  }

  #leave(host: WatchedHost): void {
    // Stopping only aborts requests, and their failures stay within the host, so there is nothing to wait for.
    void host.stop();
  }

  #changed(hostId: HostId): void {
    this.#summaries = undefined;
    this.#batch.changed(hostId);
  }

  #servicesOf(hosts: readonly WatchedHost[]): Set<ImageServiceId> {
    return new Set(hosts.map(({ settings }) => this.#services.of(settings)));
  }

  #hostsOf(serviceId: ImageServiceId): WatchedHost[] {
    return [...this.#hosts.values()].filter(({ settings }) => this.#services.of(settings) === serviceId);
  }

  #catalogueOfHost(hostId: HostId): ServiceCatalogue {
    return this.#catalogues.of(this.#services.of(this.#host(hostId).settings));
  }

  #dropCatalogues(): void {
    this.#catalogues.keepOnly(this.#servicesOf([...this.#hosts.values()]));
  }
}
