import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Moment, ProxyRule } from './delaying-proxy.ts';
import type { FaultCloudInfo, FaultCloudSpec, ImageSpec, Truth } from './fault-hosts.ts';
import type { HostsCall, HostsMessage } from './hosts-messages.ts';

/** The process of the simulated hosts. Several clouds may be open in it. */
export class HostsProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Map<string, (moment: Moment) => void>();
  #last = 0;
  #clouds = 0;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'hosts-process.ts'), [], { execArgv: [] });
    this.#child.on('message', (message: HostsMessage) => {
      if (message.kind === 'moment') {
        this.#listeners.get(message.cloud)?.(message);
        return;
      }
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === 'answer') waiting?.resolve(message.result);
      else waiting?.reject(new Error(message.text));
    });
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The process of the hosts ended'));
    });
  }

  async open(spec: FaultCloudSpec): Promise<FaultCloud> {
    this.#clouds += 1;
    const id = `cloud-${this.#clouds}`;
    const cloud: { on?: FaultCloud } = {};
    this.#listeners.set(id, (moment) => cloud.on?.onMoment?.(moment));
    const info = (await this.call({ name: 'open', cloud: id, spec })) as FaultCloudInfo;
    cloud.on = new FaultCloud(this, id, info);
    return cloud.on;
  }

  call(call: HostsCall): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, call });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }
}

/** Simulated hosts in another process, behind proxies that delay. */
export class FaultCloud {
  readonly #process: HostsProcess;
  readonly #id: string;
  readonly info: FaultCloudInfo;
  /** Called when a change reaches a proxy, when the host has done it, and when its answer was sent. */
  onMoment: ((moment: Moment) => void) | undefined;

  constructor(process: HostsProcess, id: string, info: FaultCloudInfo) {
    this.#process = process;
    this.#id = id;
    this.info = info;
  }

  async setRules(rules: readonly ProxyRule[]): Promise<void> {
    await this.#process.call({ name: 'rules', cloud: this.#id, rules });
  }

  /** Puts images into a host's cache, as booting servers from them does. */
  async boot(hostName: string, images: readonly ImageSpec[]): Promise<void> {
    await this.#process.call({ name: 'boot', cloud: this.#id, hostName, images });
  }

  /** Resolves when no change is in flight and no host is fetching. */
  async quiet(): Promise<void> {
    await this.#process.call({ name: 'quiet', cloud: this.#id });
  }

  /** What each request did, and what the hosts have now. */
  async truth(): Promise<Truth> {
    return (await this.#process.call({ name: 'truth', cloud: this.#id })) as Truth;
  }

  async close(): Promise<void> {
    this.onMoment = undefined;
    await this.#process.call({ name: 'close', cloud: this.#id });
  }
}
