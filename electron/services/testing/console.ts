import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { ConsoleEvent } from '../../contract/events.ts';
import { memorySecrets } from '../../store/secrets.ts';
import { type ConsoleOptions, createConsole } from '../console.ts';

/** A console with a data directory of its own, called in-process; gone with everything at the end of its block. */
export async function testConsole(given: Partial<ConsoleOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'console-'));
  const secrets = memorySecrets();
  const start = async (options: Partial<ConsoleOptions>) => {
    const console = await createConsole({
      dataDirectory: directory,
      secrets,
      shell: 'browser',
      version: '0.0.0',
      env: {},
      cwd: directory,
      home: directory,
      ...options,
    });
    return { console, client: createRouterClient(console.router, { context: console.context }) };
  };
  let running = await start(given);
  return {
    directory,
    get client() {
      return running.client;
    },
    /** The demo cloud that runs inside it. */
    demo: () => running.console.demo.start(),
    /** Ends the console and starts another on the same directory. */
    async restart(options: Partial<ConsoleOptions> = {}) {
      await running.console.close();
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
      await running.console.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Reads a stream until an event satisfies. */
export async function until(stream: AsyncIterator<ConsoleEvent>, satisfies: (event: ConsoleEvent) => boolean) {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) throw new Error('The stream ended');
    if (satisfies(value)) return value;
  }
}
