import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coverage as coverageSchema, imagePlaces } from '../contract/coverage.ts';
import type { Failure } from '../contract/failure.ts';
import type { HostSummary } from '../contract/fleet.ts';
import type { CachedImage, Catalogue, ImageId, QueuedImage } from '../contract/images.ts';
import type { HostWithImages } from './coverage.ts';
import { Coverage, placesOf } from './coverage.ts';
import { cachedImages } from './testing/cached-images.ts';
import { fakeFleet, second, settingsOf } from './testing/fake-fleet.ts';
import { catalogueImage, failing } from './testing/host-fixtures.ts';

const empty: HostSummary = fakeFleet(1).fleet.summaries()[0] as HostSummary;

function queuedImages(imageIds: readonly ImageId[]): QueuedImage[] {
  return imageIds.map((imageId) => ({
    imageId,
    firstSeen: 1,
    stalled: null,
    catalogStatus: 'unchecked',
    description: null,
  }));
}

type Play = {
  cached?: readonly CachedImage[];
  queued?: readonly ImageId[];
  cloudId?: string;
  takenAt?: number | null;
  failure?: Failure | null;
  nullList?: boolean;
};

function host(id: string, play: Play): HostWithImages {
  const { cached = [], queued = [], cloudId = 'c', takenAt = 5, failure = null, nullList = false } = play;
  return {
    summary: {
      ...empty,
      ...settingsOf(0, { id, name: id, cloudId }),
      imageServiceId: cloudId,
      failure,
      warnings: nullList ? [{ kind: 'nullList', label: 'null', text: 'It lists null.' }] : [],
    },
    images: { hostId: id, revision: 0, takenAt, cached: [...cached], queued: queuedImages(queued), odd: [] },
  };
}

function catalogueOf(...images: Catalogue['images']): Catalogue {
  return { images, readAt: 1, failure: null };
}

const ask = (hosts: HostWithImages[], catalogues: Record<string, Catalogue> = {}) =>
  new Coverage().answer({ hosts, catalogues: new Map(Object.entries(catalogues)) });
const cells = (answer: Awaited<ReturnType<typeof ask>>) =>
  Object.fromEntries(answer.images.map(({ imageId, cells }) => [imageId, cells]));
const down = failing('unreachable').failure;

it('has a row for every image of a catalogue or a list, and a letter for every host', async () => {
  const answer = await ask(
    [host('one', { cached: cachedImages(['a', 'o']), queued: ['b'] }), host('two', { cached: cachedImages(['b']) })],
    { c: catalogueOf(catalogueImage('a'), catalogueImage('b'), catalogueImage('d')) },
  );
  expect(cells(answer)).toEqual({ a: 'cm', b: 'qc', d: 'mm', o: 'c-' });
});

it('does not call an image missing that cannot be cached: of another cloud, deleted, or without data', async () => {
  const answer = await ask([host('one', { cached: cachedImages(['a']) }), host('other', { cloudId: 'd' })], {
    c: catalogueOf(catalogueImage('a'), catalogueImage('saving', { status: 'saving' })),
    d: catalogueOf(),
  });
  expect(cells(answer)).toEqual({ a: 'c-', saving: '--' });
});

it('does not take a catalogue that was never read for an empty one', async () => {
  const unread: Catalogue = { images: [], readAt: null, failure: down };
  expect(cells(await ask([host('one', { cached: cachedImages(['a']) }), host('two', {})], { c: unread }))).toEqual({
    a: 'cm',
  });
});

it('is unknown for a host that was never listed, lists null, or has its caching off', async () => {
  const off = failing('cachingDisabled').failure;
  const answer = await ask([
    host('one', { cached: cachedImages(['a']) }),
    host('never', { takenAt: null }),
    host('forbidden', { takenAt: null, failure: failing('forbidden').failure }),
    host('null', { nullList: true }),
    host('off', { cached: cachedImages(['a']), failure: off }),
  ]);
  expect(cells(answer)).toEqual({ a: 'c????' });
  expect(answer.hosts.map(({ reading }) => reading)).toEqual(['current', 'unknown', 'unknown', 'unknown', 'unknown']);
  expect(answer.hosts.slice(1).every(({ reason }) => reason !== null)).toBe(true);
});

it('shows a host that is down with its last state, and marks it', async () => {
  const answer = await ask([host('one', { cached: cachedImages(['a']), failure: down })]);
  expect(answer.hosts).toEqual([{ hostId: 'one', revision: 0, reading: 'stale', takenAt: 5, reason: down.message }]);
  expect(cells(answer)).toEqual({ a: 'c' });
});

it('sums hits, and shows the latest access, the largest size and the best catalogue status', async () => {
  const [a] = cachedImages(['a']) as [CachedImage];
  const answer = await ask([
    host('one', { cached: [{ ...a, hits: 3, lastAccessed: 9, sizeBytes: 7, catalogStatus: 'notVisible' }] }),
    host('two', { cached: [{ ...a, hits: 4, lastAccessed: null, sizeBytes: 8, catalogStatus: 'orphan' }] }),
  ]);
  expect(answer.images).toEqual([
    {
      imageId: 'a',
      name: null,
      catalogStatus: 'notVisible',
      status: null,
      sizeBytes: 8,
      hits: 7,
      lastAccessed: 9,
      cells: 'cc',
    },
  ]);
});

it('is computed again only when a list or a catalogue changes', async () => {
  const coverage = new Coverage();
  const hosts = [host('one', { cached: cachedImages(['a']) })];
  const catalogues = new Map([['c', catalogueOf(catalogueImage('a'))]]);
  const first = await coverage.answer({ hosts, catalogues });
  const later = hosts.map(({ summary, images }) => ({ summary, images: { ...images, takenAt: 9 } }));
  const second = await coverage.answer({ hosts: later, catalogues });
  expect(second.images).toBe(first.images);
  expect(second.hosts[0]?.takenAt).toBe(9);
  const third = await coverage.answer({ hosts: [host('one', {})], catalogues });
  expect([first.revision, second.revision, third.revision]).toEqual([1, 1, 2]);
  expect(cells(third)).toEqual({ a: 'm' });
});

it('agrees with the lists of the hosts for every image on every host, change after change', async () => {
  const ids = fc.uniqueArray(fc.constantFrom<ImageId[]>('a', 'b', 'c', 'd', 'e', 'not-a-uuid', '__proto__'));
  const played = fc.record({
    cached: ids,
    queued: ids,
    takenAt: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 8 }),
    down: fc.boolean(),
    nullList: fc.boolean(),
    cloudId: fc.constantFrom('c', 'd'),
  });
  const fleetFixture = fc.record({
    hosts: fc.array(played, { maxLength: 5 }),
    catalogues: fc.record({ c: ids, d: ids }),
    read: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fleetFixture, { minLength: 1, maxLength: 4 }), async (fleets) => {
      const coverage = new Coverage();
      for (const { hosts, catalogues, read } of fleets) {
        const covered = hosts.map((one, at) =>
          host(`h${at}`, { ...one, cached: cachedImages(one.cached).map(unsure), failure: one.down ? down : null }),
        );
        const known = Object.entries(catalogues).map(([id, listed]): [string, Catalogue] => [
          id,
          { images: listed.map((imageId) => catalogueImage(imageId)), readAt: read ? 1 : null, failure: null },
        ]);
        const answer = await coverage.answer({ hosts: covered, catalogues: new Map(known) });
        expect(coverageSchema.safeParse(answer).success).toBe(true);
        const rows = new Map(answer.images.map((image) => [image.imageId, image]));
        expect(rows.size).toBe(answer.images.length);
        for (const [imageId, row] of rows) {
          const places = placesOf(imageId, covered, row.cells);
          expect(imagePlaces.safeParse(places).success).toBe(true);
          expect(places.places.map(({ cell }) => cell).join('')).toBe(row.cells);
        }
        for (const [at, one] of hosts.entries()) {
          const seen = one.takenAt !== null && !one.nullList;
          for (const [imageId, { cells }] of rows) {
            const there = !read || catalogues[one.cloudId].includes(imageId);
            const wanted = one.cached.includes(imageId) ? 'c' : one.queued.includes(imageId) ? 'q' : there ? 'm' : '-';
            expect(cells[at]).toBe(seen ? wanted : '?');
          }
          for (const imageId of seen ? [...one.cached, ...one.queued] : []) expect(rows.has(imageId)).toBe(true);
        }
      }
    }),
  );
});

it('shows what the hosts listed, and reads the catalogue in the background', async () => {
  const { fleet, clock, hosts, catalogue } = fakeFleet(2);
  catalogue.images = [catalogueImage('a'), catalogueImage('b')];
  expect((await fleet.coverage()).hosts.map(({ reading }) => reading)).toEqual(['unknown', 'unknown']);
  const [one, two] = hosts;
  if (!one || !two) throw new Error('There are two hosts');
  one.cached = [{ imageId: 'a', sizeBytes: 1, hits: 2, lastAccessed: 3, lastModified: 3 }];
  two.queued = ['a'];
  await clock.forward(60 * second);
  const answer = await fleet.coverage();
  expect(cells(answer)).toEqual({ a: 'cq', b: 'mm' });
  expect(answer.images[0]).toMatchObject({ name: 'name of a', catalogStatus: 'known', hits: 2, lastAccessed: 3 });
  expect(await fleet.coverage(['elsewhere'])).toMatchObject({ hosts: [], images: [] });
  expect((await fleet.places('a')).places).toMatchObject([
    { cell: 'c', cached: { hits: 2 }, queued: null },
    { cell: 'q', cached: null, queued: { stalled: null } },
  ]);
  two.failure = failing('unreachable');
  await clock.forward(60 * second);
  expect((await fleet.places('a')).places[1]).toMatchObject({ reading: 'stale', cell: 'q' });
  await fleet.stop();
});

function unsure(image: CachedImage): CachedImage {
  return { ...image, catalogStatus: 'unchecked' };
}
