import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostImages } from '../contract/fleet.ts';
import { type GoldenSet, goldenRule } from '../contract/golden.ts';
import type { Catalogue, CatalogueImage } from '../contract/images.ts';
import { Golden, type GoldenHost } from './golden.ts';
import { golden, holds, host, image } from './testing/golden-samples.ts';

type World = {
  sets: GoldenSet[];
  images: CatalogueImage[];
  hosts?: GoldenHost[];
  held: HostImages[];
  catalogue?: Partial<Catalogue>;
};

function goldenOf({
  sets,
  images,
  held,
  hosts = held.map(({ hostId }) => host(hostId)),
  catalogue = {},
}: World): Golden {
  return new Golden({
    sets: () => sets,
    hosts: () => hosts,
    images: (hostId) => held.find((one) => one.hostId === hostId) ?? { ...holds(hostId, []), takenAt: null },
    catalogue: async () => ({ images, readAt: 7, failure: null, ...catalogue }),
  });
}

const byId = (...ids: string[]) => ids.map((imageId) => ({ by: 'id' as const, imageId }));
const byName = (...names: string[]) => names.map((name) => ({ by: 'name' as const, name }));

describe('the images of a set', () => {
  it('are those that any of its images and rules selects, each once, with the reason', async () => {
    const images = [image('a', { name: 'cirros' }), image('b', { name: 'ubuntu-24.04', tags: ['lts'] }), image('c')];
    const set = golden({
      images: [...byName('cirros'), ...byId('b')],
      rules: [
        goldenRule.parse({ tags: ['lts'] }),
        goldenRule.parse({ name: 'ubuntu-*', newest: { count: 1, per: 'family' } }),
      ],
    });
    const preview = await goldenOf({ sets: [], images, held: [holds('h', [])] }).preview(set);
    expect(preview.members).toMatchObject([
      { imageId: 'a', byImages: [0], byRules: [], family: null },
      { imageId: 'b', byImages: [1], byRules: [0, 1], family: 'ubuntu' },
    ]);
    expect(preview).toMatchObject({
      total: { images: 2, bytes: 200 },
      images: [{ images: 1 }, { images: 1 }],
      rules: [
        { images: 1, families: null },
        { images: 1, families: 1, older: 0 },
      ],
      hostIds: ['h'],
      problems: [],
      readAt: 7,
    });
  });

  it('include no name or id that is missing, ambiguous, hidden or inactive, and empty rules are reported', async () => {
    const images = [
      image('two-1', { name: 'two' }),
      image('two-2', { name: 'two' }),
      image('old', { name: 'two', hidden: true }),
      image('hid', { hidden: true }),
      image('off', { status: 'deactivated' }),
    ];
    const set = golden({
      images: [...byName('two', 'hid', 'off', 'nothing'), ...byId('hid', 'off', 'gone')],
      rules: [goldenRule.parse({ name: 'hi?' }), goldenRule.parse({})],
    });
    const { members, problems } = await goldenOf({ sets: [], images, held: [holds('h', [])] }).preview(set);
    expect(members.map(({ imageId }) => imageId).sort()).toEqual(['hid', 'two-1', 'two-2']);
    expect(problems.map(({ part, text }) => `${part?.of} ${part?.index}: ${text}`)).toEqual([
      expect.stringContaining('images 0: 2 images are named “two”'),
      expect.stringContaining('images 1: “hid” is hidden'),
      expect.stringContaining('images 2: “off” is deactivated'),
      'images 3: No image is named “nothing”.',
      expect.stringContaining('images 5: “off” (off) is deactivated'),
      'images 6: No image has the ID gone.',
      expect.stringContaining('rules 0: No active image'),
      expect.stringContaining('rules 1: The rule has no condition'),
    ]);
  });

  it('apply to all hosts of the cloud, to those with a label, or to those named', async () => {
    const hosts = [
      host('1', { labels: ['x'] }),
      host('2', { labels: ['x', 'y'] }),
      host('3'),
      host('4', { cloudId: 'd' }),
    ];
    const of = async (wanted: GoldenSet['hosts']) => {
      const set = golden({ hosts: wanted, images: byId('a') });
      const { hostIds, problems } = await goldenOf({ sets: [], images: [image('a')], hosts, held: [] }).preview(set);
      return [hostIds, problems.map(({ text }) => text)];
    };
    expect(await of({ kind: 'all' })).toEqual([['1', '2', '3'], []]);
    expect(await of({ kind: 'labels', labels: ['y', 'z'] })).toEqual([['2'], ['No host has the label “z”.']]);
    expect(await of({ kind: 'named', hostIds: ['3', '4', 'gone'] })).toEqual([
      ['3'],
      ['2 of its hosts were removed from the console.'],
    ]);
  });
});

describe('drift', () => {
  const images = ['a', 'b', 'c', 'd'].map((id) => image(id));

  it('lists what is missing, queued and present for each host', async () => {
    const held = [holds('1', ['a', 'b', 'x']), holds('2', ['a'], ['b', 'x']), holds('3', [])];
    const [drift] = await goldenOf({ sets: [golden({ images: byId('a', 'b') })], images, held }).drift('c');
    expect(drift).toMatchObject({ total: { images: 2, bytes: 200 }, problems: [], readAt: 7 });
    expect(drift?.hosts).toMatchObject([
      {
        hostId: '1',
        state: 'complete',
        present: { images: 2, bytes: 180 },
        missing: { images: 0 },
        extra: { images: 0 },
      },
      { hostId: '2', state: 'drifted', takenAt: 5, missing: { images: 0 }, queued: { images: 1, bytes: 100 } },
      { hostId: '3', state: 'drifted', missing: { images: 2, bytes: 200 } },
    ]);
  });

  it('of an exact set lists what no set of the host wants, and never an image that a set names by its id', async () => {
    const sets = [
      golden({ exact: true, images: byId('a', 'gone') }),
      golden({ id: 'g2', name: 'two', images: byId('b'), hosts: { kind: 'named', hostIds: ['1'] } }),
    ];
    const held = [holds('1', ['a', 'b', 'c', 'gone']), holds('2', ['a', 'b'])];
    const world = goldenOf({ sets, images, held });
    const [drift, other] = await world.drift('c');
    expect(drift?.hosts).toMatchObject([
      { state: 'drifted', extra: { images: 1, bytes: 90 } },
      { state: 'drifted', extra: { images: 1 } },
    ]);
    expect(other?.hosts).toMatchObject([{ state: 'complete', extra: { images: 0 } }]);
    expect((await world.differences('g', '1')).images).toMatchObject([{ imageId: 'c', state: 'extra' }]);
    expect(await world.targets('g', ['1', '2'])).toEqual({
      queue: [],
      delete: [
        { hostId: '1', imageId: 'c' },
        { hostId: '2', imageId: 'b' },
      ],
    });
  });

  it('has no extra images where an exact set selects no image', async () => {
    const sets = [golden({ exact: true, rules: [goldenRule.parse({ name: 'none-*' })] })];
    const [drift] = await goldenOf({ sets, images, held: [holds('1', ['a', 'b'])] }).drift('c');
    expect(drift?.hosts).toMatchObject([{ state: 'complete', extra: { images: 0 } }]);
    expect(drift?.problems[0]?.text).toContain('no image on its hosts counts as extra');
  });

  it('is unknown for a host that fails or was never read, and for all hosts while there is no catalogue', async () => {
    const failure = { code: 'unreachable', message: 'No route to 1.', remedy: '' } as const;
    const hosts = [host('1', { state: 'failed', failure }), host('2', { state: 'waiting' }), host('3')];
    const held = [holds('1', []), holds('3', ['a'])];
    const world = { sets: [golden({ images: byId('a'), exact: true })], images, hosts, held };
    const [drift] = await goldenOf(world).drift('c');
    expect(drift?.hosts).toMatchObject([
      { state: 'unknown', reason: 'No route to 1.', takenAt: 5, missing: { images: 1 } },
      { state: 'unknown', reason: 'Host state pending.', takenAt: null, missing: { images: 0 } },
      { state: 'complete' },
    ]);
    expect(await goldenOf(world).targets('g', ['1', '2', '3'])).toEqual({ queue: [], delete: [] });
    const unread = goldenOf({ ...world, images: [], catalogue: { readAt: null, failure } });
    const [nothing] = await unread.drift('c');
    expect(nothing?.hosts.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(nothing?.problems).toEqual([]);
    expect(await unread.targets('g', ['3'])).toEqual({ queue: [], delete: [] });
  });

  it('agrees with the hosts image by image, and is gone after a sync', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const some = fc.subarray(ids);
    await fc.assert(
      fc.asyncProperty(some, some, some, fc.boolean(), async (wanted, cached, queued, exact) => {
        const sets = [golden({ exact, images: byId(...wanted) })];
        const all = ids.map((id) => image(id));
        const world = goldenOf({ sets, images: all, held: [holds('1', cached, queued)] });
        const [drift] = await world.drift('c');
        const { queue, delete: gone } = await world.targets('g', ['1']);
        const missing = wanted.filter((id) => !cached.includes(id));
        const extra = exact && wanted.length > 0 ? cached.filter((id) => !wanted.includes(id)) : [];
        expect(queue.map(({ imageId }) => imageId)).toEqual(missing.filter((id) => !queued.includes(id)));
        expect(gone.map(({ imageId }) => imageId)).toEqual(extra);
        expect(drift?.hosts[0]).toMatchObject({
          present: { images: wanted.length - missing.length },
          missing: { images: queue.length },
          queued: { images: missing.length - queue.length },
          extra: { images: extra.length },
        });
        const after = [...cached.filter((id) => !extra.includes(id)), ...missing];
        const [then] = await goldenOf({ sets, images: all, held: [holds('1', after)] }).drift('c');
        expect(then?.hosts[0]?.state).toBe('complete');
      }),
    );
  });
});

it('lists the images that the sets of a cloud select', async () => {
  const sets = [golden({ images: byId('a') }), golden({ id: 'o', cloudId: 'other', images: byId('a') })];
  const world = goldenOf({ sets, images: [image('a'), image('b')], held: [] });
  expect(await world.membership('c')).toEqual([{ id: 'g', name: 'base', imageIds: ['a'] }]);
});
