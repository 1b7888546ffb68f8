import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { groupRuns, plainEnvironment, signalGroup } from './commands.ts';

export type ServerOptions = {
  name: string;
  command: string[];
  env?: NodeJS.ProcessEnv;
  logFile: string;
  /** The URL and the status that it answers when the server is ready. */
  ready: { url: string; status: number };
  deadlineMs?: number;
  signal?: AbortSignal | undefined;
};

/** A started server with its process group; `stop` ends only that group. */
export class Server {
  readonly name: string;
  readonly logFile: string;
  readonly #child: ChildProcess;

  private constructor(name: string, logFile: string, child: ChildProcess) {
    this.name = name;
    this.logFile = logFile;
    this.#child = child;
  }

  /** Starts a server and waits until it is ready. Throws with the end of its log if it does not become ready. */
  static async start(options: ServerOptions): Promise<Server> {
    const log = openSync(options.logFile, 'a');
    // setpriv: if this process is killed, the kernel ends the server.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...options.command], {
      env: { ...plainEnvironment, ...options.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const server = new Server(options.name, options.logFile, child);
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    try {
      await Promise.race([server.#untilReady(options), failed]);
      return server;
    } catch (error) {
      await server.stop();
      options.signal?.throwIfAborted();
      throw new Error(`${server.name} did not start: ${error}\n${await server.logTail()}`, { cause: error });
    }
  }

  async #untilReady({ ready, deadlineMs = 60_000, signal }: ServerOptions): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (!(await answers(ready))) {
      signal?.throwIfAborted();
      if (this.#ended()) throw new Error(`it ended with ${this.#child.signalCode ?? this.#child.exitCode}`);
      if (Date.now() > deadline) throw new Error(`it did not answer within ${deadlineMs / 1000} s`);
      await delay(100);
    }
  }

  #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ends the server and its workers: SIGTERM first, SIGKILL after half a second. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    for (const [signal, timeoutMs] of [
      ['SIGTERM', 500],
      ['SIGKILL', 5_000],
    ] as const) {
      signalGroup(pid, signal);
      const deadline = Date.now() + timeoutMs;
      while (Date.now() < deadline) {
        if (!groupRuns(pid)) return;
        await delay(20);
      }
    }
    throw new Error(`${this.name} (process group ${pid}) does not end`);
  }

  async logTail(): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return text.slice(-3_000);
  }
}

/** A listening server may still be loading its program, so no answer within a second counts as none. */
async function answers({ url, status }: ServerOptions['ready']): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await answer.arrayBuffer();
    return answer.status === status;
  } catch {
    return false;
  }
}

/** Different ports that are free on loopback at present. */
export async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer();
      await new Promise<void>((resolve, reject) => holder.once('error', reject).listen(0, '127.0.0.1', resolve));
      return holder;
    }),
  );
  const ports = holders.map((holder) => {
    const bound = holder.address();
    return typeof bound === 'object' && bound ? bound.port : 0;
  });
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return ports;
}
