import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A program that could not be started, or whose exit code is not 0. */
class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

export type CommandOptions = {
  env?: NodeJS.ProcessEnv;
  /** Ends the program when aborted; leave it out for programs that must not be interrupted, such as dpkg. */
  signal?: AbortSignal | undefined;
  input?: string;
};

/**
 * The environment of the servers and their tools, without the caller's settings for Python, proxies and OpenStack,
 * which could direct them away from loopback.
 */
export const plainEnvironment: NodeJS.ProcessEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
};

/**
 * The command line that runs `command` as root: unchanged for root, otherwise with sudo, which never asks for a
 * password.
 */
export function asRoot(command: string[]): string[] {
  return process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
}

/** Runs a program to its end and returns its standard output. Throws `CommandFailed` with the end of its output. */
export function run(command: string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    // In its own process group, so that Ctrl-C reaches only this process, which then decides what to end.
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

/** Sends a signal to a process group, if it still exists. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH') return;
    // The program was started with sudo by another user than root.
    if (code === 'EPERM') spawnSync('sudo', ['-n', 'kill', '-s', signal.slice(3), '--', `-${pid}`]);
    else throw error;
  }
}

/** Whether any process of a group still runs. Zombies do not count. */
export function groupRuns(pid: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const [, , group] = taskState(`/proc/${name}`);
    return group === String(pid) && tasksOf(name).some((task) => runs(taskState(task)));
  });
}

/** The threads of a process: one may run on after the first has ended. */
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

/**
 * State, parent and group of a process or thread, from the fields after its name in its stat file; empty if it is gone.
 */
function taskState(directory: string): string[] {
  try {
    const stat = readFileSync(`${directory}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
