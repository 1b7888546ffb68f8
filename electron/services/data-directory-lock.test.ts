import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const program = join(import.meta.dirname, '../serve.ts');

it('a second console on the same data directory is told who owns it, and changes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'console-'));
  const running: ChildProcess[] = [];
  const serve = () => {
    const child = spawn(process.execPath, [program, 'serve', '--data', directory, '--no-open'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    return child;
  };
  try {
    const first = serve();
    await once(first.stdout, 'data');
    const second = serve();
    const [words, said] = await Promise.all([text(second.stderr), text(second.stdout), once(second, 'exit')]);
    expect(second.exitCode).toBe(1);
    expect(said).toBe('');
    expect(words).toMatch(
      new RegExp(`^The data directory ${directory} is in use by another console: process ${first.pid} on .+, since 20`),
    );
    expect(words).toMatch(/Use that console, stop it, or use another directory with --data\.\n$/);
    expect(first.exitCode).toBeNull();
    first.kill('SIGTERM');
    await once(first, 'exit');
    const third = serve();
    expect(String((await once(third.stdout, 'data'))[0])).toContain('Console: http://127.0.0.1');
  } finally {
    for (const child of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);
