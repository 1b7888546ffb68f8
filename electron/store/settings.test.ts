import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedFailure } from '../contract/failure.ts';
import { schedule } from '../contract/schedules.ts';
import { settingsFile } from '../contract/settings.ts';
import { wasteConditions } from '../contract/waste.ts';
import { salvage } from './salvage-settings.ts';
import { openSettings } from './settings.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const cloud = {
  id: 'c1',
  name: 'Lab',
  source: { kind: 'cloudsYaml', cloudName: 'lab' },
  readOnly: false,
  production: false,
  remote: null,
} as const;
const host = {
  id: 'h1',
  cloudId: 'c1',
  name: 'one',
  address: 'http://one:9292',
  limitBytes: null,
  note: '',
  labels: [],
  region: null,
  remote: null,
};
const filter = { id: 'w', name: 'Old and large', conditions: wasteConditions.parse({ idleDays: 90 }) };
const golden = {
  id: 'g1',
  cloudId: 'c1',
  name: 'base images',
  note: '',
  hosts: { kind: 'all' },
  exact: false,
  images: [{ by: 'name', name: 'cirros' }],
  rules: [{ name: 'ubuntu-*', tags: ['lts'], properties: { os_type: 'linux' }, visibility: null, newest: null }],
} as const;
const time = Date.parse('2026-11-22T21:43:22.000Z');

describe('settings', () => {
  it('start empty and are saved as readable text, for their owner only', async () => {
    const settings = await openSettings(directory);
    expect(settings.current()).toEqual(settingsFile.parse({}));
    await settings.update((draft) => ({ ...draft, clouds: [cloud], hosts: [host] }));
    const text = await readFile(settings.file, 'utf8');
    expect(text).toContain('\n  "clouds": [\n');
    expect((await stat(settings.file)).mode & 0o777).toBe(0o600);
    expect((await openSettings(directory)).current()).toEqual(settings.current());
  });

  it('apply changes one after another, and lose only a failed one', async () => {
    const settings = await openSettings(directory);
    const add = (id: string) =>
      settings.update((draft) => ({ ...draft, clouds: [...draft.clouds, { ...cloud, id, name: id }] }));
    const failing = settings.update(() => {
      throw new Error('refused');
    });
    await Promise.all([add('a'), add('b'), add('c'), expect(failing).rejects.toThrow('refused'), add('d')]);
    expect(settings.current().clouds.map((one) => one.id)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are read under the names of earlier versions, and saved under those of today', async () => {
    const saved = { hostsAtOnce: 40, queuePatienceMinutes: 12, refreshSeconds: 60 };
    await writeFile(join(directory, 'settings.json'), JSON.stringify({ preferences: saved }));
    const settings = await openSettings(directory);
    expect(settings.notices).toEqual([]);
    const wanted = { hostConcurrency: 40, queueStallMinutes: 12, refreshSeconds: 60 };
    expect(settings.current().preferences).toMatchObject(wanted);
    const { preferences } = await settings.update((draft) => draft);
    expect(preferences).not.toHaveProperty('hostsAtOnce');
    expect(JSON.parse(await readFile(settings.file, 'utf8'))).toMatchObject({ preferences: wanted });
    const bad = { hostsAtOnce: 'many', queuePatienceMinutes: 12 };
    expect(salvage({ preferences: bad })).toMatchObject({
      settings: { preferences: { hostConcurrency: 16, queueStallMinutes: 12 } },
      problems: [expect.stringContaining('hostConcurrency')],
    });
  });

  it('keep a draft from changing the current settings', async () => {
    const settings = await openSettings(directory);
    const change = settings.update((draft) => {
      draft.preferences.theme = 'dark';
      throw new Error('refused');
    });
    await expect(change).rejects.toThrow();
    expect(settings.current().preferences.theme).toBe('system');
  });

  it('move a damaged file aside and report it', async () => {
    await writeFile(join(directory, 'settings.json'), '{"clouds": [');
    const settings = await openSettings(directory, () => time);
    const aside = join(directory, 'settings.damaged-2026-11-22T214322-000Z.json');
    expect(await readFile(aside, 'utf8')).toBe('{"clouds": [');
    expect(settings.notices).toEqual([{ text: expect.stringContaining(aside), kept: aside }]);
    expect(settings.current().clouds).toEqual([]);
  });

  it('move the file of a newer console aside unread', async () => {
    await writeFile(join(directory, 'settings.json'), '{"version": 2, "clouds": {"new": "shape"}}');
    const settings = await openSettings(directory, () => time);
    const kept = join(directory, 'settings.newer-2026-11-22T214322-000Z.json');
    const notice = { text: expect.stringContaining(`The settings file ${kept} is from a newer console version`), kept };
    expect(settings.notices).toEqual([expect.objectContaining(notice)]);
    expect(await readdir(directory)).toEqual(['settings.newer-2026-11-22T214322-000Z.json']);

    const later = await openSettings(directory);
    expect(later.notices).toEqual([expect.objectContaining(notice)]);
    await rm(kept);
    expect((await openSettings(directory)).notices).toEqual([]);
  });

  it('lose one invalid host, not the rest, and keep the original', async () => {
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
    expect(settings.notices[0]?.text).toContain('density');
    expect(await readFile(join(directory, 'settings.damaged-2026-11-22T214322-000Z.json'), 'utf8')).toBe(original);
    expect((await openSettings(directory)).notices).toEqual([]);
  });

  it('lose a golden set that cannot be parsed, or whose cloud does not exist, and report it', () => {
    const goldenSets = [golden, { ...golden, id: 'g2', hosts: 'every' }, { ...golden, id: 'g3', cloudId: 'gone' }];
    const { settings, problems } = salvage({ clouds: [cloud], goldenSets });
    expect(settings.goldenSets).toEqual([golden]);
    expect(problems).toEqual([
      expect.stringContaining('golden set "base images": hosts'),
      'golden set base images belongs to an unknown cloud',
    ]);
  });

  it('lose a waste filter that cannot be parsed, not the others', () => {
    const { settings, problems } = salvage({ wasteFilters: [filter, { ...filter, id: 'w2', conditions: 'all' }] });
    expect(settings.wasteFilters).toEqual([filter]);
    expect(problems).toEqual([expect.stringContaining('waste filter "Old and large": conditions')]);
  });

  it('lose a schedule that cannot be parsed, not the others, and pause all, since they may concern lost hosts', () => {
    const kept = schedule.parse({
      id: 's1',
      name: 'Nightly',
      action: { kind: 'prune' },
      targets: { hosts: { kind: 'all' } },
      trigger: { kind: 'daily', at: '02:30' },
    });
    const file = { clouds: [cloud], schedules: [kept, { ...kept, id: 's2', trigger: { kind: 'daily', at: '25:00' } }] };
    const { settings, problems } = salvage(file);
    expect(settings).toMatchObject({ schedules: [kept], schedulesPaused: true });
    expect(problems[0]).toContain('paused');
    expect(problems[1]).toContain('schedule "Nightly"');
    expect(salvage({ schedules: [kept] })).toMatchObject({ settings: { schedulesPaused: false }, problems: [] });
  });

  it('fail, instead of starting empty, if the file cannot be read', async () => {
    await mkdir(join(directory, 'settings.json'));
    await expect(openSettings(directory)).rejects.toBeInstanceOf(ExpectedFailure);
  });

  it('stay unchanged if they cannot be saved', async () => {
    const settings = await openSettings(directory);
    await rm(directory, { recursive: true });
    await expect(settings.update((draft) => ({ ...draft, clouds: [cloud] }))).rejects.toBeInstanceOf(ExpectedFailure);
    expect(settings.current().clouds).toEqual([]);
  });

  it('are salvaged from any JSON', () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.oneof(...[cloud, host, golden, filter].map((one) => fc.constant(one)), fc.jsonValue())),
    );
    const file = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { clouds: part, hosts: part, goldenSets: part, wasteFilters: part, preferences: part },
        { requiredKeys: [] },
      ),
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
