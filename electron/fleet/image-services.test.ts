import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type ServiceFingerprint, shareDatabase } from '../glance/service-fingerprint.ts';
import { cloudOfService, ImageServices, regionalId } from './image-services.ts';
import { fakeFleet, second, settingsOf } from './testing/fake-fleet.ts';
import { FakeCatalogue, fingerprintOf } from './testing/fake-host-api.ts';
import { catalogueImage, failing, record } from './testing/host-fixtures.ts';

const [one, two, three] = [0, 1, 2].map((index) => settingsOf(index)) as [Host, Host, Host];
type Host = ReturnType<typeof settingsOf>;

/** The time of creation of an image, and its name, which define its order. */
const image = (name: string, second = 0) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z ${name}`;
const images = (...names: string[]) => names.map((name) => image(name));
/** Images `first` to `last`, one made each second. */
const made = (first: number, last: number, prefix = 'i') =>
  Array.from({ length: last - first + 1 }, (_, index) => image(`${prefix}${first + index}`, first + index));

/** Hosts with the images of their databases, which are queried as the fleet does. */
function hostsOf(databases: Record<string, string[]>) {
  let asked = 0;
  const fingerprintOfHost = async (id: string): Promise<ServiceFingerprint> => {
    const sorted = [...(databases[id] ?? [])].sort();
    return { oldest: new Set(sorted.slice(0, 25)), newest: new Set(sorted.slice(-25)) };
  };
  const api = (id: string) => ({
    fingerprint: () => {
      asked += 1;
      return fingerprintOfHost(id);
    },
  });
  const services = new ImageServices(async ({ id, shown }, [other]) =>
    other === undefined ? undefined : shareDatabase(shown, api(id), api(other)),
  );
  return {
    databases,
    services,
    get asked() {
      return asked;
    },
    show: async (...hosts: Host[]) => {
      const moved: boolean[] = [];
      for (const host of hosts) {
        moved.push(await services.observe(host, await fingerprintOfHost(host.id), never));
      }
      return moved;
    },
    of: (...hosts: Host[]) => hosts.map((host) => services.of(host)),
  };
}
const never = new AbortController().signal;

describe('image services', () => {
  it('are distinguished by the images of their hosts, where no region is stated', async () => {
    const { show, of } = hostsOf({ h0: images('a', 'b'), h1: images('x'), h2: images('a', 'b') });
    expect(await show(one, two, three)).toEqual([false, true, false]);
    expect(of(one, two, three)).toEqual(['c', 'c@h1', 'c']);
  });

  it('are two for two stated regions, even if these share a database; a host without a stated region joins one', async () => {
    const { show, of, asked } = hostsOf({ h0: images('a'), h1: images('a'), h2: images('a') });
    const [east, west] = [
      { ...one, region: 'east' },
      { ...two, region: 'west' },
    ] as const;
    expect(of(east, west)).toEqual(['c/east', 'c/west']);
    await show(east, west, three);
    expect(of(east, west, three)).toEqual(['c/east', 'c/west', 'c/east']);
    expect(asked).toBe(0);
  });

  it('follow the stated region of a host', async () => {
    const { show, of } = hostsOf({ h0: images('a'), h1: images('a') });
    await show(one, two);
    expect(of(one, { ...two, region: 'west' })).toEqual(['c', 'c/west']);
    await show({ ...one, region: 'east' }, { ...two, region: 'west' });
    expect(of({ ...one, region: 'east' }, { ...two, region: 'west' })).toEqual(['c', 'c/west']);
  });

  it('are two where an image was copied with its id', async () => {
    const { show, of } = hostsOf({ h0: [image('a', 1)], h1: [image('a', 2)] });
    await show(one, two);
    expect(of(one, two)).toEqual(['c', 'c@h1']);
  });

  it('are two where a database was restored from the dump of the other and has changed since', async () => {
    for (const [here, there] of [
      [made(0, 9), [...made(0, 9), image('only there', 20)]],
      [[...made(0, 9), image('only here', 20)], made(0, 9)],
      [made(0, 58), [...made(0, 39), ...made(40, 58, 'other')]],
    ] as const) {
      const { show, of } = hostsOf({ h0: [...here], h1: [...there], h2: [...there] });
      await show(one, two, three);
      expect(of(one, two, three)).toEqual(['c', 'c@h1', 'c@h1']);
    }
  });

  it('become two when a restored database changes, for each of its hosts', async () => {
    const { show, of, databases } = hostsOf({ h0: made(0, 40), h1: made(0, 40), h2: made(0, 40) });
    await show(one, two, three);
    expect(of(one, two, three)).toEqual(['c', 'c', 'c']);
    for (const id of ['h1', 'h2']) databases[id]?.push(image('only there', 50));
    expect(await show(one, two, three)).toEqual([false, true, true]);
    expect(of(one, two, three)).toEqual(['c', 'c@h1', 'c@h1']);
  });

  it('stay one while images are created and deleted, and send no requests while nothing changes', async () => {
    const world = hostsOf({ h0: made(0, 40), h1: made(0, 40), h2: made(0, 40) });
    await world.show(one, two, three, one, two, three);
    expect(world.asked).toBe(0);
    for (let round = 0; round < 10; round += 1) {
      for (const host of [one, two, three]) {
        const changed = made(round, 42 + round).filter((_, index) => index % 7 !== round % 7);
        for (const id of ['h0', 'h1', 'h2']) world.databases[id] = changed;
        await world.show(host);
      }
      expect(world.of(one, two, three)).toEqual(['c', 'c', 'c']);
    }
  });

  it('keep their ids when the first image is created, and when the oldest images are deleted one after the other', async () => {
    const { show, of, databases } = hostsOf({ h0: [], h1: [] });
    await show(one, two);
    for (const shown of [images('a'), images('a', 'b'), images('b', 'c'), images('c')]) {
      for (const host of [one, two]) {
        databases['h0'] = databases['h1'] = shown;
        await show(host);
        expect(of(one, two)).toEqual(['c', 'c']);
      }
    }
  });

  it('are created once for two hosts that answer at the same time', async () => {
    const { show, of } = hostsOf({
      h0: made(0, 9),
      h1: [...made(0, 9), image('x', 20)],
      h2: [...made(0, 9), image('x', 20)],
    });
    await show(one);
    await Promise.all([show(two), show(three)]);
    expect(new Set(of(two, three)).size).toBe(1);
    expect(of(two)).not.toEqual(of(one));
  });

  it('are never shared by two clouds', async () => {
    const { show, of } = hostsOf({ h0: images('a'), h1: images('a') });
    const other = { ...two, cloudId: 'd' };
    await show(one, other);
    expect(of(one, other)).toEqual(['c', 'd']);
  });

  it('group hosts by their databases and their stated regions, in whatever order the hosts answer', async () => {
    // Dumps of one database, which have changed since, and another one.
    const databases = [made(0, 30), made(0, 31), [...made(0, 29), image('x', 40)], images('z')];
    const host = fc.record({
      region: fc.option(fc.constantFrom('east', 'we/st@1'), { nil: null }),
      database: fc.nat({ max: databases.length - 1 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(host, { maxLength: 8 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray([...list.keys()], { minLength: list.length })),
          ),
        async ([list, order]) => {
          const hosts = list.map(({ region }, index) => settingsOf(index, { region }));
          const { show, of } = hostsOf(
            Object.fromEntries(list.map(({ database }, index) => [`h${index}`, databases[database] ?? []])),
          );
          for (let round = 0; round < 2; round += 1) for (const index of order) await show(hosts[index] as Host);
          const ids = of(...hosts);
          for (const [at, { database, region }] of list.entries()) {
            for (const [other, twin] of list.entries()) {
              const sameDatabase = database === twin.database;
              const apart = region !== null && twin.region !== null && region !== twin.region;
              if (!sameDatabase || apart) expect(at === other || ids[at] !== ids[other]).toBe(true);
              else if (region === twin.region) expect(ids[at]).toBe(ids[other]);
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
    third.fingerprintShown = other.fingerprintShown = fingerprintOf('there');
    catalogues.set(settings[2]?.address ?? '', other);
    first.cached = [record('here'), record('gone')];
    second1.cached = [record('here'), record('there')];
    third.cached = [record('there'), record('same'), record('here')];
    await clock.forward(2 * second);
    return { ...scene, other };
  }
  const statusesAt = (fleet: Awaited<ReturnType<typeof twoDatabases>>['fleet'], hostId: string) =>
    Object.fromEntries(fleet.images(hostId).cached.map((image) => [image.imageId, image.catalogStatus]));

  it('has an orphan only where the host’s own API does not have the image', async () => {
    const { fleet } = await twoDatabases();
    expect(statusesAt(fleet, 'h0')).toEqual({ here: 'known', gone: 'orphan' });
    expect(statusesAt(fleet, 'h1')).toEqual({ here: 'known', there: 'orphan' });
    expect(statusesAt(fleet, 'h2')).toEqual({ there: 'known', same: 'known', here: 'orphan' });
    expect(fleet.images('h2').cached[1]?.description?.name).toBe('there too');
    await fleet.stop();
  });

  it('reads each catalogue from one of its own hosts, and asks that host about ids', async () => {
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

  it('asks each host itself before it calls an image there an orphan', async () => {
    const { clock, fleet, hosts, catalogue, catalogues, settings } = fakeFleet(4);
    for (const host of hosts) host.cached = [record('gone'), record('there')];
    // A database that was restored from a dump: it has the same images, but one of them was deleted here.
    const [restored, silent] = [new FakeCatalogue(), new FakeCatalogue()];
    restored.images = [catalogueImage('there')];
    silent.failure = failing('unreachable');
    catalogues.set(settings[2]?.address ?? '', restored);
    catalogues.set(settings[3]?.address ?? '', silent);
    const seen = new Set<string>();
    fleet.onChange(() => {
      for (const id of ['h2', 'h3']) seen.add(JSON.stringify(statusesAt(fleet, id)));
    });
    await clock.forward(100 * second);
    expect(statusesAt(fleet, 'h1')['gone']).toBe('orphan');
    expect(catalogue.described).toEqual([['gone', 'there']]);
    expect(catalogue.confirmed[0]).toEqual(['gone', 'there']);
    expect(statusesAt(fleet, 'h2')).toEqual({ gone: 'orphan', there: 'known' });
    expect(statusesAt(fleet, 'h3')['gone']).toBe('unchecked');
    expect([...seen].filter((text) => text.includes('"there":"orphan"'))).toEqual([]);
    await fleet.stop();
  });

  it('has no orphans before a host has shown its images', async () => {
    const { clock, fleet, host, catalogue } = fakeFleet(1);
    host.cached = [record('gone')];
    const fails = vi.spyOn(host, 'fingerprint').mockRejectedValue(failing('hostError'));
    await clock.forward(100 * second);
    expect(statusesAt(fleet, 'h0')).toEqual({ gone: 'unchecked' });
    expect(catalogue.described).toEqual([]);
    fails.mockRestore();
    await clock.forward(100 * second);
    expect(statusesAt(fleet, 'h0')).toEqual({ gone: 'orphan' });
    await fleet.stop();
  });
});
