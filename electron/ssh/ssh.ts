import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RemoteAccess } from '../contract/remote.ts';
import { settlesWithin } from '../lib/abort.ts';
import type { Ask } from './askpass.ts';
import { RemoteProcess, type RemoteResult, type RemoteRun, type RunTimeouts } from './remote-process.ts';
import { SshConnection } from './ssh-connection.ts';
import { interrupted, RemoteFailure, unsupportedPlatform } from './ssh-failures.ts';

export type SshOptions = {
  /** The environment of ssh, with the operator's `PATH`, `HOME` and `SSH_AUTH_SOCK`. */
  env: NodeJS.ProcessEnv;
  /** Asks for passphrases, passwords and new host keys. If left out, such a question fails. */
  ask?: Ask;
  now?: () => number;
  /** Milliseconds for a login, without the time an operator takes to answer; 30 s by default. */
  connectMs?: number;
  /** Milliseconds from the login to the program's start, including become and container tools; 60 s by default. */
  startMs?: number;
  /** Milliseconds to wait for a program to end; 8 s by default. Must exceed the 5 s between SIGTERM and SIGKILL. */
  endMs?: number;
};

/**
 * Runs programs on hosts through the operator's own OpenSSH client. Logs in once per host; the connection is shared
 * until it was unused for a minute, or until `close`.
 */
export class Ssh {
  readonly #options: SshOptions;
  readonly #timeouts: RunTimeouts;
  readonly #connections = new Map<string, Promise<SshConnection>>();
  readonly #closing = new AbortController();
  readonly #runs = new Set<Promise<unknown>>();
  #directory: Promise<string> | undefined;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#timeouts = {
      startMs: options.startMs ?? 60_000,
      endMs: options.endMs ?? 8_000,
      now: options.now ?? Date.now,
    };
  }

  /**
   * Runs one program to its end and returns its exit code, whatever it is. Throws a `RemoteFailure` if the program did
   * not begin (`notSent`), was ended by its deadline or its signal, or the connection broke.
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
    // OpenSSH for Windows has no shared connections, and Windows has no named pipes for questions.
    if (process.platform === 'win32') throw unsupportedPlatform(access);
    try {
      const connection = await this.#connection(access);
      return await connection.enqueue(signal, () => this.#runOnce(access, run, connection, false));
    } catch (error) {
      // The error may be the reason of the abort; a `RemoteFailure` says more.
      if (signal.aborted && !(error instanceof RemoteFailure)) throw interrupted(access, run.program[0]);
      throw error;
    }
  }

  async #runOnce(
    access: RemoteAccess,
    run: RemoteRun & { signal: AbortSignal },
    connection: SshConnection,
    again: boolean,
  ): Promise<RemoteResult> {
    await connection.open(run.unattended !== true, run.signal);
    run.signal.throwIfAborted();
    const token = randomBytes(12).toString('hex');
    const running = new RemoteProcess(access, run, connection, this.#timeouts, token);
    try {
      return await running.result();
    } catch (error) {
      const lost = error instanceof RemoteFailure && error.problem === 'connectionLost';
      if (!lost || running.loggedIn || again) throw error;
      // The shared connection was stale, so nothing ran over it.
      await connection.forget();
      return this.#runOnce(access, run, connection, true);
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

  /** A directory that only this user can enter, with a short path: the path of a socket has at most 104 bytes. */
  #privateDirectory(): Promise<string> {
    const { XDG_RUNTIME_DIR } = this.#options.env;
    const parent = [XDG_RUNTIME_DIR, tmpdir()].find((name) => name && name.length <= 60 && path.isAbsolute(name));
    this.#directory ??= mkdtemp(path.join(parent ?? '/tmp', 'glance-cc-')).catch(() =>
      // The runtime directory may not exist.
      mkdtemp(path.join(tmpdir(), 'glance-cc-')),
    );
    return this.#directory;
  }

  /** The process id of the local ssh that holds the connection to a host; undefined if there is none. */
  async connectionPid(access: RemoteAccess): Promise<number | undefined> {
    return (await this.#connection(access)).pid();
  }

  /**
   * Ends the running programs, also on their hosts, then the connections. Stops waiting for the hosts after `graceMs`;
   * a program with a lifeline ends nevertheless.
   */
  async close(graceMs = 500): Promise<void> {
    this.#closing.abort(new Error('The console is shutting down'));
    await settlesWithin(Promise.allSettled(this.#runs), graceMs);
    const connections = await Promise.all(this.#connections.values());
    await Promise.all(connections.map((connection) => connection.close()));
    await Promise.allSettled(this.#runs);
    if (this.#directory) await rm(await this.#directory, { recursive: true, force: true });
  }
}
