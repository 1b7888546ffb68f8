import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { stringify } from 'yaml';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { Operation } from '../../electron/contract/operations.ts';
import { settingsFile } from '../../electron/contract/settings.ts';
import { createRouter } from '../../electron/services/router.ts';
import { createServices, type Services } from '../../electron/services/services.ts';
import { until } from '../../electron/services/testing/test-services.ts';
import { memorySecrets } from '../../electron/store/secret-keeper.ts';
import type { BenchCloud } from './bench-cloud.ts';

const cloudId = 'bench';

/** Writes a clouds.yaml, and settings with the hosts. Returns the path of the clouds.yaml. */
export async function writeSettings(directory: string, { authUrl, login, hosts }: BenchCloud): Promise<string> {
  const cloudsYaml = join(directory, 'clouds.yaml');
  const auth = {
    auth_url: authUrl,
    username: login.username,
    password: login.password,
    user_domain_name: login.userDomain,
    project_name: login.projectName,
    project_domain_name: login.projectDomain,
  };
  await writeFile(cloudsYaml, stringify({ clouds: { [cloudId]: { auth } } }), { mode: 0o600 });
  const settings = settingsFile.parse({
    clouds: [{ id: cloudId, name: cloudId, source: { kind: 'cloudsYaml', cloudName: cloudId } }],
    hosts: hosts.map(({ name, address }) => ({ id: name, cloudId, name, address, limitBytes: null, note: '' })),
    preferences: { refreshSeconds: 3_600 },
  });
  await writeFile(join(directory, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  return cloudsYaml;
}

/** The console's main process without a page. */
export class BenchConsole {
  readonly #running: Services;
  readonly client;

  private constructor(running: Services) {
    this.#running = running;
    this.client = createRouterClient(createRouter(running), { context: {} });
  }

  /** Starts the console; resolves when every host was read. */
  static async start(directory: string, cloudsYaml: string): Promise<BenchConsole> {
    const running = await createServices({
      dataDirectory: directory,
      secrets: memorySecrets(),
      shell: 'browser',
      version: '0.0.0',
      env: { OS_CLIENT_CONFIG_FILE: cloudsYaml, NO_PROXY: '*' },
      cwd: directory,
      home: directory,
    });
    const console = new BenchConsole(running);
    await console.#allRead();
    return console;
  }

  /** Plans and runs a deletion. Throws if it did not delete everything. */
  async delete(targets: readonly { hostId: string; imageId: string }[]): Promise<void> {
    const plan = await this.client.operations.plan({ kind: 'delete', targets: [...targets] });
    const events = await this.client.events({});
    let { id, counts, endedAt }: Pick<Operation, 'id' | 'counts' | 'endedAt'> = await this.client.operations.start({
      planId: plan.id,
    });
    await until(events, (event) => {
      if (event.type === 'operation' && event.operation.id === id) ({ counts, endedAt } = event.operation);
      return endedAt !== null;
    });
    await events.return?.();
    if (counts.done !== targets.length) throw new Error(`Some images were not deleted: ${JSON.stringify(counts)}`);
  }

  async close(): Promise<void> {
    await this.#running.close();
  }

  async #allRead(): Promise<void> {
    const events = await this.client.events({});
    const waiting = new Set<string>();
    const note = (hosts: readonly HostSummary[]) => {
      for (const { id, refreshedAt } of hosts) {
        if (refreshedAt === null) waiting.add(id);
        else waiting.delete(id);
      }
    };
    await until(events, (event) => {
      if (event.type === 'state') note(event.hosts);
      if (event.type === 'hosts') note(event.changed);
      return waiting.size === 0;
    });
    await events.return?.();
  }
}
