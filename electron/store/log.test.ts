import { closeSync, fstatSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFault } from '../lib/fault.ts';
import { openLog } from './log.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('log', () => {
  const read = () => readFile(join(directory, 'console.log'), 'utf8');

  it('hides what looks like a secret anywhere in a line', async () => {
    const { log, close } = openLog(directory);
    log.info({
      headers: { 'x-auth-token': 'hush' },
      login: { password: 'hush', deep: { secret: 'hush' } },
      token: 'hush',
    });
    log.error(
      { error: new Error('no luck with gAAAAABlongtokenlongtokenlongtoken') },
      'gAAAAABlongtokenlongtokenlongtoken',
    );
    close();
    const text = await read();
    expect(text).not.toContain('hush');
    expect(text).not.toContain('longtoken');
    expect(text).toContain('no luck with');
  });

  it('has the cause of a fault under its reference', async () => {
    const { log, close } = openLog(directory);
    const reference = logFault(log, new Error('outer', { cause: new TypeError('inner') }), 'hosts.add');
    close();
    const line: unknown = JSON.parse(await read());
    expect(line).toMatchObject({
      reference,
      where: 'hosts.add',
      error: { message: 'outer', cause: { message: 'inner' } },
    });
  });

  it('never uses more than two files of the maximum size', async () => {
    const { log, close } = openLog(directory, { maxBytes: 2_000 });
    for (let line = 0; line < 100; line += 1) log.info({ line }, 'x'.repeat(100));
    close();
    expect((await readdir(directory)).sort()).toEqual(['console.log', 'console.log.1']);
    expect((await stat(join(directory, 'console.log.1'))).size).toBeLessThanOrEqual(2_000);
    expect(await read()).toContain('"line":99');
  });

  it('writes to no other file while its old file cannot be replaced', async () => {
    const { log, close } = openLog(directory, { maxBytes: 2_000 });
    await mkdir(join(directory, 'console.log.1', 'in the way'), { recursive: true });
    for (let line = 0; line < 20; line += 1) log.info({ line }, 'x'.repeat(100));
    const other = openSync(join(directory, 'other'), 'w');
    for (let line = 20; line < 40; line += 1) log.info({ line }, 'x'.repeat(100));
    expect(fstatSync(other).size).toBe(0);
    closeSync(other);
    await rm(join(directory, 'console.log.1'), { recursive: true });
    log.info('there is room again');
    close();
    const text = await read();
    expect(text).toMatch(/"\d+ lines could not be written"/);
    expect(text).toContain('there is room again');
  });

  it.runIf(process.platform === 'linux')('reports each line that a full disk rejects, and does not fail', async () => {
    await symlink('/dev/full', join(directory, 'console.log'));
    const lost: unknown[] = [];
    const { log, close } = openLog(directory, { onLost: (error) => void lost.push(error) });
    log.info('one');
    log.info('two');
    close();
    expect(lost).toMatchObject([{ code: 'ENOSPC' }, { code: 'ENOSPC' }]);
  });
});
