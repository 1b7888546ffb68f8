import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import PQueue from 'p-queue';
import { ExpectedFailure } from '../contract/failure.ts';
import { untilAborted } from '../lib/abort.ts';
import { type Ask, Askpass } from './askpass.ts';
import { commandArguments, connectArguments, controlArguments, type Destination } from './ssh-arguments.ts';
import { connectFailure, connectTimeout, interrupted } from './ssh-failures.ts';
import { LineSplitter } from './terminal-text.ts';

/** A local program in its own session: without a terminal for prompts, and in one process group. */
export class LocalProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** The exit code after the program has ended and its output was read; null if a signal ended it. */
  readonly closed: Promise<number | null>;
  /** The exit code as soon as the program has ended, even if other processes still hold its output open. */
  readonly exited: Promise<number | null>;

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(program, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    // Writing may fail after the program has ended; its exit code says more than a broken pipe.
    this.child.stdin.on('error', () => undefined);
    const failed = new Promise<never>((_, reject) => {
      this.child.once('error', (error) => reject(startFailure(program, error)));
    });
    this.closed = Promise.race([failed, new Promise<number | null>((resolve) => this.child.once('close', resolve))]);
    this.exited = Promise.race([failed, new Promise<number | null>((resolve) => this.child.once('exit', resolve))]);
    // A caller may wait for only one of the two promises.
    this.closed.catch(() => undefined);
    this.exited.catch(() => undefined);
  }

  /** Signals the program and its process group. */
  end(signal: NodeJS.Signals = 'SIGTERM'): void {
    const { pid } = this.child;
    if (pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

function startFailure(program: string, error: Error): Error {
  if (!('code' in error) || (error.code !== 'ENOENT' && error.code !== 'EACCES')) return error;
  return new ExpectedFailure(
    {
      code: 'unsupported',
      message: `${program} was not found on this machine or is not executable.`,
      remedy: 'Install the OpenSSH client on the machine that runs the console, with ssh on the PATH.',
      notSent: true,
    },
    { cause: error },
  );
}

export type ConnectionOptions = {
  to: Destination;
  /** A path in a directory that only this user can enter; short, because paths of sockets are limited. */
  socket: string;
  env: NodeJS.ProcessEnv;
  /** Asks for passphrases, passwords and new host keys. */
  ask: Ask | undefined;
  /** Milliseconds for the login, without the time an operator takes to answer. */
  connectMs: number;
};

/** The default `MaxSessions` of sshd is 10; the rest is reserved for ending programs that hang. */
const maxSessions = 7;

type Login = { attended: boolean; done: Promise<void>; waiting: number; abort: AbortController };

/**
 * One login to one host, shared by all commands that run there. Opened when first needed, and reopened after it was
 * lost.
 */
export class SshConnection {
  readonly to: Destination;
  readonly #sessions = new PQueue({ concurrency: maxSessions });
  readonly #options: ConnectionOptions;
  #login: Login | undefined;
  #asked = 0;

  constructor(options: ConnectionOptions) {
    this.to = options.to;
    this.#options = options;
  }

  /** Runs a task when a session is free; sshd limits their number. The signal ends only the wait. */
  async enqueue<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const begun = Promise.withResolvers<void>();
    const done = this.#sessions.add(() => {
      begun.resolve();
      signal.throwIfAborted();
      return work();
    });
    done.catch(() => undefined);
    await untilAborted(begun.promise, signal);
    return done;
  }

  /** Logs in, unless the connection is open. Concurrent callers share the login. Throws a `RemoteFailure`. */
  async open(attended: boolean, signal: AbortSignal): Promise<void> {
    while (!existsSync(this.#options.socket)) {
      signal.throwIfAborted();
      const opening = this.#login ?? this.#startLogin(attended);
      // An unattended login may fail where an attended one succeeds.
      if (attended && !opening.attended) await opening.done.catch(() => undefined);
      else return this.#waitForLogin(opening, signal);
    }
  }

  /** Waits for a login; the login is cancelled when nobody waits for it. */
  async #waitForLogin(opening: Login, signal: AbortSignal): Promise<void> {
    opening.waiting += 1;
    try {
      await untilAborted(opening.done, signal);
    } finally {
      opening.waiting -= 1;
      if (opening.waiting === 0) opening.abort.abort();
    }
  }

  #startLogin(attended: boolean): Login {
    const abort = new AbortController();
    const opening: Login = { attended, abort, waiting: 0, done: this.#logIn(attended, abort.signal) };
    opening.done
      .catch(() => undefined)
      .finally(() => {
        if (this.#login === opening) this.#login = undefined;
      });
    this.#login = opening;
    return opening;
  }

  async #logIn(attended: boolean, signal: AbortSignal): Promise<void> {
    const { to, socket, env, ask, connectMs } = this.#options;
    const someone = attended && ask !== undefined;
    const deadline = new Deadline(connectMs);
    this.#asked += 1;
    // Set for unattended logins as well: otherwise the ssh of a jump host looks for a terminal.
    const askpass = await Askpass.open(`${socket}.${this.#asked}`, to.destination, async (question, ended) =>
      someone ? deadline.paused(() => ask(question, ended)) : undefined,
    );
    let said = '';
    try {
      const ssh = new LocalProcess('ssh', connectArguments(to, socket, someone), { ...env, ...askpass.environment });
      const lines = new LineSplitter((line) => {
        said = `${said}${line}\n`.slice(-16_000);
      });
      ssh.child.stdout.resume();
      ssh.child.stderr.on('data', (chunk: Buffer) => lines.push(chunk));
      ssh.child.stdin.end();
      const end = () => ssh.end('SIGTERM');
      signal.addEventListener('abort', end, { once: true });
      deadline.start(end);
      // The shared connection may keep the output open, so the exit is sufficient after a success.
      const code = (await ssh.exited) === 0 ? 0 : await ssh.closed;
      signal.removeEventListener('abort', end);
      lines.end();
      if (signal.aborted) throw interrupted(to, 'the login');
      if (deadline.passed) throw connectTimeout(to, said);
      if (code !== 0) throw connectFailure(to, said, askpass.lastRefused);
    } finally {
      deadline.stop();
      await askpass.close();
    }
  }

  /** Starts a command on the host; the connection must be open. */
  start(command: string): LocalProcess {
    const { to, socket, env } = this.#options;
    return new LocalProcess('ssh', commandArguments(to, socket, command), env);
  }

  /** Drops a lost connection; the next `open` logs in again. */
  async forget(): Promise<void> {
    await this.#control('exit');
    await rm(this.#options.socket, { force: true });
  }

  /** Closes the connection, and so ends every command that runs over it. */
  async close(): Promise<void> {
    this.#login?.abort.abort();
    await this.#login?.done.catch(() => undefined);
    await this.forget();
  }

  /** The process id of the shared connection; undefined if it is closed. */
  async pid(): Promise<number | undefined> {
    const said = await this.#control('check');
    const pid = /\(pid=(\d+)\)/.exec(said)?.[1];
    return pid === undefined ? undefined : Number(pid);
  }

  async #control(what: 'exit' | 'check'): Promise<string> {
    const { to, socket, env } = this.#options;
    if (!existsSync(socket)) return '';
    const ssh = new LocalProcess('ssh', controlArguments(to, socket, what), env);
    let said = '';
    for (const stream of [ssh.child.stdout, ssh.child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said = `${said}${chunk}`.slice(-2_000);
      });
    }
    ssh.child.stdin.end();
    const killTimer = setTimeout(() => ssh.end('SIGKILL'), 2_000);
    await ssh.closed.finally(() => clearTimeout(killTimer));
    return said;
  }
}

/** A deadline that pauses while an operator answers a question. */
class Deadline {
  passed = false;
  readonly #ms: number;
  #onPassed: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauses = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  start(onPassed: () => void): void {
    this.#onPassed = onPassed;
    this.#run();
  }

  #run(): void {
    clearTimeout(this.#timer);
    if (this.#pauses > 0 || this.#onPassed === undefined) return;
    this.#timer = setTimeout(() => {
      this.passed = true;
      this.#onPassed?.();
    }, this.#ms);
  }

  async paused<T>(work: () => Promise<T>): Promise<T> {
    this.#pauses += 1;
    clearTimeout(this.#timer);
    try {
      return await work();
    } finally {
      this.#pauses -= 1;
      this.#run();
    }
  }

  stop(): void {
    this.#onPassed = undefined;
    clearTimeout(this.#timer);
  }
}
