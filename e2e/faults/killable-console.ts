import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createORPCClient } from '@orpc/client';
import { type LoggedIn, openLoginUrl } from '../../electron/bridge/testing/page-stand-ins.ts';
import type { Operation } from '../../electron/contract/operations.ts';
import { settingsFile } from '../../electron/contract/settings.ts';
import type { ConsoleClient } from '../../renderer/bridge/client.ts';
import { httpLink } from '../../renderer/bridge/links.ts';
import type { FaultCloudInfo } from './fault-hosts.ts';

const repository = join(import.meta.dirname, '../..');
const cloudId = 'faults';
/** The milliseconds that an operation may take to end, and a console to start. */
const patience = 90_000;

/** Writes settings with the hosts, whose ids are their names, and a clouds.yaml. */
export async function prepareData(
  directory: string,
  { authUrl, login, hosts }: FaultCloudInfo,
  cloudsYaml: string,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const auth = {
    auth_url: authUrl,
    username: login.username,
    password: login.password,
    project_name: login.projectName,
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  };
  // JSON is YAML.
  await writeFile(cloudsYaml, JSON.stringify({ clouds: { [cloudId]: { auth } } }), { mode: 0o600 });
  const settings = settingsFile.parse({
    clouds: [{ id: cloudId, name: cloudId, source: { kind: 'cloudsYaml', cloudName: cloudId } }],
    hosts: hosts.map(({ name, address, limitBytes }) => ({ id: name, cloudId, name, address, limitBytes, note: '' })),
    preferences: { refreshSeconds: 3_600 },
  });
  await writeFile(join(directory, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}

export { cloudId };

/** How a console is started: as `npm run serve`, or with short deadlines (`console-process.ts`). */
export type ConsoleProgram = 'serve' | 'short';

export type StartOptions = {
  directory: string;
  cloudsYaml: string;
  program?: ConsoleProgram;
  /** A command in front of the console, such as one that limits the size of its files. */
  prefix?: readonly string[];
};

/** A served console in its own process, with the client of a page. It can be killed at any moment. */
export class KillableConsole {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #page = new AbortController();
  /** All lines of both outputs. */
  readonly lines: string[] = [];
  readonly #ready: Promise<string>;
  #login: Promise<LoggedIn> | undefined;

  constructor({ directory, cloudsYaml, program = 'short', prefix = [] }: StartOptions) {
    const words =
      program === 'short'
        ? [join(import.meta.dirname, 'console-process.ts'), directory]
        : [join(repository, 'electron/serve.ts'), 'serve', '--no-open', '--data', directory];
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, ...words];
    this.#child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        OS_CLIENT_CONFIG_FILE: cloudsYaml,
        NO_PROXY: '*',
        NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/faults'),
      },
    });
    this.#exited = once(this.#child, 'exit');
    this.#ready = new Promise((resolve, reject) => {
      const take = (line: string) => {
        this.lines.push(line);
        const url = /^Console: (.*)$/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      };
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream) createInterface(stream).on('line', take);
      }
      this.#child.once('error', reject);
      this.#child.once('exit', (code) => reject(new Error(`The console ended with ${code}: ${this.lines.join('\n')}`)));
    });
    this.#ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The client of a page that has logged in; resolves when the console is ready. Each call opens another page. */
  async client(): Promise<ConsoleClient> {
    this.#login ??= this.#ready.then(openLoginUrl);
    const { origin, cookie, key } = await this.#login;
    return createORPCClient(
      httpLink(origin, { getItem: () => key }, (request, init) => {
        const sent = new Request(request, init);
        sent.headers.set('cookie', cookie);
        sent.headers.set('origin', origin);
        return fetch(sent, { signal: AbortSignal.any([sent.signal, this.#page.signal]) });
      }),
    );
  }

  /** Kills the process (`SIGKILL`) and waits for its end. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it as Ctrl-C does. Returns its exit status. */
  async stop(): Promise<number | null> {
    await this.#end('SIGINT');
    return this.#child.exitCode;
  }

  /** Resolves with the exit status of a console that ends by itself. */
  async exit(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await this.#exited;
    }
    this.#page.abort();
  }
}

/** Resolves with an operation once an event reports it in a state that `is` accepts. Rejects after 90 seconds. */
export async function untilOperation(
  client: ConsoleClient,
  id: string,
  is: (operation: Operation) => boolean,
): Promise<Operation> {
  const late = AbortSignal.timeout(patience);
  let last: Operation | undefined;
  try {
    for await (const event of await client.events({}, { signal: late })) {
      const changed = event.type === 'state' ? event.operations : event.type === 'operation' ? [event.operation] : [];
      for (const operation of changed) {
        if (operation.id !== id) continue;
        last = operation;
        if (is(operation)) return operation;
      }
    }
  } catch (error) {
    if (!late.aborted) throw error;
  }
  throw new Error(`The operation did not get there: ${JSON.stringify(last)}`);
}

export const hasEnded = ({ state }: Operation): boolean => state !== 'running' && state !== 'cancelling';
