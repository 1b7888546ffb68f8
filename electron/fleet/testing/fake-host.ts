import { DatabaseSync } from 'node:sqlite';
import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostImages, HostSummary } from '../../contract/fleet.ts';
import type { Capabilities } from '../../contract/hosts.ts';
import type { CachedImage, ImageId, QueuedImage } from '../../contract/images.ts';
import type { Amount } from '../../contract/operations.ts';
import { defaultDeadlines, type RequestDeadlines } from '../../glance/authenticated-requests.ts';
import type { ImageReading } from '../../glance/warm-by-reading.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { atOnce } from '../../lib/slices.ts';
import { StorageHealth } from '../../store/storage-health.ts';
import type { HostAccess, HostApi } from '../host-access.ts';
import { type HostReport, HostState } from '../host-state.ts';
import { defaultTimings, type HostTimings } from '../host-timings.ts';
import { maintenanceOf } from '../maintenance-methods.ts';
import { PruneLocks } from '../prune-locks.ts';
import { cachedImage, capabilities, queuedImage } from './host-fixtures.ts';

export type Request = { what: 'queue' | 'delete' | 'clear' | 'prune' | 'clean' | 'list' | 'read'; imageId?: ImageId };
/** The fault of a request: a failure before or after it is carried out, or none. */
export type Fault = { failure: Failure; done?: boolean } | undefined;

type Watching = { database?: DatabaseSync; clock?: Clock; timings?: Partial<HostTimings> };

/** A host as operations see it: its cache is in memory, and it remembers its requests. */
export class FakeHost implements Omit<HostAccess, 'host'> {
  readonly id: string;
  readonly cached = new Map<ImageId, CachedImage>();
  readonly queued = new Map<ImageId, QueuedImage>();
  readonly requests: Request[] = [];
  readonly reports: HostReport[] = [];
  /** Short, because most tests cannot wait for minutes. */
  readonly deadlines: RequestDeadlines = { ...defaultDeadlines, change: 100, read: 100 };
  state: HostState;
  capable: Capabilities = capabilities;
  failure: Failure | null = null;
  limitBytes: number | null = null;
  underWay = 0;
  maxConcurrentRequests = 0;
  /** What happens instead of, or before, a request. */
  faultFor: (request: Request) => Fault | Promise<Fault> = () => undefined;
  /** The effect of a queue request that was accepted. */
  fetch: (imageId: ImageId) => void = () => undefined;
  /** The effect of reading an image. */
  reads: (imageId: ImageId, reading: ImageReading, signal?: AbortSignal) => Promise<number> = async () => 0;
  pruned: () => Amount = () => ({ images: 0, bytes: 0 });
  #snapshot: HostImages;
  #refreshedAt: number | null = Date.now();
  #revision = 0;

  constructor(id: string, images: readonly ImageId[] = []) {
    this.id = id;
    this.state = this.watch({});
    for (const imageId of images) this.cached.set(imageId, cachedImage(imageId));
    this.#snapshot = this.#list();
  }

  readonly host: Omit<HostApi, 'capabilities' | 'list' | 'fingerprint'> = {
    deadlines: this.deadlines,
    queue: (_: Capabilities, imageId: ImageId) =>
      this.#ask({ what: 'queue', imageId }, () => {
        this.queued.set(imageId, queuedImage(imageId));
        this.fetch(imageId);
      }),
    delete: (_: Capabilities, imageId: ImageId) =>
      this.#ask({ what: 'delete', imageId }, () => {
        this.cached.delete(imageId);
        this.queued.delete(imageId);
        return { wasThere: undefined };
      }),
    clear: (_: Capabilities, what: 'cache' | 'queue' | 'both') =>
      this.#ask({ what: 'clear' }, () => {
        if (what !== 'queue') this.cached.clear();
        if (what !== 'cache') this.queued.clear();
        return {};
      }),
    prune: () => this.#ask({ what: 'prune' }, () => this.pruned()),
    clean: () => this.#ask({ what: 'clean' }, () => undefined),
    readImage: async (imageId: ImageId, reading: ImageReading, signal?: AbortSignal) => {
      await this.#ask({ what: 'read', imageId }, () => undefined);
      return this.reads(imageId, reading, signal);
    },
  };

  summary(): HostSummary {
    return {
      id: this.id,
      cloudId: 'cloud',
      name: this.id,
      address: `http://${this.id}:9292`,
      limitBytes: this.limitBytes,
      note: '',
      labels: [],
      region: null,
      imageServiceId: 'cloud',
      remote: null,
      state: this.failure ? 'failed' : 'reachable',
      capabilities: this.capable,
      maintenance: maintenanceOf(this.capable, this.limitBytes, false),
      failure: this.failure,
      failedTries: 0,
      failingSince: null,
      warnings: [],
      totals: null,
      refreshedAt: this.#refreshedAt,
      refreshing: false,
      nextPollAt: null,
      revision: this.#revision,
    };
  }

  images(): HostImages {
    return this.#snapshot;
  }

  async capabilities(): Promise<Capabilities> {
    return this.capable;
  }

  async refresh(): Promise<HostImages> {
    await this.#ask({ what: 'list' }, () => undefined);
    this.poll();
    return this.#snapshot;
  }

  /** Starts as a new console, which knows only what its database has about the host. */
  watch({ database = new DatabaseSync(':memory:'), clock = systemClock, timings = {} }: Watching): HostState {
    this.state = new HostState({
      hostId: this.id,
      locks: new PruneLocks(database, new StorageHealth(null)),
      now: () => clock.now(),
    });
    this.state.configure({ ...defaultTimings, ...timings });
    return this.state;
  }

  /** Polls the host. */
  poll(): void {
    atOnce(this.state.observe([...this.cached.values()], [...this.queued.keys()], this.state.now()));
    this.#revision += 1;
    this.#refreshedAt = Date.now();
    this.#snapshot = this.#list();
  }

  report(report: HostReport): void {
    this.reports.push(report);
    this.state.report(report);
  }

  asked(what: Request['what']): (ImageId | undefined)[] {
    return this.requests.filter((request) => request.what === what).map((request) => request.imageId);
  }

  async #ask<Answer>(request: Request, act: () => Answer): Promise<Answer> {
    this.requests.push(request);
    if (request.what !== 'list') this.underWay += 1;
    this.maxConcurrentRequests = Math.max(this.maxConcurrentRequests, this.underWay);
    try {
      const fault = await this.faultFor(request);
      if (fault && !fault.done) throw new ExpectedFailure(fault.failure);
      const answer = act();
      if (fault) throw new ExpectedFailure(fault.failure);
      return answer;
    } finally {
      if (request.what !== 'list') this.underWay -= 1;
    }
  }

  #list(): HostImages {
    return {
      hostId: this.id,
      revision: this.#revision,
      takenAt: Date.now(),
      cached: [...this.cached.values()],
      queued: [...this.queued.values()].map((image) => ({
        ...image,
        stalled: image.stalled ?? this.state.stalled(image.imageId, this.capable.fetch, 0),
      })),
      odd: [],
    };
  }
}
