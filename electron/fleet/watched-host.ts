import { isDeepStrictEqual } from 'node:util';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { Capabilities, HostSettings } from '../contract/hosts.ts';
import type { CachedImage, ImageId, ImageServiceId } from '../contract/images.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import { type KnownImage, unchecked } from '../glance/orphan-detection.ts';
import type { ServiceFingerprint } from '../glance/service-fingerprint.ts';
import { untilAborted, withDeadline } from '../lib/abort.ts';
import type { Clock } from '../lib/clock.ts';
import { failureOf, logFault } from '../lib/fault.ts';
import { inSlices } from '../lib/slices.ts';
import type { Logger } from '../store/log.ts';
import type { HostAccess, HostApi } from './host-access.ts';
import { HostSnapshots } from './host-snapshots.ts';
import type { HostReport, HostState } from './host-state.ts';
import type { HostTimings } from './host-timings.ts';
import { maintenanceOf } from './maintenance-methods.ts';
import { PollFailures } from './poll-failures.ts';
import { type ConcurrencyLimit, Poller } from './poller.ts';
import type { ExternalRemovals } from './removals/external-removals.ts';
import { notingRemovals } from './removals/own-removals.ts';
import { RemovalWatch, type RemovalWatchOptions } from './removals/removal-watch.ts';
import { warningsOf } from './warnings.ts';

/** Milliseconds until the capabilities of a host are read again: it may have been upgraded. */
const capabilitiesFresh = 600_000;
/** Milliseconds until a host is asked again which image service it belongs to. */
const fingerprintFresh = 600_000;
/** Milliseconds for all requests of one poll together. */
const pollDeadline = 120_000;

const fetching =
  'Queued images are not cached yet. Glance 25 does not respond while it fetches an image, so this may be temporary.';

const nothingCached: readonly CachedImage[] = [];

const leftAlone = {
  code: 'interrupted',
  message: 'The console no longer monitors this host.',
  remedy: 'It was removed, its address changed, or the console is shutting down.',
} as const;

export type WatchedHostOptions = Pick<RemovalWatchOptions, 'isCatalogueSince' | 'readCatalogue'> & {
  settings: HostSettings;
  requests: HostApi;
  /** The host's image service's entry for an id. */
  lookUp: (imageId: ImageId) => KnownImage;
  /** The image service of the host. */
  imageServiceId: () => ImageServiceId;
  /** Called with the oldest and newest images that the host shows. Resolves to whether it belongs to another image service now. */
  shown: (fingerprint: ServiceFingerprint, signal: AbortSignal) => Promise<boolean>;
  /** Called when something changed that the summary shows. */
  changed: () => void;
  /** Called with each list of the host. */
  listed: (listing: CacheListing) => Iterator<void, void>;
  /** Called with the cached images of a new snapshot, before it replaces the last one. */
  counted: (cached: readonly CachedImage[]) => Iterator<void, void>;
  externalRemovals: Pick<ExternalRemovals, 'add' | 'retract'>;
  /** Called with the milliseconds that each poll took, and whether the host answered. */
  polled: (milliseconds: number, answered: boolean) => void;
  /**
   * The state of the host, such as its pending requests. A host that replaces another at the same address takes it
   * over.
   */
  state: HostState;
  /** The revision to continue from when this host replaces another with the same id. */
  revision: number;
  log: Pick<Logger, 'info' | 'error'>;
  slots: ConcurrencyLimit;
  clock: Clock;
  random: () => number;
};

function pollTimeout(address: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'timeout',
    message: `${address} did not respond within ${pollDeadline / 1_000} s.`,
    remedy: 'Check whether the host is overloaded or hung.',
  });
}

/** One host: its polling, its last snapshot and its state. */
export class WatchedHost implements HostAccess {
  readonly #options: WatchedHostOptions;
  readonly #poller: Poller;
  readonly state: HostState;
  #requests: HostApi;
  #settings: HostSettings;
  #overSsh = false;
  #capabilities: { known: Capabilities; askedAt: number } | undefined;
  /** When the host last showed its oldest and newest images. Until then it is not known which image service it belongs to. */
  #fingerprintAt: number | undefined;
  readonly #failures = new PollFailures();
  readonly #removals: RemovalWatch;
  readonly #snapshots: HostSnapshots;
  #summary: HostSummary | undefined;
  #images: HostImages | undefined;
  #stopped = false;

  constructor(options: WatchedHostOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.state = options.state;
    this.state.onPruneChange(() => this.#touch());
    this.#requests = this.#noted(options.requests);
    this.#snapshots = new HostSnapshots({
      ...options,
      view: () => ({
        lookUp: (imageId) => this.#lookUp(imageId),
        state: this.state,
        fetch: this.#capabilities?.known.fetch ?? 'atOnce',
      }),
      isIdentified: () => this.#fingerprintAt !== undefined,
      changed: () => {
        this.#images = undefined;
        this.#touch();
      },
    });
    const hostId = options.settings.id;
    this.#removals = new RemovalWatch({
      ...options,
      lookUp: (imageId) => this.#lookUp(imageId),
      onRemoval: (removal) => {
        options.log.info({ host: this.#settings.address, removal }, 'something else removed images');
        options.externalRemovals.add({ hostId, ...removal });
      },
      onReturn: (removal) => options.externalRemovals.retract({ hostId, ...removal }),
    });
    this.#poller = new Poller({
      ...options,
      poll: (signal) => this.#poll(signal),
      following: () => this.state.following,
      changed: () => this.#touch(),
    });
  }

  /** The requests to the host, with the current login. */
  get host(): HostApi {
    return this.#requests;
  }

  get settings(): HostSettings {
    return this.#settings;
  }

  get revision(): number {
    return this.#snapshots.revision;
  }

  /**
   * `interval` is the time between two polls in milliseconds; null pauses polling. `overSsh` says whether access over
   * ssh is configured for the host or its cloud.
   */
  configure(settings: HostSettings, interval: number | null, overSsh: boolean, timings: HostTimings): void {
    const { name, limitBytes, note, labels, region, remote } = this.#settings;
    const same =
      name === settings.name &&
      limitBytes === settings.limitBytes &&
      note === settings.note &&
      region === settings.region &&
      isDeepStrictEqual(labels, settings.labels) &&
      isDeepStrictEqual(remote, settings.remote) &&
      this.#overSsh === overSsh;
    this.#settings = settings;
    this.#overSsh = overSsh;
    const { fetchTimeout } = this.state.timings;
    this.state.configure(timings);
    if (fetchTimeout !== timings.fetchTimeout) this.#showAgain();
    if (!same) this.#touch();
    this.#poller.configure(interval);
    if (region !== settings.region) this.#regionChanged();
  }

  summary(): HostSummary {
    this.#summary ??= this.#summarise();
    return this.#summary;
  }

  /** The same array as long as its content does not change. */
  get cached(): readonly CachedImage[] {
    return this.#snapshots.last?.snapshot.cached ?? nothingCached;
  }

  /** Returns the same object until the next snapshot, with the same arrays while their content does not change. */
  images(): HostImages {
    const { snapshot, takenAt } = this.#snapshots.last ?? {};
    this.#images ??= {
      hostId: this.#settings.id,
      revision: this.revision,
      takenAt: takenAt ?? null,
      cached: snapshot?.cached ?? [],
      queued: snapshot?.queued ?? [],
      odd: snapshot?.odd ?? [],
    };
    return this.#images;
  }

  async capabilities(signal?: AbortSignal): Promise<Capabilities> {
    const known = this.#capabilities;
    if (known && isYoung(this.#options.clock.now() - known.askedAt, capabilitiesFresh)) return known.known;
    const asked = await this.#requests.capabilities(signal);
    this.#capabilities = { known: asked, askedAt: this.#options.clock.now() };
    this.#touch();
    return asked;
  }

  #noted(host: HostApi): HostApi {
    return {
      deadlines: host.deadlines,
      capabilities: (signal) => host.capabilities(signal),
      list: (capabilities, signal) => host.list(capabilities, signal),
      fingerprint: (signal) => host.fingerprint(signal),
      queue: (capabilities, imageId, signal) => host.queue(capabilities, imageId, signal),
      readImage: (imageId, reading, signal) => host.readImage(imageId, reading, signal),
      ...notingRemovals(host, this.state.ownRemovals),
    };
  }

  /** Polls now. Resolves when the host has answered or failed. */
  async poll(signal?: AbortSignal): Promise<void> {
    await untilAborted(this.#poller.now(), signal);
  }

  async refresh(signal?: AbortSignal): Promise<HostImages> {
    await this.poll(signal);
    if (this.#stopped) throw new ExpectedFailure(leftAlone);
    const { failure } = this.#failures.shown;
    if (failure) throw new ExpectedFailure(failure);
    return this.images();
  }

  report(report: HostReport): void {
    this.state.report(report);
    this.#poller.follow();
  }

  /** The data about the images changed: joins the last list with it again. */
  rebuildSnapshot(): void {
    this.#snapshots.markStale();
    this.#showAgain();
  }

  /** Uses another login from now on, and polls at once because it may fix past failures. */
  reconnect(requests: HostApi): void {
    this.#requests = this.#noted(requests);
    this.#removals.interrupt();
    this.#fingerprintAt = undefined;
    this.wake();
  }

  /**
   * Hosts of different regions share no image service, so the host is asked again. Until then its images are unknown.
   */
  #regionChanged(): void {
    this.#fingerprintAt = undefined;
    this.#showAgain();
    this.wake();
  }

  /** Whether the host did not answer the last poll. */
  get failing(): boolean {
    return this.#failures.shown.failure !== null;
  }

  /** Polls at once, unless polling is paused, and forgets past failures: their cause may be over. */
  wake(): void {
    this.#poller.forgive();
    if (this.#poller.nextPollAt !== null || this.#poller.polling) void this.#poller.now();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#poller.stop();
  }

  async #poll(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    try {
      const listing = await withDeadline(
        { clock, milliseconds: pollDeadline, signal, timeout: () => pollTimeout(this.#settings.address) },
        async (inTime) => {
          const capabilities = await this.capabilities(inTime);
          const [listing] = await Promise.all([
            this.#requests.list(capabilities, inTime),
            this.#showFingerprint(inTime),
          ]);
          return listing;
        },
      );
      await this.#succeeded(listing, startedAt);
      return true;
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
      return false;
    }
  }

  /** A host that does not list its images is still shown, but without Glance's data about them. */
  async #showFingerprint(signal: AbortSignal): Promise<void> {
    const { clock, log, shown } = this.#options;
    if (this.#fingerprintAt !== undefined && isYoung(clock.now() - this.#fingerprintAt, fingerprintFresh)) return;
    const requests = this.#requests;
    const { region } = this.#settings;
    try {
      const fingerprint = await requests.fingerprint(signal);
      // Another login may see other images.
      if (this.#requests !== requests) return;
      const moved = await shown(fingerprint, signal);
      if (moved) this.#touch();
      if (this.#requests === requests && this.#settings.region === region) this.#fingerprintAt = clock.now();
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = failureOf(error, log, `asking ${this.#settings.address} for its image service`);
      log.info({ host: this.#settings.address, failure }, 'image service not known');
    }
  }

  async #noteListed(listing: CacheListing): Promise<void> {
    if (this.#fingerprintAt !== undefined) await inSlices(this.#options.listed(listing));
  }

  async #succeeded(listing: CacheListing, startedAt: number): Promise<void> {
    const now = this.#options.clock.now();
    await inSlices(this.state.observe(listing.cached, listing.queued, startedAt));
    await inSlices(this.#removals.observe(listing, startedAt, now));
    const { failed, wasDown } = this.#failures.answered();
    if (wasDown) this.state.serviceRestarted();
    if (failed) this.#options.log.info({ host: this.#settings.address }, 'host answers again');
    await this.#snapshots.show(listing, now);
    await this.#noteListed(listing);
  }

  /** Joins the last list with the present data. Several calls before that count as one. */
  #showAgain(): void {
    // Ids that left the catalogue are looked up now, not after the next poll.
    const noted = this.#snapshots.showAgain()?.then(() => {
      const { last } = this.#snapshots;
      return last && this.#noteListed(last.listing);
    });
    noted?.catch((error) => logFault(this.#options.log, error, `showing ${this.#settings.address}`));
  }

  #failed(error: unknown): void {
    const failure = failureOf(error, this.#options.log, `polling ${this.#settings.address}`);
    const mayFetch = failure.code === 'timeout' && this.state.fetching;
    const shown = mayFetch ? { ...failure, remedy: `${failure.remedy} ${fetching}` } : failure;
    const isFirst = this.#failures.failed(shown, this.#options.clock.now());
    if (isFirst) this.#options.log.info({ host: this.#settings.address, failure }, 'host fails');
    this.#removals.interrupt();
    // The host may return as another release, or without caching.
    if (this.#capabilities) this.#capabilities.askedAt = Number.NEGATIVE_INFINITY;
    this.#touch();
  }

  /** Nothing is known of the images of a host whose image service is not known. */
  #lookUp(imageId: ImageId): KnownImage {
    return this.#fingerprintAt === undefined ? unchecked : this.#options.lookUp(imageId);
  }

  #touch(): void {
    this.#summary = undefined;
    this.#options.changed();
  }

  #summarise(): HostSummary {
    const { last } = this.#snapshots;
    return {
      ...this.#settings,
      imageServiceId: this.#options.imageServiceId(),
      state: this.failing ? 'failed' : last ? 'reachable' : 'waiting',
      capabilities: this.#capabilities?.known ?? null,
      maintenance: maintenanceOf(this.#capabilities?.known ?? null, this.#settings.limitBytes, this.#overSsh),
      ...this.#failures.shown,
      warnings: last
        ? warningsOf({
            ...last,
            limitBytes: this.#settings.limitBytes,
            returned: this.state.returned,
            runningPrune: this.state.runningPrune,
          })
        : [],
      totals: last?.snapshot.totals ?? null,
      refreshedAt: last?.takenAt ?? null,
      refreshing: this.#poller.polling,
      nextPollAt: this.#poller.nextPollAt,
      revision: this.revision,
    };
  }
}

/** Whether data of this age, in milliseconds, is recent enough. The age is negative after a clock was set back. */
function isYoung(age: number, fresh: number): boolean {
  return age >= 0 && age < fresh;
}
