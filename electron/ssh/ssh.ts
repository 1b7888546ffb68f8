import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RemoteAccess } from '../contract/remote.ts';
import { settlesWithin } from '../lib/abort.ts';
import type { Ask } from './askpass.ts';
import { type Patience, RemoteProcess, type RemoteResult, type RemoteRun } from './remote-process.ts';
import { SshConnection } from './ssh-connection.ts';
import { interrupted, RemoteFailure, unsupportedHere } from './ssh-failures.ts';

export type SshOptions = {
  /** With the operator's `PATH`, `HOME` and `SSH_AUTH_SOCK`. */
  env: NodeJS.ProcessEnv;
  /** Who is asked for passphrases, passwords and new host keys; nobody where left out. */
  ask?: Ask;
  now?: () => number;
  /** For a login, without the time in which a person is asked. */
  connectMs?: number;
  /** From a login to the program's start: become, and a container's own tools. */
  startMs?: number;
  /** For a program to end, before that is given up; more than the 5 s that it is asked before it is made to. */
  endMs?: number;
};

/**
 * Runs programs of hosts through the operator's own OpenSSH client. Each host is logged in to once, and that connection is
 * shared until nothing has used it for a minute, or `close`.
 */
export class Ssh {
  readonly #options: SshOptions;
  readonly #patience: Patience;
  readonly #connections = new Map<string, Promise<SshConnection>>();
  readonly #closing = new AbortController();
  readonly #runs = new Set<Promise<unknown>>();
  #directory: Promise<string> | undefined;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#patience = {
      startMs: options.startMs ?? 60_000,
      endMs: options.endMs ?? 8_000,
      now: options.now ?? Date.now,
    };
  }

  /**
   * Runs one program to its end, whatever its exit code. Throws a `RemoteFailure` where it did not begin (`notSent`), was
   * ended by its deadline or its signal, or the connection broke.
   */
  async run(access: RemoteAccess, run: RemoteRun): Promise<RemoteResult> {
    const running = this.#run(access, run);
    this.#runs.add(running);
    try {
      return await running;
    } finally {
      this.#runs.delete(running);
    }
  }

  async #run(access: RemoteAccess, given: RemoteRun): Promise<RemoteResult> {
    const closing = this.#closing.signal;
    const signal = given.signal ? AbortSignal.any([given.signal, closing]) : closing;
    const run = { ...given, signal };
    // Its OpenSSH shares no connections, and it has no named pipes for questions.
    if (process.platform === 'win32') throw unsupportedHere(access);
    try {
      const connection = await this.#connection(access);
      return await connection.enqueue(signal, () => this.#once(access, run, connection, false));
    } catch (error) {
      // Also the reason of whoever cancelled; a failure of this room tells more.
      if (signal.aborted && !(error instanceof RemoteFailure)) throw interrupted(access, run.program[0]);
      throw error;
    }
  }

  async #once(
    access: RemoteAccess,
    run: RemoteRun & { signal: AbortSignal },
    connection: SshConnection,
    again: boolean,
  ): Promise<RemoteResult> {
    await connection.open(run.unattended !== true, run.signal);
    run.signal.throwIfAborted();
    const token = randomBytes(12).toString('hex');
    const running = new RemoteProcess(access, run, connection, this.#patience, token);
    try {
      return await running.result();
    } catch (error) {
      const lost = error instanceof RemoteFailure && error.problem === 'connectionLost';
      if (!lost || running.loggedIn || again) throw error;
      // The shared connection had gone stale unnoticed, and nothing was run over it.
      await connection.forget();
      return this.#once(access, run, connection, true);
    }
  }

  #connection(access: RemoteAccess): Promise<SshConnection> {
    const { destination, port } = access;
    const key = `${port ?? ''} ${destination}`;
    const found = this.#connections.get(key);
    if (found) return found;
    const number = this.#connections.size;
    const made = this.#privateDirectory().then(
      (directory) =>
        new SshConnection({
          to: { destination, port },
          socket: path.join(directory, String(number)),
          env: { ...this.#options.env, LC_ALL: 'C' },
          ask: this.#options.ask,
          connectMs: this.#options.connectMs ?? 30_000,
        }),
    );
    this.#connections.set(key, made);
    return made;
  }

  /** Only this user may enter it, and its path is short: 104 bytes are all that a socket may have. */
  #privateDirectory(): Promise<string> {
    const { XDG_RUNTIME_DIR } = this.#options.env;
    const parent = [XDG_RUNTIME_DIR, tmpdir()].find((name) => name && name.length <= 60 && path.isAbsolute(name));
    this.#directory ??= mkdtemp(path.join(parent ?? '/tmp', 'glance-cc-')).catch(() =>
      // Such as a runtime directory that is gone.
      mkdtemp(path.join(tmpdir(), 'glance-cc-')),
    );
    return this.#directory;
  }

  /** The process of this machine that holds the connection to a host, while there is one. */
  async connectionPid(access: RemoteAccess): Promise<number | undefined> {
    return (await this.#connection(access)).pid();
  }

  /**
   * Ends the programs that still run, on their hosts too, then the connections. Gives up waiting for the hosts after
   * `graceMs`; what has a lifeline ends nevertheless.
   */
  async close(graceMs = 500): Promise<void> {
    this.#closing.abort(new Error('The console ends'));
    await settlesWithin(Promise.allSettled(this.#runs), graceMs);
    const connections = await Promise.all(this.#connections.values());
    await Promise.all(connections.map((connection) => connection.close()));
    await Promise.allSettled(this.#runs);
    if (this.#directory) await rm(await this.#directory, { recursive: true, force: true });
  }
}
