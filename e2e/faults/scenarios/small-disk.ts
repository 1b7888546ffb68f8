import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { KillableConsole } from '../killable-console.ts';

/** A file system for a data directory that a test fills and empties. */
export type SmallDisk = AsyncDisposable & {
  /** The text that a message must contain when the disk is full. */
  reason: RegExp;
  /** The path of the data directory for the console, and the path of the same directory for the test. */
  inside: string;
  outside: string;
  /** The command in front of a console that uses it. */
  prefix: readonly string[];
  /** Makes every further write fail, of a running console or of the next one. */
  fill(served?: KillableConsole): void;
  /** Frees the space again. */
  freeSpace(served?: KillableConsole): void;
};

/** The reason why no file system can be mounted; undefined if one can. */
export function whyNoMount(): string | undefined {
  const tried = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /tmp'], { encoding: 'utf8' });
  if (tried.error) return tried.error.message;
  return tried.status === 0 ? undefined : tried.stderr.trim();
}

/**
 * A tmpfs of this many bytes in its own namespaces, which does not require root. It disappears when the process that
 * holds the namespaces ends, at the latest when the test process ends.
 */
export async function smallTmpfs(bytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'small-disk-'));
  const script = `mount -t tmpfs -o size=${bytes} tmpfs "$0" && echo mounted && exec cat`;
  const holder = spawn('unshare', ['-rm', 'sh', '-c', script, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  await mounted(holder);
  const root = `/proc/${holder.pid}/root${directory}`;
  const inside = join(directory, 'data');
  mkdirSync(join(root, 'data'), { mode: 0o700 });
  const filler = join(root, 'filler');
  return {
    reason: /no space left/i,
    inside,
    outside: join(root, 'data'),
    prefix: ['nsenter', '-t', String(holder.pid), '-U', '-m', '--preserve-credentials', '--'],
    fill: () => writeUntilFull(filler),
    freeSpace: () => rmSync(filler),
    async [Symbol.asyncDispose]() {
      const ended = once(holder, 'exit');
      holder.stdin?.end();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function mounted(holder: ChildProcess): Promise<void> {
  if (!holder.stdout) throw new Error('The mounting process has no output');
  const lines = createInterface(holder.stdout);
  for await (const line of lines) if (line === 'mounted') return;
  throw new Error('No tmpfs could be mounted');
}

function writeUntilFull(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const size of [65_536, 4_096, 1]) {
      const part = Buffer.alloc(size);
      try {
        while (writeSync(descriptor, part) === size);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A limit on the size of a console's files, for systems where nothing can be mounted: no file can grow while it is 0.
 */
export async function fileSizeQuota(): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'small-disk-'));
  const data = join(directory, 'data');
  const prefix: string[] = [];
  const limit = (fsize: string, served: KillableConsole | undefined) => {
    prefix.splice(0);
    if (fsize !== 'unlimited') prefix.push('prlimit', `--fsize=${fsize}:unlimited`);
    if (!served) return;
    const { status } = spawnSync('prlimit', ['--pid', String(served.pid), `--fsize=${fsize}:unlimited`]);
    if (status !== 0) throw new Error(`prlimit ended with ${status}`);
  };
  return {
    reason: /input\/output error|file size limit/i,
    inside: data,
    outside: data,
    prefix,
    fill: (served) => limit('0', served),
    freeSpace: (served) => limit('unlimited', served),
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}
