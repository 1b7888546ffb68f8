import { describe, expect, it } from 'vitest';
import { settled } from '../lib/testing/manual-clock.ts';
import { fakeFleet, second } from './testing/fake-fleet.ts';
import { catalogueImage, failing, record } from './testing/host-fixtures.ts';

const catalogStatuses = (images: { cached: { imageId: string; catalogStatus: string }[] }) =>
  Object.fromEntries(images.cached.map((image) => [image.imageId, image.catalogStatus]));

describe('the catalogue of an image service', () => {
  it('distinguishes orphans from images that are only not visible', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = [record('known'), record('orphan', { sizeBytes: 70 }), record('hidden')];
    host.queued = ['orphan'];
    catalogue.images = [catalogueImage('known')];
    catalogue.hidden.add('hidden');
    await clock.forward(second);
    const images = fleet.images('h0');
    expect(catalogStatuses(images)).toEqual({ known: 'known', orphan: 'orphan', hidden: 'notVisible' });
    expect(images.cached[0]?.description).toMatchObject({ name: 'name of known', catalogueSizeBytes: 1_000 });
    expect(images.queued[0]).toMatchObject({ catalogStatus: 'orphan', description: null });
    expect(fleet.summary('h0')?.totals).toMatchObject({ orphans: 1, orphanBytes: 70 });
    await fleet.stop();
  });

  it('is read once for all hosts, and again after five minutes; it is asked about an id once', async () => {
    const { clock, fleet, hosts, catalogue } = fakeFleet(10);
    for (const host of hosts) host.cached = [record('known'), record('gone')];
    catalogue.images = [catalogueImage('known')];
    await clock.forward(200 * second);
    expect(catalogue.reads).toBe(1);
    expect(catalogue.described).toEqual([['gone']]);
    await clock.forward(200 * second);
    expect(catalogue.reads).toBe(2);
    expect(catalogue.described).toEqual([['gone']]);
    await fleet.stop();
  });

  it('turns a deleted image into an orphan, and finds an image that was created since', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = [record('a'), record('b')];
    catalogue.images = [catalogueImage('a')];
    await clock.forward(second);
    catalogue.images = [catalogueImage('b', { name: 'came later' })];
    await clock.forward(400 * second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'orphan', b: 'known' });
    expect(fleet.images('h0').cached[1]?.description?.name).toBe('came later');
    await fleet.stop();
  });

  it('is not trusted about an image that was being uploaded when it was read and that a host lists now', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    catalogue.images = [
      catalogueImage('a', { status: 'queued' }),
      catalogueImage('b', { status: 'saving' }),
      catalogueImage('c', { status: 'queued' }),
    ];
    host.cached = [record('a')];
    await clock.forward(second);
    expect(fleet.images('h0').cached[0]?.description?.status).toBe('queued');
    catalogue.images = [catalogueImage('a'), catalogueImage('c', { status: 'queued' })];
    host.cached = [record('a'), record('b'), record('c')];
    await clock.forward(40 * second);
    await clock.forward(400 * second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'known', b: 'orphan', c: 'known' });
    expect(fleet.images('h0').cached[0]?.description?.status).toBe('active');
    const { images } = await fleet.catalogue('c');
    expect(images.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'active'],
      ['c', 'queued'],
    ]);
    // Asked again only after the catalogue was read again.
    expect(catalogue.described.flat().filter((id) => id === 'c').length).toBeLessThanOrEqual(catalogue.reads);
    await fleet.stop();
  });

  it('is read again when an operator refreshes a host: an image deleted meanwhile becomes an orphan', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    catalogue.images = [catalogueImage('a')];
    host.cached = [record('a')];
    await clock.forward(10 * second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'known' });
    catalogue.images = [];
    await fleet.refresh(['h0']);
    await settled();
    await clock.forward(second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'orphan' });
    await fleet.refresh();
    expect(catalogue.reads).toBe(2);
    await fleet.stop();
    await clock.forward(10 * second);
    expect(catalogue.reads).toBe(2);
  });

  it('that lost an image while it was read is asked again a moment later: the image becomes an orphan without a poll', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    catalogue.images = [catalogueImage('a')];
    host.cached = [record('a')];
    await clock.forward(second);
    catalogue.images = [];
    await fleet.refresh(['h0']);
    await clock.forward(4 * second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'orphan' });
    await fleet.stop();
  });

  it('is read again for an operator who selects from it, a moment later if it was just read', async () => {
    const { clock, fleet, catalogue } = fakeFleet(0);
    catalogue.images = [catalogueImage('a')];
    await fleet.catalogue('c');
    catalogue.images = [catalogueImage('a'), catalogueImage('b')];
    fleet.rereadCatalogue('c');
    fleet.rereadCatalogue('c');
    await settled();
    expect(catalogue.reads).toBe(1);
    await clock.forward(4 * second);
    expect(catalogue.reads).toBe(2);
    await clock.forward(4 * second);
    fleet.rereadCatalogue('c');
    await settled();
    expect(catalogue.reads).toBe(3);
    expect((await fleet.catalogue('c')).images.map(({ id }) => id)).toEqual(['a', 'b']);
    await fleet.stop();
  });

  it('includes at once an image that a host listed and that was found by its id after the last reading', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    catalogue.images = [catalogueImage('a', { status: 'saving' })];
    host.cached = [record('a')];
    await clock.forward(second);
    catalogue.images = [catalogueImage('a'), catalogueImage('b')];
    host.cached = [record('a'), record('b')];
    await clock.forward(31 * second);
    const reads = catalogue.reads;
    const { images } = await fleet.catalogue('c');
    expect(catalogue.reads).toBe(reads);
    expect(images.map(({ id }) => id)).toContain('b');
    await fleet.stop();
  });

  it('that cannot be read leaves images unchecked, shows the reason, and does not delay the hosts', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = [record('a')];
    catalogue.failure = failing('forbidden');
    await clock.forward(100 * second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'unchecked' });
    expect(fleet.summary('h0')?.totals?.orphans).toBe(0);
    expect(await fleet.catalogue('c')).toMatchObject({ readAt: null, failure: { code: 'forbidden' } });
    // The endpoint and the host itself are both tried, no more often than every 30 s.
    expect(catalogue.reads).toBeLessThanOrEqual(8);
    catalogue.failure = undefined;
    await clock.forward(60 * second);
    expect(catalogStatuses(fleet.images('h0'))).toEqual({ a: 'orphan' });
    await fleet.stop();
  });

  it('is read again in the background when an operator opens it again, and the change is reported', async () => {
    const { clock, fleet, catalogue } = fakeFleet(0);
    const notified: string[] = [];
    fleet.onCatalogue((cloudId) => notified.push(cloudId));
    catalogue.images = [catalogueImage('a')];
    expect((await fleet.catalogue('c')).images).toHaveLength(1);
    await fleet.catalogue('c');
    expect(catalogue.reads).toBe(1);
    catalogue.images = [catalogueImage('a'), catalogueImage('b')];
    await clock.forward(31 * second);
    expect((await fleet.catalogue('c')).images).toHaveLength(1);
    await settled();
    expect((await fleet.catalogue('c')).images).toHaveLength(2);
    expect(notified).toEqual(['c', 'c']);
    await fleet.stop();
  });

  it('changes no revision while its content is the same', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = [record('a')];
    catalogue.images = [catalogueImage('a')];
    await clock.forward(second);
    const { revision } = fleet.images('h0');
    await clock.forward(1_000 * second);
    expect(catalogue.reads).toBeGreaterThan(2);
    expect(fleet.images('h0').revision).toBe(revision);
    catalogue.images = [catalogueImage('a', { name: 'renamed' })];
    await clock.forward(400 * second);
    expect(fleet.images('h0').revision).toBe(revision + 1);
    await fleet.stop();
  });

  it('is asked about many ids in parts of at most a hundred', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = Array.from({ length: 1_050 }, (_, index) => record(`i${index}`));
    await clock.forward(second);
    expect(catalogue.described.map((ids) => ids.length)).toEqual([...Array(10).fill(100), 50]);
    expect(fleet.summary('h0')?.totals?.orphans).toBe(1_050);
    await fleet.stop();
  });
});
