import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { openStore } from './store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const time = Date.parse('2026-11-22T21:43:22.000Z');

describe('store', () => {
  it('has one owner, reported to a second console', async () => {
    const store = await openStore(directory, { now: () => time });
    const second = openStore(directory);
    await expect(second).rejects.toBeInstanceOf(ExpectedFailure);
    await expect(second).rejects.toThrow(`process ${process.pid}`);
    store.close();
    (await openStore(directory)).close();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('has no owner after its owner was killed', async () => {
    const script = `import { openStore } from '${join(import.meta.dirname, 'store.ts')}'; await openStore(process.argv[1]); process.stdout.write('open'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(openStore(directory)).rejects.toThrow(`process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await openStore(directory)).close();
  });
});
