import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { ConsoleEvent } from '../../contract/contract.ts';
import { memorySecrets } from '../../store/secret-keeper.ts';
import { createRouter } from '../router.ts';
import { createServices } from '../services.ts';
import type { ServicesOptions } from '../services-options.ts';

/** Services with their own data directory, called in this process. Disposing them removes everything. */
export async function testServices(given: Partial<ServicesOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'console-'));
  const secrets = memorySecrets();
  const start = async (options: Partial<ServicesOptions>) => {
    const services = await createServices({
      dataDirectory: directory,
      secrets,
      shell: 'browser',
      version: '0.0.0',
      env: {},
      cwd: directory,
      home: directory,
      ...options,
    });
    const router = createRouter(services);
    return { services, router, client: createRouterClient(router, { context: {} }) };
  };
  let running = await start(given);
  return {
    directory,
    get client() {
      return running.client;
    },
    get services() {
      return running.services;
    },
    /** What a bridge serves. */
    get service() {
      return { router: running.router, log: running.services.log };
    },
    /** The demo cloud that runs inside. */
    demo: () => running.services.demo.start(),
    /** Closes the services and starts others on the same directory. */
    async restart(options: Partial<ServicesOptions> = {}) {
      await running.services.close();
      running = await start(options);
    },
    async state() {
      const stream = await running.client.events({});
      const value = await until(stream, () => true);
      await stream.return?.();
      if (value.type !== 'state') throw new Error('The stream did not open with the state');
      return value;
    },
    settingsText: () => readFile(join(directory, 'settings.json'), 'utf8'),
    logText: () => readFile(join(directory, 'console.log'), 'utf8'),
    async [Symbol.asyncDispose]() {
      await running.services.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Reads a stream until an event meets the condition. */
export async function until(stream: AsyncIterator<ConsoleEvent>, satisfies: (event: ConsoleEvent) => boolean) {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) throw new Error('The stream ended');
    if (satisfies(value)) return value;
  }
}
