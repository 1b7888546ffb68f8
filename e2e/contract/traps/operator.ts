import { setTimeout as delay } from 'node:timers/promises';
import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { Action, Plan, TargetOutcome } from '../../../electron/contract/operations.ts';
import type { HostTimings } from '../../../electron/fleet/host-timings.ts';
import type { RequestDeadlines } from '../../../electron/glance/authenticated-requests.ts';
import type { OperationLimits } from '../../../electron/operations/model/operation-limits.ts';
import { testServices } from '../../../electron/services/testing/test-services.ts';
import { Recorder } from './recorder.ts';
import type { TrapHost } from './trap-host.ts';

export type OperatorOptions = {
  limits?: Partial<OperationLimits>;
  timings?: Partial<HostTimings>;
  deadlines?: Partial<RequestDeadlines>;
  limitBytes?: number;
};

/** Short intervals in milliseconds for tests that wait for an outcome. */
const shortIntervals: Partial<OperationLimits> = {
  minFollowInterval: 100,
  maxFollowInterval: 200,
  firstBackOff: 50,
};

const shortTimings: Partial<HostTimings> = { fetchTimeout: 40_000, fetchRate: 1e12 };

/**
 * Milliseconds. A request may reach a process that answers nothing during its fetch; the next one reaches another
 * process.
 */
const shortDeadlines: Partial<RequestDeadlines> = { versions: 8_000, list: 8_000, change: 8_000 };

/**
 * An operator with a console in this process. The tests check what the console shows the operator, and all requests
 * from the console to the host and to the catalog's image service are recorded.
 */
export class Operator {
  readonly #console: Awaited<ReturnType<typeof testServices>>;
  readonly hostId: string;
  readonly cloudId: string;
  /** Records the requests to the host. */
  readonly host: Recorder;
  /** Records the requests to the catalog's image service, as a load balancer would receive them. */
  readonly service: Recorder;

  private constructor(given: {
    console: Awaited<ReturnType<typeof testServices>>;
    hostId: string;
    cloudId: string;
    host: Recorder;
    service: Recorder;
  }) {
    this.#console = given.console;
    this.hostId = given.hostId;
    this.cloudId = given.cloudId;
    this.host = given.host;
    this.service = given.service;
  }

  /** Opens a console that knows the host and has listed it once. Its image catalog may lack images made later. */
  static async open(trapHost: TrapHost, service: Recorder, tuning: OperatorOptions = {}): Promise<Operator> {
    const host = await Recorder.start(trapHost.address);
    const console = await testServices(optionsOf(tuning));
    const { client } = console;
    await client.preferences.update({ refreshPaused: true });
    const { username, password, project } = trapHost.admin;
    const domains = { userDomain: 'Default', projectDomain: 'Default' };
    const login = { kind: 'password' as const, authUrl: trapHost.authUrl, username, projectName: project, ...domains };
    const connection = {
      interface: 'public' as const,
      verify: true,
      ...(trapHost.region ? { regionName: trapHost.region } : {}),
    };
    const cloud = await client.clouds.add({
      name: 'traps',
      source: { kind: 'typed', login, connection },
      secret: password,
    });
    const { id: hostId } = await client.hosts.add({
      cloudId: cloud.id,
      address: host.address,
      name: 'the-host',
      limitBytes: tuning.limitBytes ?? null,
    });
    const operator = new Operator({ console, hostId, cloudId: cloud.id, host, service });
    await operator.refresh();
    await client.clouds.catalogue({ imageServiceId: cloud.id });
    return operator;
  }

  get client() {
    return this.#console.client;
  }

  /** Restarts the console with the same data. */
  async restartConsole(tuning: OperatorOptions = {}): Promise<void> {
    await this.#console.restart(optionsOf(tuning));
    await this.refresh();
  }

  async summary(): Promise<HostSummary> {
    const summary = (await this.#console.state()).hosts.find((each) => each.id === this.hostId);
    if (!summary) throw new Error('The console has lost its host');
    return summary;
  }

  async warnings(): Promise<string[]> {
    return (await this.summary()).warnings.map((warning) => warning.kind);
  }

  /** Polls the host now. */
  async refresh(): Promise<HostSummary> {
    await this.client.hosts.refresh({ ids: [this.hostId] });
    return this.summary();
  }

  images(): Promise<HostImages> {
    return this.client.hosts.images({ id: this.hostId });
  }

  plan(kind: 'queue' | 'delete', ...imageIds: string[]): Promise<Plan> {
    const targets = imageIds.map((imageId) => ({ hostId: this.hostId, imageId }));
    return this.client.operations.plan({ kind, targets });
  }

  planHost(action: { kind: 'prune' | 'clean' } | { kind: 'clear'; what: 'cache' | 'queue' | 'both' }): Promise<Plan> {
    return this.client.operations.plan({ ...action, hostIds: [this.hostId] } satisfies Action);
  }

  /** Starts a plan and returns the operation. */
  async start(plan: Plan): Promise<RunningOperation> {
    const { id } = await this.client.operations.start({ planId: plan.id });
    return new RunningOperation(this, id);
  }

  /** Starts a plan of one target and returns its outcome. */
  async run(plan: Plan): Promise<TargetOutcome> {
    return (await this.start(plan)).outcome();
  }

  /** Queues images and waits until the console reports them as cached. */
  async cache(...imageIds: string[]): Promise<void> {
    const running = await this.start(await this.plan('queue', ...imageIds));
    for (const target of await running.outcomes()) {
      if (target.state !== 'done') throw new Error(`${target.imageId} is not cached: ${JSON.stringify(target)}`);
    }
    await this.refresh();
  }

  async close(): Promise<void> {
    await this.#console[Symbol.asyncDispose]();
    await this.host.down();
  }
}

function optionsOf({ limits, timings, deadlines }: OperatorOptions) {
  return {
    env: { NO_PROXY: '*' },
    limits: { ...shortIntervals, ...limits },
    timings: { ...shortTimings, ...timings },
    deadlines: { ...shortDeadlines, ...deadlines },
  };
}

const live = new Set(['running', 'cancelling']);

/** A started operation. */
export class RunningOperation {
  readonly #operator: Operator;
  readonly #id: string;

  constructor(operator: Operator, id: string) {
    this.#operator = operator;
    this.#id = id;
  }

  /** The present state of the operation's only target. */
  async target(): Promise<TargetOutcome> {
    return only((await this.#operator.client.operations.targets({ id: this.#id })).targets);
  }

  /** Waits until the operation's only target has this state. */
  async until(state: TargetOutcome['state']): Promise<TargetOutcome> {
    let target = await this.target();
    await until(async () => {
      target = await this.target();
      return target.state === state;
    }, `the target to be ${state}`).catch((error) => {
      throw new Error(`${error instanceof Error ? error.message : error}: ${JSON.stringify(target)}`);
    });
    return target;
  }

  /** Waits for the end of the operation. */
  async outcomes(): Promise<TargetOutcome[]> {
    const look = () => this.#operator.client.operations.targets({ id: this.#id });
    await until(async () => !live.has((await look()).operation.state), 'the operation to end');
    return (await look()).targets;
  }

  async outcome(): Promise<TargetOutcome> {
    return only(await this.outcomes());
  }
}

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`There should be one: ${JSON.stringify(items)}`);
  return item;
}

/** Waits up to a minute for a condition. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited a minute for ${what}`);
    await delay(20);
  }
}
