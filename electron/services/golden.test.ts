import { describe, expect, it } from 'vitest';
import { goldenRule } from '../contract/golden.ts';
import { testServices } from './testing/test-services.ts';

const demo = { hosts: 3, images: 20, seed: 1 };
const none = { kind: 'typed', login: { kind: 'none' }, connection: {} } as const;
const draft = (cloudId: string) => ({
  cloudId,
  name: 'base',
  note: '',
  hosts: { kind: 'all' as const },
  exact: false,
  images: [{ by: 'name' as const, name: 'cirros-0.6.2' }],
  rules: [goldenRule.parse({ name: 'ubuntu-*', tags: ['golden'] })],
});

describe('golden sets', () => {
  it('of the demo cloud are not saved, drift as its hosts do, and can be exported and imported', async () => {
    await using console = await testServices({ demo });
    const { golden } = console.client;
    await console.client.hosts.refresh({});
    const preview = await golden.preview({ ...draft('demo'), name: '' });
    expect(preview).toMatchObject({ problems: [], failure: null, images: [{ images: 1 }], rules: [{ images: 2 }] });
    const set = await golden.save(draft('demo'));
    expect((await golden.list({})).sets).toEqual([set]);
    expect(await console.settingsText().catch(() => '')).not.toContain('ubuntu-*');
    const wanted = preview.members.map(({ imageId }) => imageId);
    const [drift] = (await golden.drift({ cloudId: 'demo' })).sets;
    for (const { hostId, missing, queued, present } of drift?.hosts ?? []) {
      const { cached } = await console.client.hosts.images({ id: hostId });
      const there = cached.filter(({ imageId }) => wanted.includes(imageId)).length;
      expect([present.images, missing.images + queued.images]).toEqual([there, wanted.length - there]);
    }
    expect(drift?.hosts).toHaveLength(3);
    const { text, sets } = await golden.export({});
    expect(sets).toBe(1);
    expect(text).not.toContain(set.id);
    await golden.remove({ id: set.id });
    const adds = 'adds the image “cirros-0.6.2”';
    const dry = await golden.import({ text });
    expect(dry).toEqual({
      changes: [{ name: 'base', cloudName: 'Demo cloud', change: 'add', differences: [adds, expect.any(String)] }],
      problems: [],
      applied: false,
    });
    expect((await golden.list({})).sets).toEqual([]);
    expect((await golden.import({ text, apply: true })).applied).toBe(true);
    const [again] = (await golden.list({})).sets;
    expect({ ...again, id: set.id }).toEqual(set);
    expect((await golden.membership({ cloudId: 'demo' })).sets[0]?.imageIds.sort()).toEqual([...wanted].sort());
  });

  it('are saved, changed, rejected, and removed with their cloud', async () => {
    await using console = await testServices();
    const { golden, clouds } = console.client;
    const { id: cloudId } = await clouds.add({ name: 'Lab', source: none });
    const set = await golden.save(draft(cloudId));
    await console.restart();
    expect((await console.client.golden.list({})).sets).toEqual([set]);
    const again = console.client.golden;
    await expect(again.save({ ...draft(cloudId), name: 'BASE' })).rejects.toMatchObject({ code: 'invalidInput' });
    await expect(again.save({ ...draft(cloudId), name: 'x', images: [], rules: [] })).rejects.toMatchObject({
      code: 'invalidInput',
    });
    await expect(again.save({ ...draft('gone'), name: 'x' })).rejects.toMatchObject({ code: 'notFound' });
    await expect(again.save({ ...set, id: 'gone' })).rejects.toMatchObject({ code: 'notFound' });
    expect(await again.save({ ...set, exact: true })).toEqual({ ...set, exact: true });
    expect((await again.list({})).sets).toEqual([{ ...set, exact: true }]);
    const bad = `golden_sets:\n- name: ok\n  cloud: Lab\n  images: [{name: a}]\n- name: bad\n  colour: red\n`;
    const refused = await again.import({ text: bad, apply: true });
    expect(refused).toMatchObject({ applied: false, problems: [{ line: 6 }] });
    expect((await again.list({})).sets).toHaveLength(1);
    await console.client.clouds.remove({ id: cloudId });
    expect((await again.list({})).sets).toEqual([]);
    expect(JSON.parse(await console.settingsText()).goldenSets).toEqual([]);
  });
});
