import type { RemoteAccess, RemoteLine } from '../contract/remote.ts';
import { settlesWithin } from '../lib/abort.ts';
import { MarkedOutput } from './marked-output.ts';
import { extractMarks, killProgram, type Mark, outputMarks, remoteCommand } from './remote-scripts.ts';
import type { LocalProcess, SshConnection } from './ssh-connection.ts';
import { connectionLost, endedFailure, programMissing, wrapperFailure } from './ssh-failures.ts';
import { LineSplitter, shownLine } from './terminal-text.ts';

/** One run of a program on a host. */
export type RemoteRun = {
  /** The program's name and its arguments; they arrive unchanged, whatever they contain. */
  program: readonly [string, ...string[]];
  /** Milliseconds from the program's start after which it is ended on the host. */
  deadlineMs: number;
  /** When aborted, the program is ended on the host. */
  signal?: AbortSignal | undefined;
  /** True if no operator can answer questions; a question then fails with a remedy. */
  unattended?: boolean;
  /** Receives the output line by line as it arrives. If left out, only standard error is read as text. */
  onLine?: ((line: RemoteLine) => void) | undefined;
  /** Bytes of standard output that are kept; 1 MiB by default. */
  maxBytes?: number;
};

export type RemoteResult = {
  exitCode: number;
  /** The standard output; cut if `truncated`. */
  stdout: Buffer;
  truncated: boolean;
  /** The end of the program's standard error, without control characters. */
  stderr: string;
  /** What the login shell, become or the prefix printed around the program, without control characters; usually empty. */
  shellNoise: string;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
};

/** Time-outs of a run in milliseconds, and the clock. */
export type RunTimeouts = { startMs: number; endMs: number; now: () => number };

const maxTextLength = 2 * 1024 * 1024;
const maxTailLength = 16_000;
const maxNoiseLength = 2_000;

/** A program that runs over an open connection. */
export class RemoteProcess {
  readonly #access: RemoteAccess;
  readonly #run: RemoteRun;
  readonly #connection: SshConnection;
  readonly #timeouts: RunTimeouts;
  readonly #token: string;
  readonly #process: LocalProcess;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #textLength = 0;
  #tail = '';
  #shellNoise = '';
  #begun = false;
  #loginUser = '';
  #loggedIn = false;
  #started: { pid: number; lifeline: boolean; at: number } | undefined;
  #missing = false;
  #exitCode: number | undefined;
  #endReason: 'cancelled' | 'deadline' | undefined;
  #endConfirmed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #startReported = Promise.withResolvers<void>();

  constructor(access: RemoteAccess, run: RemoteRun, connection: SshConnection, timeouts: RunTimeouts, token: string) {
    this.#access = access;
    this.#run = run;
    this.#connection = connection;
    this.#timeouts = timeouts;
    this.#token = token;
    this.#process = connection.start(remoteCommand(token, access, run.program));
  }

  /** Whether the login reached the host's shell; the program must then not be started a second time unasked. */
  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  /** Runs the program to its end. Throws a `RemoteFailure` if it did not begin or did not end by itself. */
  async result(): Promise<RemoteResult> {
    const { signal } = this.#run;
    this.#read();
    // The lifeline: the token is the only input, and the program is ended when the input closes.
    this.#process.child.stdin.write(`${this.#token}\n`);
    let ending: Promise<void> | undefined;
    const end = (why: 'cancelled' | 'deadline') => {
      ending ??= this.#end(why);
    };
    const cancel = () => end('cancelled');
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    this.#timer = setTimeout(() => end('deadline'), this.#timeouts.startMs);
    void this.#startReported.promise.then(() => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => end('deadline'), this.#run.deadlineMs);
    });
    try {
      const code = await this.#process.closed;
      await ending;
      return this.#outcome(code);
    } finally {
      clearTimeout(this.#timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  #outcome(code: number | null): RemoteResult {
    const [program] = this.#run.program;
    const begun = this.#started;
    if (this.#missing) throw programMissing(this.#access, program);
    const ended = this.#endReason !== undefined && this.#exitCode !== 0;
    if (ended && this.#endReason !== undefined) {
      const { deadlineMs } = this.#run;
      const outcome = {
        reason: this.#endReason,
        deadlineMs: begun ? deadlineMs : this.#timeouts.startMs,
        pid: begun?.pid,
        confirmed: this.#endConfirmed || this.#exitCode !== undefined,
      };
      throw endedFailure(this.#access, program, outcome, this.#tail);
    }
    if (begun && this.#exitCode !== undefined) {
      const { now } = this.#timeouts;
      const stdout = Buffer.concat(this.#chunks);
      const truncated = this.#bytes > stdout.length;
      return {
        exitCode: this.#exitCode,
        stdout,
        truncated,
        stderr: this.#tail,
        shellNoise: this.#shellNoise,
        startedAt: begun.at,
        endedAt: now(),
      };
    }
    if (begun) throw connectionLost(this.#access, program, true, this.#tail);
    if (code === 255 && (!this.#loggedIn || /mux_client|closed by remote|Broken pipe|not responding/.test(this.#tail)))
      throw connectionLost(this.#access, program, false, this.#tail);
    const access = this.#loggedIn ? this.#access : { ...this.#access, become: [], prefix: [] };
    throw wrapperFailure(access, { program, code, said: this.#tail, loginUser: this.#loginUser });
  }

  #read(): void {
    const { onLine, maxBytes = 1024 * 1024 } = this.#run;
    const { stdout, stderr } = this.#process.child;
    const out = new LineSplitter((line) => this.#emitLine('stdout', line));
    const noise = new LineSplitter((line) => this.#addNoise(line));
    const marked = new MarkedOutput(outputMarks(this.#token), {
      onOutput: (chunk) => {
        // The mark of the login is on standard error, which may be read after this.
        this.#loggedIn = true;
        const room = Math.max(0, maxBytes - this.#bytes);
        this.#bytes += chunk.length;
        if (room > 0) this.#chunks.push(chunk.subarray(0, room));
        if (onLine) out.push(chunk);
      },
      onNoise: (chunk) => {
        if (this.#shellNoise.length < maxNoiseLength) noise.push(chunk);
      },
    });
    stdout.on('data', (chunk: Buffer) => marked.push(chunk));
    stdout.on('end', () => {
      marked.finish();
      out.end();
      noise.end();
    });
    const errors = new LineSplitter((line) => {
      const { marks, before, rest } = extractMarks(line, this.#token);
      if (before !== '') this.#addStderr(before);
      for (const mark of marks) this.#handleMark(mark);
      if (rest !== undefined) this.#addStderr(rest);
    });
    stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    stderr.on('end', () => errors.end());
  }

  /** Before the program begins, standard error explains why it does not, and is no output of it. */
  #addStderr(line: string): void {
    if (this.#begun) this.#emitLine('stderr', line);
    else this.#tail = `${this.#tail}${shownLine(line)}\n`.slice(-maxTailLength);
  }

  #addNoise(line: string): void {
    const text = shownLine(line).trim();
    if (text !== '') this.#shellNoise = `${this.#shellNoise}${text}\n`.slice(0, maxNoiseLength);
  }

  #emitLine(stream: RemoteLine['stream'], line: string): void {
    const text = shownLine(line);
    if (stream === 'stderr') this.#tail = `${this.#tail}${text}\n`.slice(-maxTailLength);
    if (this.#textLength > maxTextLength) return;
    this.#textLength += text.length + 1;
    this.#run.onLine?.({
      stream,
      text: this.#textLength > maxTextLength ? '… Output truncated.' : text,
    });
  }

  #handleMark(mark: Mark): void {
    if (mark.kind === 'login') {
      this.#loggedIn = true;
      this.#loginUser = mark.user;
      for (const line of this.#tail.split('\n')) this.#addNoise(line);
      this.#tail = '';
    } else if (mark.kind === 'begin') {
      this.#begun = true;
      this.#tail = '';
    } else if (mark.kind === 'missing') this.#missing = true;
    else if (mark.kind === 'exit') this.#exitCode = mark.code;
    else {
      this.#started = { pid: mark.pid, lifeline: mark.lifeline, at: this.#timeouts.now() };
      this.#startReported.resolve();
    }
  }

  /** Ends the program on the host, then the local ssh process. */
  async #end(why: 'cancelled' | 'deadline'): Promise<void> {
    this.#endReason = why;
    const { closed } = this.#process;
    this.#process.child.stdin.end();
    if (!this.#loggedIn) this.#process.end();
    // Only a started program has reported whether it has a lifeline.
    if (!this.#started) await settlesWithin(Promise.race([this.#startReported.promise, closed]), 3_000);
    if (this.#started && !this.#started.lifeline) await this.#kill(this.#started.pid);
    if (await settlesWithin(closed, this.#timeouts.endMs)) return;
    if (this.#started) await this.#kill(this.#started.pid);
    if (await settlesWithin(closed, 1_000)) return;
    this.#process.end('SIGKILL');
  }

  /** Ends the program through a second command, run by the same user and in the same container. */
  async #kill(pid: number): Promise<void> {
    const killer = this.#connection.start(remoteCommand(this.#token, this.#access, killProgram(pid)));
    killer.child.stdout.resume();
    killer.child.stderr.resume();
    killer.child.stdin.write(`${this.#token}\n`);
    if (!(await settlesWithin(killer.closed, this.#timeouts.endMs))) killer.end('SIGKILL');
    this.#endConfirmed = (await killer.closed.catch(() => null)) === 0;
  }
}
