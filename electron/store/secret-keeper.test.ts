import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encryptedSecrets, memorySecrets } from './secret-keeper.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const time = Date.parse('2026-11-22T21:43:22.000Z');

describe('secrets', () => {
  const codec = {
    encrypt: (text: string) => Buffer.from([...text].reverse().join('')),
    decrypt: (buffer: Buffer) => [...buffer.toString()].reverse().join(''),
  };

  it.each([
    ['in memory', () => memorySecrets()],
    ['encrypted', () => encryptedSecrets({ directory, codec })],
  ])('%s are stored until they are removed', async (_, open) => {
    const secrets = open();
    await Promise.all([secrets.set('a', 'one'), secrets.set('b', 'two')]);
    expect([await secrets.get('a'), await secrets.get('b'), await secrets.get('c')]).toEqual(['one', 'two', undefined]);
    await secrets.remove('a');
    expect(await secrets.get('a')).toBeUndefined();
  });

  it('are never in the file in plain text', async () => {
    await encryptedSecrets({ directory, codec }).set('a', 'open sesame');
    const file = join(directory, 'secrets.json');
    expect(await readFile(file, 'utf8')).not.toContain('open sesame');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await encryptedSecrets({ directory, codec }).get('a')).toBe('open sesame');
  });

  it('count as missing if the key is gone or the file is damaged', async () => {
    await encryptedSecrets({ directory, codec }).set('a', 'one');
    const otherKey = {
      ...codec,
      decrypt: (): string => {
        throw new Error('wrong key');
      },
    };
    expect(await encryptedSecrets({ directory, codec: otherKey }).get('a')).toBeUndefined();
    await writeFile(join(directory, 'secrets.json'), '{');
    const damaged = encryptedSecrets({ directory, codec, now: () => time });
    const notices: string[] = [];
    damaged.onSetAside?.(({ text }) => notices.push(text));
    expect(await damaged.get('a')).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining('secrets.damaged-2026-11-22T214322-000Z.json')]);
    await damaged.set('a', 'again');
    expect(await damaged.get('a')).toBe('again');
    expect(await readdir(directory)).toContain('secrets.damaged-2026-11-22T214322-000Z.json');
  });
});
