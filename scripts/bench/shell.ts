import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BenchCloud } from './bench-cloud.ts';

const run = promisify(execFile);
const mebibyte = 1024 * 1024;

/** Glance's own client: one command for each host or image, as `xargs -P` runs it. */
export class Shell {
  /** The number of concurrent commands. */
  static readonly concurrency = 4;
  readonly #env: NodeJS.ProcessEnv;
  readonly #cloud: BenchCloud;

  constructor(cloud: BenchCloud) {
    this.#cloud = cloud;
    const { authUrl, login } = cloud;
    this.#env = {
      ...process.env,
      OS_AUTH_URL: authUrl,
      OS_IDENTITY_API_VERSION: '3',
      OS_USERNAME: login.username,
      OS_PASSWORD: login.password,
      OS_USER_DOMAIN_NAME: login.userDomain,
      OS_PROJECT_NAME: login.projectName,
      OS_PROJECT_DOMAIN_NAME: login.projectDomain,
      NO_PROXY: '*',
    };
  }

  /** The client's version, or undefined if it is not installed. */
  static async version(): Promise<string | undefined> {
    try {
      const { stdout, stderr } = await run('glance', ['--version']);
      return (stdout || stderr).trim();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async listAll(): Promise<void> {
    await runConcurrently(this.#cloud.hosts, async ({ address }) => {
      await this.#glance(address, 'cache-list');
    });
  }

  async delete(targets: readonly { address: string; imageId: string }[]): Promise<void> {
    await runConcurrently(targets, async ({ address, imageId }) => {
      await this.#glance(address, 'cache-delete', imageId);
    });
  }

  async #glance(address: string, ...words: string[]): Promise<void> {
    const options = ['--os-image-url', address, '--os-image-api-version', '2'];
    await run('glance', [...options, ...words], { env: this.#env, maxBuffer: 64 * mebibyte });
  }
}

async function runConcurrently<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Shell.concurrency }, worker));
}
