import { ExpectedFailure } from '../../../contract/failure.ts';
import type { HostSummary } from '../../../contract/fleet.ts';
import type { HostId } from '../../../contract/hosts.ts';
import type { CachedImage } from '../../../contract/images.ts';
import { type Action, noCounts, type Operation, type Plan, type PlannedTarget } from '../../../contract/operations.ts';
import { failureOf } from '../../../fleet/testing/host-fixtures.ts';
import type { Clock } from '../../../lib/clock.ts';
import { Emitter } from '../../../lib/emitter.ts';
import type { ScheduleSources } from '../schedule-sources.ts';

type OperationsPart = ScheduleSources['operations'];

/** The size of each image. */
export const gigabyte = 1_000_000_000;

export type FakeHost = { summary: HostSummary; cached: CachedImage[]; fails: boolean };

/** The surroundings of fake operations. `isThreshold`: whether a schedule runs for each host separately. */
export type FakePlace = { clock: Clock; host(id: HostId): FakeHost; isThreshold(scheduleId: string): boolean };

/** Operations that take a while each and then carry out their plan. They record what must never happen. */
export class FakeOperations implements OperationsPart {
  readonly #place: FakePlace;
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

  constructor(place: FakePlace) {
    this.#place = place;
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
      startedAt: this.#place.clock.now(),
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
      if (isSame && !this.#place.isThreshold(schedule.id)) this.violations.push(`${schedule.id} twice at once`);
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
    const failed = operation.counts.failed > 0 ? operation.hostIds.filter((host) => this.#place.host(host).fails) : [];
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
    this.#place.clock.after(this.duration, () => this.#end(id));
  }

  #end(id: string): void {
    const known = this.#operations.get(id);
    if (known?.operation.state !== 'running') return;
    let images = 0;
    let failed = 0;
    for (const { hostId, preview } of known.plan.targets) {
      const host = this.#place.host(hostId);
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
      endedAt: this.#place.clock.now(),
      counts: { ...noCounts(), done: known.operation.total - failed, failed },
      actual: { images, bytes: images * gigabyte },
    };
    this.#changes.emit(known.operation);
  }

  #planTarget(action: Extract<Action, { hostIds: HostId[] }>, hostId: HostId): PlannedTarget {
    const { summary, cached } = this.#place.host(hostId);
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
