import { DatabaseSync } from 'node:sqlite';
import type { CloudSettings } from '../../../contract/clouds.ts';
import { ExpectedFailure } from '../../../contract/failure.ts';
import type { HostImages, HostSummary } from '../../../contract/fleet.ts';
import type { HostId } from '../../../contract/hosts.ts';
import type { CachedImage } from '../../../contract/images.ts';
import { type Action, noCounts, type Operation, type Plan, type PlannedTarget } from '../../../contract/operations.ts';
import { type Schedule, schedule as scheduleSchema } from '../../../contract/schedules.ts';
import type { FleetChange } from '../../../fleet/host-access.ts';
import { cachedImage, failureOf } from '../../../fleet/testing/host-fixtures.ts';
import { Emitter } from '../../../lib/emitter.ts';
import { ManualClock, settled } from '../../../lib/testing/manual-clock.ts';
import { StorageHealth } from '../../../store/storage-health.ts';
import type { ScheduleSources } from '../schedule-sources.ts';
import { Schedules } from '../schedules.ts';

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

type FakeHost = { summary: HostSummary; cached: CachedImage[]; fails: boolean };

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

  /** Adds a host with so many images of 1 GB each, and a limit. */
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

  /** Polls a host, and tells who listens. */
  poll(id: HostId): void {
    const host = this.host(id);
    if (host.summary.state === 'failed') return;
    const sizeBytes = host.cached.reduce((sum, image) => sum + (image.sizeBytes ?? 0), 0);
    host.summary = {
      ...host.summary,
      refreshedAt: this.clock.now(),
      totals: { ...noTotals, cachedImages: host.cached.length, sizeBytes },
    };
    this.#fleetChanges.emit({ changed: [id], removed: [] });
  }

  /** Starts schedules on what is in the database, as a console that starts. */
  async start(): Promise<Schedules> {
    const note = (...words: unknown[]) => void this.faults.push(words);
    this.engine = new Schedules({
      sources: this.sources(),
      database: this.database,
      storage: this.storage,
      log: { error: note, warn: () => {}, info: () => {} },
      retention: () => ({ milliseconds: 4_000 * 24 * 3_600_000, runs: 1_000_000 }),
    });
    this.engine.start();
    await settled();
    return this.engine;
  }

  /** Ends the console without a word. Operations that run are interrupted. */
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

type OperationsPart = ScheduleSources['operations'];

/** Operations that take a while each and then did what they planned. They note what must never happen. */
export class FakeOperations implements OperationsPart {
  readonly #world: ScheduleWorld;
  readonly #plans = new Map<string, Plan>();
  readonly #operations = new Map<string, { operation: Operation; plan: Plan }>();
  readonly #changes = new Emitter<Operation>();
  #count = 0;
  /** Milliseconds that an operation takes. */
  duration = 60_000;
  /** Two operations at once on one host, or of one schedule. */
  readonly violations: string[] = [];
  /** The operations that schedules started: how often each was. */
  readonly started: { scheduleId: string | undefined; at: number }[] = [];

  constructor(world: ScheduleWorld) {
    this.#world = world;
  }

  async plan(action: Action): Promise<Plan> {
    if (!('hostIds' in action)) throw new Error('Not planned here');
    this.#count += 1;
    const targets = action.hostIds.map((hostId) => this.#planTarget(action, hostId));
    const plan: Plan = {
      id: `plan-${this.#count}`,
      action,
      targets,
      willDo: targets.filter(({ verdict }) => verdict === 'willDo').length,
      alreadyDone: targets.filter(({ verdict }) => verdict === 'alreadyDone').length,
      refused: targets.filter(({ verdict }) => verdict === 'refused').length,
      expected: { images: 0, bytes: 0 },
      frees: null,
      warnings: [],
      overLimit: [],
      typedName: null,
    };
    this.#plans.set(plan.id, plan);
    return plan;
  }

  async start(planId: string, _typedName?: string, schedule?: Operation['schedule']): Promise<Operation> {
    const plan = this.#plans.get(planId);
    if (!plan) throw new Error(`No plan ${planId}`);
    const hostIds = plan.targets.flatMap(({ hostId, verdict }) => (verdict === 'willDo' ? [hostId] : []));
    const operation: Operation = {
      id: `operation-${planId}`,
      kind: plan.action.kind,
      title: `Prune ${hostIds.join(' ')}`,
      state: 'running',
      startedAt: this.#world.clock.now(),
      endedAt: null,
      hostIds,
      counts: { ...noCounts(), waiting: hostIds.length },
      total: hostIds.length,
      actual: { images: 0, bytes: 0 },
      freed: null,
      pace: null,
      ...(schedule ? { schedule } : {}),
    };
    for (const other of this.#running()) {
      const shared = other.hostIds.filter((id) => hostIds.includes(id));
      if (shared.length > 0) this.violations.push(`${other.title} and ${operation.title} at once`);
      const isSame = schedule !== undefined && other.schedule?.id === schedule.id;
      if (isSame && !isThreshold(this.#world, schedule.id)) this.violations.push(`${schedule.id} twice at once`);
    }
    this.started.push({ scheduleId: schedule?.id, at: operation.startedAt });
    this.#operations.set(operation.id, { operation, plan });
    this.#endLater(operation.id);
    return operation;
  }

  async continue(id: string): Promise<Operation> {
    const known = this.#operations.get(id);
    if (!known) throw new ExpectedFailure(failureOf('notFound'));
    known.operation = { ...known.operation, state: 'running' };
    this.#endLater(id);
    return known.operation;
  }

  list(): Operation[] {
    return [...this.#operations.values()].map(({ operation }) => operation).reverse();
  }

  targets({ id }: { id: string }) {
    const known = this.#operations.get(id);
    if (!known) throw new ExpectedFailure(failureOf('notFound'));
    const { operation, plan } = known;
    const failed = operation.counts.failed > 0 ? operation.hostIds.filter((host) => this.#world.host(host).fails) : [];
    return {
      operation,
      matching: failed.length,
      hosts: operation.hostIds.map((hostId) => ({
        hostId,
        hostName: hostId,
        counts: { ...noCounts(), [failed.includes(hostId) ? 'failed' : 'done']: 1 },
        total: 1,
        actual: { images: 0, bytes: 0 },
        freed: null,
      })),
      targets: plan.targets.flatMap((target) =>
        failed.includes(target.hostId)
          ? [{ ...target, state: 'failed' as const, text: null, failure: failureOf('hostError'), actual: null }]
          : [],
      ),
    };
  }

  onChange(listener: (operation: Operation) => void): () => void {
    return this.#changes.on(listener);
  }

  openAt(hostId: HostId): string[] {
    return this.#running().flatMap(({ hostIds, title }) => (hostIds.includes(hostId) ? [title] : []));
  }

  interruptAll(): void {
    for (const known of this.#operations.values()) {
      if (known.operation.state === 'running') known.operation = { ...known.operation, state: 'interrupted' };
    }
  }

  #running(): Operation[] {
    return this.list().filter(({ state }) => state === 'running');
  }

  #endLater(id: string): void {
    this.#world.clock.after(this.duration, () => this.#end(id));
  }

  #end(id: string): void {
    const known = this.#operations.get(id);
    if (known?.operation.state !== 'running') return;
    let images = 0;
    let failed = 0;
    for (const { hostId, preview } of known.plan.targets) {
      const host = this.#world.host(hostId);
      if (host.fails) {
        failed += 1;
        continue;
      }
      const gone = new Set(preview?.goes.map(({ imageId }) => imageId));
      images += gone.size;
      host.cached = host.cached.filter(({ imageId }) => !gone.has(imageId));
    }
    known.operation = {
      ...known.operation,
      state: 'finished',
      endedAt: this.#world.clock.now(),
      counts: { ...noCounts(), done: known.operation.total - failed, failed },
      actual: { images, bytes: images * gigabyte },
    };
    this.#changes.emit(known.operation);
  }

  #planTarget(action: Extract<Action, { hostIds: HostId[] }>, hostId: HostId): PlannedTarget {
    const { summary, cached } = this.#world.host(hostId);
    const limitBytes = ((summary.limitBytes ?? 0) * ('toPercent' in action ? (action.toPercent ?? 100) : 100)) / 100;
    const over = Math.max(0, cached.length - Math.floor(limitBytes / gigabyte));
    const goes = cached.slice(0, action.kind === 'prune' ? over : 0);
    const amount = { images: goes.length, bytes: goes.length * gigabyte };
    return {
      hostId,
      hostName: hostId,
      imageId: null,
      imageName: null,
      step: null,
      verdict: action.kind === 'prune' && over === 0 ? 'alreadyDone' : 'willDo',
      reason: null,
      expected: amount,
      estimated: false,
      method: 'delete',
      cleans: null,
      preview: {
        goes: goes.map(({ imageId, sizeBytes, lastAccessed }) => ({
          imageId,
          imageName: null,
          sizeBytes,
          lastAccessed,
        })),
        limitBytes,
        limitFrom: 'stated',
        held: amount,
        left: { images: cached.length - goes.length, bytes: 0 },
      },
    };
  }
}

function isThreshold(world: ScheduleWorld, id: string): boolean {
  return world.schedules.some((one) => one.id === id && one.trigger.kind === 'threshold');
}

const gigabyte = 1_000_000_000;

const noTotals = {
  cachedImages: 0,
  sizeBytes: 0,
  unsized: 0,
  hits: 0,
  queued: 0,
  stalled: 0,
  oldestQueued: null,
  orphans: 0,
  orphanBytes: 0,
  unsizedOrphans: 0,
  oddRecords: 0,
};

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
