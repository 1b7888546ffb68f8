import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConsoleEvent } from '../../contract/contract.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Action, Operation } from '../../contract/operations.ts';
import type { RemoteAccess } from '../../contract/remote.ts';
import type { Release } from '../../demo/glance-releases.ts';
import { type DemoCloud, startDemoCloud } from '../../demo/simulated-cloud.ts';
import { TestSshd } from '../../ssh/testing/sshd.ts';
import { testServices, until } from './test-services.ts';

type Options = {
  limitBytes: number;
  /** Names of hosts with their releases. */
  hosts: Record<string, Release>;
  /** Whether the limit is stated in the console's settings too. */
  stated?: boolean;
  /** Lines of their configuration beside the cache directory and the limit. */
  configuration?: string[];
};

/**
 * A console whose hosts have simulated APIs, and programs behind a real sshd on the loopback. They share one cache directory
 * and one configuration.
 */
export async function startSshServices({ limitBytes, hosts, stated = false, configuration: more = [] }: Options) {
  const sshd = await TestSshd.start();
  const cache = path.join(sshd.directory, 'cache');
  const configuration = path.join(sshd.directory, 'glance-api.conf');
  const lines = ['[DEFAULT]', `image_cache_dir = ${cache}`, `image_cache_max_size = ${limitBytes}`, ...more];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  const remote: RemoteAccess = { ...sshd.access(), configFiles: [configuration] };
  const specs = Object.entries(hosts).map(([name, release]) => ({
    ...{ name, release, fill: 'small' as const, images: 0, limitBytes },
  }));
  const cloud = await startDemoCloud({ hosts: specs, images: 0, traffic: false });
  const console = await testServices({ env: sshd.env });
  await console.client.preferences.update({ refreshPaused: true });
  const cloudId = await addCloud(console, cloud);
  const ids = new Map<string, HostId>();
  for (const { name, address } of cloud.hosts) {
    const { id } = await console.client.hosts.add({
      cloudId,
      address,
      name,
      limitBytes: stated ? limitBytes : null,
      remote,
    });
    ids.set(name, id);
  }

  return {
    sshd,
    cloud,
    console,
    cache,
    cloudId,
    remote,
    hostId: (name: string) => ids.get(name) ?? '',

    /** Replaces the cache directory with an empty one. */
    async emptyDirectory(): Promise<void> {
      await rm(cache, { recursive: true, force: true });
      for (const name of ['invalid', 'incomplete', 'queue']) await mkdir(path.join(cache, name), { recursive: true });
    },

    async plan(action: Action) {
      await console.client.hosts.refresh({});
      return console.client.operations.plan(action);
    },

    /** Resolves when an event reports an operation in this state. */
    async untilOperation(id: string, is: (operation: Operation) => boolean): Promise<void> {
      const stream = await console.client.events({});
      await until(stream, (event) => {
        const operation = operationOf(event, id);
        return operation !== undefined && is(operation);
      });
      await stream.return?.();
    },

    /** Resolves when the program of a host has printed something. */
    async untilSaid(id: string, hostId: HostId): Promise<void> {
      const stream = await console.client.events({});
      for (let total = 0; total === 0; ) {
        await stream.next();
        ({ total } = await console.client.operations.output({ id, hostId }));
      }
      await stream.return?.();
    },

    async run(planId: string) {
      const { id } = await console.client.operations.start({ planId });
      await this.untilOperation(id, ({ endedAt }) => endedAt !== null);
      const { targets } = await console.client.operations.targets({ id });
      return { id, targets, target: targets[0] };
    },

    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await cloud.close();
      await sshd.stop();
    },
  };
}
export type SshServices = Awaited<ReturnType<typeof startSshServices>>;

async function addCloud(console: Awaited<ReturnType<typeof testServices>>, cloud: DemoCloud): Promise<string> {
  const { password, ...admin } = cloud.login.admin;
  const { username, userDomain, projectName, projectDomain } = admin;
  const login = {
    ...{ kind: 'password' as const, authUrl: cloud.authUrl, username, userDomain, projectName, projectDomain },
  };
  const source = { kind: 'typed' as const, login, connection: {} };
  return (await console.client.clouds.add({ name: 'Lab', source, secret: password })).id;
}

function operationOf(event: ConsoleEvent, id: string): Operation | undefined {
  if (event.type === 'operation') return event.operation.id === id ? event.operation : undefined;
  return event.type === 'state' ? event.operations.find((one) => one.id === id) : undefined;
}
