import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asNobody, nobody } from '../lib/testing/another-user.ts';
import { openStore } from './store.ts';

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'data-directory-'));
  await chmod(parent, 0o755);
  directory = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;

describe('the data directory', () => {
  it('is created with access for its owner only', async () => {
    (await openStore(directory)).close();
    expect(await modeOf(directory)).toBe(0o700);
  });

  it.each([0o1777, 0o777, 0o775, 0o1700])(
    'is rejected if others can write to it (%o), and its mode is unchanged',
    async (mode) => {
      await mkdir(directory);
      await writeFile(join(directory, 'settings.json'), 'of somebody');
      await chmod(directory, mode);
      await expect(openStore(directory)).rejects.toMatchObject({
        failure: {
          code: 'forbidden',
          message: `The data directory ${directory} cannot be used: other users can write to it.`,
        },
      });
      expect(await modeOf(directory)).toBe(mode);
      expect(await readdir(directory)).toEqual(['settings.json']);
      expect(await readFile(join(directory, 'settings.json'), 'utf8')).toBe('of somebody');
    },
  );

  it('is rejected if it is not a directory', async () => {
    await writeFile(directory, 'a file');
    await expect(openStore(directory)).rejects.toThrow(`The data directory ${directory} cannot be used: EEXIST`);
  });

  it.skipIf(nobody === undefined)('is rejected if it belongs to another user, also behind a link', async () => {
    await mkdir(directory, { mode: 0o700 });
    await chown(directory, nobody?.uid ?? 0, nobody?.gid ?? 0);
    const link = join(parent, 'link');
    await symlink(directory, link);
    for (const path of [directory, link]) {
      await expect(openStore(path)).rejects.toThrow(`${path} cannot be used: it belongs to another user.`);
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps its mode if others can only read it, and foreign files keep theirs', async () => {
    await mkdir(directory);
    await chmod(directory, 0o755);
    const target = join(parent, 'elsewhere.json');
    await writeFile(target, '{}', { mode: 0o644 });
    await writeFile(join(directory, 'consoles.txt'), '', { mode: 0o644 });
    await symlink(target, join(directory, 'settings.old.json'));
    (await openStore(directory)).close();
    expect(await modeOf(directory)).toBe(0o755);
    expect(await modeOf(join(directory, 'consoles.txt'))).toBe(0o644);
    expect(await modeOf(target)).toBe(0o644);
  });

  it('hides every file from other users, also files of an older console', async () => {
    await mkdir(directory);
    await chmod(directory, 0o755);
    const old = [
      'console.db',
      'console.db-wal',
      'trends.db',
      'console.log',
      'console.log.1',
      'settings.damaged-1.json',
    ];
    for (const name of old) await writeFile(join(directory, name), '', { mode: 0o644 });
    const umask = process.umask(0);
    try {
      const store = await openStore(directory);
      try {
        await store.settings.update((settings) => settings);
        store.log.info('a line');
        store.database.exec('CREATE TABLE one (a)');
        const names = await readdir(directory);
        expect(names).toEqual(expect.arrayContaining([...old, 'console.lock', 'console.db-shm', 'settings.json']));
        for (const name of names) expect([name, await modeOf(join(directory, name))]).toEqual([name, 0o600]);
        if (nobody !== undefined) {
          for (const name of names) {
            await expect(promisify(execFile)('cat', [join(directory, name)], asNobody)).rejects.toThrow(
              'Permission denied',
            );
          }
        }
      } finally {
        store.close();
      }
    } finally {
      process.umask(umask);
    }
  });
});
