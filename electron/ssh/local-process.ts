import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { ExpectedFailure } from '../contract/failure.ts';

/** A program of this machine, in a session of its own: no terminal that it could prompt on, one group to end. */
export class LocalProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Its exit code once it has ended and everything it said was read; null where a signal ended it. */
  readonly closed: Promise<number | null>;
  /** The same, without waiting for what others still hold open. */
  readonly exited: Promise<number | null>;

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(program, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    // Written to after it has ended: its exit tells more than a broken pipe.
    this.child.stdin.on('error', () => undefined);
    const failed = new Promise<never>((_, reject) => {
      this.child.once('error', (error) => reject(startFailure(program, error)));
    });
    this.closed = Promise.race([failed, new Promise<number | null>((resolve) => this.child.once('close', resolve))]);
    this.exited = Promise.race([failed, new Promise<number | null>((resolve) => this.child.once('exit', resolve))]);
    // Whoever waits for one of them need not wait for the other.
    this.closed.catch(() => undefined);
    this.exited.catch(() => undefined);
  }

  /** Ends it and what it started, as far as that has not left its group. */
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
      message: `${program} is not on this machine, or may not be run here.`,
      remedy: 'Install the OpenSSH client on the machine that the console runs on, so that ssh is on its PATH.',
      notSent: true,
    },
    { cause: error },
  );
}
