import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation, TargetOutcome } from '../../../electron/contract/operations.ts';
import { Random } from '../../../electron/demo/random.ts';
import type { ConsoleClient } from '../../../renderer/bridge/client.ts';
import type { Moment } from '../delaying-proxy.ts';
import { type FaultCloud, HostsProcess } from '../fault-cloud.ts';
import type { HostSpec, ImageSpec } from '../fault-hosts.ts';
import { KillableConsole, prepareData, type StartOptions, untilOperation } from '../killable-console.ts';

export type RunningConsole = { served: KillableConsole; client: ConsoleClient };

/** This many images of different sizes; the same in every run. */
export function images(count: number, size: number, label = 'image'): ImageSpec[] {
  const random = new Random(`scenario/${label}`);
  return Array.from({ length: count }, (_, index) => ({
    id: random.uuid(),
    name: `${label}-${index}`,
    size: size + index,
  }));
}

/** Simulated hosts and consoles for one scenario. Everything it started ends with it. */
export class Scenario {
  readonly cloud: FaultCloud;
  /** The data directory of its consoles. */
  readonly data: string;
  readonly #directory: string;
  readonly #hosts: HostsProcess;
  readonly #started: KillableConsole[] = [];

  private constructor(parts: { cloud: FaultCloud; data: string; directory: string; hosts: HostsProcess }) {
    this.cloud = parts.cloud;
    this.data = parts.data;
    this.#directory = parts.directory;
    this.#hosts = parts.hosts;
  }

  /** `data`: a data directory on another file system; a new directory by default. */
  static async open(spec: {
    images: readonly ImageSpec[];
    hosts: readonly HostSpec[];
    data?: string;
    fetchBytesPerSecond?: number;
  }): Promise<Scenario> {
    const directory = await mkdtemp(join(tmpdir(), 'fault-scenario-'));
    const hosts = new HostsProcess();
    const { images, fetchBytesPerSecond = 1e12 } = spec;
    const cloud = await hosts.open({ seed: 'scenario', images, hosts: spec.hosts, fetchBytesPerSecond });
    const data = spec.data ?? join(directory, 'data');
    await prepareData(data, cloud.info, join(directory, 'clouds.yaml'));
    return new Scenario({ cloud, data, directory, hosts });
  }

  /** Starts a console without waiting for it. */
  spawn(options: Partial<StartOptions> = {}): KillableConsole {
    const cloudsYaml = join(this.#directory, 'clouds.yaml');
    const served = new KillableConsole({ directory: this.data, cloudsYaml, program: 'serve', ...options });
    this.#started.push(served);
    return served;
  }

  /** Starts a console with the real deadlines, as `npm run serve` does, and waits until it has read every host. */
  async start(options: Partial<StartOptions> = {}): Promise<RunningConsole> {
    const served = this.spawn(options);
    const client = await served.client();
    await client.hosts.refresh({});
    return { served, client };
  }

  /** Resolves at the n-th moment of a phase from now on. */
  moment(phase: Moment['phase'], count: number): Promise<void> {
    let seen = 0;
    return new Promise((resolve) => {
      this.cloud.onMoment = (moment) => {
        if (moment.phase === phase) seen += 1;
        if (seen === count) resolve();
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const served of this.#started) await served.kill();
    await this.#hosts[Symbol.asyncDispose]();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Plans and starts an action. */
export async function act(
  client: ConsoleClient,
  action: Parameters<ConsoleClient['operations']['plan']>[0],
): Promise<Operation> {
  const plan = await client.operations.plan(action);
  return client.operations.start({ planId: plan.id });
}

/** Continues the only operation, during which the console was killed, until it ends. */
export async function continueToEnd(
  client: ConsoleClient,
): Promise<{ operation: Operation; targets: TargetOutcome[] }> {
  const [interrupted] = (await client.operations.list({})).operations;
  if (!interrupted) throw new Error('The operation is lost');
  await client.operations.continue({ id: interrupted.id });
  await untilOperation(client, interrupted.id, ({ state }) => state !== 'running');
  return client.operations.targets({ id: interrupted.id });
}
