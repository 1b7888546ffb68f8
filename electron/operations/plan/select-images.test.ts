import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selected as selectedSchema } from '../../contract/selections.ts';
import { FakeHost } from '../../fleet/testing/fake-host.ts';
import { cachedImage, catalogueImage, failureOf, queuedImage } from '../../fleet/testing/host-fixtures.ts';
import { operationsOver } from '../testing/fleet-of.ts';

const idOf = (number: number) => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
const [a, b, c, d] = [idOf(1), idOf(2), idOf(3), idOf(4)];
const day = 24 * 3_600_000;
const named = (id: string, name: string) => ({ ...catalogueImage(id), name, sizeBytes: 500 });
const catalogue = [named(a, 'Ubuntu 22.04 LTS'), named(b, 'cirros'), named(c, 'twin'), named(d, 'twin')];

function context() {
  const hosts = [new FakeHost('glance-01', [a, b, c]), new FakeHost('glance-02', [a])];
  const [one = new FakeHost(''), two = new FakeHost('')] = hosts;
  one.queued.set('not-a-uuid', queuedImage('not-a-uuid'));
  one.poll();
  const { operations } = operationsOver(hosts, { images: catalogue });
  const hostIds = hosts.map((host) => host.id);
  return {
    hosts,
    one,
    two,
    operations,
    hostIds,
    paste: (text: string, purpose: 'queue' | 'delete' = 'delete') =>
      operations.select({ kind: 'pasted', for: purpose, cloudId: 'cloud', hostIds, text }),
    onlyReads: () => hosts.every((host) => host.requests.every(({ what }) => what === 'list')),
  };
}

test('pasted names and ids select the images on their hosts, and what does not match is listed', async () => {
  const { paste, operations, onlyReads } = context();
  const selected = await paste(
    ['# from the ticket', 'Ubuntu 22.04 LTS', '', b.toUpperCase(), 'twin', 'no such thing', d, 'not-a-uuid'].join(
      '\r\n',
    ),
  );
  expect(selected.targets).toEqual([
    { hostId: 'glance-01', imageId: a },
    { hostId: 'glance-01', imageId: b },
    { hostId: 'glance-01', imageId: 'not-a-uuid' },
    { hostId: 'glance-02', imageId: a },
  ]);
  expect(selected).toMatchObject({ images: 3, bytes: 3_000 });
  expect(selected.unmatched).toEqual([
    {
      line: 5,
      text: 'twin',
      reason: '2 images have this name. Enter the image ID.',
      candidates: [
        { imageId: c, name: 'twin', hosts: 1 },
        { imageId: d, name: 'twin', hosts: 0 },
      ],
    },
    {
      line: 6,
      text: 'no such thing',
      reason: 'No image with this name or ID in the catalog or on the selected hosts.',
      candidates: [],
    },
    {
      line: 7,
      text: d,
      reason: 'Not cached or queued on the selected hosts.',
      candidates: [{ imageId: d, name: 'twin', hosts: 0 }],
    },
  ]);
  expect((await operations.plan({ kind: 'delete', targets: selected.targets })).willDo).toBe(4);
  expect(onlyReads()).toBe(true);
});

test('lists on one line and rows of a table are parsed too', async () => {
  const { paste } = context();
  const imagesOf = async (text: string) => {
    const { targets, unmatched } = await paste(text);
    return [[...new Set(targets.map(({ imageId }) => imageId))], unmatched.map((one) => one.text)];
  };
  expect(await imagesOf(`"Ubuntu 22.04 LTS", cirros;${c}`)).toEqual([[a, b, c], []]);
  expect(await imagesOf(`cirros ${c} what`)).toEqual([[b, c], ['what']]);
  const table = `+----+------+\n| ID | Name |\n+----+------+\n| ${c} | twin |\n| ${idOf(9)} | cirros |\n`;
  expect(await imagesOf(table)).toEqual([[c], [`| ${idOf(9)} | cirros |`]]);
});

test('an image to be queued is selected for every chosen host, with the bytes still to be fetched', async () => {
  const { paste } = context();
  const selected = await paste(`cirros\ncirros\n${b}`, 'queue');
  expect(selected.targets).toEqual([
    { hostId: 'glance-01', imageId: b },
    { hostId: 'glance-02', imageId: b },
  ]);
  expect(selected).toMatchObject({
    images: 1,
    bytes: 500,
    notes: [{ kind: 'warning', text: '2 duplicate images ignored.' }],
  });
});

test('orphans, images that were never hit and idle images are selected on the chosen hosts', async () => {
  const { one, two, operations, hostIds } = context();
  const now = Date.now();
  one.cached.set(b, { ...cachedImage(b), catalogStatus: 'orphan', hits: 4, lastAccessed: now - 40 * day });
  one.cached.set(c, { ...cachedImage(c), catalogStatus: 'unchecked', hits: 2, lastAccessed: now - day });
  one.cached.set(a, { ...cachedImage(a), hits: 1, lastAccessed: null, lastModified: null });
  two.cached.set(a, { ...cachedImage(a), hits: 0, lastAccessed: null, lastModified: now - 31 * day });
  for (const host of [one, two]) host.poll();
  const orphans = await operations.select({ kind: 'orphans', hostIds });
  expect(orphans.targets).toEqual([{ hostId: 'glance-01', imageId: b }]);
  expect(orphans.notes).toEqual([{ kind: 'skipped', text: 'Skipped: 1 cached image not yet checked in Glance.' }]);
  expect((await operations.select({ kind: 'neverHit', hostIds })).targets).toEqual([
    { hostId: 'glance-02', imageId: a },
  ]);
  const idle = await operations.select({ kind: 'idle', hostIds, days: 30 });
  expect(idle.targets).toEqual([
    { hostId: 'glance-01', imageId: b },
    { hostId: 'glance-02', imageId: a },
  ]);
  expect(idle.notes).toEqual([{ kind: 'skipped', text: 'Skipped: 1 cached image without a last access time.' }]);
  expect((await operations.select({ kind: 'idle', hostIds, days: 50 })).targets).toEqual([]);
});

test('one image on all hosts: deleted where it is cached, queued everywhere else', async () => {
  const { operations, hostIds } = context();
  const ask = (purpose: 'queue' | 'delete') =>
    operations.select({ kind: 'images', for: purpose, hostIds, imageIds: [c] });
  expect((await ask('delete')).targets).toEqual([{ hostId: 'glance-01', imageId: c }]);
  expect((await ask('queue')).targets).toHaveLength(2);
});

test('for a host that is down the last known state is used, with a warning', async () => {
  const { two, operations, hostIds } = context();
  two.failure = failureOf('unreachable');
  const selected = await operations.select({ kind: 'neverHit', hostIds: [...hostIds, 'gone'] });
  expect(selected.targets).toHaveLength(4);
  expect(selected.notes).toEqual([
    { kind: 'warning', text: '1 host was removed from the console.' },
    { kind: 'warning', text: 'Unreachable, using the last known state: glance-02.' },
  ]);
});

test('every line of any pasted text is matched or listed, each target once, and each on a host', async () => {
  const { paste, hosts } = context();
  const word = fc.constantFrom(
    a,
    b,
    c,
    d,
    'cirros',
    'twin',
    'Ubuntu 22.04 LTS',
    'not-a-uuid',
    idOf(9),
    'x',
    '|',
    ',',
    '#',
  );
  const text = fc.oneof(
    fc
      .array(
        fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
        { maxLength: 8 },
      )
      .map((lines) => lines.join('\n')),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('queue' as const, 'delete' as const), async (pasted, purpose) => {
      const selected = await paste(pasted, purpose);
      expect(selectedSchema.parse(selected)).toEqual(selected);
      const keys = selected.targets.map(({ hostId, imageId }) => `${hostId} ${imageId}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { hostId, imageId } of selected.targets) {
        const host = hosts.find((one) => one.id === hostId);
        if (purpose === 'delete') expect(host?.cached.has(imageId) || host?.queued.has(imageId)).toBe(true);
      }
      const lines = pasted.split(/\r\n|\r|\n/).map((line) => line.trim());
      for (const { line } of selected.unmatched) expect(lines[line - 1]).not.toBe('');
      // A line of one word that is neither a name nor an id must not disappear.
      for (const [index, line] of lines.entries()) {
        if (line === 'x') expect(selected.unmatched.map((one) => one.line)).toContain(index + 1);
      }
    }),
    { numRuns: 200 },
  );
});
