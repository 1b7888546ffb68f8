import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { settingsFile } from '../contract/settings.ts';
import { migrate, openDatabase } from './database.ts';
import { logFault, openLog } from './log.ts';
import { salvage } from './salvage.ts';
import { encryptedSecrets, memorySecrets } from './secrets.ts';
import { openSettings } from './settings.ts';
import { openStore } from './store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const cloud = { id: 'c1', name: 'Lab', source: { kind: 'cloudsYaml', cloudName: 'lab' } } as const;
const host = { id: 'h1', cloudId: 'c1', name: 'one', address: 'http://one:9292', limitBytes: null, note: '' };
const time = Date.parse('2026-11-22T21:43:22.000Z');

describe('settings', () => {
  it('start empty and are saved readable, for their owner only', async () => {
    const settings = await openSettings(directory);
    expect(settings.current()).toEqual(settingsFile.parse({}));
    await settings.update((draft) => ({ ...draft, clouds: [cloud], hosts: [host] }));
    const text = await readFile(settings.file, 'utf8');
    expect(text).toContain('\n  "clouds": [\n');
    expect((await stat(settings.file)).mode & 0o777).toBe(0o600);
    expect((await openSettings(directory)).current()).toEqual(settings.current());
  });

  it('apply changes one after another, and a failed one alone is lost', async () => {
    const settings = await openSettings(directory);
    const add = (id: string) =>
      settings.update((draft) => ({ ...draft, clouds: [...draft.clouds, { ...cloud, id, name: id }] }));
    const failing = settings.update(() => {
      throw new Error('refused');
    });
    await Promise.all([add('a'), add('b'), add('c'), expect(failing).rejects.toThrow('refused'), add('d')]);
    expect(settings.current().clouds.map((one) => one.id)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keep the draft from changing what is current', async () => {
    const settings = await openSettings(directory);
    const change = settings.update((draft) => {
      draft.preferences.theme = 'dark';
      throw new Error('refused');
    });
    await expect(change).rejects.toThrow();
    expect(settings.current().preferences.theme).toBe('system');
  });

  it('set a damaged file aside and say so', async () => {
    await writeFile(join(directory, 'settings.json'), '{"clouds": [');
    const settings = await openSettings(directory, () => time);
    const aside = join(directory, 'settings.damaged-2026-11-22T214322-000Z.json');
    expect(await readFile(aside, 'utf8')).toBe('{"clouds": [');
    expect(settings.notices).toEqual([expect.stringContaining(aside)]);
    expect(settings.current().clouds).toEqual([]);
  });

  it('set the file of a newer console aside unread', async () => {
    await writeFile(join(directory, 'settings.json'), '{"version": 2, "clouds": {"new": "shape"}}');
    const settings = await openSettings(directory, () => time);
    expect(settings.notices).toEqual([expect.stringContaining('newer')]);
    expect(await readdir(directory)).toEqual(['settings.newer-2026-11-22T214322-000Z.json']);
  });

  it('lose one bad host, not the rest, and keep the original', async () => {
    const original = JSON.stringify({
      preferences: { theme: 'dark', density: 'huge' },
      clouds: [cloud, { id: 'c2' }],
      hosts: [host, { ...host, id: 'h2', address: 'not an address' }, { ...host, id: 'h3', cloudId: 'gone' }, host],
    });
    await writeFile(join(directory, 'settings.json'), original);
    const settings = await openSettings(directory, () => time);
    expect(settings.current()).toMatchObject({
      preferences: { theme: 'dark', density: 'compact' },
      clouds: [cloud],
      hosts: [host],
    });
    expect(settings.notices[0]).toContain('density');
    expect(await readFile(join(directory, 'settings.damaged-2026-11-22T214322-000Z.json'), 'utf8')).toBe(original);
    expect((await openSettings(directory)).notices).toEqual([]);
  });

  it('fail, rather than start empty, when the file cannot be read', async () => {
    await rm(join(directory, 'settings.json'), { force: true });
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(directory, 'settings.json'));
    await expect(openSettings(directory)).rejects.toBeInstanceOf(ExpectedFailure);
  });

  it('change nothing when they cannot be saved', async () => {
    const settings = await openSettings(directory);
    await rm(directory, { recursive: true });
    await expect(settings.update((draft) => ({ ...draft, clouds: [cloud] }))).rejects.toBeInstanceOf(ExpectedFailure);
    expect(settings.current().clouds).toEqual([]);
  });

  it('are salvaged from anything that JSON can hold', () => {
    const part = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.constant(cloud), fc.constant(host), fc.jsonValue())));
    const file = fc.oneof(
      fc.jsonValue(),
      fc.record({ clouds: part, hosts: part, preferences: part }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(file, (value) => {
        const { settings } = salvage(value);
        expect(settingsFile.parse(settings)).toEqual(settings);
        expect(salvage(settings)).toEqual({ settings, problems: [] });
      }),
    );
  });
});

describe('secrets', () => {
  const codec = {
    encrypt: (text: string) => Buffer.from([...text].reverse().join('')),
    decrypt: (buffer: Buffer) => [...buffer.toString()].reverse().join(''),
  };

  it.each([
    ['in memory', () => memorySecrets()],
    ['encrypted', () => encryptedSecrets({ directory, codec })],
  ])('%s come back until they are removed', async (_, open) => {
    const secrets = open();
    await Promise.all([secrets.set('a', 'one'), secrets.set('b', 'two')]);
    expect([await secrets.get('a'), await secrets.get('b'), await secrets.get('c')]).toEqual(['one', 'two', undefined]);
    await secrets.remove('a');
    expect(await secrets.get('a')).toBeUndefined();
  });

  it('are never in the file as they are', async () => {
    await encryptedSecrets({ directory, codec }).set('a', 'open sesame');
    const file = join(directory, 'secrets.json');
    expect(await readFile(file, 'utf8')).not.toContain('open sesame');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await encryptedSecrets({ directory, codec }).get('a')).toBe('open sesame');
  });

  it('count as missing when the key is gone or the file is damaged', async () => {
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
    expect(await damaged.get('a')).toBeUndefined();
    await damaged.set('a', 'again');
    expect(await damaged.get('a')).toBe('again');
    expect(await readdir(directory)).toContain('secrets.damaged-2026-11-22T214322-000Z.json');
  });
});

describe('log', () => {
  const read = () => readFile(join(directory, 'console.log'), 'utf8');

  it('hides what looks like a secret, wherever it is', async () => {
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

  it('finds a fault by its reference, with its cause', async () => {
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

  it('never takes more than two files of the bound', async () => {
    const { log, close } = openLog(directory, { maxBytes: 2_000 });
    for (let line = 0; line < 100; line += 1) log.info({ line }, 'x'.repeat(100));
    close();
    expect((await readdir(directory)).sort()).toEqual(['console.log', 'console.log.1']);
    expect((await stat(join(directory, 'console.log.1'))).size).toBeLessThanOrEqual(2_000);
    expect(await read()).toContain('"line":99');
  });
});

describe('database', () => {
  it('is brought to the newest schema step by step, and never run back', () => {
    const database = openDatabase(join(directory, 'a.db'));
    const first = ['CREATE TABLE one (a)'];
    const second = [...first, 'CREATE TABLE two (b)'];
    migrate(database, first);
    migrate(database, second);
    migrate(database, second);
    database.exec('INSERT INTO two VALUES (1)');
    expect(() => migrate(database, first)).toThrow('newer');
    database.close();
  });

  it('undoes a step that fails half way', () => {
    const database = openDatabase(join(directory, 'a.db'));
    expect(() => migrate(database, ['CREATE TABLE one (a); INSERT INTO nowhere VALUES (1)'])).toThrow();
    migrate(database, ['CREATE TABLE one (a)']);
    database.close();
  });
});

describe('store', () => {
  it('has one owner, named to the second', async () => {
    const store = await openStore(directory, () => time);
    const second = openStore(directory);
    await expect(second).rejects.toBeInstanceOf(ExpectedFailure);
    await expect(second).rejects.toThrow(`process ${process.pid}`);
    store.close();
    (await openStore(directory)).close();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('is free again when its owner was killed', async () => {
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
