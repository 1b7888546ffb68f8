import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { cloudOfService, ImageServices, regionalId } from './image-services.ts';
import { fakeFleet, second, settingsOf } from './testing/fake-fleet.ts';
import { FakeCatalogue } from './testing/fake-host-api.ts';
import { catalogueImage, failing, record } from './testing/host-fixtures.ts';

const images = (...names: string[]) => new Set(names.map((name) => `${name} 2026-01-01T00:00:00Z`));
const [one, two, three] = [0, 1, 2].map((index) => settingsOf(index)) as [Host, Host, Host];
type Host = ReturnType<typeof settingsOf>;

describe('image services', () => {
  it('are told apart by what their hosts show, where no region is stated', () => {
    const services = new ImageServices();
    expect(services.observe(one, images('a', 'b'))).toBe(false);
    expect(services.observe(two, images('x'))).toBe(true);
    expect(services.observe(three, images('b', 'c'))).toBe(false);
    expect([one, two, three].map((host) => services.of(host))).toEqual(['c', 'c@h1', 'c']);
  });

  it('are one for two regions that share a database', () => {
    const services = new ImageServices();
    const east = { ...two, region: 'east' };
    expect(services.of(east)).toBe('c/east');
    services.observe(one, images('a'));
    expect(services.observe(east, images('a'))).toBe(true);
    expect(services.of(east)).toBe('c');
  });

  it('are two where an image was copied under its own id', () => {
    const services = new ImageServices();
    services.observe(one, new Set(['a 2026-01-01T00:00:00Z']));
    services.observe(two, new Set(['a 2026-02-01T00:00:00Z']));
    expect(services.of(two)).not.toBe(services.of(one));
  });

  it('keep their ids when the first image comes, and when the oldest ones go one after the other', () => {
    const services = new ImageServices();
    services.observe(one, images());
    services.observe(two, images());
    for (const shown of [images('a'), images('a', 'b'), images('b', 'c'), images('c')]) {
      services.observe(one, shown);
      services.observe(two, shown);
      expect([one, two].map((host) => services.of(host))).toEqual(['c', 'c']);
    }
  });

  it('of two clouds are never one', () => {
    const services = new ImageServices();
    services.observe(one, images('a'));
    services.observe({ ...two, cloudId: 'd' }, images('a'));
    expect(services.of({ ...two, cloudId: 'd' })).toBe('d');
  });

  it('group hosts as their databases do, whatever regions are stated and in whatever order the hosts answer', () => {
    const host = fc.record({
      region: fc.option(fc.constantFrom('east', 'we/st@1'), { nil: null }),
      database: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(
        fc
          .array(host, { maxLength: 8 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray([...list.keys()], { minLength: list.length })),
          ),
        ([list, order]) => {
          const services = new ImageServices();
          const hosts = list.map(({ region }, index) => settingsOf(index, { region }));
          for (const index of order) services.observe(hosts[index] as Host, images(list[index]?.database ?? ''));
          const ids = hosts.map((each) => services.of(each));
          for (const [at, { database }] of list.entries()) {
            for (const [other, { database: twin }] of list.entries()) {
              expect(ids[at] === ids[other]).toBe(database === twin);
            }
            expect(cloudOfService(ids[at] ?? '').cloudId).toBe('c');
          }
        },
      ),
    );
    expect(cloudOfService(regionalId({ cloudId: 'c', region: 'we/st@1' }))).toEqual({
      cloudId: 'c',
      region: 'we/st@1',
    });
  });
});

describe('a cloud with two image databases', () => {
  async function twoDatabases() {
    const scene = fakeFleet(3);
    const { catalogue, catalogues, hosts, clock, settings } = scene;
    const other = new FakeCatalogue();
    const [first, second1, third] = hosts as [(typeof hosts)[0], (typeof hosts)[0], (typeof hosts)[0]];
    catalogue.images = [catalogueImage('here'), catalogueImage('same', { name: 'here too' })];
    other.images = [catalogueImage('there'), catalogueImage('same', { name: 'there too' })];
    third.fingerprintShown = other.fingerprintShown = images('there');
    catalogues.set(settings[2]?.address ?? '', other);
    first.cached = [record('here'), record('gone')];
    second1.cached = [record('here'), record('there')];
    third.cached = [record('there'), record('same'), record('here')];
    await clock.forward(2 * second);
    return { ...scene, other };
  }
  const told = (fleet: Awaited<ReturnType<typeof twoDatabases>>['fleet'], hostId: string) =>
    Object.fromEntries(fleet.images(hostId).cached.map((image) => [image.imageId, image.catalogStatus]));

  it('has an orphan only where the own API of the host does not have the image', async () => {
    const { fleet } = await twoDatabases();
    expect(told(fleet, 'h0')).toEqual({ here: 'known', gone: 'orphan' });
    expect(told(fleet, 'h1')).toEqual({ here: 'known', there: 'orphan' });
    expect(told(fleet, 'h2')).toEqual({ there: 'known', same: 'known', here: 'orphan' });
    expect(fleet.images('h2').cached[1]?.description?.name).toBe('there too');
    await fleet.stop();
  });

  it('reads each catalogue from a host of its own, and asks that host about ids', async () => {
    const { fleet, catalogue, other } = await twoDatabases();
    expect([catalogue.reads, other.reads]).toEqual([1, 1]);
    expect(catalogue.described.flat().sort()).toEqual(['gone', 'there']);
    expect(other.described.flat()).toEqual(['here']);
    const services = fleet.summaries().map(({ imageServiceId }) => imageServiceId);
    expect(services).toEqual(['c', 'c', 'c@h2']);
    expect((await fleet.catalogue('c@h2')).images.map(({ id }) => id)).toEqual(['there', 'same']);
    await fleet.stop();
  });

  it('calls an image missing only on hosts whose image service has it', async () => {
    const { fleet } = await twoDatabases();
    const cells = Object.fromEntries((await fleet.coverage()).images.map((image) => [image.imageId, image.cells]));
    expect(cells).toMatchObject({ here: 'ccc', there: '-cc', same: 'mmc' });
    await fleet.stop();
  });

  it('calls nothing an orphan before a host has shown its images', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = [record('gone')];
    const fails = vi.spyOn(host, 'fingerprint').mockRejectedValue(failing('hostError'));
    await clock.forward(100 * second);
    expect(told(fleet, 'h0')).toEqual({ gone: 'unchecked' });
    expect(catalogue.described).toEqual([]);
    fails.mockRestore();
    await clock.forward(100 * second);
    expect(told(fleet, 'h0')).toEqual({ gone: 'orphan' });
    await fleet.stop();
  });
});
