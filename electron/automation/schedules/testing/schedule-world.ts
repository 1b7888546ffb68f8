import { DatabaseSync } from 'node:sqlite';
import type { CloudSettings } from '../../../contract/clouds.ts';
import type { ExternalRemoval } from '../../../contract/external-removals.ts';
import { type HostImages, type HostSummary, noHostTotals } from '../../../contract/fleet.ts';
import type { HostJobs } from '../../../contract/host-jobs.ts';
import type { HostId } from '../../../contract/hosts.ts';
import { type Schedule, schedule as scheduleSchema } from '../../../contract/schedules.ts';
import type { FleetChange } from '../../../fleet/host-access.ts';
import { cachedImage, failureOf } from '../../../fleet/testing/host-fixtures.ts';
import { Emitter } from '../../../lib/emitter.ts';
import { ManualClock, settled } from '../../../lib/testing/manual-clock.ts';
import { StorageHealth } from '../../../store/storage-health.ts';
import type { ScheduleSources } from '../schedule-sources.ts';
import { Schedules } from '../schedules.ts';
import { type FakeHost, FakeOperations, gigabyte } from './fake-operations.ts';

/** A schedule with the usual values. */
export function scheduleOf(changes: Partial<Schedule> = {}): Schedule {
  return scheduleSchema.parse({
    id: changes.name ?? 'one',
    name: changes.id ?? 'one',
    action: { kind: 'prune' },
    targets: { hosts: { kind: 'all' } },
    trigger: { kind: 'daily', at: '02:30' },
    ...changes,
  });
}

/**
 * A console around the schedules: hosts that answer at once or are down, and operations that take a minute each. What
 * operations did survives a kill of the schedules, as the journal does.
 */
export class ScheduleWorld {
  readonly clock: ManualClock;
  readonly database = new DatabaseSync(':memory:');
  readonly storage: StorageHealth;
  readonly hosts = new Map<HostId, FakeHost>();
  readonly operations: FakeOperations;
  readonly #fleetChanges = new Emitter<FleetChange>();
  clouds: CloudSettings[] = [cloudOf('lab')];
  schedules: Schedule[] = [];
  hostJobs: HostJobs[] = [];
  externalRemovals: ExternalRemoval[] = [];
  paused = false;
  /** The golden images on every host. */
  golden: ReadonlySet<string> = new Set();
  goldenUnknown: string[] = [];
  faults: unknown[] = [];
  engine: Schedules | undefined;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.clock = new ManualClock(now);
    this.storage = new StorageHealth(null, this.clock);
    this.operations = new FakeOperations(this);
  }

  /** Adds a host with this many images of 1 GB each, and a limit. */
  addHost(id: HostId, { images = 10, limit = 5, cloudId = 'lab', labels = [] as string[] } = {}): void {
    const cached = Array.from({ length: images }, (_, index) => cachedImage(`${id}-image-${index}`, gigabyte, index));
    const summary = hostOf(id, { cloudId, labels, limitBytes: limit * gigabyte, refreshedAt: this.clock.now() });
    this.hosts.set(id, { summary, cached, fails: false });
    this.poll(id);
  }

  host(id: HostId): FakeHost {
    const host = this.hosts.get(id);
    if (!host) throw new Error(`No host ${id}`);
    return host;
  }

  isThreshold(scheduleId: string): boolean {
    return this.schedules.some(({ id, trigger }) => id === scheduleId && trigger.kind === 'threshold');
  }

  /** Whether a host answers from now on. */
  setDown(id: HostId, down: boolean): void {
    const host = this.host(id);
    host.summary = {
      ...host.summary,
      state: down ? 'failed' : 'reachable',
      failure: down ? failureOf('unreachable') : null,
    };
  }

  fill(id: HostId, images: number): void {
    const { cached } = this.host(id);
    const at = this.clock.now();
    for (let index = 0; index < images; index += 1)
      cached.push(cachedImage(`${id}-${at}-${index}`, gigabyte, at + index));
    this.poll(id);
  }

  /** Polls a host, and notifies the listeners. */
  poll(id: HostId): void {
    const host = this.host(id);
    if (host.summary.state === 'failed') return;
    const sizeBytes = host.cached.reduce((sum, image) => sum + (image.sizeBytes ?? 0), 0);
    host.summary = {
      ...host.summary,
      refreshedAt: this.clock.now(),
      totals: { ...noHostTotals(), cachedImages: host.cached.length, sizeBytes },
    };
    this.#fleetChanges.emit({ changed: [id], removed: [] });
  }

  /** Starts schedules on the present database, as a new console does. */
  async start(): Promise<Schedules> {
    const note = (...words: unknown[]) => void this.faults.push(words);
    this.engine = new Schedules({
      sources: this.sources(),
      database: this.database,
      storage: this.storage,
      log: { error: note, warn: () => {}, info: () => {} },
      retention: () => ({ milliseconds: 4_000 * 24 * 3_600_000, runsPerSchedule: 1_000_000 }),
    });
    this.engine.start();
    await settled();
    return this.engine;
  }

  /** Ends the console as a kill does. Running operations are interrupted. */
  async kill(): Promise<void> {
    this.engine?.stop();
    this.engine = undefined;
    this.operations.interruptAll();
    await settled();
  }

  async setSchedules(...schedules: Schedule[]): Promise<void> {
    this.schedules = schedules;
    this.engine?.settingsChanged();
    await settled();
  }

  /** The runs, newest first. */
  runs(scheduleId?: string) {
    if (!this.engine) throw new Error('Not started');
    return this.engine.runs({ scheduleId, limit: 1_000_000 }).runs;
  }

  sources(): ScheduleSources {
    return {
      schedules: () => this.schedules,
      paused: () => this.paused,
      hosts: () => [...this.hosts.values()].map(({ summary }) => summary),
      images: (hostId) => this.imagesOf(hostId),
      clouds: () => this.clouds,
      wasteFilters: () => [],
      goldenSets: () => [],
      hostJobs: () => this.hostJobs,
      externalRemovals: () => this.externalRemovals,
      fleet: {
        refresh: async (hostIds = []) => {
          for (const id of hostIds) this.poll(id);
        },
        catalogue: async () => ({ images: [], readAt: this.clock.now(), failure: null }),
        rereadCatalogue: () => {},
        onCatalogue: () => () => {},
        onChange: (listener) => this.#fleetChanges.on(listener),
      },
      golden: {
        targets: async () => ({ queue: [], delete: [] }),
        drift: async () => [],
        membersByHost: async () => ({ on: () => this.golden, unknown: this.goldenUnknown }),
      },
      operations: this.operations,
      clock: this.clock,
    };
  }

  imagesOf(hostId: HostId): HostImages {
    const { summary, cached } = this.host(hostId);
    return { hostId, revision: 0, takenAt: summary.refreshedAt, cached, queued: [], odd: [] };
  }
}

function hostOf(id: HostId, changes: Partial<HostSummary>): HostSummary {
  return {
    id,
    cloudId: 'lab',
    name: id,
    address: `http://${id}:9292`,
    limitBytes: null,
    note: '',
    labels: [],
    region: null,
    remote: null,
    imageServiceId: 'lab',
    state: 'reachable',
    capabilities: null,
    maintenance: { prune: [], clean: [], prefetch: [] },
    failure: null,
    failedTries: 0,
    failingSince: null,
    warnings: [],
    totals: null,
    refreshedAt: null,
    refreshing: false,
    nextPollAt: null,
    revision: 0,
    ...changes,
  };
}

export function cloudOf(id: string, changes: Partial<CloudSettings> = {}): CloudSettings {
  return { id, name: id, source: { kind: 'demo' }, readOnly: false, production: false, remote: null, ...changes };
}
