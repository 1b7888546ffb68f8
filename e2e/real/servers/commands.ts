import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A program that could not be started, or ended with something else than 0. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

export type CommandOptions = {
  env?: NodeJS.ProcessEnv;
  /** Ends the program; leave it out for programs that must not be cut short, such as dpkg at work. */
  signal?: AbortSignal | undefined;
  input?: string;
};

/**
 * What the servers and their tools are run with: nothing of the caller's Python, proxy or OpenStack settings, which
 * would send them elsewhere than to the loopback.
 */
export const plainEnvironment: NodeJS.ProcessEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
};

/** The command line that runs `command` as root: as it is for root, through sudo (never asking) for everybody else. */
export function asRoot(command: string[]): string[] {
  return process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
}

/** Runs a program to its end and gives its standard output; throws `CommandFailed` with the end of what it said. */
export function run(command: string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C at the terminal reaches this program only, which then decides what to end.
    const child = spawn(program, args, { env: options.env ?? plainEnvironment, detached: true });
    const stdout: string[] = [];
    let tail = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout.push(text);
      tail = `${tail}${text}`.slice(-4_000);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = `${tail}${text}`.slice(-4_000);
    });
    child.stdin.on('error', () => undefined).end(options.input ?? '');

    const end = () => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
    };
    if (options.signal?.aborted) end();
    options.signal?.addEventListener('abort', end, { once: true });

    child.on('error', (error) => reject(new CommandFailed(`${program}: ${error.message}`, { cause: error })));
    child.on('close', (code, killed) => {
      options.signal?.removeEventListener('abort', end);
      if (options.signal?.aborted) reject(options.signal.reason);
      else if (code === 0) resolve(stdout.join(''));
      else reject(new CommandFailed(`${command.join(' ')} ended with ${killed ?? code}:\n${tail.trim()}`));
    });
  });
}

/** Sends a signal to a process group started here, if there still is one. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH') return;
    // Started through sudo, by somebody who is not root.
    if (code === 'EPERM') spawnSync('sudo', ['-n', 'kill', '-s', signal.slice(3), '--', `-${pid}`]);
    else throw error;
  }
}

/** Whether anything of a process group still runs. What has ended and waits to be reaped by its parent does not. */
export function groupRuns(pid: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const [, , group] = taskState(`/proc/${name}`);
    return group === String(pid) && tasksOf(name).some((task) => runs(taskState(task)));
  });
}

/** The threads of a process: one may go on for a while after the first has ended, which the process is then known by. */
function tasksOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`);
  } catch {
    return [];
  }
}

function runs([state]: string[]): boolean {
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** State, parent and group of a process or a thread, from what follows its name in its stat; nothing once it is gone. */
function taskState(directory: string): string[] {
  try {
    const stat = readFileSync(`${directory}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
