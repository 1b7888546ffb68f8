import { describe, expect, it } from 'vitest';
import { goldenRule } from '../contract/golden.ts';
import { wasteConditions } from '../contract/waste.ts';
import { type DemoCloud, type HostSpec, startDemoCloud } from '../demo/simulated-cloud.ts';
import { testServices } from './testing/test-services.ts';

// Hosts of several regions, each with its own Glance database.

const specs: HostSpec[] = [
  { name: 'one-a', release: '33', fill: 'ordinary' },
  { name: 'one-b', release: '25', fill: 'ordinary' },
  { name: 'two-a', release: '33', fill: 'ordinary', region: 'RegionTwo' },
  { name: 'two-b', release: '18', fill: 'small', region: 'RegionTwo' },
  { name: 'three-a', release: '25', fill: 'ordinary', region: 'RegionThree' },
];

type Setup = { hosts: HostSpec[]; images: number; prepare: (cloud: DemoCloud) => void };
const ordinary: Setup = { hosts: specs, images: 20, prepare: () => undefined };

async function mixedFleet(stated: boolean, { prepare, ...setup }: Setup = ordinary) {
  const cloud = await startDemoCloud({ ...setup, traffic: false, fetchBytesPerSecond: 1e12 });
  prepare(cloud);
  const console = await testServices();
  const { client } = console;
  const { password, ...login } = cloud.login.admin;
  const { id: cloudId } = await client.clouds.add({
    name: 'Outside',
    source: { kind: 'typed', login: { kind: 'password', authUrl: cloud.authUrl, ...login }, connection: {} },
    secret: password,
  });
  const ids: Record<string, string> = {};
  for (const { name, address, region } of cloud.hosts) {
    ids[name] = (await client.hosts.add({ cloudId, name, address, ...(stated ? { region } : {}) })).id;
  }
  await client.hosts.refresh({});
  await expect
    .poll(
      async () => {
        const lists = await Promise.all(Object.values(ids).map((id) => client.hosts.images({ id })));
        return lists.flatMap(({ cached }) => cached).filter(({ catalogStatus }) => catalogStatus === 'unchecked')
          .length;
      },
      { timeout: 20_000 },
    )
    .toBe(0);
  const hosts = (await console.state()).hosts;
  return {
    cloud,
    client,
    cloudId,
    hosts,
    id: (name: string) => ids[name] ?? '',
    service: (name: string) => hosts.find((host) => host.name === name)?.imageServiceId ?? '',
    /** The images that a host has cached and its own Glance does not have. */
    orphansOf: ({ name }: { name: string }) => {
      const own = new Set(
        cloud.control.images(specs.find((spec) => spec.name === name)?.region).map((image) => image.id),
      );
      const { cached } = cloud.control.host(name).state();
      return cached.filter(({ imageId }) => !own.has(imageId)).map(({ imageId }) => imageId);
    },
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await cloud.close();
    },
  };
}

describe.each([
  ['without stated regions', false],
  ['with stated regions', true],
])('hosts of three image services in one cloud, %s', (_, stated) => {
  it('are grouped by service, and only images that their own Glance does not have are orphans or waste', async () => {
    await using fleet = await mixedFleet(stated);
    expect(new Set(fleet.hosts.map(({ imageServiceId }) => imageServiceId)).size).toBe(3);
    expect(fleet.service('one-a')).toBe(fleet.service('one-b'));
    expect(fleet.service('two-a')).toBe(fleet.service('two-b'));
    const real: string[] = [];
    for (const host of fleet.hosts) {
      const { cached } = await fleet.client.hosts.images({ id: host.id });
      const orphans = cached.filter(({ catalogStatus }) => catalogStatus === 'orphan').map(({ imageId }) => imageId);
      expect(orphans.sort()).toEqual(fleet.orphansOf(host).sort());
      expect(cached.length).toBeGreaterThan(orphans.length);
      expect(host.totals?.orphans).toBe(orphans.length);
      real.push(...orphans.map((imageId) => `${host.id} ${imageId}`));
    }
    const conditions = wasteConditions.parse({ orphan: true });
    const { targets } = await fleet.client.waste.targets({ conditions, images: null });
    expect(targets.map(({ hostId, imageId }) => `${hostId} ${imageId}`).sort()).toEqual(real.sort());
  });

  it('cannot cache images of another service, and queue those of their own', async () => {
    await using fleet = await mixedFleet(stated);
    const { client, cloud } = fleet;
    const own = cloud.control.addImage({ name: 'only-in-two' }, 'RegionTwo');
    await client.hosts.refresh({});
    const at = fleet.id('two-a');
    await expect
      .poll(
        async () => {
          const { images } = await client.clouds.catalogue({ imageServiceId: fleet.service('two-a') });
          return images.some(({ id }) => id === own.id);
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    const first = await client.clouds.catalogue({ imageServiceId: fleet.service('one-a') });
    expect(first.images.some(({ id }) => id === own.id)).toBe(false);
    const { hosts, images } = await client.coverage.get({});
    const row = images.find(({ imageId }) => imageId === own.id);
    const cell = (name: string) => row?.cells[hosts.findIndex(({ hostId }) => hostId === fleet.id(name))];
    expect(['one-a', 'two-a', 'two-b', 'three-a'].map(cell)).toEqual(['-', 'm', 'm', '-']);
    const plan = await client.operations.plan({ kind: 'queue', targets: [{ hostId: at, imageId: own.id }] });
    expect(plan.willDo).toBe(1);
    await client.operations.start({ planId: plan.id });
    const host = cloud.control.host('two-a');
    await expect
      .poll(() => host.state().cached.some(({ imageId }) => imageId === own.id), { timeout: 20_000 })
      .toBe(true);
  });

  it('have the members of a golden set by name and by property in their own service', async () => {
    await using fleet = await mixedFleet(stated);
    const { client, cloud, cloudId } = fleet;
    const draft = {
      cloudId,
      name: 'base',
      note: '',
      hosts: { kind: 'all' as const },
      exact: false,
      images: [{ by: 'name' as const, name: 'ubuntu-24.04-server' }],
      rules: [goldenRule.parse({ properties: { os_distro: 'ubuntu' } })],
    };
    const set = await client.golden.save(draft);
    const [drift] = (await client.golden.drift({ cloudId })).sets;
    for (const { hostId, state, present, missing, queued } of drift?.hosts ?? []) {
      const host = fleet.hosts.find(({ id }) => id === hostId);
      const region = specs.find(({ name }) => name === host?.name)?.region;
      const wanted = cloud.control
        .images(region)
        .filter(
          ({ status, hidden, properties }) => status === 'active' && !hidden && properties['os_distro'] === 'ubuntu',
        );
      expect(wanted.length).toBeGreaterThan(0);
      expect([host?.name, state !== 'unknown', present.images + missing.images + queued.images]).toEqual([
        host?.name,
        true,
        wanted.length,
      ]);
    }
    expect(drift?.hosts.map(({ hostId }) => hostId)).toHaveLength(specs.length);
    expect(drift?.problems).toEqual([]);

    // After a sync, each host has the images of its own region. The oldest host fetches nothing by itself.
    const hostIds = fleet.hosts.flatMap(({ name, id }) => (name === 'two-b' ? [] : [id]));
    for (const { name } of fleet.hosts) cloud.control.host(name).empty();
    await client.hosts.refresh({});
    const targets = await client.golden.targets({ id: set.id, hostIds });
    expect(new Set(targets.queue.map(({ hostId }) => hostId))).toEqual(new Set(hostIds));
    const plan = await client.operations.plan({ kind: 'align', ...targets });
    expect([plan.willDo, plan.refused]).toEqual([targets.queue.length, 0]);
    const { id } = await client.operations.start({ planId: plan.id });
    await expect
      .poll(async () => (await client.operations.targets({ id })).operation, { timeout: 30_000 })
      .toMatchObject({ state: 'finished', counts: { done: targets.queue.length } });
    for (const { name, region } of specs.filter((spec) => spec.name !== 'two-b')) {
      const wanted = cloud.control
        .images(region)
        .filter(
          ({ status, hidden, properties }) => status === 'active' && !hidden && properties['os_distro'] === 'ubuntu',
        );
      const cached = cloud.control
        .host(name)
        .state()
        .cached.map(({ imageId }) => imageId);
      expect(cached.sort()).toEqual(wanted.map((image) => image.id).sort());
    }
    const [after] = (await client.golden.drift({ cloudId })).sets;
    const complete = after?.hosts.filter(({ state }) => state === 'complete').map(({ hostId }) => hostId);
    expect(complete?.sort()).toEqual(hostIds.sort());
  });
});

describe.each([
  ['without stated regions', false],
  ['with stated regions', true],
])('a region whose database was restored from the dump of another, %s', (_, stated) => {
  const day = 86_400_000;
  const restored: Setup = {
    hosts: [
      { name: 'one-a', release: '33', fill: 'ordinary' },
      { name: 'two-a', release: '33', fill: 'ordinary', region: 'RegionTwo' },
      { name: 'two-b', release: '25', fill: 'ordinary', region: 'RegionTwo' },
    ],
    images: 0,
    prepare: ({ control }) => {
      const at = Date.now() - 100 * day;
      for (let index = 0; index < 40; index += 1) {
        const name = index === 30 ? 'base' : `dumped-${index}`;
        const image = control.addImage({ name, createdAt: at + index * day });
        control.addImage(image, 'RegionTwo');
        for (const host of control.hosts) if (index < 20) host.cache(image.id, image.size ?? 0);
      }
    },
  };

  it('has no false orphan, and its hosts get the images of their own region', async () => {
    await using fleet = await mixedFleet(stated, {
      ...restored,
      prepare: (cloud) => {
        restored.prepare(cloud);
        const { control } = cloud;
        // Later changes: an image was deleted in one region, and a newer one uploaded in the other.
        const [gone] = control.images().filter(({ name }) => name === 'dumped-10');
        control.deleteImage(gone?.id ?? '');
        control.addImage({ name: 'base', properties: { role: 'base' } }, 'RegionTwo');
      },
    });
    const { client, cloud, cloudId } = fleet;
    expect(fleet.service('two-a')).toBe(fleet.service('two-b'));
    expect(fleet.service('one-a')).not.toBe(fleet.service('two-a'));
    for (const host of fleet.hosts) {
      const { cached } = await client.hosts.images({ id: host.id });
      const orphans = cached.filter(({ catalogStatus }) => catalogStatus === 'orphan').map(({ imageId }) => imageId);
      expect([host.name, orphans]).toEqual([host.name, fleet.orphansOf(host)]);
    }
    expect(fleet.orphansOf({ name: 'one-a' })).toHaveLength(1);
    const rule = goldenRule.parse({ name: 'base', newest: { count: 1, per: 'rule' } });
    const draft = { cloudId, name: 'base', note: '', hosts: { kind: 'all' as const }, exact: false, images: [] };
    const { id } = await client.golden.save({ ...draft, rules: [rule] });
    const { queue } = await client.golden.targets({ id, hostIds: fleet.hosts.map((host) => host.id) });
    const newest = (region: 'RegionOne' | 'RegionTwo') =>
      cloud.control.images(region).find(({ name }) => name === 'base')?.id;
    expect(newest('RegionOne')).not.toBe(newest('RegionTwo'));
    expect(Object.fromEntries(queue.map(({ hostId, imageId }) => [hostId, imageId]))).toEqual({
      [fleet.id('one-a')]: newest('RegionOne'),
      [fleet.id('two-a')]: newest('RegionTwo'),
      [fleet.id('two-b')]: newest('RegionTwo'),
    });
  });

  it('has no false orphan if the two databases differ only in an image that one of them deleted', async () => {
    await using fleet = await mixedFleet(stated, {
      ...restored,
      prepare: (cloud) => {
        restored.prepare(cloud);
        // The image is neither among the 25 oldest nor, because of those created after it, among the newest.
        const { control } = cloud;
        for (let index = 0; index < 30; index += 1) {
          const image = control.addImage({ name: `after-${index}`, createdAt: Date.now() - (40 - index) * day });
          control.addImage(image, 'RegionTwo');
        }
        const gone = control.images().find(({ name }) => name === 'dumped-39');
        for (const host of control.hosts) host.cache(gone?.id ?? '', 1_000);
        control.deleteImage(gone?.id ?? '');
      },
    });
    for (const name of ['two-a', 'two-b']) {
      const { cached } = await fleet.client.hosts.images({ id: fleet.id(name) });
      expect(fleet.orphansOf({ name })).toEqual([]);
      expect(cached.filter(({ catalogStatus }) => catalogStatus === 'orphan')).toEqual([]);
    }
  });
});
